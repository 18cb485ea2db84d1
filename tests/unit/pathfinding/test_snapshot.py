"""Facts in force at one instant: identities recorded earlier, listed entries, and held bases accepted."""

import pytest

from service.domain.clock import BEGINNING
from service.rules.pathfinding.snapshot import (
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    RecordedIdentity,
    Snapshot,
    Step,
)
from tests.worlds import DATES

FIRST, SECOND, THIRD, _ = DATES
ENTRY = EntryInForce("000001", "FE01-00010101", "1", "A")


def test_the_identity_at_an_earlier_recorded_instant():
    """Half-open intervals of recorded time; None where nothing was recorded."""
    was, became = ("FE01-00010101", "1", "B"), ENTRY.identity
    beliefs = {"000001": [RecordedIdentity(FIRST, SECOND, was), RecordedIdentity(SECOND, THIRD, became)]}
    snapshot = Snapshot({"000001": ENTRY}, [], beliefs=beliefs)
    assert [snapshot.identity_at("000001", at) for at in (BEGINNING, FIRST, SECOND, THIRD)] == [None, was, became, None]
    assert snapshot.identity_at("000002", FIRST) is None


@pytest.mark.parametrize(("status", "listed"), [("Current", True), ("Removed", False), ("Expired", False)])
def test_an_entry_is_listed_if_its_status_is_current(status, listed):
    """Every other status means that the SEC removed the entry."""
    assert ENTRY._replace(status=status).listed is listed


def test_an_entry_with_a_declaration_keeps_everything_else():
    """The declaration has its bases in the order of the text."""
    declaration = DeclarationInForce("d1", "bases", "000002;000003")
    entry = ENTRY.with_declaration(declaration)
    assert (entry._replace(declared=ENTRY.declared), entry.declared) == (ENTRY, declaration)
    assert entry.declared.bases == ("000002", "000003")


def test_held_pairs_become_steps_once_they_are_accepted():
    """No pair is held any more, and the declared steps stay."""
    step = Step("000001", "000002", "d2")
    snapshot = Snapshot({}, [step], [HeldPair("000003", "000002", "other-device-model", "d2")])
    accepted = snapshot.with_held_accepted()
    assert (accepted.steps, accepted.held) == ([step, Step("000003", "000002", "d2")], [])
