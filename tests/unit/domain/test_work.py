"""Work: a budget, a stop, a lock that gives up, and rules that run elsewhere."""

import threading
import time

import pytest

from service.domain import work as work_module
from service.domain.work import (
    WorkLimits,
    WorkLock,
    check_work,
    computing_turn,
    interruptible_work,
    run_rules,
    working,
)
from service.errors import EngineError, Overloaded, TooMuchWork, WorkStopped


def test_without_work_nothing_ends():
    """A command computes for as long as it takes."""
    check_work()
    with working(WorkLimits()):
        check_work()


def test_work_ends_after_its_seconds():
    """The refusal names the budget and what to do."""
    with working(WorkLimits(0.01)):
        check_work()
        time.sleep(0.02)
        with pytest.raises(TooMuchWork, match=r"longer than 0\.01 seconds\. Ask for less"):
            check_work()
    check_work()


def test_another_thread_stops_work():
    """The next check raises, whatever the budget."""
    work = WorkLimits(60)
    with working(work):
        thread = threading.Thread(target=work.stop)
        thread.start()
        thread.join()
        with pytest.raises(WorkStopped):
            check_work()


def test_a_wait_for_a_lock_ends_with_the_work():
    """The lock stays with its holder, and is free afterwards."""
    lock = WorkLock()
    with lock, working(WorkLimits(0.01)), pytest.raises(TooMuchWork):
        lock.__enter__()
    with lock:
        pass


def test_parts_of_several_computations_take_turns():
    """Those with the same turns; the part is over when the block is, also after an error."""
    turns = threading.Lock()
    with working(WorkLimits(60, turns=turns)):
        with computing_turn():
            assert turns.locked()
        assert not turns.locked()
        with pytest.raises(ZeroDivisionError), computing_turn():
            _ = 1 / 0
    with computing_turn():
        assert not turns.locked()
    with turns, working(WorkLimits(60)), computing_turn():
        assert turns.locked()


def test_nobody_waits_long_for_a_turn(monkeypatch):
    """The part then runs beside the others, and leaves them their turn."""
    monkeypatch.setattr(work_module, "_TURN_SECONDS", 0.05)
    turns = threading.Lock()
    with turns, working(WorkLimits(60, turns=turns)):
        began = time.monotonic()
        with computing_turn():
            assert time.monotonic() - began >= 0.05
        assert turns.locked()


def test_a_wait_for_others_is_no_work():
    """Work after it has all its seconds; a wait as long as these is Overloaded, and work beyond them too much."""
    work = WorkLimits(0.2)
    with work.waiting():
        time.sleep(0.19)
        work.check()
    time.sleep(0.1)
    work.check()
    with pytest.raises(Overloaded, match="Ask again"), work.waiting():
        time.sleep(0.21)
        work.check()
    work.check()
    time.sleep(0.11)
    with pytest.raises(TooMuchWork):
        work.check()
    unlimited = WorkLimits()
    with unlimited.waiting():
        unlimited.check()


def test_a_stop_ends_a_wait_for_a_turn():
    """At its next poll."""
    turns = threading.Lock()
    work = WorkLimits(60, turns=turns)
    with turns, working(work):
        threading.Timer(0.02, work.stop).start()
        with pytest.raises(WorkStopped), computing_turn():
            pass
    assert not turns.locked()


def test_rules_run_where_the_work_says():
    """With the work, the rule and its arguments; here without work, or without another place."""
    assert run_rules(max, 1, 2) == 2
    with working(WorkLimits()):
        assert run_rules(max, 1, 2) == 2
    work = WorkLimits(elsewhere=lambda work, function, arguments: (work, function, arguments))
    with working(work):
        assert run_rules(max, 1, 2) == (work, max, (1, 2))


def test_a_stop_interrupts_what_runs_and_nothing_afterwards():
    """The error of what was interrupted becomes WorkStopped; without a stop it stays as it is."""
    work, calls = WorkLimits(), []

    def interrupt():
        calls.append("interrupted")

    with working(work):
        with pytest.raises(EngineError), interruptible_work(interrupt):
            raise EngineError("of its own")
        with pytest.raises(WorkStopped), interruptible_work(interrupt):
            work.stop()
            raise EngineError("Interrupted.")
        work.stop()
    assert calls == ["interrupted"]
    with interruptible_work(interrupt):
        pass


def test_a_stop_interrupts_again_until_the_statement_ends():
    """An engine that plans a statement ignores an interruption, and would run it to its end."""
    work, calls = WorkLimits(), []
    with working(work), pytest.raises(WorkStopped), interruptible_work(lambda: calls.append("interrupted")):
        work.stop()
        deadline = time.monotonic() + 5
        while len(calls) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        raise EngineError("Interrupted.")
    ended = len(calls)
    time.sleep(0.15)
    assert len(calls) == ended >= 3


def test_a_statement_of_work_that_was_stopped_does_not_begin():
    """The stop came after the check before the statement, and its interruption would be lost."""
    work = WorkLimits()
    work.stop()
    with working(work), pytest.raises(WorkStopped), interruptible_work(lambda: None):
        pytest.fail("the statement ran")
