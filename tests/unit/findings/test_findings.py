"""Each code of finding: what brings it, and the nearest thing that does not."""

from datetime import timedelta
from itertools import pairwise

from service.rules.findings import all_findings, declarations, list_content, paths, suspected_mistakes
from service.rules.pathfinding.snapshot import IdentityBelief
from tests.unit.overviews import listed as a_list
from tests.unit.overviews import seen
from tests.worlds import DATES, NOW, acceptance, declaration, hardware, revision, six, world


def of(rule, *facts, **more):
    """The findings of one rule on a world of these facts."""
    return list(rule(seen(world(*facts, beliefs=more.pop("beliefs", None)), **more)))


def entries(found_):
    """The entries of each finding."""
    return [finding.entries for finding in found_]


def chain(*numbers):
    """Entries of which each is the only base of the next; the first is N/A."""
    said = [declaration(target, base) for base, target in pairwise(numbers)]
    return [*map(revision, numbers), declaration(numbers[0]), *said]


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


def test_twins_that_differ():
    """In bases as vertices, status or fragment; a twin that says nothing differs in nothing."""
    base = [revision(8, fw=8, image=8), revision(9, fw=8, image=8)]
    twins = [revision(1, fw=5, image=5), revision(2, fw=5, image=5)]
    assert of(list_content.twins_differ, *base, *twins, declaration(1, 8)) == []
    assert of(list_content.twins_differ, *base, *twins, declaration(1, 8), declaration(2, 9)) == []
    (one,) = of(list_content.twins_differ, *base, *twins, declaration(1, 8), declaration(2))
    assert (one.entries, one.evidence.differs) == (["000001", "000002"], ["declaration"])
    removed = revision(2, fw=5, image=5, status="Removed", image_descriptor="Fragment 1 of 2")
    (one,) = of(list_content.twins_differ, twins[0], removed)
    assert one.evidence.differs == ["fragment", "status"]


def test_one_version_that_names_two_images():
    """On one device model; twins are one image, and another device model is another thing."""
    facts = [revision(1, fw=5), revision(2, fw=5), revision(3, fw=5, image=2), revision(4, "B", fw=5)]
    (one,) = of(list_content.same_version, *facts)
    assert (one.entries, [image.entries for image in one.evidence.images]) == (
        ["000001", "000002", "000003"],
        [["000001"], ["000002", "000003"]],
    )


def test_none_where_earlier_entries_exist():
    """Earlier by its list, or at once under a lower number; not what came later or of other hardware."""
    facts = [revision(5), revision(4), revision(6), revision(3, "B"), declaration(5)]
    (one,) = of(declarations.none_though_earlier, *facts)
    assert [earlier.entry for earlier in one.evidence.earlier] == ["000004"]
    assert of(declarations.none_though_earlier, *facts[:1], *facts[2:]) == []
    (one,) = of(declarations.none_though_earlier, revision(5, since=DATES[1]), revision(9), declaration(5))
    assert one.entries == ["000005", "000009"]


def test_a_fragment_whose_base_skips_the_part_before():
    """Part 2 needs part 1 of the same version as its base; N/A and any other base skip it."""
    part = [revision(n, image_descriptor=f"Fragment {n} of 3 of version 4.8.0") for n in (1, 2, 3)]
    other = revision(4, image_descriptor="Fragment 1 of 3 of version 4.7.0")
    rule = list_content.fragments_that_skip
    assert of(rule, *part, declaration(1), declaration(2, 1), declaration(3, 2)) == []
    (one,) = of(rule, *part, other, declaration(2, 1, 4))
    assert (one.severity, one.evidence.part, one.evidence.bases) == ("wrong", 2, ["000004"])
    assert entries(of(rule, *part, declaration(3, 1))) == [["000001", "000003"]]
    assert entries(of(rule, *part, declaration(2))) == [["000002"]]


def test_list_dates_that_run_backwards():
    """Against the latest list of a lower version, not only the one just before."""
    lists = [a_list("1.1", "2022-03-01"), a_list("1.2", "2022-02-01"), a_list("1.3", "2022-02-15")]
    got = of(list_content.dates_backwards, lists=lists)
    assert [(f.evidence.list_version, f.evidence.previous) for f in got] == [("1.2", "1.1"), ("1.3", "1.1")]
    assert of(list_content.dates_backwards, lists=lists[1:]) == []


def test_a_cycle_is_told_once_with_a_way_around():
    """All of its entries, a shortest way from the lowest number; a chain is none."""
    (one,) = of(paths.cycles, *map(revision, (1, 2, 3)), declaration(2, 1), declaration(3, 2), declaration(1, 3, 2))
    assert (one.entries, one.evidence.steps) == (["000001", "000002", "000003"], ["000001", "000002", "000001"])
    assert of(paths.cycles, *chain(1, 2, 3)) == []


def test_islands_are_parts_without_a_step_between_them():
    """A lone entry counts where something was declared for it."""
    (one,) = of(paths.islands, *chain(1, 2), *chain(3, 4), revision(5))
    assert one.evidence.parts == [["000001", "000002"], ["000003", "000004"]]
    assert of(paths.islands, *chain(1, 2), revision(5)) == []
    assert of(paths.islands, *chain(1, 2), revision(5), declaration(5))[0].evidence.parts[1] == ["000005"]


def test_stranded_is_what_has_no_way_on():
    """The end of a chain is not, nor what nothing came after; undeclared entries may still give a way."""
    assert of(paths.stranded, *chain(1, 2, 3)) == []
    (one,) = of(paths.stranded, *chain(1, 2), *chain(3, 4))
    assert [(s.entry, s.outcome, s.cannot_reach) for s in one.evidence.stranded] == [("000002", "none", 2)]
    (one,) = of(paths.stranded, *chain(1, 2), revision(4))
    assert [(s.entry, s.outcome, s.cannot_reach) for s in one.evidence.stranded] == [("000002", "unknown", 1)]
    assert of(paths.stranded, *chain(1, 2), revision(4, status="Removed")) == []


def test_an_entry_that_many_routes_rely_on():
    """Pairs of others all of whose routes lead through it; a second way takes the load off."""
    (one,) = of(paths.relied_on, *chain(1, 2, 3))
    assert (one.entries, one.evidence.routes) == (["000002"], 1)
    assert of(paths.relied_on, *chain(1, 2, 3), many_routes=2) == []
    around = [*map(revision, (1, 2, 3)), declaration(2, 1), declaration(3, 1, 2)]
    assert of(paths.relied_on, *around) == []


def test_a_sum_that_costs_too_much_says_so():
    """No part of an answer, and no waiting."""
    (one,) = list(paths.relied_on(seen(world(*chain(1, 2, 3))), most=0))
    assert (one.code, one.evidence.finding, one.evidence.vertices) == ("not-computed", "relied-on", 3)
    (one,) = list(paths.missing_steps(seen(world(*chain(1, 2), *chain(3, 4))), most=0))
    assert (one.code, one.evidence.finding) == ("not-computed", "missing-step")


def test_the_step_to_ask_about():
    """From the end of what came first to the head of what came later: never a way back, never against N/A."""
    facts = [*map(revision, (1, 2, 3, 4)), declaration(2, 1), declaration(4, 3)]
    (one,) = of(paths.missing_steps, *facts)
    assert (one.evidence.base, one.evidence.target, one.evidence.routes) == ("000002", "000003", 4)
    assert one.text.startswith("Ask the manufacturer (FE01): may 000002 be a base of 000003?")
    (one,) = of(paths.missing_steps, *facts, declaration(3))
    assert (one.evidence.base, one.evidence.target, one.evidence.routes) == ("000002", "000004", 2)
    assert of(paths.missing_steps, *chain(1, 2, 3)) == []
    assert of(paths.missing_steps, revision(1), revision(2)) == []


def test_an_old_declaration():
    """What it rests on was believed to be something else when it was made."""
    was = IdentityBelief(DATES[0], DATES[2], (hardware("A"), "0" * 8, "9" * 64))
    facts = [revision(1), revision(2), declaration(2, 1, declared=DATES[1])]
    (one,) = of(declarations.old_declarations, *facts, beliefs={six(1): [was]})
    assert (one.entries, one.evidence.changed) == (["000001", "000002"], ["000001"])
    newer = declaration(2, 1, declared=DATES[3])
    assert of(declarations.old_declarations, *facts[:2], newer, beliefs={six(1): [was]}) == []


def siblings(*said):
    """One image on several device models, each declared with some of the images 1 and 2 that all have."""
    facts = []
    for nth, bases in enumerate(said):
        board = {"model": "A", "hardware_revision": f"{nth:02}"}
        numbers = [10 * nth + place for place in (1, 2, 3)]
        facts += [revision(n, fw=place, image=place, **board) for n, place in zip(numbers, (1, 2, 3), strict=True)]
        facts += [declaration(numbers[2], *(10 * nth + base for base in bases))]
    return facts


def test_a_lone_exception_among_siblings():
    """All others that carry the image agree; two against two, or two in all, prove nothing."""
    (one,) = of(suspected_mistakes.lone_exceptions, *siblings([2], [2], [1]))
    assert (one.entries, one.evidence.siblings) == (["000023"], ["000003", "000013"])
    assert (one.evidence.own, one.evidence.theirs) == ([f"{1:0>64}"], [f"{2:0>64}"])
    assert of(suspected_mistakes.lone_exceptions, *siblings([2], [2], [1], [1])) == []
    assert of(suspected_mistakes.lone_exceptions, *siblings([2], [1])) == []
    lacking = [fact for fact in siblings([2], [2], [1, 2], [2]) if getattr(fact, "entry", "") != "000021"]
    assert entries(of(suspected_mistakes.lone_exceptions, *lacking)) == [["000023"]]
    unable = [fact for fact in siblings([1, 2], [1, 2], [2]) if getattr(fact, "entry", "") != "000021"]
    assert of(suspected_mistakes.lone_exceptions, *unable) == []


def test_a_base_that_all_else_has_left_behind():
    """All other bases lie two steps beyond it, or all else does and has no way to the target."""
    facts = [*chain(1, 2, 3, 4), revision(5)]
    (one,) = of(suspected_mistakes.left_behind, *facts, declaration(5, 4, 1))
    assert (one.entries, one.evidence.why, one.evidence.beyond) == (
        ["000001", "000005"],
        "other-bases-beyond",
        ["000004"],
    )
    assert of(suspected_mistakes.left_behind, *facts, declaration(5, 4, 3)) == []
    (one,) = of(suspected_mistakes.left_behind, *facts, declaration(5, 1))
    assert (one.evidence.why, one.evidence.beyond) == ("all-else-beyond", ["000002", "000003", "000004"])
    assert of(suspected_mistakes.left_behind, *facts, declaration(5, 3)) == []
    assert of(suspected_mistakes.left_behind, *facts, declaration(5, 4)) == []
    both = [*map(revision, range(1, 6)), declaration(2, 1), declaration(3, 2, 1), declaration(4, 2), declaration(5, 2)]
    assert [(f.entries, f.evidence.beyond) for f in of(suspected_mistakes.left_behind, *both)] == [
        (["000002", "000003"], ["000004", "000005"]),
        (["000002", "000004"], ["000003", "000005"]),
        (["000002", "000005"], ["000003", "000004"]),
    ]


def test_exceptions_come_first():
    """Severity, then code, then entries."""
    part = revision(9, image_descriptor="Fragment 2 of 2")
    got = all_findings(seen(world(*chain(1, 2), *chain(3, 4), part, declaration(9), revision(7), revision(8, "B"))))
    severities = [finding.severity for finding in got]
    assert severities == sorted(severities, key=["wrong", "missing", "doubtful", "notice"].index)
    assert {"wrong", "missing", "notice"} <= set(severities)
    places = [(finding.code, finding.entries) for finding in got if finding.severity == "missing"]
    assert places == sorted(places)
