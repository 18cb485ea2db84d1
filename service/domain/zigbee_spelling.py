"""One spelling for vendors, parts and versions, and whether two that are spelt otherwise may still be the same.

What differs is *known not to have it*, and so taken for safe. So two spellings differ only where nothing speaks for
their being the same; where something does they are `alike`, and the answer is that it is not known.
"""

import re
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Literal

from service.domain.zigbee_facts import ZigbeeAttribute

Similarity = Literal["same", "alike", "other"]

_FORMS = {
    *("AB", "AG", "AS", "BV", "CO", "CORP", "CORPORATION", "COMPANY", "GMBH", "INC", "INCORPORATED", "KG", "LIMITED"),
    *("LLC", "LTD", "NV", "OY", "PLC", "PTY", "SA", "SARL", "SE", "SPA", "SRL"),
}
_NOTHING = {
    *("", "ANY", "NA", "N A", "NIL", "NONE", "NOT APPLICABLE", "NOT KNOWN", "NOT SUPPLIED", "NOT TOLD", "NULL"),
    *("OTHER", "TBA", "TBC", "TBD", "UNKNOWN", "UNSPECIFIED", "VARIOUS"),
}
_SEVERAL = re.compile(r"[;|\n\r?]|\s(?:OR|AND/OR)\s", re.I)
_LISTED = re.compile(r",")
_PREFIX = re.compile(r"^(?:VERSION|VER|V|RELEASE|REL)\.?(?=\d)")
_RUNS = re.compile(r"[^\W_]+")
_TOKENS = re.compile(r"\d+|[^\W\d_]+")
_DOTTED = re.compile(r"\d+(\.\d+)+")
_DECIMAL = re.compile(r"\d+\.\d+")
_CLOSE = 0.8  # the share of letters in common from which two names may be one with a slip of the pen


def normalise_vendor(text: str) -> str:
    """A vendor in upper case, words joined by one space, without the legal form: `Acme Radio, Inc.` is `ACME RADIO`."""
    words = _words(text, _SEVERAL)
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    return _something(" ".join(words), text)


def normalise_part(text: str) -> str:
    """A part number in upper case, letters and digits alone: `ar-2400 x` is `AR2400X`."""
    words = _words(text, _SEVERAL, _LISTED)
    _something(" ".join(words), text)
    return "".join(words)


def normalise_version(text: str) -> str:
    """A version in upper case, its pieces joined by full stops, without a `v` before: `v6.10-rc1` is `6.10.RC1`."""
    words = _words(text, _SEVERAL, _LISTED)
    _something(" ".join(words), text)
    return _PREFIX.sub("", ".".join(words))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().strip()


def _words(text: str, *forbidden: re.Pattern[str]) -> list[str]:
    plain = _plain(text)
    if any(pattern.search(plain) for pattern in forbidden):
        raise ValueError(
            f"{text[:60]!r} is not one plain name: one value is expected, and nothing where it is not known"
        )
    return _RUNS.findall(plain)


def _something(found: str, text: str) -> str:
    if found in _NOTHING:
        raise ValueError(f"{text[:60]!r} tells nothing: what is not known is left blank")
    return found


NORMALISERS: dict[ZigbeeAttribute, Callable[[str], str]] = {
    "chipset_vendor": normalise_vendor,
    "chipset_part": normalise_part,
    "stack_vendor": normalise_vendor,
    "stack_version": normalise_version,
}


def similarity(attribute: ZigbeeAttribute, one: str, other: str) -> Similarity:
    """Whether two values in their one spelling are the same, may be, or cannot be."""
    if one == other:
        return "same"
    return "alike" if _ALIKE[attribute](one, other) else "other"


def _vendors_alike(one: str, other: str) -> bool:
    """A first word in common, initials, one name within the letters of the other, or nearly the same letters."""
    first, second = one.split(), other.split()
    short, long = sorted(("".join(first), "".join(second)), key=len)
    close = max(SequenceMatcher(None, short, long).ratio(), SequenceMatcher(None, long, short).ratio())
    return first[0] == second[0] or (short[0] == long[0] and _within(short, long)) or close >= _CLOSE


def _within(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _parts_alike(one: str, other: str) -> bool:
    """The one begins as the other: a family, and a part of it."""
    return one.startswith(other) or other.startswith(one)


def _versions_alike(one: str, other: str) -> bool:
    """One within the other is the same told more closely, and 6.07 may be 6.7; numbers with and without stops may
    agree; and a spreadsheet makes 6.1 of 6.10."""
    if bool(_DOTTED.match(one)) != bool(_DOTTED.match(other)):
        return True
    if _DECIMAL.fullmatch(one) and _DECIMAL.fullmatch(other) and one.rstrip("0") == other.rstrip("0"):
        return True
    short, long = sorted((_tokens(one), _tokens(other)), key=len)
    return any(long[place : place + len(short)] == short for place in range(len(long) - len(short) + 1))


def _tokens(text: str) -> list[str]:
    return [token.lstrip("0") or "0" for token in _TOKENS.findall(text)]


_ALIKE: dict[ZigbeeAttribute, Callable[[str, str], bool]] = {
    "chipset_vendor": _vendors_alike,
    "chipset_part": _parts_alike,
    "stack_vendor": _vendors_alike,
    "stack_version": _versions_alike,
}
