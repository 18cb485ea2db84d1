"""The probes: they answer from the event loop whatever the worker threads do, and tell which data is served."""

import asyncio
import threading
import time
from contextlib import closing
from types import SimpleNamespace

import pytest
from anyio import to_thread
from starlette.testclient import TestClient

from service.api.metrics_probes import MetricsPortProbes
from service.api.readiness_probe import ReadinessProbe
from service.api.services import services_of
from service.app import create_app
from service.application.clock_acceptance import ClockWatch
from service.application.readiness import ReadinessCheck
from service.errors import EngineUnavailable, NotReady
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate, migrations
from service.repositories import compartments
from service.schemas.responses.health import Readiness, ServedData
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, Ticking, load_examples
from tests.loaders.zigbee_files import load_zigbee_examples
from tests.templates import emptied

READY = Readiness(
    status="ready",
    writes_refused=None,
    clock_behind_seconds=0,
    schema_version=1,
    data=ServedData(revision=3, list_version="1.002", entries=60),
)


@pytest.fixture
def empty(tmp_path):
    """An empty graph on Ladybug."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    yield graph
    graph.close()


def test_readiness_tells_which_data_is_served(client, example_graph):
    """The list in force, its number of entries, the number of writes, and the schema's version."""
    report = client.get("/readyz").json()
    entries = client.get("/v1/entries?limit=1000").json()["items"]
    assert report == {
        "status": "ready",
        "writes_refused": None,
        "clock_behind_seconds": 0,
        "schema_version": migrations(example_graph.dialect)[-1].number,
        "data": {"revision": 3, "list_version": "1.002", "entries": len(entries)},
    }


def test_an_empty_graph_is_ready(empty, served, clock):
    """A new installation: nothing has been loaded yet."""
    with served(empty, clock) as client:
        response = client.get("/readyz")
    assert (response.status_code, response.json()["data"]) == (
        200,
        {"revision": 0, "list_version": None, "entries": 0},
    )


def test_readiness_does_not_change_with_restricted_data(empty, served, clock):
    """The number of restricted writes must not be disclosed to callers without a right to them."""
    start = Ticking(clock.now.replace(hour=8))
    load_examples(empty, start)
    with served(empty, clock) as client:
        before = client.get("/readyz").json()
        load_zigbee_examples(empty, Ticking(clock.now.replace(hour=11)))
        after = client.get("/readyz").json()
    public = compartments.read_state(empty).revision
    assert after["data"].pop("revision") == public
    assert before["data"].pop("revision") <= public
    assert before == after


def test_readiness_follows_a_load(empty, served, clock):
    """Also while the service runs, and by the clock: a list counts from the day it is in force."""
    with served(empty, clock) as client:
        assert client.get("/readyz").json()["data"]["list_version"] is None
        load_examples(empty, Ticking(clock.now.replace(hour=8)))
        assert client.get("/readyz").json()["data"]["list_version"] == "1.002"
        now, clock.now = clock.now, clock.now.replace(year=2020)
        assert client.get("/readyz").json()["data"]["list_version"] is None
        clock.now = now
        assert client.get("/readyz").json()["data"]["list_version"] == "1.002"


def test_an_emptied_graph_is_not_ready(graph, served, clock):
    """503 with the reason, also where the compartments are gone; ready again with the graph."""
    load_examples(graph, Ticking(clock.now.replace(hour=8)))
    with served(graph, clock) as client:
        assert client.get("/readyz").status_code == 200
        emptied(graph)
        response = client.get("/readyz")
        assert (response.status_code, response.json()["type"]) == (503, "urn:firmware-pathways:problem:not-ready")
        assert "emptied" in response.json()["detail"]
        assert int(response.headers["retry-after"]) > 0
        assert client.get("/healthz").status_code == 200


def test_a_graph_without_compartments_is_not_ready():
    """Somebody deleted everything, the schema's own rows too."""
    gone = SimpleNamespace(rows=lambda query, **arguments: [], writes_refused=None)
    gone.open_probe = lambda: gone
    with pytest.raises(NotReady, match="emptied"):
        ReadinessCheck(gone, EXAMPLE_CLOCK, ClockWatch(EXAMPLE_CLOCK))()


def test_readiness_tells_of_refused_writes_and_a_late_clock(empty, served, clock, monkeypatch):
    """The service answers questions meanwhile, so it is ready."""
    load_examples(empty, Ticking(clock.now.replace(hour=8)))
    last = compartments.read_state(empty).recorded
    clock.now = last.replace(hour=last.hour - 1)
    with served(empty, clock) as client:
        monkeypatch.setattr(LadybugGraph, "writes_refused", "the disk is full")
        report = client.get("/readyz").json()
    assert (report["status"], report["clock_behind_seconds"]) == ("ready", 3600)
    assert report["writes_refused"] == "the disk is full"


def block_workers(client, release):
    """Occupies every worker thread of the application's event loop, until `release` is set."""
    started = threading.Semaphore(0)

    def work():
        started.release()
        release.wait(30)

    async def occupy():
        limiter = to_thread.current_default_thread_limiter()
        tasks = [asyncio.ensure_future(to_thread.run_sync(work)) for _ in range(int(limiter.total_tokens) + 10)]
        return int(limiter.total_tokens), tasks

    tokens, tasks = client.portal.call(occupy)
    for _ in range(tokens):
        assert started.acquire(timeout=10)
    return tasks


@pytest.mark.parametrize("auth", ["on", "off"])
def test_probes_answer_while_all_worker_threads_are_busy(example_graph, auth):
    """From the event loop and from a thread of their own, for callers with any credential."""
    release = threading.Event()
    with TestClient(create_app(Settings(auth=auth), example_graph, EXAMPLE_CLOCK)) as client:
        services_of(client.app).readiness._seconds = 20  # a slow machine must not fail this test
        tasks = block_workers(client, release)
        try:
            for path in ("/healthz", "/readyz"):
                for headers in ({}, {"Authorization": "Bearer pathways_aaaaaaaa_nobody"}):
                    began = time.monotonic()
                    assert client.get(path, headers=headers).status_code == 200
                    assert time.monotonic() - began < 20
        finally:
            release.set()
            client.portal.call(asyncio.wait, tasks)


def test_no_rate_limits_a_probe(example_graph):
    """A probe comes from one address, often."""
    with TestClient(create_app(Settings(auth="on", public_rate=1), example_graph, EXAMPLE_CLOCK)) as client:
        for path in ("/healthz", "/readyz"):
            assert {client.get(path).status_code for _ in range(5)} == {200}
        assert [client.get("/v1/lists").status_code for _ in range(2)] == [200, 429]


class Check:
    """A check that waits until it may end, and counts its runs."""

    def __init__(self):
        self.runs, self.may_end, self.error = 0, threading.Event(), None

    def __call__(self):
        self.runs += 1
        assert self.may_end.wait(20)
        if self.error:
            raise self.error
        return READY


def run(test, seconds=5.0):
    """Runs a test on an event loop, with a check and its probe."""

    async def with_probe():
        check = Check()
        with closing(ReadinessProbe(check, seconds)) as probe:
            try:
                await test(check, probe)
            finally:
                check.may_end.set()

    asyncio.run(with_probe())


def test_probes_share_a_running_check():
    """A hundred probes need one query, not a hundred."""

    async def test(check, probe):
        asked = [asyncio.create_task(probe.report()) for _ in range(100)]
        await asyncio.sleep(0.05)
        check.may_end.set()
        assert await asyncio.gather(*asked) == [READY] * 100
        assert check.runs == 1
        assert await probe.report() == READY
        assert check.runs == 2

    run(test)


def test_an_engine_that_never_answers_is_not_ready():
    """At the deadline, and for later probes at once; there is no second thread; ready again after the engine thaws."""

    async def test(check, probe):
        began = time.monotonic()
        with pytest.raises(NotReady, match="not answered"):
            await probe.report()
        assert 0.1 <= time.monotonic() - began < 1
        for _ in range(10):
            with pytest.raises(NotReady):
                await probe.report()
        assert time.monotonic() - began < 1
        assert check.runs == 1
        check.may_end.set()
        await asyncio.sleep(0.05)
        assert await probe.report() == READY

    run(test, seconds=0.1)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EngineUnavailable("bolt://inside refuses"), EngineUnavailable),
        (NotReady("emptied"), NotReady),
        (ZeroDivisionError("inside"), NotReady),
    ],
)
def test_a_failed_check_is_not_ready(error, expected):
    """Every probe of the check gets the failure; one that nobody foresaw tells nothing of the engine."""

    async def test(check, probe):
        check.error = error
        check.may_end.set()
        for _ in range(2):
            failures = await asyncio.gather(*[probe.report() for _ in range(3)], return_exceptions=True)
            assert [type(failure) for failure in failures] == [expected] * 3
            assert expected is EngineUnavailable or "inside" not in str(failures[0])
        assert check.runs == 2

    run(test)


def test_the_probe_has_a_connection_of_its_own(example_graph):
    """Requests may hold all others. The embedded engine needs none: each read opens one where all are taken."""
    with TestClient(create_app(Settings(), example_graph, EXAMPLE_CLOCK)) as client:
        check = services_of(client.app).readiness._check
        assert (check._connection is example_graph) == (example_graph.dialect == "ladybug")


@pytest.mark.parametrize("path", ["/healthz", pytest.param("/readyz", marks=pytest.mark.deep("a wait of two seconds"))])
def test_the_metrics_port_says_that_the_event_loop_hangs(example_graph, path):
    """Within two seconds; and is right again when the loop runs."""
    told = []
    with TestClient(create_app(Settings(), example_graph, EXAMPLE_CLOCK)) as client:
        probe = MetricsPortProbes(client.app, lambda environ, start_response: [])

        def status():
            body = probe({"PATH_INFO": path, "REQUEST_METHOD": "GET"}, lambda line, headers: told.append(line[:3]))
            return told[-1], b"event loop" in b"".join(body)

        assert status() == ("200", False)
        hang = threading.Event()
        client.portal.start_task_soon(hang.wait)
        began = time.monotonic()
        assert status() == ("503", True)
        assert time.monotonic() - began < 3
        hang.set()
        assert status() == ("200", False)
