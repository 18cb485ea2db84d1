"""The filters of a search for entries."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class EntryFilters:
    """The filters of a search for entries, with values spelled as on the list. A blank filter passes every entry."""

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
        """Returns the words that an entry must contain. Returns a line break (which every entry's search text contains)
        if there are none.

        Ladybug fails on an empty list, and does not find the empty string in a text.
        """
        return list(self.words) or ["\n"]

    @property
    def certificates(self) -> list[str]:
        """Returns the spellings under which the list may have the certificate number: a CPA number may have the prefix
        [E] or [R].
        """
        return [self.certificate, f"[E] {self.certificate}", f"[R] {self.certificate}"]
