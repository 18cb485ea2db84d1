"""Short helpers for the exposure of the entries of a world to the stack ACME 1.0.0."""

from service.domain.zigbee_statements import ZigbeeCriteria
from service.rules.pathfinding.network import Network
from service.rules.zigbee.match import ZigbeeMatcher
from service.rules.zigbee.stack_exposure import ExposureSearch, exposed_items
from tests.worlds import NOW, near, six, world

HAS, NOT = {"stack_vendor": "ACME", "stack_version": "1.0.0"}, {"stack_vendor": "ACME", "stack_version": "2.0.0"}


def seen_of(facts, said, avoid=False, own=None):
    """A world seen for ACME 1.0.0."""
    told_of = {six(number): values for number, values in said.items()}
    return ExposureSearch(
        Network(near(world(*facts), NOW)), told_of, ZigbeeMatcher(ZigbeeCriteria(**HAS), {}), avoid, own=own
    )


def only(seen, number):
    """What is told of one entry."""
    (found,) = [item for item in exposed_items(seen, seen.exposed) if item.entry == six(number)]
    return found
