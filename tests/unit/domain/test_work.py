"""Work: a budget, a stop, a lock that gives up, and rules that run elsewhere."""

import threading
import time

import pytest

from service.domain.work import WorkLimits, WorkLock, check_work, interruptible_work, run_rules, working
from service.errors import EngineError, TooMuchWork, WorkStopped


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
