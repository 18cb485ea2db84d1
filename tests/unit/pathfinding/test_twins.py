"""Twins are one vertex: entries with the same device model, firmware version and image hash."""

from random import Random

import pytest

from service.rules.answers.pathway import reachable_targets, reaching_origins
from service.rules.facts.derive_edges import derive_edges
from service.rules.pathfinding.twins import group_by_key
from tests.unit.questions import ask, codes, setting, way
from tests.worlds import acceptance, declaration, revision, world


def twin(number, of, **told):
    """Another entry with the image of an entry."""
    return revision(number, fw=of, image=told.pop("image", of), **told)


@pytest.mark.parametrize("image", ["77", ""])
def test_a_pathway_between_twins_is_already_there(image):
    """Same device model, version and image hash; two blank hashes are equal too."""
    known = world(revision(1, fw="7", image=image), revision(2, fw="7", image=image, status="Removed"))
    answer = ask(known, 1, 2)
    assert (answer.outcome, answer.steps) == ("already-there", [])


@pytest.mark.parametrize("other", [{"image": "8"}, {"image": ""}, {"model": "B"}, {"fw": "9"}])
def test_entries_that_differ_are_no_twins(other):
    """Another hash, a blank hash beside a hash, another device model, or another version."""
    known = world(revision(1, fw="7", image="7"), revision(2, **{"fw": "7", "image": "7", **other}))
    assert ask(known, 1, 2).outcome != "already-there"


def test_a_declared_base_counts_for_its_twins():
    """A step leads from either twin."""
    known = world(revision(1), twin(9, of=1), revision(2), declaration(2, 1))
    assert way(ask(known, 1, 2)) == ["000001", "000002"]
    assert way(ask(known, 9, 2)) == ["000009", "000002"]


def test_twins_share_their_declared_bases():
    """Each twin can be reached from the bases of both."""
    known = world(revision(5), twin(9, of=5), revision(1), revision(2), declaration(5, 1), declaration(9, 2))
    for base in (1, 2):
        for target in (5, 9):
            assert ask(known, base, target).outcome == "route"


def test_a_declaration_of_its_own_twin_gives_no_step():
    """It gives no loop either; the other declared bases count."""
    known = world(revision(5), twin(9, of=5), revision(1), declaration(5, 9, 1))
    assert way(ask(known, 1, 9)) == ["000001", "000009"]
    assert [step.warnings for step in ask(known, 1, 5).steps] == [[]]
    assert [item.entry for item in reaching_origins(setting(known, 5, 5))] == ["000001"]
    assert reachable_targets(setting(known, 9, 9)) == []


def test_the_entry_of_the_question_represents_its_twins():
    """At both ends. Elsewhere, the lowest listed number represents the twins."""
    on_the_way = [twin(4, of=8, status="Removed"), revision(8), twin(6, of=8), declaration(8, 1)]
    ends = [revision(1), twin(7, of=1), revision(3), twin(9, of=3), declaration(3, 8)]
    known = world(*on_the_way, *ends)
    assert way(ask(known, 7, 9)) == ["000007", "000006", "000009"]
    assert way(ask(known, 1, 3)) == ["000001", "000006", "000003"]


def test_the_lowest_number_represents_removed_twins():
    """In a pathway through removed entries."""
    known = world(
        *[revision(1), revision(8, status="Removed"), twin(4, of=8, status="Removed"), revision(3)],
        *[declaration(8, 1), declaration(3, 8)],
    )
    assert way(ask(known, 1, 3, through_removed=True)) == ["000001", "000004", "000003"]


def test_the_shown_number_decides_the_preference():
    """The lower number of a removed twin does not count."""
    low_but_removed = [twin(2, of=8, status="Removed"), revision(8), declaration(8, 1)]
    other = [revision(5), declaration(5, 1)]
    known = world(revision(1), *low_but_removed, *other, revision(3), declaration(3, 8, 5))
    assert way(ask(known, 1, 3)) == ["000001", "000005", "000003"]


def test_a_vertex_is_listed_if_any_of_its_entries_is():
    """A step may lead to it although the entry with the declaration is removed."""
    known = world(revision(1), revision(2, status="Removed"), twin(6, of=2), declaration(2, 1))
    assert ask(known, 1, 6).outcome == "route"
    assert ask(known, 1, 2).outcome == "route"


def test_a_vertex_is_undeclared_only_if_all_of_its_entries_are():
    """The declaration of one twin counts for all twins, so no declaration is missing."""
    facts = [revision(1), declaration(1), revision(2), revision(3), twin(6, of=3), declaration(2)]
    assert ask(world(*facts), 1, 3).outcome == "unknown"
    assert ask(world(*facts, declaration(6, 2)), 1, 3).outcome == "none"


def test_all_undeclared_twins_are_named():
    """The declaration of any of them could make the route."""
    answer = ask(world(revision(1), revision(3), twin(6, of=3)), 1, 6)
    assert answer.reasons[0].code == "not-declared"
    assert answer.reasons[0].entries == ["000003", "000006"]


def test_declared_bases_of_one_twin_outweigh_n_a_of_the_other():
    """The target has a previous version."""
    facts = [revision(1), declaration(1), revision(2), declaration(2), revision(3), twin(6, of=3)]
    both = world(*facts, declaration(3), declaration(6))
    mixed = world(*facts, declaration(3), declaration(6, 2))
    assert ask(both, 1, 3).reasons[0].entries == ["000003", "000006"]
    assert codes(ask(both, 1, 3)) == ["declared-none", "no-declared-way"]
    assert codes(ask(mixed, 1, 3)) == ["no-declared-way"]


def test_reach_names_every_twin():
    """A meter may run any of the twins."""
    known = world(revision(1), twin(9, of=1), revision(2), twin(6, of=2), declaration(2, 1))
    assert [(item.entry, item.steps) for item in reachable_targets(setting(known, 9, 9))] == [
        ("000002", 1),
        ("000006", 1),
    ]
    assert [(item.entry, item.steps) for item in reaching_origins(setting(known, 6, 6))] == [
        ("000001", 1),
        ("000009", 1),
    ]


MANY = range(11, 20)


@pytest.mark.parametrize("seed", range(3))
def test_the_step_of_an_undeclared_twin_names_the_lowest_declaration(seed):
    """There are so many twins that an unsorted set would hardly give this order by chance."""
    twins = Random(seed).sample(MANY, len(MANY))
    facts = [revision(1), revision(5), *(twin(number, of=5) for number in twins)]
    steps, _ = derive_edges(world(*facts, *(declaration(number, 1) for number in twins)).facts, ["000005", "000015"])
    assert [(row.base, row.target, row.declaration, row.by_twin) for row in steps] == [
        ("000001", "000005", "d11@0001-01-01", True),
        ("000001", "000015", "d15@0001-01-01", False),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_step_from_an_unnamed_twin_names_the_lowest_acceptance(seed):
    """The acceptance is that of the lowest named base."""
    twins = Random(seed).sample(MANY, len(MANY))
    facts = [revision(5, "B"), *(twin(number, of=5, model="B") for number in twins), revision(2)]
    said = [declaration(2, *twins), *(acceptance(number, 2) for number in twins)]
    steps, _ = derive_edges(world(*facts, *said).facts, ["000002"])
    (row,) = [row for row in steps if row.base == "000005"]
    assert (row.declaration, row.acceptance, row.by_twin) == ("d2@0001-01-01", "c11-2@0001-01-01", True)


def test_values_are_grouped_by_key_in_their_order():
    """Keys come in the order of their first value."""
    assert group_by_key([("b", 1), ("a", 2), ("b", 3)]) == {"b": (1, 3), "a": (2,)}
