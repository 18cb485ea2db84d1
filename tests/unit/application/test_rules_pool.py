"""The pool of processes for heavy rules: the same results, an end at once, and no restricted data."""

import os
import pickle
import pickletools
import threading
import time
from pathlib import Path

import pytest

from service.application.rules_pool import RulesPool
from service.domain.edits import Edit
from service.domain.finding_thresholds import FindingThresholds
from service.domain.work import WorkLimits
from service.errors import PathwaysError, TooMuchWork, WorkStopped
from service.rules.findings.selection import encode_findings, select_findings
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import edit_digest_lines, propose_change
from service.rules.impact.finding_changes import FactsForFindings
from service.rules.impact.response import impact_response
from service.rules.zigbee.stack_exposure import coverage
from tests.slow import never
from tests.unit.findings_inputs import GAS, in_columns, seen
from tests.worlds import NOW, declaration, revision, six, world

GIVEN = world(*map(revision, range(1, 9)), declaration(8, 7))
FACTS = in_columns(seen(GIVEN))


@pytest.fixture(scope="module")
def pool():
    """A pool of one worker, which runs."""
    with RulesPool(1) as pool:
        pool.run(WorkLimits(60), encode_findings, (FACTS,))
        yield pool


def impact_arguments():
    """The arguments of an impact with findings."""
    given = world(*map(revision, range(1, 9)), declaration(3, 1, 2), declaration(4, 3))
    edits = [Edit(six(4), (six(1),)), Edit(six(5), (six(4),))]
    change = propose_change(given.facts, edits, NOW)
    return change, edit_digest_lines(edits), NOW, NOW, PageWindow(), FactsForFindings(FindingThresholds(GAS, 1))


def test_a_worker_gives_the_result_of_the_rule(pool):
    """For findings and for an impact; both come back as models."""
    assert pool.run(WorkLimits(60), encode_findings, (FACTS,)) == encode_findings(FACTS)
    assert pool.run(WorkLimits(60), impact_response, impact_arguments()) == impact_response(*impact_arguments())


def test_a_failure_of_the_rule_reaches_the_caller(pool):
    """With its own type, and the worker goes on."""
    before = pool.pids
    with pytest.raises(AttributeError):
        pool.run(WorkLimits(60), encode_findings, (None,))
    assert pool.pids == before


def running(pid):
    """Whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(("seconds", "error"), [(60, WorkStopped), (0.3, TooMuchWork)])
def test_a_worker_is_killed_when_its_work_ends(pool, seconds, error):
    """Within a second of the stop or of the deadline, and another worker takes its place."""
    (before,) = pool.pids
    work = WorkLimits(seconds)
    threading.Timer(0.3, work.stop if seconds == 60 else lambda: None).start()
    began = time.monotonic()
    with pytest.raises(error):
        pool.run(work, select_findings, (encode_findings(FACTS), never, 0, 1))
    assert time.monotonic() - began < 1.3
    assert before not in pool.pids
    assert not running(before)
    assert pool.run(WorkLimits(60), encode_findings, (FACTS,))


def test_a_worker_that_ends_by_itself_is_replaced(pool):
    """The question fails, and the next one is answered."""
    (before,) = pool.pids
    os.kill(before, 9)
    with pytest.raises(PathwaysError, match="worker process ended"):
        pool.run(WorkLimits(60), encode_findings, (FACTS,))
    assert pool.run(WorkLimits(60), encode_findings, (FACTS,))


def test_a_worker_is_nice_and_has_neither_engine_nor_web(pool):
    """Its memory maps show which libraries it has loaded."""
    (pid,) = pool.pids
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert "pydantic_core" in maps
    assert not [name for name in ("ladybug", "neo4j", "uvloop", "httptools", "argon2") if f"/{name}" in maps]


@pytest.mark.parametrize("function", [coverage, never, print], ids=lambda function: function.__name__)
def test_only_rules_without_restricted_data_may_run(pool, function):
    """A rule about chipsets and stacks is refused before anything is pickled, like whatever is no rule."""
    with pytest.raises(ValueError, match="must not run in the rules pool"):
        pool.run(WorkLimits(60), function, (FACTS,))


def test_what_is_sent_has_no_class_of_restricted_data():
    """The names of all classes and functions in what impacts and findings send to a worker."""
    sent = pickle.dumps([(impact_response, impact_arguments()), (encode_findings, (FACTS,))])
    names = {argument for _, argument, _ in pickletools.genops(sent) if isinstance(argument, str)}
    assert "service.domain.facts" in names
    assert not [name for name in names if "zigbee" in name.lower()]
