"""Compares the ZigBee attributes of entries with the criteria of a search: exposed, clear or unknown.

An entry is *exposed* if all attributes of the criteria are known and match. It is *clear* if at least one attribute is
known and differs. All other entries are *unknown*, and never count as safe. Twins carry one image, so the data of one
twin hold for all; if the data of twins differ, each value counts as possible.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from service.domain.zigbee_facts import StackVersionOrder, ZigbeeAttribute, ZigbeeFact
from service.domain.zigbee_spelling import Similarity, similarity
from service.domain.zigbee_statements import KIND_ATTRIBUTES, ZigbeeCriteria
from service.schemas.responses.exposure import ExposureState, SimilarSpelling

ZigbeeAttributes = Mapping[ZigbeeAttribute, str]
StackOrders = Mapping[str, Mapping[str, int]]


class StackOrderMissing(ValueError):
    """Error: a search names a range of stack versions, but no declared order of versions covers the range."""


def version_positions(orders: Iterable[StackVersionOrder]) -> StackOrders:
    """Returns, for each vendor of a ZigBee stack, the position of each version in the declared order of its
    versions.
    """
    return {order.vendor: order.places for order in orders}


def attributes_by_entry(facts: Iterable[ZigbeeFact]) -> dict[str, dict[ZigbeeAttribute, str]]:
    """Returns the known ZigBee attributes of each entry. Leaves out blank values."""
    attributes: dict[str, dict[ZigbeeAttribute, str]] = {}
    for row in facts:
        values = zip(KIND_ATTRIBUTES[row.kind], (row.vendor, row.detail), strict=True)
        attributes.setdefault(row.entry, {}).update({name: value for name, value in values if value})
    return attributes


class ZigbeeMatcher:
    """Compares the ZigBee attributes of entries with the criteria of a search by chipset or stack.

    Raises StackOrderMissing if the criteria have a range of versions that no declared order covers.
    """

    def __init__(self, criteria: ZigbeeCriteria, orders: StackOrders) -> None:
        self.criteria = criteria
        self.orders = orders
        self._versions_in_range = _range_of_versions(criteria, orders) if criteria.has_range else frozenset[str]()

    def state(self, members: Sequence[ZigbeeAttributes]) -> ExposureState:
        """Returns the state of a vertex, by the attributes of all its entries: exposed (matches the search), clear
        (differs from it) or unknown.
        """
        similarities = [
            _combined(self._value_similarity(name, values) for values in members if name in values)
            for name in self.criteria.attributes
        ]
        similarities += [_combined(map(self._version_in_range, members))] if self.criteria.has_range else []
        if "other" in similarities:
            return "clear"
        return "exposed" if similarities and set(similarities) == {"same"} else "unknown"

    def spellings(self, attributes: Mapping[str, ZigbeeAttributes]) -> list[SimilarSpelling]:
        """Returns the recorded ZigBee values that may be other spellings of a value in the search criteria, with their
        counts.
        """
        counts = Counter(
            (name, values[name])
            for values in attributes.values()
            for name in self.criteria.attributes
            if name in values and self._value_similarity(name, values) == "alike"
        )
        return [SimilarSpelling(attribute=name, value=value, entries=n) for (name, value), n in sorted(counts.items())]

    def _value_similarity(self, name: ZigbeeAttribute, values: ZigbeeAttributes) -> Similarity:
        """Returns whether a known value is the `same` as in the criteria, `alike` (perhaps the same) or `other`."""
        wanted, known = self.criteria.attributes[name], values[name]
        positions = self.orders.get(values.get("stack_vendor", ""), {}) if name == "stack_version" else {}
        if wanted in positions and known in positions:
            return "same" if wanted == known else "other"  # an order that lists both makes them different versions
        return similarity(name, wanted, known)

    def _version_in_range(self, values: ZigbeeAttributes) -> Similarity:
        """Returns whether the version of an entry is in the range; `alike` if the order does not have the version."""
        vendor, known = values.get("stack_vendor"), values.get("stack_version")
        if vendor != self.criteria.stack_vendor or known not in self.orders[self.criteria.stack_vendor]:
            return "alike"
        return "same" if known in self._versions_in_range else "other"


def _combined(values: Iterable[Similarity]) -> Similarity:
    """Returns `same` if any of the similarities is `same`, `other` if all are `other`, otherwise `alike`."""
    similarities = set(values)
    if "same" in similarities:
        return "same"
    return "other" if similarities == {"other"} else "alike"


def _range_of_versions(criteria: ZigbeeCriteria, orders: StackOrders) -> frozenset[str]:
    """Returns the versions in the range of the criteria, both ends included. Raises StackOrderMissing."""
    positions = orders.get(criteria.stack_vendor)
    if not positions:
        raise StackOrderMissing(
            "no order of the versions of this vendor's stack is declared: declare an order, or search without a range"
        )
    for bound in (criteria.version_from, criteria.version_to):
        if bound and bound not in positions:
            raise StackOrderMissing(f"{bound} has no place in the declared order of this vendor's stack")
    first = positions[criteria.version_from] if criteria.version_from else 0
    last = positions[criteria.version_to] if criteria.version_to else len(positions)
    return frozenset(version for version, position in positions.items() if first <= position <= last)
