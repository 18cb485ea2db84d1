"""Acceptances of held bases: in force until a device model of the pair changes or the base is dropped."""

import pytest

from service.repositories import compartments
from tests.loaders.files import asked, entry, refusals

FIRST, SECOND, THIRD = ("1.001", "2025-01-10"), ("1.002", "2025-03-10"), ("1.003", "2025-05-10")
NOW = "2026-06-01"
HELD = {(5, 4): "other-device-model"}
ACCEPTANCES = "MATCH (c:Acceptance) RETURN c.id AS id"
BOARD = {"model": "0002"}


@pytest.fixture
def desk(desk):
    """A list with two device models, and a declared base of the other device model, which is held."""
    desk.issue(*FIRST, [entry(3), entry(4), entry(5, **BOARD)])
    desk.bases(("4", "3;5"))
    return desk


def test_a_held_base_is_accepted_by_name(desk):
    """The acceptance makes the base a step without a new declaration; earlier recorded instants do not show it."""
    known = desk.now
    report = desk.bases(("4", "3;5", "", "5"))
    assert (report.applied, report.counts["declared"], report.remarks) == (True, 1, [])
    assert (desk.steps(NOW), desk.held(NOW)) == ({(3, 4), (5, 4)}, {})
    assert (desk.steps(NOW, known), desk.held(NOW, known)) == ({(3, 4)}, HELD)


def test_an_acceptance_is_not_made_twice(desk):
    """Neither the same file again nor a base named twice in one cell makes a second acceptance."""
    desk.bases(("4", "3;5", "", "5;05"))
    before = compartments.read_state(desk.graph)
    assert desk.bases(("4", "3;5", "", "5")).applied is False
    assert (compartments.read_state(desk.graph), len(asked(desk.graph, ACCEPTANCES))) == (before, 1)


def test_each_period_may_have_its_own_acceptance(desk):
    """Every row accepts for its own period; in a period without an acceptance the base is held."""
    lines = [("4", "5", "2025-02-01", "5"), ("4", "3;5", "2025-04-01"), ("4", "5", "2025-06-01", "5")]
    desk.bases(*lines)
    days = ("2025-01-31", "2025-02-01", "2025-04-01", "2025-06-01")
    assert [(5, 4) in desk.steps(day) for day in days] == [False, True, False, True]
    assert [desk.held(day) for day in days] == [HELD, {}, HELD, {}]
    assert desk.bases(*lines).applied is False


def test_an_unnecessary_acceptance_gives_a_remark(desk):
    """A base of the target's own device model is a step anyway; the load reports a remark and records nothing."""
    report = desk.bases(("4", "3;5", "", "3"))
    assert [remark.code for remark in report.remarks] == ["accept-not-needed", "held"]
    assert (report.applied, asked(desk.graph, ACCEPTANCES)) == (False, [])


def test_an_acceptance_lapses_with_its_base(desk):
    """A declaration without the base ends the acceptance; a later declaration of the base is held again."""
    desk.bases(("4", "3;5", "", "5"))
    desk.bases(("4", "3"))
    assert (desk.steps(NOW), desk.held(NOW)) == ({(3, 4)}, {})
    desk.bases(("4", "3;5"))
    assert (desk.steps(NOW), desk.held(NOW)) == ({(3, 4)}, HELD)


def test_an_acceptance_lapses_from_the_date_on_which_its_base_is_dropped(desk):
    """The acceptance stays in force before that date."""
    desk.bases(("4", "3;5", "", "5"))
    desk.bases(("4", "3", "2025-02-01"))
    desk.bases(("4", "3;5", "2025-04-01"))
    assert [(5, 4) in desk.steps(day) for day in ("2025-01-31", "2025-02-01", "2025-04-01")] == [True, False, False]
    assert [desk.held(day) for day in ("2025-01-31", "2025-02-01", "2025-04-01")] == [{}, {}, HELD]


@pytest.mark.parametrize("changed", [{4: {"hardware_revision": "03"}}, {5: {"hardware_version": "07"} | BOARD}])
def test_an_acceptance_lapses_when_a_device_model_changes(desk, changed):
    """Either device model ends the acceptance, and a later list that changes it back does not restore it."""
    desk.bases(("4", "3;5", "", "5"))
    known = desk.now
    desk.issue(*SECOND, [entry(4, **changed.get(4, {})), entry(5, **changed.get(5, BOARD))])
    desk.issue(*THIRD, [entry(4), entry(5, **BOARD)])
    days = ("2025-03-09", "2025-03-10", "2025-05-10")
    assert [(5, 4) in desk.steps(day) for day in days] == [True, False, False]
    assert [(5, 4) in desk.held(day) for day in days] == [False, True, True]
    assert [(5, 4) in desk.steps(day, known) for day in days] == [True, True, True]
    desk.bases(("4", "3;5", "", "5"))
    assert (5, 4) in desk.steps(NOW)


def test_an_acceptance_is_for_the_device_models_of_its_day(desk):
    """An acceptance made after the base changed its device model does not apply to the time before the change."""
    desk.issue(*SECOND, [entry(3), entry(4), entry(5, model="0003")])
    desk.bases(("4", "3;5", "", "5"))
    assert [(5, 4) in desk.steps(day) for day in ("2025-03-09", "2025-03-10")] == [False, True]
    assert [desk.held(day) for day in ("2025-03-09", "2025-03-10")] == [HELD, {}]


def test_a_refused_acceptance_names_the_column_and_the_value(desk):
    """The refusal shows the value and the column."""
    (refusal,) = refusals(lambda: desk.bases(("4", "3;5", "", "6")))
    assert (refusal.column, refusal.value, refusal.code) == ("Accept", "000006", "accept-no-base")
