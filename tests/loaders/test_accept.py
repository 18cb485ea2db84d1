"""Held bases accepted by name: for the pair and its two device models, until either changes or the base is dropped."""

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
    """A list of two boards, and a base of the other board declared and held."""
    desk.issue(*FIRST, [entry(3), entry(4), entry(5, **BOARD)])
    desk.bases(("4", "3;5"))
    return desk


def test_a_held_base_is_accepted_by_name(desk):
    """It becomes a step, though the declaration itself says nothing new; what was believed before is still answered."""
    known = desk.now
    report = desk.bases(("4", "3;5", "", "5"))
    assert (report.applied, report.counts["declared"], report.remarks) == (True, 1, [])
    assert (desk.steps(NOW), desk.held(NOW)) == ({(3, 4), (5, 4)}, {})
    assert (desk.steps(NOW, known), desk.held(NOW, known)) == ({(3, 4)}, HELD)


def test_an_acceptance_is_not_made_twice(desk):
    """Neither by the same file again, nor by a base named twice in one cell."""
    desk.bases(("4", "3;5", "", "5;05"))
    before = compartments.read_state(desk.graph)
    assert desk.bases(("4", "3;5", "", "5")).applied is False
    assert (compartments.read_state(desk.graph), len(asked(desk.graph, ACCEPTANCES))) == (before, 1)


def test_an_acceptance_may_stand_beside_each_period(desk):
    """Every row accepts for its own period; where no row does, the base is held."""
    lines = [("4", "5", "2025-02-01", "5"), ("4", "3;5", "2025-04-01"), ("4", "5", "2025-06-01", "5")]
    desk.bases(*lines)
    days = ("2025-01-31", "2025-02-01", "2025-04-01", "2025-06-01")
    assert [(5, 4) in desk.steps(day) for day in days] == [False, True, False, True]
    assert [desk.held(day) for day in days] == [HELD, {}, HELD, {}]
    assert desk.bases(*lines).applied is False


def test_what_needs_no_acceptance_is_remarked_on(desk):
    """A base of the target's own device model is a step anyway; nothing is recorded."""
    report = desk.bases(("4", "3;5", "", "3"))
    assert [remark.code for remark in report.remarks] == ["accept-not-needed", "held"]
    assert (report.applied, asked(desk.graph, ACCEPTANCES)) == (False, [])


def test_an_acceptance_lapses_with_its_base(desk):
    """A declaration that drops the base ends it; named again, the base is held again."""
    desk.bases(("4", "3;5", "", "5"))
    desk.bases(("4", "3"))
    assert (desk.steps(NOW), desk.held(NOW)) == ({(3, 4)}, {})
    desk.bases(("4", "3;5"))
    assert (desk.steps(NOW), desk.held(NOW)) == ({(3, 4)}, HELD)


def test_an_acceptance_lapses_from_the_date_on_which_its_base_is_dropped(desk):
    """Before that date it stays in effect."""
    desk.bases(("4", "3;5", "", "5"))
    desk.bases(("4", "3", "2025-02-01"))
    desk.bases(("4", "3;5", "2025-04-01"))
    assert [(5, 4) in desk.steps(day) for day in ("2025-01-31", "2025-02-01", "2025-04-01")] == [True, False, False]
    assert [desk.held(day) for day in ("2025-01-31", "2025-02-01", "2025-04-01")] == [{}, {}, HELD]


@pytest.mark.parametrize("changed", [{4: {"hardware_revision": "03"}}, {5: {"hardware_version": "07"} | BOARD}])
def test_an_acceptance_lapses_when_a_device_model_changes(desk, changed):
    """Either device model; and it does not revive when a later list changes it back."""
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
    """Accepted once the base is of another board, it says nothing of the time when the base was of the first one."""
    desk.issue(*SECOND, [entry(3), entry(4), entry(5, model="0003")])
    desk.bases(("4", "3;5", "", "5"))
    assert [(5, 4) in desk.steps(day) for day in ("2025-03-09", "2025-03-10")] == [False, True]
    assert [desk.held(day) for day in ("2025-03-09", "2025-03-10")] == [HELD, {}]


def test_what_cannot_be_accepted_is_refused_with_what_was_given(desk):
    """The refusal shows the cell of the column that it names."""
    (refusal,) = refusals(lambda: desk.bases(("4", "3;5", "", "6")))
    assert (refusal.column, refusal.value, refusal.code) == ("Accept", "000006", "accept-no-base")
