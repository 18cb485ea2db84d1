"""A group of device models compared at one instant after another."""

from service.rules.facts.changeset import complete_changes
from service.rules.facts.edit_judgement import judge_edits
from service.rules.impact.comparison import answer_between
from service.rules.impact.group_comparison import GroupComparison
from tests.unit.impacts import SOON, chain, edit
from tests.worlds import NOW, six

LATER = SOON.replace(month=9)


def compared(*edits):
    """The group of a chain of three entries before and after edits."""
    known = chain(1, 2, 3).facts
    _, after = complete_changes(known, judge_edits(known, edits, NOW).changes, NOW)
    return GroupComparison(known, after, list(map(six, (1, 2, 3))), NOW)


def outcomes(group):
    """The outcomes from the first entry to the last, before and after."""
    return [answer_between(snapshot, 0, 2)[0] for snapshot in (group.comparison.before, group.comparison.after)]


def test_the_comparison_moves_to_each_date_at_which_facts_differ():
    """It begins at the present; the dates are those at which a fact about the group begins or ends."""
    group = compared(edit(3, since=SOON), edit(2, 1, since=LATER))
    assert (group.dates, outcomes(group)) == ({SOON}, ["route", "route"])
    assert group.move_to(SOON)
    assert outcomes(group) == ["route", "none"]


def test_the_comparison_stays_where_no_fact_of_the_group_begins_or_ends():
    """At another instant, and at a date that changes no snapshot."""
    group = compared(edit(3, 2, 777, since=SOON))
    first = group.comparison
    assert (group.dates, group.move_to(LATER), group.move_to(SOON)) == ({SOON}, False, False)
    assert group.comparison is first
