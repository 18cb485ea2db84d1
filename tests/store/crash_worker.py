"""Loads a list in its own process, for tests that kill the load; writes that list; and computes the digest of a graph.

    python -m tests.store.crash_worker LIST INSTANT     (the graph from the environment, as the service reads it)

The worker prints its progress on stdout, one word a line: `opening`, `opened`, `begun` (in the transaction, with the
lock), `loaded`, `closed`; or the name of the error that ended the load. With ROOM, a third argument, no file may grow
beyond that many bytes during a first try. A second try has no limit, and the third begins when the graph accepts writes
again; then the process kills itself. A thread reads meanwhile, and prints the name of an error.
"""

import os
import resource
import signal
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from loaders.lists import read_list
from service.application.files.load import LoadOptions, load_list
from service.domain.limits import Limits
from service.errors import EngineError
from service.graph.connect import connect
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph
from service.observability import configure
from service.repositories import compartments
from service.settings import Settings

ENTRIES, FAMILY = 700, 7  # FAMILY: entries of one device model
HEADER = (
    "Version,Entry.number,Entry.status,Device_Type.name,Device_Model.manufacturer_identifier,"
    "Device_Model.model_identifier,Device_Model.hardware_version.version,Device_Model.hardware_version.revision,"
    "Device_Model.firmware_version,Manufacturer_Image.hash,Firmware_Upgrade_Path"
)


def say(word: str) -> None:
    """Prints a progress word for the parent process, without buffering."""
    print(word, flush=True)  # noqa: T201


def recorded(version: int) -> datetime:
    """The instant at which a version is loaded. Every run uses the same instants, so that graphs can be compared."""
    return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=version)


def write_list(folder: Path, version: int, entries: int = ENTRIES) -> Path:
    """A fictional list. From one version to the next about half of its rows and of their bases change."""
    issued = date(2026, 1, 1) + timedelta(days=version)
    lines = [_line(f"Version 1.{version:03} Issued on {issued:%d-%m-%Y}", n, version) for n in range(1, entries + 1)]
    path = folder / f"list-{version}.csv"
    path.write_text("\n".join([HEADER, *lines, ""]), "utf-8")
    return path


def _line(heading: str, entry: int, version: int) -> str:
    family, nth = divmod(entry - 1, FAMILY)
    status = "Removed" if (entry + version) % 11 == 0 else "Current"
    image = f"{entry * 1000 + version * (entry % 2):064X}"
    hardware = f"FE01,{family:04X},01,00,{nth + 1:08X}"
    return f"{heading},{entry:06},{status},Gas Smart Meter,{hardware},{image},{_path(entry, nth, version)}"


def _path(entry: int, nth: int, version: int) -> str:
    """The previous entry as base, sometimes also the one before; in every third version also a base of another device
    model.

    Device models are joined in pairs and not in one chain, because a fetch follows a chain one link per query.
    """
    if nth == 0:
        return "N/A"
    bases = [entry - 1] + ([entry - 2] if nth > 1 and (entry + version) % 2 else [])
    other = entry + FAMILY if (entry - 1) // FAMILY % 2 == 0 else entry - FAMILY
    bases += [other] if (entry + version) % 3 == 0 else []
    return ";".join(f"{base:06}" for base in bases)


def load(graph: Graph, path: Path, at: datetime, begun: bool = False) -> None:
    """Loads a list at an instant. Prints `begun` when the graph reads the clock, because it then holds its lock."""

    def clock() -> datetime:
        if begun:
            say("begun")
        return at

    report = load_list(graph, clock, read_list(path, Limits()), path.name, LoadOptions(made_by="test"))
    assert report.applied and not report.refusals, report.refusals


def digest(graph: Graph) -> list[str]:
    """Every node and relationship with all properties, in the same order for both engines.

    The random ids of amendments and the hashes that cover them are left out; sequence numbers and written rows are
    included.
    """
    nodes = {str(row["id"]): (row["label"], _plain(row["n"])) for row in _nodes(graph)}
    names = {node: _name(label, properties) for node, (label, properties) in nodes.items()}
    lines = [f"{names[node]} {_text(properties)}" for node, (_, properties) in nodes.items()]
    lines += [
        f"{r['kind']} {names[str(r['a'])]} {names[str(r['b'])]} {_text(_plain(r['r']))}" for r in _relationships(graph)
    ]
    return sorted(row for row in lines if not row.startswith("Migration"))


def _nodes(graph: Graph) -> list[dict[str, Any]]:
    if isinstance(graph, Neo4jGraph):
        return raw(graph, "MATCH (n) RETURN elementId(n) AS id, labels(n)[0] AS label, properties(n) AS n")
    labels = [row["name"] for row in raw(graph, "CALL show_tables() RETURN *") if row["type"] == "NODE"]
    lines = [(label, raw(graph, f"MATCH (n:{label}) RETURN id(n) AS id, n")) for label in labels]
    return [{**row, "label": label} for label, rows in lines for row in rows]


def _relationships(graph: Graph) -> list[dict[str, Any]]:
    if isinstance(graph, Neo4jGraph):
        ends = "elementId(a) AS a, elementId(b) AS b"
        return raw(graph, f"MATCH (a)-[r]->(b) RETURN type(r) AS kind, {ends}, properties(r) AS r")
    kinds = [row["name"] for row in raw(graph, "CALL show_tables() RETURN *") if row["type"] == "REL"]
    return [
        {**row, "kind": kind}
        for kind in kinds
        for row in raw(graph, f"MATCH (a)-[r:`{kind}`]->(b) RETURN id(a) AS a, id(b) AS b, r")
    ]


_KEYS = {"Amendment": "sequence", "DeviceModel": "id", "Manufacturer": "code", "Image": "hash", "Compartment": "name"}


def _name(label: str, properties: dict[str, str]) -> str:
    key = _KEYS.get(label) or ("id" if "id" in properties else "number")
    return f"{label} {properties[key]}"


def _plain(properties: dict[str, Any]) -> dict[str, str]:
    return {k: _value(v) for k, v in properties.items() if v is not None and not k.startswith("_")}


def _text(properties: dict[str, str]) -> str:
    random = {"id", "hash", "head"} if {"made_by", "head"} & properties.keys() else set()
    kept = properties.keys() - random
    return " ".join(f"{name}={properties[name]}" for name in sorted(kept))


def _value(value: Any) -> str:
    if type(value) is str:
        return value
    native = value.to_native() if hasattr(value, "to_native") else value
    return native.replace(tzinfo=None).isoformat() if isinstance(native, datetime) else str(native)


def raw(graph: Graph, statement: str, **given: Any) -> list[dict[str, Any]]:
    """The rows of a statement that is not in the Cypher catalogue."""
    if isinstance(graph, Neo4jGraph):
        with graph._driver.session(database=graph._database) as session:
            return [dict(record) for record in session.run(statement, given)]
    assert isinstance(graph, LadybugGraph)
    with graph._connection() as connection:
        return connection.execute(statement, given)


def on_a_full_disk(path: str, at: str, room: str) -> None:
    """Loads three times and prints each result. The disk is full during the first load only."""
    configure("warning")  # logs on stderr, not between the words
    say("opening")
    graph = connect(Settings())
    migrate(graph)
    say("opened")
    threading.Thread(target=read_forever, args=(graph,), daemon=True).start()
    for most in (int(room), resource.RLIM_INFINITY, None):
        if most is None:
            while graph.writes_refused:
                time.sleep(0.05)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            load(graph, Path(path), datetime.fromisoformat(at), begun=True)
            say("loaded")
        except EngineError as error:
            say(type(error).__name__)
    os.kill(os.getpid(), signal.SIGKILL)


def read_forever(graph: Graph) -> None:
    """Reads until a read fails; prints the name of the error."""
    try:
        while True:
            compartments.read_state(graph)
            time.sleep(0.01)
    except Exception as error:
        say(f"read:{type(error).__name__}")


def main(path: str, at: str) -> None:
    """Opens the graph, loads the list and closes the graph, and prints each stage."""
    say("opening")
    try:
        graph = connect(Settings())
        migrate(graph)
        say("opened")
        load(graph, Path(path), datetime.fromisoformat(at), begun=True)
        say("loaded")
        graph.close()
        say("closed")
    except EngineError as error:
        say(type(error).__name__)


if __name__ == "__main__":
    (on_a_full_disk if sys.argv[3:] else main)(*sys.argv[1:])
