"""Which entries a device may run, and what to find out where these are several (design 4, "A device")."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import get_args

from service.domain.devices import Device, DeviceAttribute
from service.domain.duis import DUIS_STATUSES
from service.rules.pathfinding.twins import grouped
from service.schemas.responses.devices import AttributeValue, Candidate, DeviceRemark, SeparatingAttribute

DEVICE_ATTRIBUTES: tuple[DeviceAttribute, ...] = get_args(DeviceAttribute)
"""In the order in which the JSON of an entry has them: it settles ties."""

TwinGroup = tuple[Candidate, ...]
"""The entries that fit, of one firmware on one device model. The first speaks for all."""


def fitting_candidates(
    rows: Iterable[Candidate], device: Device, without: DeviceAttribute | None = None
) -> list[Candidate]:
    """The entries of which nothing that is given says otherwise."""
    given = {attribute: values for attribute, values in device.given.items() if attribute != without}
    return [row for row in rows if all(_fits(row, attribute, values) for attribute, values in given.items())]


def _fits(row: Candidate, attribute: DeviceAttribute, values: frozenset[str]) -> bool:
    """A GBCS version that the list does not say rules nothing out. An image that it does not have is no other's."""
    value = row.value(attribute)
    return value in values or (attribute == "gbcs_version" and not value)


def group_twins(rows: Iterable[Candidate]) -> list[TwinGroup]:
    """The entries by what they are: twins are one. The lowest listed number speaks for each, else the lowest."""
    groups = grouped((row.identity, row) for row in rows)
    inside = (sorted(members, key=lambda m: (m.status != "Current", m.number)) for members in groups.values())
    return sorted((tuple(members) for members in inside), key=lambda vertex: vertex[0].number)


def best_separation(found: Sequence[TwinGroup], answers: Sequence[Hashable]) -> SeparatingAttribute | None:
    """The attribute of which the worst value leaves the fewest differing answers; the first of those that tie.

    What was given already is the same for all that fits, and so separates nothing. (A GBCS version that was given may
    still be blank for some; but then the value given leaves all answers, and the image does better.)
    """
    parted = {attribute: _parts(found, attribute) for attribute in DEVICE_ATTRIBUTES}
    several = [attribute for attribute, parts in parted.items() if len(parts) > 1]
    if not several:
        return None
    best = min(several, key=lambda attribute: _worst(parted[attribute], answers))
    return SeparatingAttribute(attribute=best, values=[_value(found, *part) for part in parted[best].items()])


def _parts(found: Sequence[TwinGroup], attribute: DeviceAttribute) -> dict[str, list[int]]:
    """For each value, the vertices that are left once it is known; what the list does not say comes last."""
    values = {member.value(attribute) for vertex in found for member in vertex}
    return {
        value: [n for n, vertex in enumerate(found) if any(_fits(m, attribute, frozenset({value})) for m in vertex)]
        for value in sorted(values, key=lambda value: (not value, value))
    }


def _worst(parts: Mapping[str, list[int]], answers: Sequence[Hashable]) -> int:
    return max(len({answers[place] for place in places}) for places in parts.values())


def _value(found: Sequence[TwinGroup], value: str, places: list[int]) -> AttributeValue:
    return AttributeValue(value=value or None, matches=[found[place][0].number for place in places])


def is_bcd_respelling(version: str, other: str) -> bool:
    """Whether two versions are the same numbers, octet by octet, one of them written in BCD where the other is hex.

    Real lists have one image as 00041001 and as 00040A01.
    """
    return version != other and (_bcd_is_hex(version, other) or _bcd_is_hex(other, version))


def _bcd_is_hex(bcd: str, hexed: str) -> bool:
    pairs = zip(_octets(bcd), _octets(hexed), strict=True)
    return all(one == other or (one.isdecimal() and int(one) == int(other, 16)) for one, other in pairs)


def _octets(version: str) -> list[str]:
    return [version[place : place + 2] for place in range(0, len(version), 2)]


def respelled_candidates(rows: Iterable[Candidate], device: Device) -> list[Candidate]:
    """The entries whose version spells the one given otherwise, and of which nothing else says otherwise."""
    version = device.single_value("firmware_version")
    others = fitting_candidates(rows, device, without="firmware_version") if version else []
    return [row for row in others if is_bcd_respelling(version, row.firmware_version)]


def status_remarks(found: Iterable[TwinGroup], device: Device) -> list[DeviceRemark]:
    """Where the inventory's status is not the list's: it is told, and chooses nothing, since the list rules."""
    return [
        DeviceRemark(
            code="status-differs",
            text=f"The inventory says {word}; the list in force has {vertex[0].number} as {vertex[0].status}.",
        )
        for vertex in found
        for word in device.statuses
        if all(member.status != DUIS_STATUSES[word] for member in vertex)
    ]
