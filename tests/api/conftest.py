"""Fixtures for tests that call the application in process, over a graph."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.domain.clock import Clock
from service.graph.protocol import Graph
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK

Served = Callable[[Graph, Clock], AbstractContextManager[TestClient]]


def serving(graph: Graph, clock: Clock) -> TestClient:
    """A test client of the application over a graph; a failure of the application becomes a response, as for any
    caller."""
    return TestClient(create_app(Settings(), graph, clock), raise_server_exceptions=False)


@pytest.fixture
def served() -> Served:
    """A factory that serves a graph of the test's own through a test client."""
    return serving


@pytest.fixture(scope="module")
def client(example_graph: Graph) -> Iterator[TestClient]:
    """A test client of the service over the examples, at noon on 2026-06-01."""
    with serving(example_graph, EXAMPLE_CLOCK) as client:
        yield client


@pytest.fixture(scope="module")
def ask(client: TestClient) -> Callable[..., Any]:
    """A function that sends GET and returns the JSON of a 200 response."""

    def get(path: str, **parameters: Any) -> Any:
        query = {name.rstrip("_"): value for name, value in parameters.items()}
        response = client.get(path, params=query or None)
        assert response.status_code == 200, response.text
        return response.json()

    return get
