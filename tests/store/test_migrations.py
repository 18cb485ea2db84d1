"""Schema migrations: applied once and in order, completed after a crash, refused where they do not fit."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from service.errors import EngineError, SchemaMismatch
from service.graph import migrate as migrating
from service.graph.connect import connect
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import APPLIED, RECORD, AppliedMigration, Migration, check_applied, migrate, migrations
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph
from tests.cli.conftest import run_here
from tests.conftest import ENGINES, ROOT
from tests.store.crash_worker import raw
from tests.templates import wipe

# Begun first: they drop Neo4j's schema, and with it every plan that other tests have paid for.
pytestmark = pytest.mark.seconds(30)

KEYS = {
    ("AccessKey", "prefix"),
    ("Acceptance", "id"),
    ("Amendment", "id"),
    ("AuditRecord", "number"),
    ("Band", "name"),
    ("Certificate", "number"),
    ("Chipset", "id"),
    ("ClockAcceptance", "id"),
    ("Compartment", "name"),
    ("Declaration", "id"),
    ("DeviceModel", "id"),
    ("Entry", "number"),
    ("Image", "hash"),
    ("ListVersion", "id"),
    ("Manufacturer", "code"),
    ("ManufacturerName", "id"),
    ("Migration", "number"),
    ("Proposal", "id"),
    ("Told", "id"),
    ("Revision", "id"),
    ("Stack", "id"),
    ("StackOrder", "id"),
    ("ZigbeeAmendment", "id"),
}


@pytest.fixture
def bare(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Graph]:
    """A graph without any migration, and on Neo4j without any schema."""
    graph: Graph
    if engine == "ladybug":
        graph = LadybugGraph(tmp_path / "graph.lbdb")
    else:
        graph = connect(request.getfixturevalue("neo4j_settings"))
        drop_all(graph)
    yield graph
    graph.close()


def drop_all(graph: Graph) -> None:
    """Drops the data and schema of a Neo4j server."""
    wipe(graph)
    names = [row["name"] for row in raw(graph, "SHOW CONSTRAINTS YIELD name")]
    graph.define([f"DROP CONSTRAINT {name}" for name in names])
    names = [row["name"] for row in raw(graph, "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name")]
    graph.define([f"DROP INDEX {name}" for name in names])


def numbered_names(dialect: str) -> list[str]:
    """The migrations that are applied once, in order; migration 0 runs at every start."""
    return [migration.name for migration in migrations(dialect) if migration.number]


def recorded_names(graph: Graph) -> list[str]:
    """The names of the applied migrations according to the graph."""
    return [applied.name for applied in graph.rows(APPLIED)]


def compartments(graph: Graph) -> list[str]:
    """The names of all compartments, with duplicates."""
    return sorted(row["name"] for row in raw(graph, "MATCH (c:Compartment) RETURN c.name AS name"))


def test_each_migration_is_applied_once_and_in_order(bare):
    """The first start applies all migrations and returns their names; a second start changes nothing."""
    assert migrate(bare) == numbered_names(bare.dialect)
    have = bare.rows(APPLIED)
    assert [applied.name for applied in have] == numbered_names(bare.dialect)
    assert migrate(bare) == []
    assert bare.rows(APPLIED) == have


def test_only_an_added_migration_is_applied(bare, monkeypatch):
    """A graph of an older program gets only the missing migrations."""
    every = migrations(bare.dialect)
    monkeypatch.setattr(migrating, "migrations", lambda dialect: every[:-1])
    assert migrate(bare) == [migration.name for migration in every[1:-1]]
    monkeypatch.setattr(migrating, "migrations", lambda dialect: every)
    assert migrate(bare) == [every[-1].name]


def changed(dialect: str) -> list[Migration]:
    """The migrations, with the last one edited after it was applied."""
    *others, last = migrations(dialect)
    return [*others, Migration(last.number, last.name, last.text + "\n// edited\n")]


def test_a_migration_changed_after_it_was_applied_is_refused(graph, monkeypatch):
    """The checksum covers comments too; the refusal comes before any statement runs."""
    monkeypatch.setattr(migrating, "migrations", changed)
    with pytest.raises(SchemaMismatch, match=r"\d{4}_.*was changed after it was applied"):
        migrate(graph)


def test_the_service_does_not_start_on_a_schema_that_does_not_fit(tmp_path):
    """The command ends with exit code 3 and a reason, and does not query such a graph."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    graph.write(lambda tx: tx.rows(RECORD, number=9999, name="9999_ahead.cypher", sha256="0" * 64))
    graph.close()
    ended = run_here("serve", "--port", "0", PATHWAYS_GRAPH=f"ladybug:{tmp_path}/graph.lbdb")
    assert "9999_ahead.cypher, which this program does not know" in ended.err
    assert ended.code == 3, ended.err


def test_a_graph_ahead_of_the_program_is_refused(graph):
    """A newer program migrated the graph, so this program could damage it."""
    graph.write(lambda tx: tx.rows(RECORD, number=9999, name="9999_ahead.cypher", sha256="0" * 64))
    with pytest.raises(SchemaMismatch, match=r"9999_ahead\.cypher, which this program does not know"):
        migrate(graph)


@pytest.mark.parametrize("dialect", ENGINES)
def test_a_graph_with_a_gap_is_refused(dialect):
    """The applied migrations must be the first ones of the known list, without a gap."""
    _, first, second, *_ = migrations(dialect)
    have = {second.number: AppliedMigration(number=second.number, name=second.name, sha256=second.sha256)}
    with pytest.raises(SchemaMismatch, match=first.name):
        check_applied(have, [first, second])


@pytest.mark.parametrize("crash_at", [1, 2])
def test_the_next_start_completes_a_migration_that_was_not_recorded(bare, monkeypatch, crash_at):
    """The next start runs the unrecorded migration again without effect, and records it."""
    with monkeypatch.context() as crashing:
        record = migrating._record

        def crash(graph: Graph, migration: Migration) -> None:
            if migration.number == crash_at:
                raise KeyboardInterrupt
            record(graph, migration)

        crashing.setattr(migrating, "_record", crash)
        with pytest.raises(KeyboardInterrupt):
            migrate(bare)
    assert recorded_names(bare) == numbered_names(bare.dialect)[: crash_at - 1]
    assert migrate(bare) == numbered_names(bare.dialect)[crash_at - 1 :]
    assert compartments(bare) == ["audit", "public", "zigbee"]


def test_the_next_start_completes_a_half_applied_migration(bare, monkeypatch):
    """The next start runs the same statements again, and they change nothing."""
    every = migrations(bare.dialect)
    broken = Migration(1, every[1].name, ";\n".join([*every[1].statements[:5], "NONSENSE;\n"]))
    with monkeypatch.context() as crashing:
        crashing.setattr(migrating, "migrations", lambda dialect: [every[0], broken])
        with pytest.raises(EngineError):
            migrate(bare)
    assert recorded_names(bare) == []
    assert migrate(bare) == numbered_names(bare.dialect)
    assert migrate(bare) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A;\nB;\n", ["A", "B"]),
        ("A;\nB", ["A", "B"]),
        ("// why; because\n  // more\nA;\n", ["A"]),
        ("A;\n// between\nB;\n", ["A", "B"]),
        ("CREATE (:X {a: 'one; two'});\nB;\n", ["CREATE (:X {a: 'one; two'})", "B"]),
        ("CREATE\n  (:X\n   {a: 1});  \n\n\nB ;\n", ["CREATE\n  (:X\n   {a: 1})", "B"]),
        ("CREATE (:X {at: 'https://example.org'});\n", ["CREATE (:X {at: 'https://example.org'})"]),
        ("A;\r\nB;\r\n", ["A", "B"]),
        ("// nothing but a comment\n\n", []),
    ],
)
def test_statements_end_with_a_semicolon_at_the_end_of_a_line(text, expected):
    """A semicolon or slashes within a line are text; a line that begins with two slashes is a comment."""
    assert Migration(1, "0001_x.cypher", text).statements == expected


@pytest.mark.parametrize("dialect", ENGINES)
def test_the_files_are_numbered_from_zero_without_a_gap(dialect):
    """Two files with one number, or a file with an unexpected name, would be ignored without notice."""
    folder = ROOT / "cypher" / "schema" / dialect
    assert [migration.number for migration in migrations(dialect)] == list(range(len(list(folder.iterdir()))))


@pytest.fixture
def bare_neo4j(on_neo4j: str, request: pytest.FixtureRequest) -> Iterator[Neo4jGraph]:
    """A Neo4j server without data and schema."""
    graph = connect(request.getfixturevalue("neo4j_settings"))
    assert isinstance(graph, Neo4jGraph)
    drop_all(graph)
    yield graph
    graph.close()


@pytest.mark.parametrize("processes", [2, 4])
def test_concurrent_migrations_of_an_empty_neo4j_all_succeed(bare_neo4j, request, processes):
    """No process deadlocks or fails over definitions of another; each migration is recorded once."""
    graphs = [connect(request.getfixturevalue("neo4j_settings")) for _ in range(processes)]
    ready = Barrier(processes)

    def start(graph: Graph) -> list[str]:
        ready.wait()
        return migrate(graph)

    with ThreadPoolExecutor(processes) as threads:
        begun = [threads.submit(start, graph) for graph in graphs]
    for graph in graphs:
        graph.close()
    applied = [future.result() for future in begun]
    assert {name for names in applied for name in names} == set(numbered_names("neo4j"))
    assert recorded_names(bare_neo4j) == numbered_names("neo4j")
    assert compartments(bare_neo4j) == ["audit", "public", "zigbee"]


def test_every_key_has_its_constraint_in_neo4j(bare_neo4j):
    """According to the server's own catalogue; a constraint also creates an index."""
    migrate(bare_neo4j)
    rows = raw(bare_neo4j, "SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties")
    assert {row["type"] for row in rows} == {"UNIQUENESS"}
    assert {(label, name) for row in rows for label in row["labelsOrTypes"] for name in row["properties"]} == KEYS


def test_every_key_is_a_primary_key_in_ladybug(tmp_path):
    """According to the engine's own catalogue."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    labels = [row["name"] for row in raw(graph, "CALL show_tables() RETURN *") if row["type"] == "NODE"]
    rows = {label: raw(graph, f"CALL table_info('{label}') RETURN *") for label in labels}
    graph.close()
    assert {(label, row["name"]) for label in labels for row in rows[label] if row["primary key"]} == KEYS


def test_both_schemas_define_the_same_keys():
    """Both schemas are written by hand and must define the same keys."""
    neo4j = "".join(migration.text for migration in migrations("neo4j"))
    ladybug = "".join(migration.text for migration in migrations("ladybug"))
    unique = set(re.findall(r"FOR \(\w:(\w+)\) REQUIRE \w\.(\w+) IS UNIQUE", neo4j))
    primary = {(label, key) for label, key in re.findall(r"NODE TABLE IF NOT EXISTS (\w+)\((\w+) \w+ PRIMARY", ladybug)}
    assert unique == primary == KEYS
