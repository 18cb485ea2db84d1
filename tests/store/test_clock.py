"""A clock behind the last recorded instant: writes are refused until somebody accepts the clock, on the chain."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from service.application import clock_acceptance
from service.application.clock_acceptance import ClockWatch, accept_clock
from service.application.verify import verify
from service.domain.zigbee_facts import ZigbeeCaller
from service.errors import ClockBehind, ClockNotBehind
from service.graph.protocol import Graph
from service.repositories import compartments
from tests.conftest import Ticking, open_empty
from tests.loaders.files import entry
from tests.loaders.zigbee_files import ZigbeeDesk
from tests.store.crash_worker import raw
from tests.templates import emptied

BY = ZigbeeCaller(who="jo", role="operator")
AHEAD = timedelta(days=200)


@pytest.fixture(scope="module")
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The module's graph, once on each engine."""
    graph = open_empty(engine, request, tmp_path_factory.mktemp("clock"))
    yield graph
    graph.close()


@pytest.fixture
def desk(opened: Graph, clock: Ticking, tmp_path: Path) -> ZigbeeDesk:
    """A list, and a base that was loaded with the clock 200 days ahead; the clock is right again."""
    desk = ZigbeeDesk(emptied(opened), clock, tmp_path)
    desk.issue("1.001", "2025-01-10", [entry(1), entry(2), entry(3)])
    clock.now += AHEAD
    desk.bases(("2", "1"))
    clock.now -= AHEAD
    return desk


def accept(desk, reason="the clock was ahead on Monday"):
    """Accepts the clock of the desk."""
    return accept_clock(desk.graph, desk.clock, BY, reason)


def report(desk):
    """The report of a verification without a search for pathways."""
    return verify(desk.graph, desk.clock, 0)


def test_a_write_with_a_clock_behind_is_refused_and_changes_nothing(desk):
    """The refusal says by how much the clock is behind and what to do; verification remarks on it."""
    before = compartments.read_state(desk.graph)
    with pytest.raises(ClockBehind, match=r"17,276,400 s behind .*2026-12-18T14:00:00Z.*pathways clock accept"):
        desk.bases(("3", "2"))
    assert compartments.read_state(desk.graph) == before
    found = report(desk)
    assert found.faults == []
    assert len(found.remarks) == 1 and "pathways clock accept" in found.remarks[0]


def test_a_clock_may_be_a_minute_behind(desk):
    """At sixty seconds writes are accepted, at sixty-one they are not."""
    last = desk.now
    desk.clock.now = last - timedelta(seconds=60, hours=1)  # the desk moves the clock on by an hour first
    assert desk.bases(("3", "2")).applied
    assert desk.now == last + timedelta(microseconds=1)
    desk.clock.now -= timedelta(seconds=2, hours=1)
    with pytest.raises(ClockBehind):
        desk.bases(("3", "1"))


def test_an_accepted_clock_writes_after_the_last_instant_until_it_has_caught_up(desk):
    """The acceptance is on the chain with its author; later records are a microsecond apart, then by the clock."""
    last, now = desk.now, desk.clock()
    accepted = accept(desk)
    assert (accepted.public.last, accepted.public.clock, accepted.restricted) == (last, now, False)
    assert desk.bases(("3", "2")).applied
    assert desk.now == last + timedelta(microseconds=2)
    found = report(desk)
    assert (found.faults, found.amendments) == ([], 3)
    assert len(found.remarks) == 1 and "follows the one before it by a microsecond" in found.remarks[0]
    kept = raw(desk.graph, "MATCH (a:Amendment {source: 'clock'}) RETURN a.made_by AS by, a.reason AS reason")
    assert kept == [{"by": "jo", "reason": "the clock was ahead on Monday"}]
    desk.clock.now = last + timedelta(hours=1)
    assert desk.bases(("3", "1")).applied
    assert desk.now == desk.clock()
    assert (report(desk).remarks, report(desk).faults) == ([], [])


def test_an_acceptance_does_not_cover_a_later_jump_of_the_clock(desk):
    """A second write with a clock ahead needs a second acceptance."""
    accept(desk)
    desk.clock.now += 2 * AHEAD
    assert desk.bases(("3", "2")).applied
    desk.clock.now -= 2 * AHEAD
    with pytest.raises(ClockBehind):
        desk.bases(("3", "1"))
    accept(desk, "again")
    assert desk.bases(("3", "1")).applied
    assert report(desk).faults == []


def test_a_clock_that_is_not_behind_cannot_be_accepted(desk):
    """Neither before the clock went ahead, nor a second time."""
    accept(desk)
    for _ in range(2):
        with pytest.raises(ClockNotBehind):
            accept(desk)
        desk.clock.now += 2 * AHEAD
    assert report(desk).amendments == 2


TAMPERED = {
    "MATCH (c:ClockAcceptance) SET c.last = c.recorded_from": "is not as it was recorded",
    "MATCH (c:ClockAcceptance) DETACH DELETE c": "is not as it was recorded",
    "MATCH (a:Amendment {source: 'clock'}) SET a.reason = 'other'": "is not as it was recorded",
    "MATCH (c:Compartment {name: 'public'}) SET c.clock_accepted = c.recorded": "The graph accepts a clock behind",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_verification_finds_a_changed_acceptance(desk, statement):
    """The hash of the amendment covers the acceptance, and the compartment accepts what the chain has."""
    accept(desk)
    assert report(desk).faults == []
    raw(desk.graph, statement)
    assert any(TAMPERED[statement] in fault for fault in report(desk).faults)


def test_restricted_data_has_its_own_acceptance_in_the_audit(desk):
    """The refusal names no instant; the public chain does not change; reading is never refused."""
    accept(desk)
    desk.clock.now += AHEAD
    desk.told(("1", "", "Acme", "A1"))
    desk.clock.now -= AHEAD
    head = desk.state("public").head
    with pytest.raises(ClockBehind, match=r"^The clock is behind the last recorded instant of the restricted data\."):
        desk.told(("2", "", "Acme", "A1"))
    accepted = accept(desk)
    assert (accepted.public, accepted.restricted) == (None, True)
    assert desk.told(("2", "", "Acme", "A1")).applied
    record = desk.audit()[-2]
    assert (record.who, record.act, record.asked) == ("jo", "write", "accept the clock: the clock was ahead on Monday")
    assert desk.state("public").head == head
    assert [remark[:8] for remark in report(desk).remarks] == ["The cloc", "ZigBee: ", "Audit: T"]
    assert report(desk).faults == []


def test_the_watch_logs_an_error_once_and_the_end_of_it(desk):
    """Not with each look."""
    watch = ClockWatch(desk.clock)
    with capture_logs() as logged:
        faults = [watch.examine(compartments.read_state(desk.graph)) for _ in range(3)]
        accept(desk)
        assert watch.examine(compartments.read_state(desk.graph)) is None
    assert len(set(faults)) == 1 and "pathways clock accept" in str(faults[0])
    assert [(line["event"], line["log_level"]) for line in logged] == [
        ("clock behind", "error"),
        ("clock accepted", "warning"),
    ]


def test_the_watch_logs_the_error_again_after_an_hour(desk, monkeypatch):
    """Whoever reads the log of today must not have to look into that of last week."""
    seconds = iter([0.0, 10.0, 3599.0, 3600.0, 3600.0, 3601.0])
    monkeypatch.setattr(clock_acceptance, "monotonic", lambda: next(seconds))
    watch = ClockWatch(desk.clock)
    with capture_logs() as logged:
        for lines in (1, 1, 1, 2, 2):
            watch.report("The clock is behind.")
            assert len(logged) == lines
