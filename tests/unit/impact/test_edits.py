"""Edits that are applied without being recorded: the refused ones, the statuses, and the declarations replaced."""

import pytest

from service.cli.impact import impact_lines
from service.domain.clock import BEGINNING, END, iso
from service.domain.edits import Edit, StatusEdit
from service.rules.impact.edits import edit_digest_lines, edit_remarks, propose_change, replaced_declarations
from tests.unit.impacts import SOON, chain, edit, impact
from tests.worlds import DATES, NOW, declaration, revision, world


def faults(known, *edits):
    """Why edits cannot be taken."""
    return [(int(fault.entry), fault.where, fault.code) for fault in propose_change(known.facts, edits, NOW).faults]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([edit(2, 1)], [(2, "bases", "changes-nothing")]),
        ([edit(1)], [(1, "bases", "changes-nothing")]),
        ([edit(2, 1), edit(3, 1)], [(2, "bases", "changes-nothing")]),
        ([edit(3, 2, since=SOON), edit(3, 1)], [(3, "bases", "changes-nothing")]),
        ([edit(4, withdraw=True)], [(4, "bases", "changes-nothing")]),
        ([edit(9, 1)], [(9, "entry", "unknown-entry")]),
        ([edit(3, 3)], [(3, "bases", "own-base")]),
        ([edit(3, 1), edit(3, 1, 2)], [(3, "entry", "entry-twice")]),
        ([StatusEdit("000002", "Current")], [(2, "status", "changes-nothing")]),
        ([StatusEdit("000009", "Current")], [(9, "entry", "unknown-entry")]),
    ],
)
def test_refused(edits, expected):
    """What cannot be taken is refused with its place and code, also beside what could."""
    known = world(*chain(1, 2, 3).revisions, *chain(1, 2, 3).declarations, revision(4))
    assert faults(known, *edits) == expected


def test_of_two_periods_one_must_be_said():
    """Without a date an edit may not replace more than one period."""
    until, since = declaration(2, 1, until=SOON), declaration(2, kind="none", since=SOON)
    known = world(revision(1), revision(2), revision(3), until, since)
    assert faults(known, edit(2, 3)) == [(2, "effective_from", "which-period")]
    assert faults(known, edit(2, 3, since=SOON)) == []


def test_a_status_cuts_only_what_says_otherwise():
    """What is removed already stays the row it was."""
    removed = revision(1, status="Removed", until=SOON)
    known = world(removed, revision(1, since=SOON))
    here = propose_change(known.facts, [StatusEdit("000001", "Removed")], NOW)
    assert here.faults == []
    assert list(here.changes.revisions.closed) == known.revisions[1:]
    assert [row.status for row in here.after.revisions["000001"]] == ["Removed", "Removed"]


def test_what_is_replaced():
    """The stretches over which something else was declared; what stays declared is none."""
    known = chain(1, 2, 3)
    (replaced,) = impact(known, edit(3, 1, since=SOON)).replaces
    assert (replaced.entry, replaced.bases) == ("000003", ["000002"])
    assert (replaced.valid_from, replaced.valid_to) == (SOON, None)
    (always,) = impact(known, edit(3, 1)).replaces
    assert (always.valid_from, always.valid_to) == (None, None)


def test_what_is_replaced_is_told_without_open_ends():
    """The command names an end only where there is one."""
    known = chain(1, 2, 3)
    dated = impact(known, edit(3, 1, since=SOON))
    assert f"replaces: 000003 bases 000002 (from {iso(SOON)})" in impact_lines(dated, cut=False)
    assert "replaces: 000003 bases 000002 (at all times)" in impact_lines(impact(known, edit(3, 1)), cut=False)


def test_the_facts_after_the_change_have_its_rows():
    """The declaration is replaced from its date on; the facts before stay as they were."""
    known = chain(1, 2, 3)
    proposed = propose_change(known.facts, [edit(3, 1, since=SOON)], NOW)
    assert proposed.before == known.facts
    rows = [(row.bases, row.valid_from, row.valid_to) for row in proposed.after.declarations["000003"]]
    assert sorted(rows) == [(("000001",), SOON, END), (("000002",), BEGINNING, SOON)]
    assert proposed.after.revisions == known.facts.revisions


def test_a_status_from_a_date_on_divides_the_revision():
    """From now on unless a date is given; the attributes stay the same."""
    known = world(revision(1), revision(2))
    for since in (None, SOON):
        after = propose_change(known.facts, [StatusEdit("000001", "Removed", since)], NOW).after.revisions
        rows = sorted((row.valid_from, row.valid_to, row.status, row.image_hash) for row in after["000001"])
        image, at = known.revisions[0].image_hash, since or NOW
        assert rows == [(DATES[0], at, "Current", image), (at, END, "Removed", image)]
        assert after["000002"] == (known.revisions[1],)


def test_a_base_is_judged_by_the_status_that_is_assumed():
    """The remark on a removed base is made if a status edit removes the base in the same request."""
    known = world(*map(revision, (1, 2)))
    edits = [edit(2, 1), StatusEdit("000001", "Removed")]
    remarks = edit_remarks(propose_change(known.facts, edits, NOW).verdict)
    assert [(remark.code, remark.entry, remark.base) for remark in remarks] == [("removed-base", "000002", "000001")]
    assert edit_remarks(propose_change(known.facts, edits[:1], NOW).verdict) == []


def test_a_remark_names_the_base_only_if_it_is_another_entry():
    """A held base comes with its code, and with the entry of the target's device model that carries its image."""
    known = world(revision(1, "B", image=7), revision(2), revision(3, image=7))
    (held,) = edit_remarks(propose_change(known.facts, [edit(2, 1)], NOW).verdict)
    assert held.model_dump(exclude={"text"}) == {
        "code": "held",
        "entry": "000002",
        "base": "000001",
        "held": "other-device-model",
        "counterpart": "000003",
    }
    remarks = edit_remarks(
        propose_change(world(revision(1), revision(2, since=DATES[1])).facts, [edit(2)], NOW).verdict
    )
    assert [(remark.code, remark.entry, remark.base) for remark in remarks] == [("none-though-earlier", "000002", None)]


def test_the_replaced_periods_come_by_entry_and_time():
    """A period over which the same is declared again is not replaced."""
    until, since = declaration(3, 2, until=SOON), declaration(3, 1, since=SOON)
    known = world(*map(revision, (1, 2, 3)), declaration(2, 1), until, since)
    edits = [edit(3, since=NOW), edit(2)]
    rows = replaced_declarations(propose_change(known.facts, edits, NOW).changes)
    assert [(row.entry, row.kind, row.bases, row.valid_from, row.valid_to) for row in rows] == [
        ("000002", "bases", ["000001"], None, None),
        ("000003", "bases", ["000002"], NOW, SOON),
        ("000003", "bases", ["000001"], SOON, None),
    ]
    assert replaced_declarations(propose_change(world(*map(revision, (1, 2))).facts, [edit(2, 1)], NOW).changes) == []


def test_the_digest_lines_are_sorted_and_have_every_part_of_an_edit():
    """In any order of the request and of the bases; the line of a file and the amendment are no part of the edit."""
    edits = [
        edit(3, 2, 1, accept=(2, 1), since=SOON),
        edit(2),
        edit(1, withdraw=True),
        StatusEdit("000004", "Removed"),
        StatusEdit("000004", "Current", SOON),
    ]
    due = [
        "000001 not-supplied  accept  ",
        "000002 none  accept  ",
        "000003 bases 000001;000002 accept 000001;000002 2024-06-01T00:00:00Z",
        "000004 status Current 2024-06-01T00:00:00Z",
        "000004 status Removed ",
    ]
    assert edit_digest_lines(edits) == edit_digest_lines(edits[::-1]) == due
    assert edit_digest_lines([Edit("000002", (), line=7, amendment="a9")]) == due[1:2]
