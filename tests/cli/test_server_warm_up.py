"""What a server prepares for its first expensive requests, beside those that it answers already."""

import threading
import time

import pytest
from fastapi.testclient import TestClient

from service.api.work_runners import WorkRunnersByKind
from service.app import create_app
from service.application.amendments.edit_impact import edits_impact
from service.application.findings import FindingCache
from service.application.warm_up import warm_up_connections
from service.cli import server_warm_up
from service.domain.edits import Edit
from service.domain.finding_thresholds import FindingThresholds
from service.graph.ladybug_file import Connection
from service.repositories import facts_by_model
from service.rules.impact.counters import PageWindow
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, open_examples


@pytest.fixture(scope="module")
def graph(request, tmp_path_factory):
    """The examples on Ladybug: only its connections plan statements by themselves."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("prepared"))
    yield graph
    graph.close()


@pytest.fixture
def asked(monkeypatch):
    """The names of the queries that each connection runs."""
    asked, rows = {}, Connection.rows

    def record(self, query, **arguments):
        asked.setdefault(self, set()).add(query.name)
        return rows(self, query, **arguments)

    monkeypatch.setattr(Connection, "rows", record)
    return asked


def test_each_connection_has_planned_the_queries_of_an_impact(graph, asked, monkeypatch):
    """Those for edits of few device models, and those for edits of many. A plan takes up to 150 ms, in which no other
    thread runs.
    """
    warm_up_connections(graph, EXAMPLE_CLOCK, 3)
    planned = [set(names) for names in asked.values()]
    asked.clear()
    for most in (facts_by_model.MAX_DEVICE_MODELS, 0):
        monkeypatch.setattr(facts_by_model, "MAX_DEVICE_MODELS", most)
        now = EXAMPLE_CLOCK()
        edits_impact(graph, [Edit("000005", None)], now, now, PageWindow(), FindingThresholds())
    needed = set().union(*asked.values())
    assert len(needed) > 10
    assert [needed - names for names in planned] == [set()] * 3


def preparing_thread():
    """The thread that prepares; None without one."""
    return next((thread for thread in threading.enumerate() if thread.name == "preparation"), None)


def test_routes_are_built_before_their_first_request(graph, asked, monkeypatch):
    """FastAPI would build them on the event loop."""
    monkeypatch.setattr(server_warm_up, "_WAIT_SECONDS", 0)
    app = create_app(Settings(), graph, EXAMPLE_CLOCK)
    routers = [route for route in app.routes if hasattr(route, "effective_candidates")]
    assert not any(router._effective_candidates for router in routers)
    with server_warm_up.preparing(app, graph, 2), TestClient(app):
        preparing_thread().join(10)
        assert len(asked) >= 2
    assert len(routers) > 10
    assert all(router._effective_candidates for router in routers)


def test_the_findings_are_computed_before_they_are_asked_for(graph, monkeypatch):
    """In another process: without one, the thread computes none. An application may start later than the thread."""
    monkeypatch.setattr(server_warm_up, "_WAIT_SECONDS", 0)
    for elsewhere, count in ((None, 0), (lambda work, function, arguments: function(*arguments), 1)):
        app, computed = create_app(Settings(), graph, EXAMPLE_CLOCK), []
        monkeypatch.setattr(FindingCache, "findings", lambda self, as_of, computed=computed: computed.append(as_of))
        with server_warm_up.preparing(app, graph, 1, elsewhere), TestClient(app):
            while preparing_thread():
                time.sleep(0.01)
        assert len(computed) == count


def test_requests_go_before_the_preparation(graph, asked, monkeypatch):
    """The thread waits while one is at work, and goes on afterwards."""
    monkeypatch.setattr(server_warm_up, "_WAIT_SECONDS", 0.05)

    def planned():
        return any("facts/of_model/acceptances" in names for names in asked.values())

    app, at_work = create_app(Settings(), graph, EXAMPLE_CLOCK), [1]
    monkeypatch.setattr(WorkRunnersByKind, "at_work", property(lambda self: at_work[0]))
    with server_warm_up.preparing(app, graph, 1), TestClient(app):
        time.sleep(0.3)
        assert preparing_thread()
        assert not planned()
        at_work[0] = 0
        preparing_thread().join(10)
        assert planned()


def test_a_server_that_ends_at_once_prepares_nothing(graph, asked):
    """It does not wait, and leaves no thread."""
    began = time.monotonic()
    with server_warm_up.preparing(create_app(Settings(), graph, EXAMPLE_CLOCK), graph, 4):
        assert preparing_thread()
    assert time.monotonic() - began < 0.4
    assert preparing_thread() is None
    assert not asked
