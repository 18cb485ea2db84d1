"""Where the graph that is measured lives: a fresh one for every size, reached by its processes' environment."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from tests.neo4j_ladder import neo4j_server

ENGINES = ("ladybug", "neo4j")
COUNT = "MATCH (n) RETURN count(n) AS nodes"
WIPE = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
FOR_MEASURING = "-XX:TieredStopAtLevel=4 -Xmx4g"
"""The tests' server compiles in haste and keeps little memory; what is measured shall not. Java reads it last."""

Environment = dict[str, str]


class NotEmpty(Exception):
    """The server that was given holds something; it is not ours to destroy."""


@dataclass(frozen=True)
class EmptyGraph:
    """An empty graph: what its processes must have in their environment, and its file, where it is one."""

    engine: str
    environment: Environment
    file: Path | None = None

    def beside(self, nth: int) -> Environment:
        """Where the same graph is read while another process holds it. A file has one process: then it is a copy."""
        if self.file is None:
            return self.environment
        copy = self.file.with_name(f"copy{nth}.lbdb")
        for part in self.file.parent.glob(f"{self.file.name}*"):
            shutil.copy(part, copy.with_name(part.name.replace(self.file.name, copy.name)))
        return self.environment | {"PATHWAYS_GRAPH": f"ladybug:{copy}"}

    def apart(self) -> Environment:
        """Where rows are inserted bare: a file of its own, or the same server."""
        if self.file is None:
            return self.environment
        return {"PATHWAYS_GRAPH": f"ladybug:{self.file.with_name('bare.lbdb')}"}


@contextmanager
def empty_graph(engine: str, folder: Path, wipe: bool) -> Iterator[EmptyGraph]:
    """An empty graph on an engine, until the block ends."""
    keys = {"PATHWAYS_RECEIPT_KEYS": str(folder / "keys")}
    if engine == "ladybug":
        file = folder / "graph.lbdb"
        yield EmptyGraph(engine, keys | {"PATHWAYS_GRAPH": f"ladybug:{file}"}, file)
        return
    with _neo4j(wipe) as environment:
        yield EmptyGraph(engine, keys | environment)


@contextmanager
def _neo4j(wipe: bool) -> Iterator[Environment]:
    os.environ["_JAVA_OPTIONS"] = FOR_MEASURING
    try:
        with neo4j_server(require=True) as server:
            auth = (server.user, server.password) if server.password else None
            with GraphDatabase.driver(server.url, auth=auth) as driver, driver.session() as session:
                if session.run(COUNT).single(strict=True)["nodes"] and not wipe:
                    raise NotEmpty(f"{server.url} is not empty. Say --wipe if all that it holds may go.")
                session.run(WIPE).consume()
                yield {
                    "PATHWAYS_GRAPH": server.url,
                    "PATHWAYS_NEO4J_USER": server.user,
                    "PATHWAYS_NEO4J_PASSWORD": server.password,
                }
                session.run(WIPE).consume()
    except pytest.fail.Exception as none:
        raise SystemExit(f"Neo4j is not measured: {none}") from none
