"""How answers are marked: the class that a setting gives to what they show. Without a setting nothing is claimed."""

from collections.abc import Mapping
from typing import get_args

from service.domain.capabilities import CAPABILITIES, Capability, Classification

CLASSIFICATIONS: tuple[Classification, ...] = get_args(Classification)

RESTRICTED: tuple[Capability, ...] = ("zigbee", "zigbee-write", "audit")
"""What is told in confidence: it has a class of its own, by a setting of its own, and always one."""

Classifications = Mapping[Capability, Classification]


def parse_classification(text: str) -> dict[Capability, Classification]:
    """`list=White; pathways=Green` as data. Raises ValueError for what is no capability, no class, or said twice."""
    free = [name for name in CAPABILITIES if name not in RESTRICTED]
    found: dict[Capability, Classification] = {}
    for part in (part for part in text.split(";") if part.strip()):
        left, _, right = (word.strip().lower() for word in part.partition("="))
        capability = next((name for name in free if name == left), None)
        named = next((name for name in CLASSIFICATIONS if name.lower() == right), None)
        if capability is None or named is None or capability in found:
            raise ValueError(f"{part.strip()!r} is not one of {', '.join(free)} = {', '.join(CLASSIFICATIONS)}")
        found[capability] = named
    return found
