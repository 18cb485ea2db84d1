"""The history of an entry: changed attributes, and the order of its rows."""

import pytest

from service.domain.clock import END
from service.rules.facts.entry_history import changed_attributes, history_position
from service.schemas.responses.entry_history import RecordedFactRow, RevisionRow
from tests.worlds import DATES, revision

FIRST, SECOND, THIRD, FOURTH = DATES


def row(recorded_from, recorded_to=END, since=FIRST, until=END, **content):
    """A revision of entry 1 over both intervals."""
    fields = revision(1, since=since, until=until, **content).model_dump(exclude={"entry", "recorded_from"})
    return RevisionRow.model_validate({**fields, "recorded_from": recorded_from, "recorded_to": recorded_to})


def test_the_first_row_replaced_no_other():
    """Then there is nothing to compare."""
    only = row(FIRST)
    assert changed_attributes(only, [only]) is None


def test_changed_attributes_have_their_json_names():
    """In the order of the attributes; empty where only the dates differ."""
    old = row(FIRST, SECOND)
    new = row(SECOND, status="Removed", image="9")
    assert changed_attributes(new, [old, new]) == ["status", "image.hash"]
    same = row(SECOND, since=THIRD)
    assert changed_attributes(same, [old, same]) == []


@pytest.mark.parametrize(
    ("other", "since"),
    [
        (row(FIRST, THIRD), FIRST),
        (row(FIRST, SECOND, since=THIRD), FIRST),
        (row(FIRST, SECOND, until=THIRD), THIRD),
    ],
)
def test_a_row_replaces_the_one_that_was_closed_with_it_and_held_at_its_start(other, since):
    """Not a row closed at another time, nor one that did not hold at the start of the new row."""
    new = row(SECOND, since=since)
    assert changed_attributes(new, [other, new]) is None


def test_the_position_sorts_by_recorded_instant_kind_and_validity():
    """The name breaks ties."""
    early, late = (
        RecordedFactRow(valid_from=FIRST, valid_to=END, recorded_from=at, recorded_to=END) for at in DATES[:2]
    )
    positions = [
        history_position("revision", early, "b"),
        history_position("declaration", early, "a"),
        history_position("declaration", early, "b"),
        history_position("band", early, "a"),
        history_position("revision", late, "a"),
    ]
    assert positions == sorted(positions)
    assert len(set(positions)) == len(positions)
