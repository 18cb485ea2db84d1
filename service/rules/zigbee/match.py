"""Matches the ZigBee attributes of entries against criteria: exposed, clear or unknown.

*Exposed*: all attributes of the criteria are known and match. *Clear*: at least one attribute is known and differs.
All other entries are *unknown*, and never count as safe. Twins are one image, so the data of one twin hold for all
twins; if the data of twins differ, each value counts as possible.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from service.domain.zigbee_facts import StackOrder, ZigbeeAttribute, ZigbeeFact
from service.domain.zigbee_spelling import Similarity, similarity
from service.domain.zigbee_statements import KIND_ATTRIBUTES, ZigbeeCriteria
from service.schemas.responses.exposure import ExposureState, SimilarSpelling

ZigbeeAttributes = Mapping[ZigbeeAttribute, str]
StackOrders = Mapping[str, Mapping[str, int]]


class StackOrderMissing(ValueError):
    """The criteria have a range of versions that no declared order covers."""


def version_positions(orders: Iterable[StackOrder]) -> StackOrders:
    """For each stack vendor, the position of each version in the declared order."""
    return {order.vendor: order.places for order in orders}


def attributes_by_entry(facts: Iterable[ZigbeeFact]) -> dict[str, dict[ZigbeeAttribute, str]]:
    """The known attributes of each entry. Blank values are left out."""
    attributes: dict[str, dict[ZigbeeAttribute, str]] = {}
    for row in facts:
        values = zip(KIND_ATTRIBUTES[row.kind], (row.vendor, row.detail), strict=True)
        attributes.setdefault(row.entry, {}).update({name: value for name, value in values if value})
    return attributes


class ZigbeeMatcher:
    """Matches entries against the criteria. Raises StackOrderMissing for a range that no declared order covers."""

    def __init__(self, sought: ZigbeeCriteria, orders: StackOrders) -> None:
        self.sought = sought
        self.orders = orders
        self._versions_in_range = _range_of_versions(sought, orders) if sought.has_range else frozenset[str]()

    def state(self, members: Sequence[ZigbeeAttributes]) -> ExposureState:
        """The state of one vertex, by the attributes of all its twins."""
        similarities = [self._attribute_similarity(name, members) for name in self.sought.attributes]
        similarities += [self._range_similarity(members)] if self.sought.has_range else []
        if "other" in similarities:
            return "clear"
        return "exposed" if similarities and set(similarities) == {"same"} else "unknown"

    def spellings(self, attributes: Mapping[str, ZigbeeAttributes]) -> list[SimilarSpelling]:
        """The known values that may be other spellings of a value in the criteria, with the number of entries."""
        counts = Counter(
            (name, values[name])
            for values in attributes.values()
            for name in self.sought.attributes
            if name in values and self._value_similarity(name, values) == "alike"
        )
        return [SimilarSpelling(attribute=name, value=value, entries=n) for (name, value), n in sorted(counts.items())]

    def _attribute_similarity(self, name: ZigbeeAttribute, members: Sequence[ZigbeeAttributes]) -> Similarity:
        return _combined(self._value_similarity(name, values) for values in members if name in values)

    def _value_similarity(self, name: ZigbeeAttribute, values: ZigbeeAttributes) -> Similarity:
        wanted, known = self.sought.attributes[name], values[name]
        positions = self.orders.get(values.get("stack_vendor", ""), {}) if name == "stack_version" else {}
        if wanted in positions and known in positions:
            return "same" if wanted == known else "other"  # an order that lists both makes them different versions
        return similarity(name, wanted, known)

    def _range_similarity(self, members: Sequence[ZigbeeAttributes]) -> Similarity:
        """Whether the version of any twin is in the range. A version without a position in the order may be."""
        return _combined(self._version_in_range(values) for values in members)

    def _version_in_range(self, values: ZigbeeAttributes) -> Similarity:
        vendor, known = values.get("stack_vendor"), values.get("stack_version")
        if vendor != self.sought.stack_vendor or known not in self.orders[self.sought.stack_vendor]:
            return "alike"
        return "same" if known in self._versions_in_range else "other"


def _combined(values: Iterable[Similarity]) -> Similarity:
    """Combines the similarities of twins: `same` if any is the same, `other` only if all known values differ."""
    similarities = set(values)
    if "same" in similarities:
        return "same"
    return "other" if similarities == {"other"} else "alike"


def _range_of_versions(sought: ZigbeeCriteria, orders: StackOrders) -> frozenset[str]:
    """The versions in the range, both ends included. Raises StackOrderMissing."""
    positions = orders.get(sought.stack_vendor)
    if not positions:
        raise StackOrderMissing(
            "no order of the versions of this vendor's stack is declared: declare an order, or search without a range"
        )
    for bound in (sought.version_from, sought.version_to):
        if bound and bound not in positions:
            raise StackOrderMissing(f"{bound} has no place in the declared order of this vendor's stack")
    first = positions[sought.version_from] if sought.version_from else 0
    last = positions[sought.version_to] if sought.version_to else len(positions)
    return frozenset(version for version, position in positions.items() if first <= position <= last)
