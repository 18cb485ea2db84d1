"""Every fixed sentence about an exposed entry without a pathway to a clear one, compared with the facts."""

from hypothesis import example, given, settings

from service.domain.zigbee_statements import ZigbeeCriteria
from service.rules.pathfinding.network import Network
from service.rules.zigbee import blocking_reasons
from service.rules.zigbee.match import ZigbeeMatcher
from service.rules.zigbee.stack_exposure import ExposureSearch, exposed_items
from tests.properties import share
from tests.reached import reaching
from tests.unit.exposures import HAS, NOT
from tests.unit.oracles.exposure import Exposures
from tests.unit.sentences.blocked import BLOCKED, BlockedCase
from tests.unit.zigbee.test_stack_exposure import seekings
from tests.worlds import NOW, declaration, near, revision, six, world

REMOVED = {"status": "Removed"}
TWO = [revision(1), revision(2)]
WORLDS = [
    world(*TWO[:1], declaration(1)),
    world(*TWO, revision(3), declaration(1), declaration(2), declaration(3, 1)),
    world(*TWO, declaration(1)),
    world(revision(1, "B"), revision(2), declaration(1), declaration(2, 1)),
    world(*TWO, revision(3, **REMOVED), declaration(1), declaration(3, 1), declaration(2, 3)),
    world(*TWO, declaration(1, 2), declaration(2)),
]
"""By hand: a world for each sentence. Entry 1 has the stack, entry 2 has not, and of entry 3 nobody said it."""


def on_worlds(test):
    """Decorator below `given`: runs the property on all hand-made worlds."""
    for known in WORLDS:
        test = example((known, NOW, {six(1): HAS, six(2): NOT}, HAS, False))(test)
    return test


def test_every_code_has_its_claims():
    """A code that is new has no claim here."""
    assert BLOCKED.sentences.keys() == blocking_reasons._RULES.keys()


@reaching(*BLOCKED.cases)
@settings(max_examples=share(5, 5))
@given(seekings(most=7))
@on_worlds
def test_blocked(seeking):
    """Of all entries that have what is sought, and no pathway to an entry known to be without it."""
    known, at, said, sought, avoid = seeking
    exposures = Exposures(known, at, said, sought, avoid=avoid)
    matcher = ZigbeeMatcher(ZigbeeCriteria(**sought), {})
    search = ExposureSearch(Network(near(known, at)), said, matcher, avoid)
    for item in exposed_items(search, search.exposed):
        for reason in item.blocked_by:
            BLOCKED.check(reason.code, reason.text, BlockedCase(exposures, item.entry))
