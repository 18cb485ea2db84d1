"""One graph a module, emptied for every test: opening and migrating one takes longer than most of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.graph.protocol import Graph
from tests.conftest import Ticking, open_empty
from tests.loaders.files import Desk
from tests.templates import emptied


@pytest.fixture(scope="module")
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The module's graph, once on each engine."""
    graph = open_empty(engine, request, tmp_path_factory.mktemp("opened"))
    yield graph
    graph.close()


@pytest.fixture
def desk(opened: Graph, clock: Ticking, tmp_path: Path) -> Iterator[Desk]:
    """A desk at an empty graph, whose derived rows are verified for every instant in the end."""
    found = Desk(emptied(opened), clock, tmp_path)
    yield found
    assert found.faults(6) == []
