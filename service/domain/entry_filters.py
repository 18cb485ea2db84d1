"""The filters of a search for entries."""

from dataclasses import dataclass, field, replace

from service.domain.duis import searched_device_types

MAX_WORDS = 8
"""The largest number of words of one search: each costs a look into the text of every entry."""


def without_contained(words: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the words that are not part of another word: an entry with the longer word has the shorter one too."""
    different = tuple(dict.fromkeys(words))
    return tuple(word for word in different if not any(word in other and word != other for other in different))


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
    def search_words(self) -> dict[str, str]:
        """Returns the parameters `word1` to `word8` of a search: the words, then line breaks.

        Every search text contains a line break. Ladybug does not find the empty string in a text.
        """
        words = [*self.words, *["\n"] * (MAX_WORDS - len(self.words))]
        return {f"word{place}": word for place, word in enumerate(words, start=1)}

    @property
    def attributes(self) -> dict[str, str]:
        """Returns the filters of attributes by name, without the number and the words."""
        return {name: value for name, value in vars(self).items() if name not in ("number", "words")}

    @property
    def is_number_only(self) -> bool:
        """Returns whether the number is the only filter."""
        return bool(self.number) and self == EntryFilters(number=self.number)

    @property
    def is_words_only(self) -> bool:
        """Returns whether no filter but the words is given."""
        return replace(self, words=()) == EntryFilters()

    @property
    def device_types(self) -> list[str]:
        """Returns the device types of the list that the filter means, in lower case: three for ESME of DUIS."""
        return searched_device_types(self.device_type)

    @property
    def certificates(self) -> list[str]:
        """Returns the spellings under which the list may have the certificate number: a CPA number may have the prefix
        [E] or [R].
        """
        return [self.certificate, f"[E] {self.certificate}", f"[R] {self.certificate}"]
