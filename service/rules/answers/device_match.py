"""Finds the entries that a device may run. If there are several, finds the attribute that best tells them apart (design
4).
"""

from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from typing import get_args

from service.domain.devices import Device, DeviceAttribute
from service.domain.duis import DUIS_STATUSES
from service.rules.answers.text import join_with_and
from service.rules.pathfinding.twins import group_by_key
from service.schemas.responses.devices import AttributeValue, Candidate, DeviceRemark, RemarkCode, SeparatingAttribute

DEVICE_ATTRIBUTES: tuple[DeviceAttribute, ...] = get_args(DeviceAttribute)
"""All attributes of a device, in the order of the JSON of an entry. Of two attributes that separate equally well, the
first in this order wins.
"""

_MINOR_ATTRIBUTES: Mapping[DeviceAttribute, tuple[RemarkCode, str]] = {
    "device_type": ("device-type-differs", "device type"),
    "gbcs_version": ("gbcs-version-differs", "GBCS version"),
}
"""The attributes that do not identify firmware: the code of the remark on a difference, and the attribute's name."""

TwinGroup = tuple[Candidate, ...]
"""The entries of one group of twins (entries with the same image) that match a device. The first represents
the group.
"""


def matching_twins(rows: Sequence[Candidate], device: Device) -> list[TwinGroup]:
    """Returns the entries that the device may run, in groups of twins (entries with the same image).

    If no entry agrees with the device type and the GBCS version of the device, but the device's firmware is known and
    one group agrees in all else, returns this group: the list and the inventory mean the same firmware.
    """
    groups = group_twins(fitting_candidates(rows, device))
    if groups or not device.names_firmware:
        return groups
    groups = group_twins(fitting_candidates(rows, device, _MINOR_ATTRIBUTES))
    return groups if len(groups) == 1 else []


def fitting_candidates(
    rows: Iterable[Candidate], device: Device, ignored: Container[DeviceAttribute] = ()
) -> list[Candidate]:
    """Returns the entries that agree with every attribute given for the device. Does not compare the attributes
    `ignored`.
    """
    given = {attribute: values for attribute, values in device.given.items() if attribute not in ignored}
    return [row for row in rows if all(_fits(row, attribute, values) for attribute, values in given.items())]


def _fits(row: Candidate, attribute: DeviceAttribute, values: frozenset[str]) -> bool:
    """Returns whether the entry has one of the values. An entry whose GBCS version is blank fits every GBCS version."""
    value = row.value(attribute)
    return value in values or (attribute == "gbcs_version" and not value)


def group_twins(rows: Iterable[Candidate]) -> list[TwinGroup]:
    """Groups entries into twins (entries with the same image). Each group begins with its lowest number of status
    Current, or else with its lowest number.
    """
    groups = group_by_key((row.identity, row) for row in rows)
    sorted_groups = (sorted(members, key=lambda m: (m.status != "Current", m.number)) for members in groups.values())
    return sorted((tuple(members) for members in sorted_groups), key=lambda group: group[0].number)


def best_separation(groups: Sequence[TwinGroup], answers: Sequence[Hashable]) -> SeparatingAttribute | None:
    """Returns the attribute that best tells the matching entries apart: its worst value leaves the fewest different
    answers. Of equally good attributes, returns the first.

    Most attributes that the caller gave separate nothing, since all matches have the value given. A given GBCS version
    can be blank for some matches, but then the image hash separates at least as well.
    """
    partitions = {attribute: _partition(groups, attribute) for attribute in DEVICE_ATTRIBUTES}
    separating = [attribute for attribute, partition in partitions.items() if len(partition) > 1]
    if not separating:
        return None
    best = min(separating, key=lambda attribute: _most_answers(partitions[attribute], answers))
    return SeparatingAttribute(
        attribute=best, values=[_attribute_value(groups, *item) for item in partitions[best].items()]
    )


def _partition(groups: Sequence[TwinGroup], attribute: DeviceAttribute) -> dict[str, list[int]]:
    """Returns, for each value of an attribute, the indexes of the groups that fit the value. The blank value comes
    last.
    """
    values = {member.value(attribute) for group in groups for member in group}
    return {
        value: [
            index
            for index, group in enumerate(groups)
            if any(_fits(member, attribute, frozenset({value})) for member in group)
        ]
        for value in sorted(values, key=lambda value: (not value, value))
    }


def _most_answers(partition: Mapping[str, list[int]], answers: Sequence[Hashable]) -> int:
    return max(len({answers[index] for index in indexes}) for indexes in partition.values())


def _attribute_value(groups: Sequence[TwinGroup], value: str, indexes: list[int]) -> AttributeValue:
    return AttributeValue(value=value or None, matches=[groups[index][0].number for index in indexes])


def is_bcd_respelling(version: str, other: str) -> bool:
    """Returns whether two firmware versions differ only because one is written in decimal and the other in hexadecimal.

    Real lists contain the same image as 00041001 and as 00040A01.
    """
    return version != other and (_bcd_is_hex(version, other) or _bcd_is_hex(other, version))


def _bcd_is_hex(bcd: str, hexadecimal: str) -> bool:
    pairs = zip(_octets(bcd), _octets(hexadecimal), strict=True)
    return all(
        bcd_octet == hex_octet or (bcd_octet.isdecimal() and int(bcd_octet) == int(hex_octet, 16))
        for bcd_octet, hex_octet in pairs
    )


def _octets(version: str) -> list[str]:
    return [version[start : start + 2] for start in range(0, len(version), 2)]


def respelled_candidates(rows: Iterable[Candidate], device: Device) -> list[Candidate]:
    """Returns the entries that agree with the device in all attributes but the firmware version, and have that version
    in another spelling (one decimal, one hexadecimal).
    """
    version = device.single_value("firmware_version")
    candidates = fitting_candidates(rows, device, ignored=("firmware_version",)) if version else []
    return [row for row in candidates if is_bcd_respelling(version, row.firmware_version)]


def device_remarks(groups: Sequence[TwinGroup], device: Device) -> list[DeviceRemark]:
    """Returns the remarks on the fields of the inventory that differ from the list, and on those that no answer uses.
    No remark changes the answer for the device.
    """
    return [*_minor_remarks(groups, device), *_status_remarks(groups, device), *unused_remarks(device)]


def unused_remarks(device: Device) -> list[DeviceRemark]:
    """Returns a remark that names the fields of the inventory on which no answer depends, if there are any."""
    text = f"No answer depends on {join_with_and(device.unused)}."
    return [DeviceRemark(code="not-used", text=text)] if device.unused else []


def _minor_remarks(groups: Sequence[TwinGroup], device: Device) -> list[DeviceRemark]:
    members = [member for group in groups for member in group]
    return [
        DeviceRemark(
            code=code,
            text=f"The inventory says {name} {' or '.join(sorted(values))}; the list in force has "
            f"{join_with_and([f'{member.number} with {member.value(attribute)}' for member in members])}.",
        )
        for attribute, (code, name) in _MINOR_ATTRIBUTES.items()
        if (values := device.given.get(attribute))
        and members
        and not any(_fits(member, attribute, values) for member in members)
    ]


def _status_remarks(groups: Iterable[TwinGroup], device: Device) -> list[DeviceRemark]:
    return [
        DeviceRemark(
            code="status-differs",
            text=f"The inventory says {word}; the list in force has {group[0].number} as {group[0].status}.",
        )
        for group in groups
        for word in device.statuses
        if all(member.status != DUIS_STATUSES[word] for member in group)
    ]
