"""The graph to measure: an empty one for every size. Its processes find the graph through their environment."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from tests.neo4j_ladder import neo4j_server
from tests.neo4j_local import LocalNeo4j

ENGINES = ("ladybug", "neo4j")
COUNT = "MATCH (n) RETURN count(n) AS nodes"
WIPE = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
FOR_MEASURING = "-XX:TieredStopAtLevel=4 -Xmx4g"
"""Java options for measuring, which override those of the tests' server: full compilation and more memory."""

Environment = dict[str, str]


class NotEmpty(Exception):
    """The Neo4j server of NEO4J_URL has data, and `--wipe` is not set."""


@dataclass(frozen=True)
class EmptyGraph:
    """An empty graph: the environment of its processes, and the file of an embedded graph."""

    engine: str
    environment: Environment
    file: Path | None = None

    def beside(self, nth: int) -> Environment:
        """The environment for reading the same graph in another process: of a copy, where the graph is a file."""
        if self.file is None:
            return self.environment
        copy = self.file.with_name(f"copy{nth}.lbdb")
        for part in self.file.parent.glob(f"{self.file.name}*"):
            shutil.copy(part, copy.with_name(part.name.replace(self.file.name, copy.name)))
        return self.environment | {"PATHWAYS_GRAPH": f"ladybug:{copy}"}

    def apart(self) -> Environment:
        """The environment for the bare insertion of rows: a separate file, or the same server."""
        if self.file is None:
            return self.environment
        return {"PATHWAYS_GRAPH": f"ladybug:{self.file.with_name('bare.lbdb')}"}


@contextmanager
def empty_graph(engine: str, folder: Path, wipe: bool) -> Iterator[EmptyGraph]:
    """An empty graph on an engine; the end of the block removes the graph."""
    keys = {"PATHWAYS_RECEIPT_KEYS": str(folder / "keys")}
    if engine == "ladybug":
        file = folder / "graph.lbdb"
        yield EmptyGraph(engine, keys | {"PATHWAYS_GRAPH": f"ladybug:{file}"}, file)
        return
    with _neo4j(wipe) as environment:
        yield EmptyGraph(engine, keys | environment)


@contextmanager
def own_graph(server: LocalNeo4j, folder: Path) -> Iterator[EmptyGraph]:
    """The graph of a Neo4j that the benchmark started on an empty folder, and which it may freeze."""
    login = {"PATHWAYS_NEO4J_USER": server.user, "PATHWAYS_NEO4J_PASSWORD": server.password}
    keys = {"PATHWAYS_RECEIPT_KEYS": str(folder / "keys")}
    yield EmptyGraph("neo4j", keys | login | {"PATHWAYS_GRAPH": server.url})


@contextmanager
def _neo4j(wipe: bool) -> Iterator[Environment]:
    os.environ["_JAVA_OPTIONS"] = FOR_MEASURING
    try:
        with neo4j_server(require=True) as server:
            auth = (server.user, server.password) if server.password else None
            with GraphDatabase.driver(server.url, auth=auth) as driver, driver.session() as session:
                if session.run(COUNT).single(strict=True)["nodes"] and not wipe:
                    raise NotEmpty(f"{server.url} is not empty: use --wipe to delete everything on it.")
                session.run(WIPE).consume()
                yield {
                    "PATHWAYS_GRAPH": server.url,
                    "PATHWAYS_NEO4J_USER": server.user,
                    "PATHWAYS_NEO4J_PASSWORD": server.password,
                }
                session.run(WIPE).consume()
    except pytest.fail.Exception as error:
        raise SystemExit(f"Neo4j cannot be measured: {error}") from error
