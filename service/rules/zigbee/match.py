"""Who has it, who is known not to, and of whom it is not known.

*Has it*: every attribute sought is known and matches. *Known not to*: at least one is known and differs. All else is
unknown, and never counted as safe. Twins are one thing on a meter: what is told of one holds for all, and where they
are told differently each is taken for possible.
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
    """A range of versions is asked for where no order says what lies in it."""


def version_positions(orders: Iterable[StackOrder]) -> StackOrders:
    """The place of each version in the order of its vendor's stack."""
    return {order.vendor: order.places for order in orders}


def attributes_by_entry(told: Iterable[ZigbeeFact]) -> dict[str, dict[ZigbeeAttribute, str]]:
    """What is told of each entry; what is blank is not told."""
    found: dict[str, dict[ZigbeeAttribute, str]] = {}
    for row in told:
        values = zip(KIND_ATTRIBUTES[row.kind], (row.vendor, row.detail), strict=True)
        found.setdefault(row.entry, {}).update({name: value for name, value in values if value})
    return found


class ZigbeeMatcher:
    """Judges entries by what is sought. Raises NoOrder for a range that no declared order bounds."""

    def __init__(self, sought: ZigbeeCriteria, orders: StackOrders) -> None:
        self.sought = sought
        self.orders = orders
        self._within = _range(sought, orders) if sought.has_range else frozenset[str]()

    def state(self, members: Sequence[ZigbeeAttributes]) -> ExposureState:
        """What the twins of one vertex are, by all that is told of any of them."""
        verdicts = [self._any(name, members) for name in self.sought.attributes]
        verdicts += [self._ranged(members)] if self.sought.has_range else []
        if "other" in verdicts:
            return "clear"
        return "exposed" if verdicts and set(verdicts) == {"same"} else "unknown"

    def spellings(self, told: Mapping[str, ZigbeeAttributes]) -> list[SimilarSpelling]:
        """The values known that may be the one sought."""
        alike = Counter(
            (name, values[name])
            for values in told.values()
            for name in self.sought.attributes
            if name in values and self._likeness(name, values) == "alike"
        )
        return [SimilarSpelling(attribute=name, value=value, entries=n) for (name, value), n in sorted(alike.items())]

    def _any(self, name: ZigbeeAttribute, members: Sequence[ZigbeeAttributes]) -> Similarity:
        return _worst(self._likeness(name, one) for one in members if name in one)

    def _likeness(self, name: ZigbeeAttribute, values: ZigbeeAttributes) -> Similarity:
        wanted, known = self.sought.attributes[name], values[name]
        places = self.orders.get(values.get("stack_vendor", ""), {}) if name == "stack_version" else {}
        if wanted in places and known in places:
            return "same" if wanted == known else "other"  # whoever put them in order told them apart
        return similarity(name, wanted, known)

    def _ranged(self, members: Sequence[ZigbeeAttributes]) -> Similarity:
        """Only a version that has a place in the order is within the range, or is not."""
        return _worst(self._place(one) for one in members)

    def _place(self, values: ZigbeeAttributes) -> Similarity:
        vendor, known = values.get("stack_vendor"), values.get("stack_version")
        if vendor != self.sought.stack_vendor or known not in self.orders[self.sought.stack_vendor]:
            return "alike"
        return "same" if known in self._within else "other"


def _worst(found: Iterable[Similarity]) -> Similarity:
    """What may be is never ruled out: one that is the same outweighs all others, and nothing told rules nothing out."""
    verdicts = set(found)
    if "same" in verdicts:
        return "same"
    return "other" if verdicts == {"other"} else "alike"


def _range(sought: ZigbeeCriteria, orders: StackOrders) -> frozenset[str]:
    """The versions within the range, both ends included."""
    places = orders.get(sought.stack_vendor)
    if not places:
        raise StackOrderMissing(
            "no order of the versions of this vendor's stack is declared; without one no range is known"
        )
    for bound in (sought.version_from, sought.version_to):
        if bound and bound not in places:
            raise StackOrderMissing(f"{bound} has no place in the declared order of this vendor's stack")
    first = places[sought.version_from] if sought.version_from else 0
    last = places[sought.version_to] if sought.version_to else len(places)
    return frozenset(version for version, place in places.items() if first <= place <= last)
