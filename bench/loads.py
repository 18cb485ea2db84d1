"""Loads of a child process: by the loaders, and the same rows with a bare statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import ladybug
from neo4j import GraphDatabase, ManagedTransaction

from loaders.bases import read_bases
from loaders.lists import read_list
from service.application.files.load import LoadOptions
from service.application.files.load import load_bases as bases_into
from service.application.files.load import load_list as list_into
from service.domain.clock import now
from service.domain.facts import CONTENT_FIELDS
from service.domain.limits import Limits
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.schemas.responses.load_reports import LoadReport
from service.settings import Settings

T = TypeVar("T")

OPTIONS = LoadOptions(made_by="bench", reason="bench")
PROPERTIES = ("number", *CONTENT_FIELDS)
BATCH = 10_000
INSERT = f"UNWIND $rows AS row CREATE (:Bench {{{', '.join(f'{name}: row.{name}' for name in PROPERTIES)}}})"
TABLE = f"CREATE NODE TABLE Bench({', '.join(f'{name} STRING' for name in PROPERTIES)}, PRIMARY KEY(number))"
REMOVE = "MATCH (n:Bench) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS"


@contextmanager
def open_graph() -> Iterator[Graph]:
    """The migrated graph that PATHWAYS_GRAPH names."""
    graph = connect(Settings())
    try:
        migrate(graph)
        yield graph
    finally:
        graph.close()


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result of the work, and its seconds."""
    start = perf_counter()
    return work(), perf_counter() - start


def load_list(path: str) -> dict[str, Any]:
    """Loads a list like the command, and measures the reading of the file and the writing of the graph."""
    file = Path(path)
    found, read_seconds = timed(lambda: read_list(file, Limits()))
    with open_graph() as graph:
        report, graph_seconds = timed(lambda: list_into(graph, now, found, file.name, OPTIONS))
    return _load_figures(report, report.counts["new"], read_seconds, graph_seconds)


def load_bases(path: str) -> dict[str, Any]:
    """Loads a file of bases like the command."""
    found, read_seconds = timed(lambda: read_bases(Path(path), Limits(), None))
    with open_graph() as graph:
        report, graph_seconds = timed(lambda: bases_into(graph, now, found, OPTIONS))
    return _load_figures(report, report.counts["declared"], read_seconds, graph_seconds)


def _load_figures(report: LoadReport, rows: int, read_seconds: float, graph_seconds: float) -> dict[str, Any]:
    if not report.applied:
        raise SystemExit(f"The load was refused: {report.refusals[:3]}")
    return {"rows": rows, "read_seconds": read_seconds, "graph_seconds": graph_seconds}


def unwind(path: str) -> dict[str, Any]:
    """Inserts the rows of a list with one bare statement, in one transaction, in batches of the loader's size."""
    published = read_list(Path(path), Limits()).published
    blank = dict.fromkeys(PROPERTIES, "")
    rows = [blank | row.given | {"number": row.entry} for row in published.rows]
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    settings = Settings()
    insert = _insert_ladybug if settings.graph.startswith("ladybug:") else _insert_neo4j
    return {"rows": len(rows), "graph_seconds": insert(settings, batches)}


def _insert_ladybug(settings: Settings, batches: list[list[dict[str, str]]]) -> float:
    path = Path(settings.graph.removeprefix("ladybug:"))
    path.unlink(missing_ok=True)
    connection = ladybug.Connection(ladybug.Database(str(path)))
    connection.execute(TABLE)

    def inserted() -> None:
        connection.execute("BEGIN TRANSACTION")
        for batch in batches:
            connection.execute(INSERT, {"rows": batch})
        connection.execute("COMMIT")

    return timed(inserted)[1]


def _insert_neo4j(settings: Settings, batches: list[list[dict[str, str]]]) -> float:
    password = settings.neo4j_password.get_secret_value()
    auth = (settings.neo4j_user, password) if password else None

    def inserted(transaction: ManagedTransaction) -> None:
        for batch in batches:
            transaction.run(INSERT, {"rows": batch}).consume()

    with GraphDatabase.driver(settings.graph, auth=auth) as driver, driver.session() as session:
        seconds = timed(lambda: session.execute_write(inserted))[1]
        session.run(REMOVE).consume()
    return seconds
