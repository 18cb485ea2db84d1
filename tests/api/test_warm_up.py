"""The warm-up of an application that starts. The other tests do without it: see `cold_applications`."""

from starlette.testclient import TestClient

from service.app import create_app
from service.application import warm_up
from service.application.warm_up import warm_up_graph  # the function itself, before a fixture replaces it
from service.settings import Settings
from tests.api.conftest import serving
from tests.conftest import EXAMPLE_CLOCK, open_empty

QUESTIONS = [
    ("GET", "/v1/pathways?from=1&to=34", None),
    ("GET", "/v1/entries?limit=1", None),
    ("POST", "/v1/resolve", {"device": {"device_model": "10020100", "firmware_version": "02010000"}}),
    ("POST", "/v1/resolve", {"device": {"image_hash": "0" * 64}}),
]


class WatchedGraph:
    """A graph that records the names of the queries it is asked."""

    def __init__(self, graph):
        self.graph, self.asked = graph, set()

    def rows(self, query, **given):
        self.asked.add(query.name)
        return self.graph.rows(query, **given)

    def __getattr__(self, name):
        return getattr(self.graph, name)


def test_an_application_warms_its_graph_up_before_it_serves(example_graph, monkeypatch):
    """Once, at its start: a caller would wait for it later."""
    warmed = []
    monkeypatch.setattr(warm_up, "warm_up_graph", lambda *given: warmed.append(given))
    with TestClient(create_app(Settings(), example_graph, EXAMPLE_CLOCK)) as client:
        assert warmed == [(example_graph, EXAMPLE_CLOCK)]
        client.get("/v1/entries/1")
    assert len(warmed) == 1


def test_a_warm_up_runs_the_queries_of_the_main_questions(example_graph):
    """A pathway, a search, and a device by its model, version or image."""
    warmed, asked = WatchedGraph(example_graph), WatchedGraph(example_graph)
    warm_up_graph(warmed, EXAMPLE_CLOCK)
    with serving(asked, EXAMPLE_CLOCK) as client:
        asked.asked.clear()
        for method, path, body in QUESTIONS:
            assert client.request(method, path, json=body).status_code == 200
    assert {"temporal_graph/steps", "entry/declarations", "device/of_model", "device/of_image"} <= asked.asked
    assert asked.asked - warmed.asked == set()


def test_an_empty_graph_needs_no_warm_up(engine, request, tmp_path):
    """It has no list to ask about, which is no failure at the start."""
    graph = WatchedGraph(open_empty(engine, request, tmp_path))
    warm_up_graph(graph, EXAMPLE_CLOCK)
    assert graph.asked == {"compartment/read"}
    graph.close()
