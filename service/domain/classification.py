"""The classification markings of responses, such as White or Amber: a setting gives a class to each capability.

The service sets no mark for a capability without a class.
"""

from collections.abc import Mapping
from typing import get_args

from service.domain.capabilities import CAPABILITIES, Capability, Classification

CLASSIFICATIONS: tuple[Classification, ...] = get_args(Classification)

RESTRICTED: tuple[Capability, ...] = ("zigbee", "zigbee-write", "audit")
"""The capabilities of restricted data. Their class is a separate setting with a default, so their responses always have
a mark.
"""

Classifications = Mapping[Capability, Classification]


def parse_classification(text: str) -> dict[Capability, Classification]:
    """Parses a text such as `list=White; pathways=Green`, which gives a marking to the data of each capability.

    Raises ValueError for an unknown capability or marking, and for a capability that occurs twice.
    """
    unrestricted = [name for name in CAPABILITIES if name not in RESTRICTED]
    classes: dict[Capability, Classification] = {}
    for part in (part for part in text.split(";") if part.strip()):
        left, _, right = (word.strip().lower() for word in part.partition("="))
        capability = next((name for name in unrestricted if name == left), None)
        named = next((name for name in CLASSIFICATIONS if name.lower() == right), None)
        if capability is None or named is None or capability in classes:
            raise ValueError(f"{part.strip()!r} is not one of {', '.join(unrestricted)} = {', '.join(CLASSIFICATIONS)}")
        classes[capability] = named
    return classes
