"""Edits of declarations: what they change, and which are refused."""

import pytest

from service.domain.clock import BEGINNING, END
from service.domain.edits import Edit
from service.rules.facts.edit_judgement import judge_edits
from tests.worlds import DATES, NOW, declaration, revision, six, world

FIRST, SECOND, THIRD, _ = DATES
ENTRIES = [revision(1), revision(2), revision(3), revision(4, "B")]


def edit(target, *bases, accept=(), **fields):
    """An edit of amendment a2."""
    return Edit(six(target), tuple(map(six, bases)), tuple(map(six, accept)), amendment="a2", **fields)


def judged(*edits, facts=()):
    """The judgement of edits against a few entries and further facts."""
    return judge_edits(world(*ENTRIES, *facts).facts, edits, NOW)


def timeline(judgement):
    """The added declarations."""
    rows = judgement.changes.declarations.added
    return [(row.given, row.amendment, row.valid_from, row.valid_to) for row in rows]


def test_a_new_declaration_holds_for_all_time():
    """Its bases are sorted, each once."""
    judgement = judged(edit(3, 2, 1, 2))
    assert (judgement.changed, judgement.unchanged) == (["000003"], [])
    assert timeline(judgement) == [("000001;000002", "a2", BEGINNING, END)]


def test_a_declaration_over_a_period_leaves_the_rest():
    """The earlier and the later time keep the earlier amendment."""
    facts = [declaration(3, 1)]
    judgement = judged(edit(3, 2, effective_from=SECOND, effective_to=THIRD), facts=facts)
    assert judgement.changes.declarations.closed == facts
    assert timeline(judgement) == [
        ("000001", "a1", BEGINNING, SECOND),
        ("000002", "a2", SECOND, THIRD),
        ("000001", "a1", THIRD, END),
    ]


def test_an_edit_that_is_declared_already_has_no_effect():
    """Neither has the withdrawal of a declaration that does not exist."""
    same, withdrawn = edit(3, 1), Edit(six(2), None, amendment="a2")
    judgement = judged(same, withdrawn, facts=[declaration(3, 1)])
    assert (judgement.unchanged, judgement.no_effect) == (["000003", "000002"], [same, withdrawn])
    assert not judgement.changes


def test_a_held_base_is_accepted_for_the_present_device_models():
    """An acceptance of a base of the same device model changes nothing."""
    judgement = judged(edit(3, 1, 4, accept=(1, 4)))
    (row,) = judgement.changes.acceptances.added
    assert (row.base, row.target, row.base_model, row.target_model) == (
        "000004",
        "000003",
        ENTRIES[3].device_model,
        ENTRIES[2].device_model,
    )
    assert [(remark.code, remark.entry) for remark in judgement.remarks] == [("accept-not-needed", "000001")]


@pytest.mark.parametrize(
    ("refused", "code", "column"),
    [
        (edit(9, 1), "unknown-entry", "entry"),
        (edit(3, 3), "own-base", "bases"),
        (edit(3, 1, accept=(2,)), "accept-no-base", "accept"),
        (edit(3, 9, accept=(9,)), "accept-pending", "accept"),
    ],
)
def test_a_wrong_edit_is_refused_with_its_column(refused, code, column):
    """Nothing of its entry changes, while other entries do."""
    judgement = judged(refused, edit(2, 1))
    assert [(refusal.code, refusal.column) for refusal in judgement.refused] == [(code, column)]
    assert (judgement.changed, [row.entry for row in judgement.changes.declarations.added]) == (["000002"], ["000002"])


def test_an_undated_edit_that_would_replace_several_periods_needs_a_date():
    """One period may be replaced without a date."""
    periods = [declaration(3, 1, until=SECOND), declaration(3, 2, since=SECOND)]
    (refusal,) = judged(edit(3, 4), facts=periods).refused
    assert (refusal.code, refusal.column) == ("which-period", "effective_from")
    assert judged(edit(3, 4), facts=[declaration(3, 1)]).refused == []
