"""Parses the free-text descriptor of an image: "fragment k of n", and the ZigBee band (domain 2.4, 2.11)."""

import re

from service.domain.facts import Band

_FRAGMENT = re.compile(r"\bfragment\s+(\d{1,3})\s+of\s+(\d{1,3})\b", re.I)
_SINGLE = re.compile(r"\bsingle\s*-?\s*band\b", re.I)
_DUAL = re.compile(r"\bdual\s*-?\s*band\b", re.I)
_2_4_GHZ = re.compile(r"\b2\.4\s*GHz\b", re.I)
_SUB_GHZ = re.compile(r"\bsub\s*-?\s*GHz\b|\b868\s*MHz\b", re.I)


def parse_fragment(descriptor: str) -> tuple[int, int] | None:
    """Returns (k, n) if a descriptor calls the image fragment k of n with n > 1, such as `Fragment 1 of 2 of …`; else
    None.
    """
    match = _FRAGMENT.search(descriptor)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    return (part, parts) if 1 <= part <= parts and parts > 1 else None


def parse_band(descriptor: str) -> Band | None:
    """Returns the ZigBee band if a descriptor names it in the words of the CPL form, else None. The service never
    guesses a band.
    """
    single, dual = _SINGLE.search(descriptor), _DUAL.search(descriptor)
    if bool(single) == bool(dual):
        return None
    if dual:
        return "Dual Band"
    sub_ghz, ghz = _SUB_GHZ.search(descriptor), _2_4_GHZ.search(descriptor)
    if bool(sub_ghz) == bool(ghz):
        return "Single Band (frequency not stated)"
    return "Single Band (Sub-GHz)" if sub_ghz else "Single Band (2.4 GHz)"
