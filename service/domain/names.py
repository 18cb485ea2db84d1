"""Parsers that bring identifiers of the list to one spelling. They raise ValueError with a message for the caller."""

import re

DEVICE_TYPES = (
    "Communications Hub",
    "Gas Smart Meter",
    "HAN Connected Auxiliary Load Control Switch",
    "Polyphase Electricity Metering Equipment",
    "Pre-Payment Interface Device",
    "Single Element Electricity Metering Equipment",
    "Twin Element Electricity Metering Equipment",
)
"""The device types of the list (domain 2.6)."""

_HEX = re.compile(r"[0-9A-Fa-f]+")
_VERSION = re.compile(r"Version\s+(\d{1,4}\.\d{1,6})\s+Issued\s+on\s+(\d{1,2})[-/](\d{1,2})[-/](\d{4})\s*", re.I)


def parse_entry_number(text: str) -> str:
    """Parses an entry number of 1 to 6 digits. Returns it with six digits: `000001` for `1`."""
    if len(text) == 6 and text.isascii() and text.isdigit() and text != "000000":  # nearly all: thousands in one body
        return text
    given = text.strip()
    if not (given.isascii() and given.isdigit() and 1 <= len(given) <= 6):
        raise ValueError(f"{given[:40]!r} is not an entry number: 1 to 6 digits are expected")
    if int(given) == 0:
        raise ValueError("entry numbers begin at 000001")
    return given.zfill(6)


def parse_hex(text: str, digits: int) -> str:
    """Parses exactly `digits` hex digits with or without separators. Returns them in upper case without separators.

    Raises ValueError for any other text.
    """
    given = text.strip()
    hex_digits = re.sub(r"[:.\s-]", "", given)
    if len(hex_digits) != digits or not _HEX.fullmatch(hex_digits):
        raise ValueError(f"{given[:110]!r} is not {digits} hex digits, with or without colons")
    return hex_digits.upper()


def list_version_order(number: str) -> tuple[int, int]:
    """Returns the sort key of a list version number: two integers, so that 1.9 < 1.10 < 2.000."""
    major, _, minor = number.partition(".")
    return int(major), int(minor)


def parse_list_heading(text: str) -> tuple[str, str] | None:
    """Parses a heading such as `Version 2.051 Issued on 21-09-2022` to ("2.051", "2022-09-21").

    Returns None if the text is something else.
    """
    heading = _VERSION.fullmatch(text.strip())
    if not heading:
        return None
    number, day, month, year = heading.groups()
    return number, f"{year}-{int(month):02d}-{int(day):02d}"


def device_model_id(manufacturer: str, model: str, version: str, revision: str) -> str:
    """Builds the id of a device model (hardware, without firmware), such as `106C-433100AC`."""
    return f"{manufacturer}-{model}{version}{revision}"


_COLONS = re.compile(r"[0-9a-f]{2}([:.][0-9a-f]{2})+", re.I)


_SEPARATED_MODEL = re.compile(r"[0-9a-f]{4}([:.-]?)([0-9a-f]{2}|[0-9a-f]{4})([:.-][0-9a-f]{2,4})+", re.I)


def normalise_hex(word: str) -> str:
    """Removes the colons or dots between hex pairs from a search word, because the list has hex digits without
    separators. Spells a device model with its manufacturer as its id, such as `106C-433100AC`.

    Twelve digits without a separator stay as they are: they may be a part of an image hash.
    """
    digits = re.sub(r"[:.-]", "", word)
    if len(digits) == 12 and (_COLONS.fullmatch(word) or _SEPARATED_MODEL.fullmatch(word)):
        return f"{digits[:4]}-{digits[4:]}"
    return digits if _COLONS.fullmatch(word) else word


def parse_device_model(text: str) -> str:
    """Parses a device model with its manufacturer, 12 hex digits with or without separators. Returns its id, such as
    `106C-433100AC`. Raises ValueError for any other text.
    """
    digits = parse_hex(text, 12)
    return device_model_id(digits[:4], digits[4:], "", "")
