"""The findings about paths: what brings each, and the nearest thing that does not."""

from service.rules.findings import paths
from tests.unit.findings_inputs import chain, of, seen
from tests.worlds import declaration, revision, world


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
