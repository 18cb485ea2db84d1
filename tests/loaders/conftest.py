"""One graph per module, emptied for every test, because opening and migrating a graph takes longer than most tests."""

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
    """A desk on an empty graph. After the test, verification must find no faults in the derived edges."""
    desk_ = Desk(emptied(opened), clock, tmp_path)
    yield desk_
    assert desk_.faults(6) == []
