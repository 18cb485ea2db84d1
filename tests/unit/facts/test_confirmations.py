"""Confirmations of declared bases: which facts an edit records, and over which period."""

import pytest

from service.domain.clock import BEGINNING, END
from service.domain.edits import Edit
from service.rules.facts.changeset import facts_after
from service.rules.facts.edit_judgement import judge_edits
from tests.worlds import DATES, NOW, declaration, revision, six, world

FIRST, SECOND, THIRD, _ = DATES
ENTRIES = [revision(1), revision(2), revision(3)]


def confirming(target, *bases, **fields):
    """An edit of amendment a2 that confirms the bases of an entry."""
    return Edit(six(target), tuple(map(six, bases)), amendment="a2", evidence="letter", confirm=True, **fields)


def judged(*edits, facts=()):
    """The facts, and the judgement of edits against them."""
    known = world(*ENTRIES, *facts).facts
    return known, judge_edits(known, edits, NOW)


def confirmed(judgement):
    """The added confirmations."""
    rows = judgement.changes.confirmations.added
    return [
        (row.base, row.base_hash[-1], row.target, row.target_hash[-1], row.valid_from, row.valid_to) for row in rows
    ]


def test_each_base_is_confirmed_with_both_ends_and_nothing_else_changes():
    """The declaration keeps its amendment and its instant; a second judgement has nothing to add."""
    known, judgement = judged(confirming(3, 1, 2), facts=[declaration(3, 1, 2)])
    assert confirmed(judgement) == [
        (six(1), "1", six(3), "3", BEGINNING, END),
        (six(2), "2", six(3), "3", BEGINNING, END),
    ]
    assert (judgement.confirmed, judgement.changed, judgement.unchanged) == ([six(3)], [], [])
    assert not (judgement.changes.declarations or judgement.changes.acceptances or judgement.no_effect)
    row = judgement.changes.confirmations.added[0]
    assert (row.amendment, row.evidence, row.base_version) == ("a2", "letter", "00000001")
    again = judge_edits(facts_after(known, judgement.changes), [confirming(3, 1, 2)], NOW)
    assert (bool(again.changes), again.unchanged, len(again.no_effect)) == (False, [six(3)], 1)


def test_a_confirmation_holds_over_the_period_of_the_declaration_in_force():
    """Neighbouring rows that declare the same are one period; a date of the edit shortens it."""
    facts = [
        declaration(3, 2, until=FIRST),
        declaration(3, 1, since=FIRST, until=SECOND),
        declaration(3, 1, since=SECOND),
    ]
    assert confirmed(judged(confirming(3, 1), facts=facts)[1])[0][4:] == (FIRST, END)
    assert confirmed(judged(confirming(3, 1, effective_from=SECOND), facts=facts)[1])[0][4:] == (SECOND, END)


def test_a_pending_base_has_no_identity_to_confirm():
    """The other bases are confirmed."""
    assert [row[0] for row in confirmed(judged(confirming(3, 1, 9), facts=[declaration(3, 1, 9)])[1])] == [six(1)]


@pytest.mark.parametrize(
    ("edit", "column"),
    [
        (confirming(3, 2), "bases"),
        (confirming(3), "bases"),
        (confirming(2, 1), "bases"),
        (confirming(3, 1, accept=(six(1),)), "accept"),
    ],
)
def test_other_bases_than_those_in_force_are_not_confirmed(edit, column):
    """Neither is an acceptance."""
    judgement = judged(edit, facts=[declaration(3, 1)])[1]
    assert [(refused.code, refused.column) for refused in judgement.refused] == [("confirm-with-change", column)]
    assert not judgement.changes


def test_no_previous_version_is_nothing_to_confirm():
    """N/A names no base."""
    judgement = judged(confirming(3), facts=[declaration(3)])[1]
    assert (judgement.refused, len(judgement.no_effect), bool(judgement.changes)) == ([], 1, False)
