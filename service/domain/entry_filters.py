"""The filters of a search for entries."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class EntryFilters:
    """What entries are searched by; blank lets all pass. Everything is in the list's own spelling by now."""

    number: str = ""
    status: str = ""
    device_type: str = ""
    manufacturer: str = ""
    device_model: str = ""
    firmware_version: str = ""
    image_hash: str = ""
    certificate: str = ""
    words: tuple[str, ...] = field(default=())

    @property
    def search_words(self) -> list[str]:
        """The words. Ladybug fails on an empty list of them, and finds no blank in a text: but all have many lines."""
        return list(self.words) or ["\n"]

    @property
    def certificates(self) -> list[str]:
        """A CPA number may stand with its prefix, [E] or [R], and be asked for without."""
        return [self.certificate, f"[E] {self.certificate}", f"[R] {self.certificate}"]
