"""Graphs that a session makes once and then copies: empty ones, and those that hold the examples."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from neo4j.time import DateTime

from service.errors import SchemaMismatch
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate, migrations
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph

Fill = Callable[[Graph], None]
NODES = "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties"
RELATIONSHIPS = """
MATCH (a)-[r]->(b)
RETURN elementId(a) AS start, elementId(b) AS end, type(r) AS type, properties(r) AS properties"""
CREATE_NODES = """
UNWIND $nodes AS node
CREATE (n:$(node.labels))
SET n = node.properties
RETURN node.id AS old, elementId(n) AS new"""
CREATE_RELATIONSHIPS = """
UNWIND $relationships AS row
MATCH (a) WHERE elementId(a) = row.start
MATCH (b) WHERE elementId(b) = row.end
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.properties"""


def wipe(graph: Graph) -> None:
    """Empties a Neo4j of everything, migrations too; the schema stays, its statements change nothing twice."""
    graph.define(["MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"])


def emptied(graph: Graph) -> Graph:
    """The same graph as new: with nothing but its migrations. To run them again would take longer than most tests."""
    other = "label(n) <> 'Migration'" if graph.dialect == "ladybug" else "NOT n:Migration"
    schema = ("CREATE", "ALTER")
    rows = [
        one for migration in migrations(graph.dialect) for one in migration.statements if not one.startswith(schema)
    ]
    graph.define([f"MATCH (n) WHERE {other} DETACH DELETE n", *rows])
    return graph


@dataclass
class Contents:
    """All nodes and relationships of a Neo4j."""

    nodes: list[dict[str, Any]]
    relationships: list[dict[str, Any]]


class Templates:
    """Opens copies of graphs. `fill` makes the one that is copied; its name says which copies are alike."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contents: dict[str, Contents] = {}

    def file(self, name: str, fill: Fill, place: Path) -> LadybugGraph:
        """An embedded graph at a place where no graph is yet."""
        template = self._folder / f"{name}.lbdb"
        if not template.exists():
            graph = LadybugGraph(template)
            migrate(graph)
            fill(graph)
            graph.close()
        assert not place.exists()
        shutil.copyfile(template, place)
        return LadybugGraph(place)

    def server(self, name: str, fill: Fill, graph: Neo4jGraph) -> Neo4jGraph:
        """A Neo4j, with all that it held replaced."""
        as_new(graph)
        if name not in self._contents:
            fill(graph)
            self._contents[name] = contents(graph)
        elif name != EMPTY:
            wipe(graph)
            restore(graph, self._contents[name])
        return graph


EMPTY = "empty"


def as_new(graph: Neo4jGraph) -> None:
    """A migrated Neo4j without data. A test of migrations may have left it without its schema, or with another one."""
    try:
        migrate(emptied(graph))
    except SchemaMismatch:
        wipe(graph)
        migrate(graph)


def contents(graph: Neo4jGraph) -> Contents:
    """All that a Neo4j holds."""
    return Contents(statement(graph, NODES), statement(graph, RELATIONSHIPS))


def restore(graph: Neo4jGraph, held: Contents) -> None:
    """Puts into an empty Neo4j what one held before."""
    ids = {row["old"]: row["new"] for row in statement(graph, CREATE_NODES, nodes=held.nodes)}
    moved = [row | {"start": ids[row["start"]], "end": ids[row["end"]]} for row in held.relationships]
    statement(graph, CREATE_RELATIONSHIPS, relationships=moved)


def statement(graph: Neo4jGraph, text: str, **given: Any) -> list[dict[str, Any]]:
    """The rows of a statement that is no part of the catalogue.

    The session has the bookmarks of the graph: without them it can see a commit in part.
    """
    with graph._driver.session(database=graph._database, bookmark_manager=graph._bookmarks) as session:
        return [{name: as_given(value) for name, value in record.items()} for record in session.run(text, given)]


def as_given(value: Any) -> Any:
    """A value as the service writes it: instants with the offset of UTC.

    The driver writes back its own instants with a named zone, and Neo4j does not hold an instant with a zone for equal
    to the same one with an offset.
    """
    if isinstance(value, dict):
        return {name: as_given(part) for name, part in value.items()}
    return value.to_native().astimezone(UTC) if isinstance(value, DateTime) else value
