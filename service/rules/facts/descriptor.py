"""What an image's free-text descriptor says: fragment k of n, and the ZigBee band (domain 2.4, 2.11)."""

import re

from service.domain.facts import Band

_FRAGMENT = re.compile(r"\bfragment\s+(\d{1,3})\s+of\s+(\d{1,3})\b", re.I)
_SINGLE = re.compile(r"\bsingle\s*-?\s*band\b", re.I)
_DUAL = re.compile(r"\bdual\s*-?\s*band\b", re.I)
_24 = re.compile(r"\b2\.4\s*GHz\b", re.I)
_SUB = re.compile(r"\bsub\s*-?\s*GHz\b|\b868\s*MHz\b", re.I)


def parse_fragment(descriptor: str) -> tuple[int, int] | None:
    """(k, n) where the descriptor calls the image fragment k of n and n > 1: `Fragment 1 of 2 of …`."""
    found = _FRAGMENT.search(descriptor)
    part, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    return (part, parts) if 1 <= part <= parts and parts > 1 else None


def parse_band(descriptor: str) -> Band | None:
    """The band, only where the descriptor uses the form's own words; anything else is not told, never guessed."""
    single, dual = _SINGLE.search(descriptor), _DUAL.search(descriptor)
    if bool(single) == bool(dual):
        return None
    if dual:
        return "Dual Band"
    low, high = _SUB.search(descriptor), _24.search(descriptor)
    if bool(low) == bool(high):
        return "Single Band (frequency not stated)"
    return "Single Band (Sub-GHz)" if low else "Single Band (2.4 GHz)"
