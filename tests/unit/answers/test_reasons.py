"""The reasons why there is no route, each with its entries and its pathway."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from service.domain.clock import END
from tests.unit.questions import ask, codes
from tests.worlds import DATES, acceptance, declaration, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES


def reason(answer, code):
    """The entries and the pathway of one reason; fails if the answer does not have the reason."""
    return next((said.entries, said.steps) for said in answer.reasons if said.code == code)


def test_reasons_are_never_empty():
    """Two declared entries without a step between them: the origins of declared pathways are always named."""
    answer = ask(
        world(revision(1), revision(2), revision(3), declaration(1, 3), declaration(2, 3), declaration(3)), 1, 2
    )
    assert [(said.code, said.entries) for said in answer.reasons] == [("no-declared-way", ["000003"])]
    assert all(said.text for said in answer.reasons)


def test_target_not_listed():
    """The target is removed; a question through removed entries does not have this reason."""
    known = world(revision(1), revision(2, status="Removed"), declaration(1), declaration(2, 700))
    assert reason(ask(known, 1, 2), "target-not-listed") == (["000002"], [])
    assert codes(ask(known, 1, 2, through_removed=True)) == ["no-declared-way"]


def test_not_yet_listed_names_both_entries():
    """No reason that needs either entry is given."""
    known = world(revision(1, since=THIRD), revision(2, since=THIRD), declaration(2))
    answer = ask(known, 2, 1, at=SECOND)
    assert [(said.code, said.entries) for said in answer.reasons] == [("not-yet-listed", ["000001", "000002"])]


def test_a_reason_about_the_target_needs_no_listed_base():
    """A removed target is removed for every base."""
    known = world(revision(1, since=THIRD), revision(2, status="Removed"), declaration(2))
    expected = ["target-not-listed", "not-yet-listed", "declared-none", "no-declared-way"]
    assert codes(ask(known, 1, 2, at=SECOND)) == expected


def test_other_device_model():
    """Both ends, sorted, in either direction of the question."""
    known = world(revision(5, "B"), revision(2), declaration(2, 5), declaration(5))
    assert reason(ask(known, 5, 2), "other-device-model") == (["000002", "000005"], [])
    assert codes(ask(known, 5, 2)) == ["other-device-model", "only-through-held", "no-declared-way"]


def test_declared_none():
    """The target is declared to have no previous version."""
    answer = ask(world(revision(1), revision(2), declaration(1), declaration(2)), 1, 2)
    assert (answer.outcome, reason(answer, "declared-none")) == ("none", (["000002"], []))


def test_not_declared_names_all_entries_that_could_make_a_route():
    """Each undeclared entry between base and target; not the base, nor entries that cannot lead on."""
    facts = [revision(1), revision(2), revision(3), revision(4), declaration(4, 3)]
    beside = [revision(7, "B"), revision(8, status="Removed")]
    answer = ask(world(*facts, *beside), 1, 4)
    assert reason(answer, "not-declared") == (["000002", "000003"], [])


# From device model A an accepted step leads into B, where 000008 is undeclared: a way from 000001 to 000009 is unknown.
BEYOND = [revision(7, "B"), revision(8, "B"), revision(9, "B"), declaration(9, 8)]
CROSSED = acceptance(1, 7, "A", "B")


def not_declared(*facts):
    """The entries to ask about."""
    return reason(ask(world(*facts), 1, 9), "not-declared")[0]


def test_not_declared_omits_entries_that_lead_to_the_base_only():
    """A path has no loops, and 000002 leads only to the base 000001."""
    assert not_declared(revision(1), revision(2), declaration(1, 2), *BEYOND, declaration(7, 1), CROSSED) == ["000008"]


def test_not_declared_omits_entries_that_no_declaration_names():
    """000003 is declared, and not from 000002: no declaration is missing."""
    between = [revision(1), declaration(1), revision(2), revision(3), declaration(3, 1)]
    assert not_declared(*between, *BEYOND, declaration(7, 3), acceptance(3, 7, "A", "B")) == ["000008"]


def test_not_declared_omits_entries_that_lead_to_removed_ones_only():
    """000002 leads only to 000004, which no step may enter."""
    facts = [revision(1), declaration(1), revision(2), revision(4, "B", status="Removed"), *BEYOND[:3]]
    said = [declaration(7, 1), CROSSED, declaration(4, 2), acceptance(2, 4, "A", "B"), declaration(9, 8, 4)]
    assert not_declared(*facts, *said) == ["000008"]


def test_not_declared_names_the_manufacturer_to_ask():
    """By code, in the text and in the list."""
    answer = ask(world(revision(1), revision(2)), 1, 2)
    assert "FE01" in answer.reasons[0].text


# 000003 could only lead on through 000002 again, by which its device model is entered.
ENDS = [revision(1, "C"), revision(9, "B"), declaration(9, 8)]
MIDDLE = [revision(2), revision(3), declaration(2, 1, 3), acceptance(1, 2, "C", "A")]
LEADING_ON = [revision(7, "B"), declaration(7, 2), acceptance(2, 7, "A", "B"), revision(8, "B")]


def test_not_declared_omits_entries_behind_the_entry_of_their_model():
    """Unless the path can enter the device model at another vertex too."""
    assert not_declared(*ENDS, *MIDDLE, *LEADING_ON) == ["000008"]
    beside = [revision(4), declaration(4, 1), acceptance(1, 4, "C", "A")]
    assert not_declared(*ENDS, *MIDDLE, *LEADING_ON, *beside) == ["000003", "000008"]


# From A a step leads to B, and from B one back to A, where both ways meet in 000002.
TO_AND_FRO = [
    *(revision(1, "C"), revision(2), declaration(2, 1, 4), acceptance(1, 2, "C", "A"), acceptance(4, 2, "B", "A")),
    *(revision(3, "B"), declaration(3, 2), acceptance(2, 3, "A", "B"), revision(4, "B"), declaration(4, 3, 5)),
    *(revision(5, "B"), revision(8), revision(9), declaration(9, 8)),
]


def test_not_declared_omits_detours_between_device_models():
    """Every path on from 000005 visits a vertex that leads to 000005."""
    assert not_declared(*TO_AND_FRO) == ["000008"]


def test_not_declared_names_all_candidates_beyond_the_limit(monkeypatch):
    """The exact answer needs more search states than the limit."""
    monkeypatch.setattr("service.rules.pathfinding.possible_paths._MAX_STATES", 1)
    assert not_declared(*fanned(11, 12)) == ["000005", "000008"]
    assert not_declared(*fanned(11)) == ["000005", "000008"]


def fanned(*first):
    """4,096 paths lead from 000002 to the device model of 000005, from which only 000011 leads on."""
    layers = [first, *((number, number + 1) for number in range(13, 37, 2))]
    facts = [revision(1, "C"), revision(2), declaration(2, 1), acceptance(1, 2, "C", "A")]
    for before, layer in pairwise([(2,), *layers]):
        facts += [revision(number, "D") for number in layer]
        facts += [declaration(number, *before, *([5] if number == 11 else [])) for number in layer]
    facts += [acceptance(2, number, "A", "D") for number in first] + [acceptance(5, 11, "B", "D")]
    facts += [revision(3, "B"), declaration(3, *layers[-1]), revision(5, "B")]
    facts += [acceptance(number, 3, "D", "B") for number in layers[-1]]
    leading_on = [revision(6, "E"), declaration(6, 11), acceptance(11, 6, "D", "E"), revision(8, "E")]
    return [*facts, *leading_on, revision(9, "B"), declaration(9, 8), acceptance(8, 9, "E", "B")]


def test_not_declared_is_exact_where_thousands_of_ways_lead_to_a_device_model():
    """000005 is named where a way in leaves 000011 to it, and left out where every way in passes that too."""
    assert not_declared(*fanned(11, 12)) == ["000005", "000008"]
    assert not_declared(*fanned(11)) == ["000008"]


def test_only_through_removed_gives_the_pathway():
    """With the removed entries that the pathway enters; a removed base is not entered."""
    facts = [revision(1, status="Removed"), revision(2, status="Removed"), revision(3), revision(4)]
    said = [declaration(2, 1), declaration(3, 2), declaration(4, 3), declaration(1)]
    answer = ask(world(*facts, *said), 1, 4)
    assert reason(answer, "only-through-removed") == (["000002"], ["000001", "000002", "000003", "000004"])
    assert answer.outcome == "none"


def test_a_removed_target_with_a_declared_pathway_has_two_reasons():
    """The target is not listed, and a pathway through removed entries exists."""
    known = world(revision(1), revision(2, status="Removed"), declaration(2, 1))
    answer = ask(known, 1, 2)
    assert codes(answer) == ["target-not-listed", "only-through-removed", "no-declared-way"]
    assert reason(answer, "only-through-removed") == (["000002"], ["000001", "000002"])
    assert reason(answer, "no-declared-way") == (["000002"], [])


def test_no_declared_way_names_the_origins():
    """All entries from which the target can be reached and that have no base."""
    facts = [revision(number) for number in (1, 2, 3, 4, 5)]
    said = [declaration(5, 4), declaration(4, 2, 3), declaration(1), declaration(2), declaration(3)]
    assert reason(ask(world(*facts, *said), 1, 5), "no-declared-way") == (["000002", "000003"], [])


def test_no_declared_way_names_all_entries_of_a_cycle():
    """No entry of the cycle comes before the others."""
    facts = [revision(number) for number in (1, 2, 3, 5)]
    said = [declaration(1), declaration(2, 3), declaration(3, 2), declaration(5, 3)]
    assert reason(ask(world(*facts, *said), 1, 5), "no-declared-way") == (["000002", "000003"], [])


def test_no_declared_way_ignores_steps_into_removed_entries():
    """A removed entry may be a base, but no step leads to it."""
    facts = [revision(1), revision(2), revision(3, status="Removed"), revision(5)]
    said = [declaration(1), declaration(2), declaration(3, 2), declaration(5, 3)]
    assert reason(ask(world(*facts, *said), 1, 5), "no-declared-way") == (["000003"], [])


def test_a_held_base_is_no_origin():
    """A held base gives no step."""
    known = world(revision(1), revision(2, "B"), revision(5), declaration(1), declaration(2), declaration(5, 2))
    assert reason(ask(known, 1, 5), "no-declared-way") == (["000005"], [])


def test_only_through_held():
    """Names the bases to accept, and the pathway that they would make."""
    rows = [revision(1), revision(2), revision(3, "B"), revision(4, "B")]
    known = world(*rows, declaration(2, 1), declaration(3, 2, 1), declaration(4, 3))
    answer = ask(known, 1, 4)
    assert reason(answer, "only-through-held") == (["000001", "000003"], ["000001", "000003", "000004"])
    assert "000001 as a base of 000003 (other-device-model)" in answer.reasons[1].text
    assert "only-through-held" not in codes(ask(known, 4, 1))


def test_opposite_direction():
    """Only if a route leads from the target to the base."""
    known = world(revision(1), revision(2), revision(3), declaration(1), declaration(2, 1), declaration(3))
    assert reason(ask(known, 2, 1), "opposite-direction") == (["000001", "000002"], ["000001", "000002"])
    assert "opposite-direction" not in codes(ask(known, 3, 1))


@pytest.mark.parametrize(
    ("at", "interval", "words"),
    [
        (DATES[0], (DATES[1], DATES[2]), "from 2022-07-01T00:00:00Z until 2023-01-01T00:00:00Z"),
        (DATES[2], (DATES[1], DATES[2]), "from 2022-07-01T00:00:00Z until 2023-01-01T00:00:00Z"),
        (datetime(2023, 6, 1, tzinfo=UTC), (DATES[3], None), "one from 2023-07-01T00:00:00Z:"),
        (datetime(2023, 4, 1, 12, tzinfo=UTC), (DATES[1], DATES[2]), "until 2023-01-01T00:00:00Z"),
    ],
)
def test_not_at_this_time(at, interval, words):
    """The nearest span with a route; of two equally near spans the earlier."""
    said = [declaration(2, 1, since=since, until=until) for since, until in (DATES[1:3], (DATES[3], END))]
    known = world(revision(1), revision(2), *said)
    answer = ask(known, 1, 2, at=at)
    found = next(said for said in answer.reasons if said.code == "not-at-this-time")
    assert (found.interval.from_, found.interval.to) == interval
    assert found.steps == ["000001", "000002"]
    assert words in found.text


def test_a_time_at_which_both_are_twins_is_no_time_with_a_route():
    """The outcome is then `already-there`: there is nothing to upgrade."""
    later = revision(2, fw=1, image=1, since=DATES[2])
    known = world(revision(1), revision(2, since=DATES[0], until=DATES[2]), later, revision(3))
    said = [declaration(3, 1), declaration(2, 3, since=DATES[2])]
    assert "not-at-this-time" not in codes(ask(world(*known.revisions, *said), 1, 2, at=DATES[0]))
