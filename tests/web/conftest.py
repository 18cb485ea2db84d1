"""The pages over the examples at noon on 2026-06-01; the bases were loaded at ten that day."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.graph.ladybug import LadybugGraph
from service.graph.protocol import Graph
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, open_examples
from tests.web.reading import Element, read


@pytest.fixture(scope="module")
def examples(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The examples on Ladybug, loaded once for each module; the page does not depend on the engine."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("web"))
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def client(examples: Graph) -> Iterator[TestClient]:
    """A test client of the service over the examples."""
    with TestClient(create_app(Settings(), examples, EXAMPLE_CLOCK)) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: TestClient) -> Callable[..., Element]:
    """A function that returns the parsed page at an address, and asserts its status."""

    def get_page(address: str = "", status: int = 200) -> Element:
        response = client.get(f"/{address.removeprefix('./')}")
        assert response.status_code == status, response.text
        return read(response)

    return get_page


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    """A test client of the service over an empty graph."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    with TestClient(create_app(Settings(), graph, EXAMPLE_CLOCK)) as client:
        yield client
    graph.close()
