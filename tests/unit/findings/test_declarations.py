"""The findings about declarations and missing declarations: what brings each, and the nearest thing that does not."""

from datetime import timedelta

from service.rules.findings import declarations
from service.rules.pathfinding.snapshot import RecordedIdentity
from tests.unit.findings_inputs import entries, of
from tests.worlds import DATES, NOW, acceptance, declaration, hardware, revision, six


def test_undeclared_is_due_of_the_types_obliged_by_manufacturer_and_image():
    """One finding an image, over device models; twins that declare, other types and other makers apart."""
    facts = [
        revision(1, "A", image=7),
        revision(2, "B", image=7),
        revision(3, "C", image=7),
        revision(4, "D"),
        revision(5, "A", image=""),
        revision(6, "A", image=""),
        revision(7, "B", fw=7, image=8),
        revision(8, "B", fw=7, image=8),
        revision(9, "A", image=9, status="Removed"),
        declaration(8, 2),
    ]
    got = of(declarations.undeclared, *facts)
    assert sorted(entries(got)) == [["000001", "000002"], ["000003"], ["000005"], ["000006"], ["000009"]]
    one = next(finding for finding in got if "000001" in finding.entries)
    assert (one.severity, one.manufacturers, one.evidence.image_hash) == ("missing", ["FE01"], f"{7:0>64}")
    assert next(f for f in got if f.entries == ["000009"]).evidence.listed == []
    assert "Ask the manufacturer (FE02)" in next(f for f in got if f.entries == ["000003"]).text
    assert entries(of(declarations.undeclared, *facts, obliged_device_types=frozenset({"communications hub"}))) == [
        ["000004"]
    ]


def test_undeclared_since_a_withdrawal():
    """Known since the first list, missing since it was withdrawn."""
    later = NOW - timedelta(days=1)
    withdrawn = declaration(1, kind="not-supplied", recorded=later)
    assert [f.since for f in of(declarations.undeclared, revision(1))] == [DATES[0]]
    assert [f.since for f in of(declarations.undeclared, revision(1), withdrawn)] == [later]


def test_a_held_base_is_told_with_its_counterpart():
    """The same image on the target's own device model; none once it is accepted."""
    facts = [revision(1, "B", image=7), revision(2, "A"), revision(3, "A", image=7), declaration(2, 1)]
    (one,) = of(declarations.held_bases, *facts)
    assert (one.entries, one.evidence.code, one.evidence.counterpart) == (
        ["000001", "000002"],
        "other-device-model",
        "000003",
    )
    assert of(declarations.held_bases, *facts, acceptance(1, 2)) == []


def test_a_pending_base_is_on_no_list_in_force():
    """It is named in the evidence; once it is listed there is no finding."""
    facts = [revision(1), declaration(1, 2)]
    (one,) = of(declarations.pending_bases, *facts)
    assert (one.entries, one.evidence.base) == (["000001"], "000002")
    assert of(declarations.pending_bases, *facts, revision(2)) == []


def test_a_base_that_is_the_targets_own_twin():
    """It gives no step; another image does."""
    twins = [revision(1, fw=5, image=5), revision(2, fw=5, image=5)]
    assert entries(of(declarations.bases_of_their_own_twins, *twins, declaration(2, 1))) == [["000001", "000002"]]
    assert of(declarations.bases_of_their_own_twins, revision(1), revision(2), declaration(2, 1)) == []


def test_none_where_earlier_entries_exist():
    """Earlier by its list, or at once under a lower number; not what came later or of other hardware."""
    facts = [revision(5), revision(4), revision(6), revision(3, "B"), declaration(5)]
    (one,) = of(declarations.none_though_earlier, *facts)
    assert [earlier.entry for earlier in one.evidence.earlier] == ["000004"]
    assert of(declarations.none_though_earlier, *facts[:1], *facts[2:]) == []
    (one,) = of(declarations.none_though_earlier, revision(5, since=DATES[1]), revision(9), declaration(5))
    assert one.entries == ["000005", "000009"]


def test_an_old_declaration():
    """What it rests on was believed to be something else when it was made."""
    was = RecordedIdentity(DATES[0], DATES[2], (hardware("A"), "0" * 8, "9" * 64))
    facts = [revision(1), revision(2), declaration(2, 1, declared=DATES[1])]
    (one,) = of(declarations.old_declarations, *facts, beliefs={six(1): [was]})
    assert (one.entries, one.evidence.changed) == (["000001", "000002"], ["000001"])
    newer = declaration(2, 1, declared=DATES[3])
    assert of(declarations.old_declarations, *facts[:2], newer, beliefs={six(1): [was]}) == []
