"""The words of DUIS (DCC User Interface Specification), which inventories use, and the words of the list that match
them.

The parsers raise ValueError with a message for the caller.
"""

import re

DUIS_DEVICE_TYPES: dict[str, tuple[str, ...]] = {
    "ESME": (
        "Single Element Electricity Metering Equipment",
        "Twin Element Electricity Metering Equipment",
        "Polyphase Electricity Metering Equipment",
    ),
    "GSME": ("Gas Smart Meter",),
    "CHF": ("Communications Hub",),
    "GPF": ("Communications Hub",),
    "HCALCS": ("HAN Connected Auxiliary Load Control Switch",),
    "PPMID": ("Pre-Payment Interface Device",),
}
"""The device types of the list for each DUIS device type. DUIS counts a Communications Hub as two: CHF and GPF."""

_TYPE_2 = ("IHD", "CAD")
_NAMES = sorted({name for names in DUIS_DEVICE_TYPES.values() for name in names})
_LISTED = {word.lower(): word for word in (*_NAMES, *DUIS_DEVICE_TYPES)}

DUIS_STATUSES = {
    "Current": "Current",
    "Removed": "Removed",
    "Active": "Current",
    "Cancelled": "Removed",
    "Expired": "Removed",
    "Withdrawn": "Removed",
}
"""The status of the list for each status of DUIS or the list. The list has two, and only Current counts as listed."""

_STATUS_WORDS = {word.lower(): word for word in DUIS_STATUSES}
_GBCS = re.compile(r"(?:GBCS\s*)?(?:Version\s*|V\s*)?([0-9]{1,3})\.([0-9]{1,3})", re.I)


def parse_device_type(text: str) -> str:
    """Parses a device type as the list or DUIS (the DCC User Interface Specification) writes it, in any case. Returns
    its standard spelling.
    """
    given = text.strip()
    if given.upper() in _TYPE_2:
        raise ValueError(f"{given.upper()} is a Type 2 device: the list contains no Type 2 devices")
    if given.lower() not in _LISTED:
        raise ValueError(f"{given[:60]!r} is not a device type: {', '.join([*DUIS_DEVICE_TYPES, *_NAMES])}")
    return _LISTED[given.lower()]


def listed_device_types(word: str) -> tuple[str, ...]:
    """Returns the device types of the list that a device type of DUIS (the DCC User Interface Specification) or of the
    list stands for: three for ESME.
    """
    return DUIS_DEVICE_TYPES.get(word, (word,))


def searched_device_types(text: str) -> list[str]:
    """Returns the device types of the list, in lower case, that a search for a device type means: those for a word of
    DUIS (the DCC User Interface Specification), else the text itself.
    """
    return [name.lower() for name in listed_device_types(_LISTED.get(text.lower(), text))]


def parse_status(text: str) -> str:
    """Parses a status as the list or DUIS (the DCC User Interface Specification) writes it, in any case. Returns its
    standard spelling.
    """
    given = text.strip()
    if given.lower() not in _STATUS_WORDS:
        raise ValueError(f"{given[:40]!r} is not a status: {', '.join(DUIS_STATUSES)}")
    return _STATUS_WORDS[given.lower()]


def parse_gbcs_version(text: str) -> str:
    """Parses a GBCS version. Returns `2.0` for `GBCS Version 2.0`, `GBCS V2.0` and `2.0`."""
    number = listed_gbcs_version(text)
    if not number:
        raise ValueError(f"{text.strip()[:40]!r} is not a GBCS version such as 2.0 or GBCS Version 2.0")
    return number


def listed_gbcs_version(text: str) -> str:
    """Returns the GBCS version in a cell of the list, such as `2.0`, or a blank if the cell has no version."""
    version = _GBCS.fullmatch(text.strip())
    return f"{int(version[1])}.{int(version[2])}" if version else ""
