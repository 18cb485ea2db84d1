"""One suite, every engine: a test that takes `graph` runs on Ladybug and on Neo4j.

Neo4j is found by the ladder of `tests/neo4j_ladder.py`; where no rung holds its tests skip loudly, and fail with
`--require-neo4j`. Each `graph` is empty and migrated. One Neo4j serves the whole run and is wiped between uses;
`example_graph` is loaded once a module, so no module takes both fixtures.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from argon2 import PasswordHasher
from fastapi.routing import _IncludedRouter
from starlette.routing import BaseRoute

from loaders.bases import read_bases
from loaders.lists import read_list
from service.application import warm_up
from service.application.files.load import LoadOptions, load_bases, load_list
from service.domain.limits import Limits
from service.graph.connect import connect
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph
from service.security import api_keys
from service.settings import Settings
from tests.neo4j_ladder import Server, neo4j_server, to_terminal
from tests.templates import EMPTY, Fill, Templates

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
GENUINE = Path(os.environ.get("PATHWAYS_CPL", ROOT.parent / "shared/cpl/central-products-list-v2.051.xlsx"))
ENGINES = ("ladybug", "neo4j")

pytest_plugins = ["tests.halves"]

os.environ["PATHWAYS_AUTH"] = "off"  # before a module makes an application; what signs in says so itself


@pytest.fixture(scope="session")
def neo4j(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The run's Neo4j.

    Only a test with the engine in its name may start the server: by that name xdist gives all such tests to one worker,
    and a server of another worker would take half a minute of both cores.
    """
    from tests.halves import ON_NEO4J  # pytest imports this plugin itself, after this module

    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
    assert ON_NEO4J.search(test), f"{test} uses Neo4j: it needs the fixture on_neo4j, or engine"
    with neo4j_server(request.config.getoption("--require-neo4j"), to_terminal(request.config)) as server:
        yield server


@pytest.fixture(scope="session")
def neo4j_settings(neo4j: Server) -> Settings:
    """The settings that reach the run's Neo4j."""
    return Settings(graph=neo4j.url, neo4j_user=neo4j.user, neo4j_password=neo4j.password)


@pytest.fixture(scope="session", autouse=True)
def receipt_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The keys of every application that a test starts: a folder of the run's own, not the working directory."""
    folder = tmp_path_factory.mktemp("keys") / "pathways-receipt-keys"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PATHWAYS_RECEIPT_KEYS", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Keys are made with the cheapest hashes there are: what the tests make thousands of protects nothing."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(api_keys, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def cold_applications() -> Iterator[None]:
    """Applications start without a warm-up: on a new graph it takes 0.3 s, and plans what most tests never ask.

    `tests/api/test_warm_up.py` has the warm-up itself, and the servers in processes of their own do it.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(warm_up, "warm_up_graph", lambda graph, clock: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_routes() -> Iterator[None]:
    """Applications share what FastAPI derives from a route: otherwise each takes 0.15 s at its first request.

    An application that overrides a dependency, as FastAPI provides for tests, derives it for itself.
    """
    build, derived = _IncludedRouter._build_effective_context, dict[tuple[object, ...], tuple[BaseRoute, object]]()

    def build_once(included: _IncludedRouter, route: BaseRoute) -> object:
        context = included.include_context
        if context.dependency_overrides_provider.dependency_overrides:
            return build(included, route)
        key = (id(route), context.prefix, *(depends.dependency for depends in context.dependencies))
        if key not in derived:
            shared = _IncludedRouter(included.original_router, replace(context, dependency_overrides_provider=None))
            derived[key] = (route, build(shared, route))  # with the route, so that no other one gets its id
        return derived[key][1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_IncludedRouter, "_build_effective_context", build_once)
        yield


def reset_logging() -> None:
    """Logs as without any configuration, but without the locals of each frame of an exception, which takes seconds."""
    structlog.reset_defaults()
    structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])


reset_logging()


class Ticking:
    """A clock that stands still unless told, so that instants in tests are known."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Moves the clock on and gives the new instant."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Ticking:
    """A clock at noon of 2026-06-01, UTC."""
    return Ticking(datetime(2026, 6, 1, 12, tzinfo=UTC))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of the engine a test runs on."""
    return str(request.param)


@pytest.fixture(params=["neo4j"])
def on_neo4j(request: pytest.FixtureRequest) -> str:
    """The engine of a test that runs on Neo4j alone; the parameter puts the engine into the test's name."""
    return str(request.param)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The graphs that this session makes once and then copies."""
    return Templates(tmp_path_factory.mktemp("templates"))


def open_empty(engine: str, request: pytest.FixtureRequest, folder: Path) -> Graph:
    """An empty, migrated graph on an engine."""
    return _opened(EMPTY, lambda graph: None, engine, request, folder)


def open_examples(engine: str, request: pytest.FixtureRequest, folder: Path) -> Graph:
    """A graph with the examples, which were loaded on 2026-06-01 from eight in the morning on."""
    start = Ticking(datetime(2026, 6, 1, 8, tzinfo=UTC))
    return _opened("examples", lambda graph: load_examples(graph, start), engine, request, folder)


def _opened(name: str, fill: Fill, engine: str, request: pytest.FixtureRequest, folder: Path) -> Graph:
    templates: Templates = request.getfixturevalue("templates")
    if engine == "ladybug":
        return templates.file(name, fill, folder / "graph.lbdb")
    graph = connect(request.getfixturevalue("neo4j_settings"))
    assert isinstance(graph, Neo4jGraph)
    return templates.server(name, fill, graph)


@pytest.fixture(scope="module")
def afresh(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Graph]]:
    """Gives an empty graph, again and again: Neo4j wiped, or another file. The one given before is closed then."""
    given: list[Graph] = []

    def close() -> None:
        while given:
            given.pop().close()

    def give() -> Graph:
        close()  # an embedded graph that is open holds much address space
        given.append(open_empty(engine, request, tmp_path_factory.mktemp("afresh")))
        return given[0]

    yield give
    close()


@pytest.fixture
def graph(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Graph]:
    """An empty, migrated graph, once on each engine."""
    found = open_empty(engine, request, tmp_path)
    yield found
    found.close()


EXAMPLE_CLOCK = Ticking(datetime(2026, 6, 1, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def example_graph(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Graph]:
    """The examples, loaded once a module and only read: both lists an hour apart, then the bases."""
    found = open_examples(engine, request, tmp_path_factory.mktemp("example"))
    yield found
    found.close()


def load_examples(graph: Graph, clock: Ticking) -> None:
    """Loads both example lists and the bases, each an hour after the last."""
    for name in ("central-products-list-v1.001.xlsx", "central-products-list-v1.002.xlsx"):
        assert load_list(graph, clock, read_list(EXAMPLES / name, Limits()), name, LoadOptions(made_by="test")).applied
        clock.forward(hours=1)
    options = LoadOptions(made_by="test", reason="example")
    assert load_bases(graph, clock, read_bases(EXAMPLES / "bases.csv", Limits(), None), options).applied


@pytest.fixture(scope="session")
def genuine() -> Path:
    """The genuine list. It is not ours to publish, so it may be absent: then what needs it is skipped, and says so."""
    if not GENUINE.is_file():
        pytest.skip(f"NOT CHECKED against the genuine list: {GENUINE} is absent (set PATHWAYS_CPL)")
    return GENUINE
