"""The words of DUIS, which inventories use, and those of the list. Everything raises ValueError with a sentence."""

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
"""What the list calls the device types of DUIS. One Communications Hub is two devices there: CHF and GPF."""

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
"""What the list calls a status of DUIS: it knows two words, and only an active entry is on the list."""

_STATUS_WORDS = {word.lower(): word for word in DUIS_STATUSES}
_GBCS = re.compile(r"(?:GBCS\s*)?(?:Version\s*|V\s*)?([0-9]{1,3})\.([0-9]{1,3})", re.I)


def parse_device_type(text: str) -> str:
    """A device type in the spelling of the list, or the word of DUIS; any case."""
    given = text.strip()
    if given.upper() in _TYPE_2:
        raise ValueError(f"{given.upper()} is a Type 2 device: the list has none of these, so nothing is known of it")
    if given.lower() not in _LISTED:
        raise ValueError(f"{given[:60]!r} is not a device type: {', '.join([*DUIS_DEVICE_TYPES, *_NAMES])}")
    return _LISTED[given.lower()]


def listed_device_types(word: str) -> tuple[str, ...]:
    """What the list calls a device type: several for the one word ESME."""
    return DUIS_DEVICE_TYPES.get(word, (word,))


def parse_status(text: str) -> str:
    """A status of the list or of DUIS; any case."""
    given = text.strip()
    if given.lower() not in _STATUS_WORDS:
        raise ValueError(f"{given[:40]!r} is not a status: {', '.join(DUIS_STATUSES)}")
    return _STATUS_WORDS[given.lower()]


def parse_gbcs_version(text: str) -> str:
    """`GBCS Version 2.0`, `GBCS V2.0` and `2.0` as `2.0`."""
    number = listed_gbcs_version(text)
    if not number:
        raise ValueError(f"{text.strip()[:40]!r} is not a GBCS version such as 2.0 or GBCS Version 2.0")
    return number


def listed_gbcs_version(text: str) -> str:
    """The same of what the list says, which may be anything: blank where it is no version."""
    found = _GBCS.fullmatch(text.strip())
    return f"{int(found[1])}.{int(found[2])}" if found else ""
