"""Normalises ZigBee vendors, parts and versions, and judges how similar two of them are.

An exposure search reports an entry with an "other" value as not exposed. So "other" requires that nothing suggests that
the two values mean the same; where something does, they are "alike", and the search reports the entry as unknown.
"""

import re
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Literal

from service.domain.zigbee_facts import ZigbeeAttribute

Similarity = Literal["same", "alike", "other"]

_LEGAL_FORMS = {
    *("AB", "AG", "AS", "BV", "CO", "CORP", "CORPORATION", "COMPANY", "GMBH", "INC", "INCORPORATED", "KG", "LIMITED"),
    *("LLC", "LTD", "NV", "OY", "PLC", "PTY", "SA", "SARL", "SE", "SPA", "SRL"),
}
_NO_VALUE = {
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
_CLOSE = 0.8  # two names with at least this ratio of common letters may differ by a typing error


def normalise_vendor(text: str) -> str:
    """Converts a vendor's name to upper case, one space between words and no legal form: `Acme Radio, Inc.` to `ACME
    RADIO`.
    """
    words = _words(text, _SEVERAL)
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return _require_value(" ".join(words), text)


def normalise_part(text: str) -> str:
    """Converts a part number to letters and digits in upper case: `ar-2400 x` to `AR2400X`."""
    words = _words(text, _SEVERAL, _LISTED)
    _require_value(" ".join(words), text)
    return "".join(words)


def normalise_version(text: str) -> str:
    """Converts a version to upper case with full stops between its parts and no leading `v`: `v6.10-rc1` to
    `6.10.RC1`.
    """
    words = _words(text, _SEVERAL, _LISTED)
    _require_value(" ".join(words), text)
    return _PREFIX.sub("", ".".join(words))


def _words(text: str, *forbidden: re.Pattern[str]) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).upper().strip()
    if any(pattern.search(plain) for pattern in forbidden):
        raise ValueError(
            f"{text[:60]!r} is not one plain name: one value is expected, or nothing where the value is unknown"
        )
    return _RUNS.findall(plain)


def _require_value(normalised: str, text: str) -> str:
    if normalised in _NO_VALUE:
        raise ValueError(f"{text[:60]!r} is not a value: an unknown value is left blank")
    return normalised


NORMALISERS: dict[ZigbeeAttribute, Callable[[str], str]] = {
    "chipset_vendor": normalise_vendor,
    "chipset_part": normalise_part,
    "stack_vendor": normalise_vendor,
    "stack_version": normalise_version,
}


def similarity(attribute: ZigbeeAttribute, one: str, other: str) -> Similarity:
    """Returns whether two normalised values are the same, may mean the same ("alike"), or mean different things
    ("other").
    """
    if one == other:
        return "same"
    return "alike" if _ALIKE[attribute](one, other) else "other"


def _vendors_alike(one: str, other: str) -> bool:
    """Returns whether two vendors may be the same: same first word, initials, subsequence, or nearly the same
    letters.
    """
    first, second = one.split(), other.split()
    short, long = sorted(("".join(first), "".join(second)), key=len)
    close = max(SequenceMatcher(None, short, long).ratio(), SequenceMatcher(None, long, short).ratio())
    return first[0] == second[0] or (short[0] == long[0] and _is_subsequence(short, long)) or close >= _CLOSE


def _is_subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _parts_alike(one: str, other: str) -> bool:
    """Returns whether one part is a prefix of the other: a family of parts, and a part of that family."""
    return one.startswith(other) or other.startswith(one)


def _versions_alike(one: str, other: str) -> bool:
    """Returns whether two versions may be the same, such as 6.07 and 6.7, or 6.1 and its more precise form 6.1.2.

    Numbers with and without full stops may also agree, and a spreadsheet turns 6.10 into 6.1.
    """
    if bool(_DOTTED.match(one)) != bool(_DOTTED.match(other)):
        return True
    if _DECIMAL.fullmatch(one) and _DECIMAL.fullmatch(other) and one.rstrip("0") == other.rstrip("0"):
        return True
    short, long = sorted((_tokens(one), _tokens(other)), key=len)
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))


def _tokens(text: str) -> list[str]:
    return [token.lstrip("0") or "0" for token in _TOKENS.findall(text)]


_ALIKE: dict[ZigbeeAttribute, Callable[[str, str], bool]] = {
    "chipset_vendor": _vendors_alike,
    "chipset_part": _parts_alike,
    "stack_vendor": _vendors_alike,
    "stack_version": _versions_alike,
}
