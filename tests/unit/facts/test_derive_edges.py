"""Steps and held bases: other hardware, acceptance by name, pending bases and twins."""

import pytest

from service.domain.clock import BEGINNING, END
from service.rules.facts.derive_edges import derive_edges, held_code
from service.rules.facts.grouped_facts import row_in_force
from tests.unit.questions import ask, way
from tests.worlds import DATES, acceptance, declaration, revision, six, world

FIRST, SECOND, THIRD, FOURTH = DATES


def rows(*facts, target=2):
    """The steps and held bases of one target."""
    return derive_edges(world(*facts).facts, [six(target)])


@pytest.mark.parametrize(
    ("base", "code"),
    [("A", None), ("B", "other-device-model"), ("F", "other-device-type"), ("C", "other-manufacturer")],
)
def test_a_base_of_other_hardware_is_held(base, code):
    """The code names the difference in device model, device type or manufacturer."""
    assert held_code(revision(1, base), revision(2)) == code


@pytest.mark.parametrize(("base", "code"), [("D", "other-manufacturer"), ("E", "other-device-type")])
def test_the_manufacturer_is_named_before_type_and_model(base, code):
    """Then the device type, then the device model."""
    assert held_code(revision(1, base), revision(2)) == code


@pytest.mark.parametrize("part", ["hardware_version", "hardware_revision"])
def test_another_hardware_version_or_revision_is_another_device_model(part):
    """The base is held."""
    assert held_code(revision(1, **{part: "02"}), revision(2)) == "other-device-model"


def test_a_held_base_gives_no_step():
    """The held base has the id of the declaration that names it."""
    steps, held = rows(revision(1, "B"), revision(2), declaration(2, 1))
    assert steps == []
    assert [(row.base, row.target, row.code, row.declaration) for row in held] == [
        ("000001", "000002", "other-device-model", "d2@0001-01-01"),
    ]
    assert (held[0].valid_from, held[0].valid_to) == (FIRST, END)


def test_an_accepted_base_gives_a_step_and_is_held_no_more():
    """The step has the id of the acceptance, and marks the change of the device model."""
    steps, held = rows(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2))
    assert held == []
    assert [(row.base, row.acceptance, row.identity_change, row.by_twin) for row in steps] == [
        ("000001", "c1-2@0001-01-01", True, False)
    ]


def test_a_base_of_the_same_hardware_needs_no_acceptance():
    """The step has no acceptance and no change of identity."""
    steps, held = rows(revision(1), revision(2), declaration(2, 1))
    assert [(row.acceptance, row.identity_change, row.listed) for row in steps] == [("", False, True)]
    assert held == []


def test_an_acceptance_belongs_to_its_pair():
    """Not to another base, to another target, or to the opposite direction."""
    facts = [revision(1, "B"), revision(2), revision(3, "B"), revision(4)]
    known = world(*facts, declaration(2, 1, 3), declaration(4, 1), declaration(1, 2), acceptance(1, 2))
    outcomes = {pair: ask(known, *pair).outcome for pair in [(1, 2), (3, 2), (2, 1)]}
    assert outcomes == {(1, 2): "route", (3, 2): "none", (2, 1): "none"}
    assert [row.base for row in derive_edges(known.facts, ["000004"])[1]] == ["000001"]


@pytest.mark.parametrize("models", [("C", "A"), ("B", "C"), ("A", "B")])
def test_an_acceptance_belongs_to_its_two_device_models(models):
    """If either device model differs from the accepted one, the base is held again."""
    steps, held = rows(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2, *models))
    assert (steps, len(held)) == ([], 1)


def test_an_acceptance_counts_only_within_its_validity():
    """Before and after, the base is held."""
    steps, held = rows(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2, since=SECOND, until=THIRD))
    assert [(row.valid_from, row.valid_to) for row in steps] == [(SECOND, THIRD)]
    assert [(row.valid_from, row.valid_to) for row in held] == [(FIRST, SECOND), (THIRD, END)]


def test_an_acceptance_alone_gives_no_step():
    """The declaration must name the base."""
    assert rows(revision(1, "B"), revision(2), declaration(2), acceptance(1, 2)) == ([], [])


def test_a_change_of_device_model_makes_a_base_held():
    """From the instant of the change; before, there is a step."""
    base = [revision(1, until=SECOND), revision(1, "B", since=SECOND)]
    steps, held = rows(*base, revision(2), declaration(2, 1))
    assert [(row.valid_from, row.valid_to) for row in steps] == [(FIRST, SECOND)]
    assert [(row.valid_from, row.valid_to) for row in held] == [(SECOND, END)]


def test_an_accepted_step_holds_for_the_twins_of_its_base():
    """The acceptance is for the image, under each of its entry numbers."""
    known = world(revision(1, "B"), revision(9, "B", fw=1, image=1), revision(2), declaration(2, 1), acceptance(1, 2))
    assert way(ask(known, 9, 2)) == ["000009", "000002"]


def test_a_pending_base_has_no_row():
    """A base on no list gives neither a step nor a held base."""
    assert rows(revision(2), declaration(2, 700)) == ([], [])


@pytest.mark.parametrize(("hardware", "stepping", "held"), [("A", 1, 0), ("B", 0, 1)])
def test_a_pending_base_is_judged_when_its_entry_appears(hardware, stepping, held):
    """Like any base, from the first list with the entry on."""
    found = rows(revision(1, hardware, since=THIRD), revision(2), declaration(2, 1))
    assert [len(part) for part in found] == [stepping, held]
    assert [row.valid_from for part in found for row in part] == [THIRD]


def test_a_step_into_a_removed_entry_is_kept_and_marked():
    """For questions through removed entries."""
    steps, _ = rows(revision(1), revision(2, status="Removed"), declaration(2, 1))
    assert [row.listed for row in steps] == [False]


def test_a_step_into_the_removed_twin_of_a_listed_entry_is_listed():
    """A vertex is listed if any of its entries is."""
    steps, _ = rows(
        *[revision(1), revision(2, status="Removed"), revision(6, fw=2, image=2)],
        declaration(2, 1),
    )
    assert [row.listed for row in steps] == [True]


def test_the_declared_pair_comes_before_a_pair_by_twin():
    """If a declaration of a twin gives the same step, the row has the declaration of the pair itself."""
    facts = [revision(1), revision(2), revision(6, fw=2, image=2)]
    steps, _ = derive_edges(world(*facts, declaration(2, 1), declaration(6, 1)).facts, ["000002", "000006"])
    assert {(row.target, row.declaration, row.by_twin) for row in steps} == {
        ("000002", "d2@0001-01-01", False),
        ("000006", "d6@0001-01-01", False),
    }


def test_a_step_by_twin_is_marked_at_either_end():
    """The declared pair is another one, and both ends are twins of its entries."""
    ends = [revision(1), revision(9, fw=1, image=1), revision(2), revision(6, fw=2, image=2)]
    steps, _ = derive_edges(world(*ends, declaration(2, 1)).facts, ["000002", "000006"])
    assert {(row.base, row.target): row.by_twin for row in steps} == {
        ("000001", "000002"): False,
        ("000009", "000002"): True,
        ("000001", "000006"): True,
        ("000009", "000006"): True,
    }


def test_n_a_and_not_supplied_give_no_rows():
    """Neither kind of declaration names a base."""
    for said in (declaration(2), declaration(2, kind="not-supplied")):
        assert rows(revision(1), revision(2), said) == ([], [])


def test_the_row_in_force_contains_the_instant():
    """Half-open; None before the first row and after the last."""
    first, second = revision(1, since=FIRST, until=SECOND), revision(1, since=SECOND, until=THIRD)
    found = [row_in_force([first, second], moment) for moment in (BEGINNING, FIRST, SECOND, THIRD)]
    assert found == [None, first, second, None]


def test_a_twin_named_as_a_base_gives_no_row():
    """The other declared bases still give rows."""
    steps, held = rows(revision(1), revision(2), revision(6, fw=2, image=2), declaration(2, 6, 1))
    assert [row.base for row in steps] == ["000001"]
    assert held == []


def test_a_twin_counts_from_its_first_list_to_its_correction():
    """At either end of a step."""
    twin = [revision(9, fw=1, image=1, since=SECOND, until=FOURTH), revision(9, since=FOURTH)]
    steps, _ = rows(revision(1), *twin, revision(2), declaration(2, 1))
    assert [(row.base, row.valid_from, row.valid_to) for row in steps] == [
        ("000001", FIRST, END),
        ("000009", SECOND, FOURTH),
    ]
    steps, _ = rows(revision(7), revision(1), *twin, declaration(1, 7), target=9)
    assert [(row.base, row.valid_from, row.valid_to) for row in steps] == [("000007", SECOND, FOURTH)]
    steps, _ = rows(revision(7), revision(1), *twin, declaration(9, 7), target=1)
    assert [(row.base, row.valid_from, row.valid_to) for row in steps] == [("000007", SECOND, FOURTH)]
