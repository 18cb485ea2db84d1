"""The application over a graph, asked in process."""

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
    """A client of the application over a graph; a failure of the application is an answer here, as for any caller."""
    return TestClient(create_app(Settings(), graph, clock), raise_server_exceptions=False)


@pytest.fixture
def served() -> Served:
    """What puts a graph of the test's own behind a client."""
    return serving


@pytest.fixture(scope="module")
def client(example_graph: Graph) -> Iterator[TestClient]:
    """A client of the examples, at noon of 2026-06-01."""
    with serving(example_graph, EXAMPLE_CLOCK) as found:
        yield found


@pytest.fixture(scope="module")
def ask(client: TestClient) -> Callable[..., Any]:
    """The JSON that a question is answered with; it must be an answer."""

    def asked(path: str, **parameters: Any) -> Any:
        given = {name.rstrip("_"): value for name, value in parameters.items()}
        response = client.get(path, params=given or None)
        assert response.status_code == 200, response.text
        return response.json()

    return asked
