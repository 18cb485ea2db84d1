"""How answers are marked: the class that a setting gives to what they show. Without a setting nothing is claimed."""

from collections.abc import Mapping
from typing import get_args

from service.domain.capabilities import CAPABILITIES, Capability, Class

CLASSES: tuple[Class, ...] = get_args(Class)

RESTRICTED: tuple[Capability, ...] = ("zigbee", "zigbee-write", "audit")
"""What is told in confidence: it has a class of its own, by a setting of its own, and always one."""

Classes = Mapping[Capability, Class]


def classes_named(text: str) -> dict[Capability, Class]:
    """`list=White; pathways=Green` as data. Raises ValueError for what is no capability, no class, or said twice."""
    free = [name for name in CAPABILITIES if name not in RESTRICTED]
    found: dict[Capability, Class] = {}
    for part in (part for part in text.split(";") if part.strip()):
        left, _, right = (word.strip().lower() for word in part.partition("="))
        capability = next((name for name in free if name == left), None)
        named = next((name for name in CLASSES if name.lower() == right), None)
        if capability is None or named is None or capability in found:
            raise ValueError(f"{part.strip()!r} is not one of {', '.join(free)} = {', '.join(CLASSES)}")
        found[capability] = named
    return found
