"""Twins are one vertex: one image of one device model, listed twice."""

from random import Random

import pytest

from service.rules.answers.pathway import reachable_targets, reaching_origins
from service.rules.facts.derive_edges import derive_edges
from tests.unit.questions import ask, codes, setting, way
from tests.worlds import acceptance, declaration, revision, world


def twin(number, of, **told):
    """Another listing of the image of an entry."""
    return revision(number, fw=of, image=told.pop("image", of), **told)


@pytest.mark.parametrize("image", ["77", ""])
def test_a_way_between_twins_is_already_there(image):
    """Same device model, same version, hashes that do not differ, both blank included."""
    known = world(revision(1, fw="7", image=image), revision(2, fw="7", image=image, status="Removed"))
    answer = ask(known, 1, 2)
    assert (answer.outcome, answer.steps) == ("already-there", [])


@pytest.mark.parametrize("other", [{"image": "8"}, {"image": ""}, {"model": "B"}, {"fw": "9"}])
def test_entries_that_differ_are_no_twins(other):
    """Another hash, a blank beside a hash, another device model or another version."""
    known = world(revision(1, fw="7", image="7"), revision(2, **{"fw": "7", "image": "7", **other}))
    assert ask(known, 1, 2).outcome != "already-there"


def test_what_names_one_as_a_base_holds_for_all():
    """From either twin there is a step."""
    known = world(revision(1), twin(9, of=1), revision(2), declaration(2, 1))
    assert way(ask(known, 1, 2)) == ["000001", "000002"]
    assert way(ask(known, 9, 2)) == ["000009", "000002"]


def test_the_bases_of_twins_are_joined():
    """Each twin can be reached from what either declares."""
    known = world(revision(5), twin(9, of=5), revision(1), revision(2), declaration(5, 1), declaration(9, 2))
    for base in (1, 2):
        for target in (5, 9):
            assert ask(known, base, target).outcome == "route"


def test_a_base_that_names_its_own_twin_gives_no_step():
    """Nor a loop: what else is declared stays."""
    known = world(revision(5), twin(9, of=5), revision(1), declaration(5, 9, 1))
    assert way(ask(known, 1, 9)) == ["000001", "000009"]
    assert [step.warnings for step in ask(known, 1, 5).steps] == [[]]
    assert [item.entry for item in reaching_origins(setting(known, 5, 5))] == ["000001"]
    assert reachable_targets(setting(known, 9, 9)) == []


def test_shown_is_the_entry_asked_for():
    """At both ends; on the way it is the lowest listed number."""
    on_the_way = [twin(4, of=8, status="Removed"), revision(8), twin(6, of=8), declaration(8, 1)]
    ends = [revision(1), twin(7, of=1), revision(3), twin(9, of=3), declaration(3, 8)]
    known = world(*on_the_way, *ends)
    assert way(ask(known, 7, 9)) == ["000007", "000006", "000009"]
    assert way(ask(known, 1, 3)) == ["000001", "000006", "000003"]


def test_shown_is_the_lowest_where_none_is_listed():
    """Through removed entries."""
    known = world(
        *[revision(1), revision(8, status="Removed"), twin(4, of=8, status="Removed"), revision(3)],
        *[declaration(8, 1), declaration(3, 8)],
    )
    assert way(ask(known, 1, 3, through_removed=True)) == ["000001", "000004", "000003"]


def test_preference_goes_by_the_number_shown():
    """Not by a removed twin's lower number."""
    low_but_removed = [twin(2, of=8, status="Removed"), revision(8), declaration(8, 1)]
    other = [revision(5), declaration(5, 1)]
    known = world(revision(1), *low_but_removed, *other, revision(3), declaration(3, 8, 5))
    assert way(ask(known, 1, 3)) == ["000001", "000005", "000003"]


def test_a_vertex_is_listed_if_any_of_its_entries_is():
    """A step may lead to it, though the entry that declares it is removed."""
    known = world(revision(1), revision(2, status="Removed"), twin(6, of=2), declaration(2, 1))
    assert ask(known, 1, 6).outcome == "route"
    assert ask(known, 1, 2).outcome == "route"


def test_a_vertex_is_undeclared_only_if_all_of_its_entries_are():
    """What one declares is declared: nothing is missing."""
    facts = [revision(1), declaration(1), revision(2), revision(3), twin(6, of=3), declaration(2)]
    assert ask(world(*facts), 1, 3).outcome == "unknown"
    assert ask(world(*facts, declaration(6, 2)), 1, 3).outcome == "none"


def test_all_twins_that_are_undeclared_are_named():
    """Any of their declarations could make the route."""
    answer = ask(world(revision(1), revision(3), twin(6, of=3)), 1, 6)
    assert answer.reasons[0].code == "not-declared"
    assert answer.reasons[0].entries == ["000003", "000006"]


def test_none_declared_of_one_twin_is_outweighed_by_bases_of_the_other():
    """The joined bases are bases: the target has a previous version."""
    facts = [revision(1), declaration(1), revision(2), declaration(2), revision(3), twin(6, of=3)]
    both = world(*facts, declaration(3), declaration(6))
    mixed = world(*facts, declaration(3), declaration(6, 2))
    assert ask(both, 1, 3).reasons[0].entries == ["000003", "000006"]
    assert codes(ask(both, 1, 3)) == ["declared-none", "no-declared-way"]
    assert codes(ask(mixed, 1, 3)) == ["no-declared-way"]


def test_reach_names_every_twin():
    """Each of them is an entry that a meter may be said to run."""
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
def test_of_many_twins_that_declare_a_base_the_lowest_number_speaks(seed):
    """For an entry that declares nothing itself; so many twins that a set gives them in this order by no chance."""
    twins = Random(seed).sample(MANY, len(MANY))
    facts = [revision(1), revision(5), *(twin(number, of=5) for number in twins)]
    steps, _ = derive_edges(world(*facts, *(declaration(number, 1) for number in twins)).facts, ["000005", "000015"])
    assert [(row.base, row.target, row.declaration, row.by_twin) for row in steps] == [
        ("000001", "000005", "d11@0001-01-01", True),
        ("000001", "000015", "d15@0001-01-01", False),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_of_many_twins_that_are_accepted_bases_the_lowest_number_speaks(seed):
    """The acceptance of a step from a twin that is not named is that of the lowest base named."""
    twins = Random(seed).sample(MANY, len(MANY))
    facts = [revision(5, "B"), *(twin(number, of=5, model="B") for number in twins), revision(2)]
    said = [declaration(2, *twins), *(acceptance(number, 2) for number in twins)]
    steps, _ = derive_edges(world(*facts, *said).facts, ["000002"])
    (row,) = [row for row in steps if row.base == "000005"]
    assert (row.declaration, row.acceptance, row.by_twin) == ("d2@0001-01-01", "c11-2@0001-01-01", True)
