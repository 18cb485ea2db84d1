"""Former graphs, restored from `tests/data/graphs`: see the README there.

Nothing here imports the service, so that a rename in the service cannot change what is restored.
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
    """What is kept of a former graph beside the graph itself."""

    folder: Path

    @property
    def kept(self) -> dict[str, Any]:
        """The three heads, and how much the graph had."""
        return json.loads((self.folder / "kept.json").read_text())

    @property
    def receipts(self) -> list[dict[str, Any]]:
        """Every receipt that the service gave over the graph."""
        return json.loads((self.folder / "receipts.json").read_text("utf-8"))

    @property
    def heads(self) -> list[str]:
        """The options of `pathways verify` that name the three heads."""
        options = {"public": "--head", "zigbee": "--zigbee-head", "audit": "--audit-head"}
        return [word for name, head in self.kept["heads"].items() for word in (options[name], head)]

    def keys(self, folder: Path) -> Path:
        """A folder of the public keys, as the service keeps them."""
        return Path(shutil.copytree(self.folder / "keys", folder))


def former(engine: str, name: str) -> Former:
    """One of the former graphs."""
    return Former(GRAPHS / engine / name)


def restore_ladybug(place: Former, file: Path) -> None:
    """Writes the graph file."""
    file.write_bytes(lzma.decompress((place.folder / "graph.ladybug.xz").read_bytes()))


def restore_neo4j(place: Former, url: str, user: str, password: str) -> None:
    """Empties a Neo4j of data and schema, and loads the graph by plain statements."""
    found = json.loads(lzma.decompress((place.folder / "graph.json.xz").read_bytes()))
    auth = (user, password) if password else None
    with GraphDatabase.driver(url, auth=auth) as driver, driver.session() as session:
        _empty(session)
        for statement in found["schema"]:
            session.run(statement).consume()
        ids = _nodes(session, found["nodes"])
        _relationships(session, found["relationships"], ids)


def _empty(session: Session) -> None:
    session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    for row in list(session.run("SHOW CONSTRAINTS YIELD name")):
        session.run(f"DROP CONSTRAINT `{row['name']}`").consume()
    for row in list(session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name")):
        session.run(f"DROP INDEX `{row['name']}`").consume()


def _nodes(session: Session, nodes: list[dict[str, Any]]) -> list[str]:
    """Creates the nodes, and gives the id that the engine has for each."""
    ids = []
    for labels, part in groupby(nodes, key=lambda node: node["labels"]):
        statement = f"UNWIND $rows AS row CREATE (n:{':'.join(labels)}) SET n = row RETURN elementId(n) AS id"
        ids += [row["id"] for row in session.run(statement, rows=[_properties(node) for node in part])]
    assert len(ids) == len(nodes)
    return ids


def _relationships(session: Session, relationships: list[dict[str, Any]], ids: list[str]) -> None:
    for kind, part in groupby(relationships, key=lambda one: one["type"]):
        rows = [{"a": ids[one["from"]], "b": ids[one["to"]], "said": _properties(one)} for one in part]
        statement = (
            "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row.a MATCH (b) WHERE elementId(b) = row.b "
            f"CREATE (a)-[r:`{kind}`]->(b) SET r = row.said RETURN count(r) AS n"
        )
        assert session.run(statement, rows=rows).single(strict=True)["n"] == len(rows)


def _properties(one: dict[str, Any]) -> dict[str, Any]:
    """The properties with their types: an instant is a datetime again."""
    return {name: _value(value) for name, value in one["properties"].items()}


def _value(value: Any) -> Any:
    return datetime.fromisoformat(value["instant"]) if isinstance(value, dict) else value
