"""The filters of a search for entries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from service.domain.duis import searched_device_types

_IDENTIFIER = re.compile(r"[0-9]{1,6}|([0-9a-f]{4}-)?[0-9a-f]{8}|[0-9a-f]{64}")
"""An entry number, a firmware version, a device model with or without its manufacturer, or an image hash."""

MAX_WORDS = 8
"""The largest number of words of one search: each costs a look into the text of every entry."""

NO_CODES = "-"
"""The parameter of a search for a word that stands in no manufacturer's name."""


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
    def word_parameters(self) -> dict[str, str]:
        """Returns the parameters of a search for words: `word1` to `word8` find the words, `whole1` to `whole8` find
        them as whole words, `exact`, `exact_number` and `exact_model` find the identifier that is the whole question.

        Words that are missing are line breaks or spaces, which every text has: Ladybug does not find the empty string.
        """
        missing = [""] * (MAX_WORDS - len(self.words))
        places = list(enumerate([*self.words, *missing], start=1))
        parts = {f"word{place}": word or "\n" for place, word in places}
        whole = {f"whole{place}": f" {word} " if word else " " for place, word in places}
        key = self.identifier
        exact = {"exact": f"\n{key}\n" if key else "", "exact_number": f"{key}\n", "exact_model": f"-{key}\n"}
        return parts | whole | exact | {"line": "\n"}

    def codes_named(self, names: Mapping[str, str]) -> dict[str, str]:
        """Returns the parameters of a search for each word: `codes1` to `codes8` are the codes of the manufacturers
        that have the word in their names, `named1` to `named8` those that have it as a whole word, with spaces between
        them; or NO_CODES.

        `names` has the names by manufacturer code.
        """
        missing = [""] * (MAX_WORDS - len(self.words))
        texts = {code: f" {name.lower()} " for code, name in names.items()}
        parts, whole = {}, {}
        for place, word in enumerate([*self.words, *missing], start=1):
            found = {code: text for code, text in texts.items() if word and word in text}
            parts[f"codes{place}"] = " ".join(found) or NO_CODES
            whole[f"named{place}"] = " ".join(code for code in found if f" {word} " in found[code]) or NO_CODES
        return parts | whole

    @property
    def identifier(self) -> str:
        """Returns the entry number, firmware version, device model or image hash that is the whole question; or a
        blank.
        """
        if len(self.words) != 1 or not _IDENTIFIER.fullmatch(self.words[0]):
            return ""
        return self.words[0].zfill(6) if len(self.words[0]) < 6 else self.words[0]

    @property
    def attributes(self) -> dict[str, Any]:
        """Returns the filters of attributes by name, with the spellings that a certificate and a device type may have
        on the list.
        """
        filters = {name: value for name, value in vars(self).items() if name != "words"}
        return filters | {"certificates": self.certificates, "device_types": self.device_types}

    @property
    def is_number_only(self) -> bool:
        """Returns whether the number is the only filter."""
        return bool(self.number) and self == EntryFilters(number=self.number)

    @property
    def is_words_only(self) -> bool:
        """Returns whether words are given, and no other filter."""
        return bool(self.words) and replace(self, words=()) == EntryFilters()

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
