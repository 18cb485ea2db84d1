"""Restores graphs of earlier releases from `tests/data/graphs`: see the README there.

This module does not import the service, so that a rename in the service cannot change the restored graphs.
"""

import json
import lzma
import shutil
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from neo4j import GraphDatabase, Session

GRAPHS = Path(__file__).parent.parent / "data" / "graphs"
NAMES = ("whole", "older")


@dataclass(frozen=True)
class Former:
    """A graph of an earlier release and the files stored with it."""

    folder: Path

    @property
    def kept(self) -> dict[str, Any]:
        """The three chain heads and the number of nodes of each label."""
        return json.loads((self.folder / "kept.json").read_text())

    @property
    def receipts(self) -> list[dict[str, Any]]:
        """Every receipt that the service issued over the graph."""
        return json.loads((self.folder / "receipts.json").read_text("utf-8"))

    @property
    def heads(self) -> list[str]:
        """The options of `pathways verify` that name the three heads."""
        options = {"public": "--head", "zigbee": "--zigbee-head", "audit": "--audit-head"}
        return [word for name, head in self.kept["heads"].items() for word in (options[name], head)]

    def keys(self, folder: Path) -> Path:
        """Copies the public keys to a folder, in the layout that the service reads."""
        return Path(shutil.copytree(self.folder / "keys", folder))


def former(engine: str, name: str) -> Former:
    """The former graph of an engine by its name."""
    return Former(GRAPHS / engine / name)


def restore_ladybug(graph: Former, file: Path) -> None:
    """Writes the graph file."""
    file.write_bytes(lzma.decompress((graph.folder / "graph.ladybug.xz").read_bytes()))


def restore_neo4j(graph: Former, url: str, user: str, password: str) -> None:
    """Deletes the data and schema of a Neo4j server, then loads the graph with plain statements."""
    dump = json.loads(lzma.decompress((graph.folder / "graph.json.xz").read_bytes()))
    auth = (user, password) if password else None
    with GraphDatabase.driver(url, auth=auth) as driver, driver.session() as session:
        _empty(session)
        for statement in dump["schema"]:
            session.run(statement).consume()
        ids = _nodes(session, dump["nodes"])
        _relationships(session, dump["relationships"], ids)


def _empty(session: Session) -> None:
    session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    for row in list(session.run("SHOW CONSTRAINTS YIELD name")):
        session.run(f"DROP CONSTRAINT `{row['name']}`").consume()
    for row in list(session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name")):
        session.run(f"DROP INDEX `{row['name']}`").consume()


def _nodes(session: Session, nodes: list[dict[str, Any]]) -> list[str]:
    """Creates the nodes and returns the engine's id of each."""
    ids = []
    for labels, group in groupby(nodes, key=lambda node: node["labels"]):
        statement = f"UNWIND $rows AS row CREATE (n:{':'.join(labels)}) SET n = row RETURN elementId(n) AS id"
        ids += [row["id"] for row in session.run(statement, rows=[_properties(node) for node in group])]
    assert len(ids) == len(nodes)
    return ids


def _relationships(session: Session, relationships: list[dict[str, Any]], ids: list[str]) -> None:
    for kind, group in groupby(relationships, key=lambda row: row["type"]):
        rows = [{"a": ids[row["from"]], "b": ids[row["to"]], "values": _properties(row)} for row in group]
        statement = (
            "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row.a MATCH (b) WHERE elementId(b) = row.b "
            f"CREATE (a)-[r:`{kind}`]->(b) SET r = row.values RETURN count(r) AS n"
        )
        assert session.run(statement, rows=rows).single(strict=True)["n"] == len(rows)


def _properties(row: dict[str, Any]) -> dict[str, Any]:
    """The properties with their types: an instant becomes a datetime again."""
    return {name: _value(value) for name, value in row["properties"].items()}


def _value(value: Any) -> Any:
    return datetime.fromisoformat(value["instant"]) if isinstance(value, dict) else value
