"""The amendment chain in the graph: verification finds every change of recorded data, by whatever statement."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from service.application.verify import VerificationReport, verify
from service.domain.amendments import AmendmentRecord
from service.domain.clock import END, utc
from service.domain.edits import Edit
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.repositories import amendment_chain, compartments, facts
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.edit_judgement import judge_edits
from service.rules.records.amendment_chain import GENESIS
from tests.conftest import Ticking, open_empty
from tests.loaders.files import Desk, entry
from tests.store.crash_worker import raw
from tests.templates import emptied

pytestmark = pytest.mark.seconds(7)

BOARD = {"model": "0002"}
LISTED = [entry(2), entry(3), entry(4), entry(5, **BOARD), entry(6)]


@pytest.fixture(scope="module")
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The module's graph, once on each engine."""
    graph = open_empty(engine, request, tmp_path_factory.mktemp("chain"))
    yield graph
    graph.close()


@pytest.fixture
def desk(opened: Graph, clock: Ticking, tmp_path: Path) -> Desk:
    """Six amendments: two of one transaction, one that shortens an earlier declaration, and a list that ends an
    acceptance.
    """
    desk = Desk(emptied(opened), clock, tmp_path)
    desk.issue("1.001", "2025-01-10", LISTED)
    desk.bases(("4", "3;5", "", "5"), evidence="letter 7")
    desk.clock.forward(hours=1)
    desk.graph.write(lambda transaction: amended_together(WriteTransaction(transaction, desk.clock)))
    desk.bases(("4", "2;5", "2025-06-01"))
    desk.bases(("6", "3"))
    desk.issue("1.002", "2025-03-10", [*LISTED[:3], entry(5, model="0003"), LISTED[4]])
    return desk


def amended_together(writing: WriteTransaction) -> None:
    """Two amendments of one transaction, as earlier releases recorded a file that names two pieces of evidence."""
    records = [AmendmentRecord(uuid4().hex, "test", "because", note, "test") for note in ("note A", "note B")]
    edits = [
        Edit(target, (base,), amendment=record.id)
        for target, base, record in zip(("000003", "000006"), ("000002", "000004"), records, strict=True)
    ]
    known = facts.all_facts(writing.transaction, writing.recorded)
    changes = judge_edits(known, edits, writing.recorded).changes
    writing.apply(writing.with_derived_rows(known, changes), records)


def verified(desk: Desk, head: str | None = None) -> VerificationReport:
    """The verification report."""
    return verify(desk.graph, desk.clock, 0, head)


def hashes(graph: Graph) -> list[str]:
    """The hashes of all amendments, in order."""
    return [one.hash for one in graph.rows(amendment_chain.AMENDMENTS)]


def test_every_amendment_is_a_link(desk):
    """Every hash is different, the last one is the head, and verification accepts the chain from every earlier head."""
    report = verified(desk)
    assert (report.faults, report.amendments, report.before_chain) == ([], 6, 0)
    assert len(set(hashes(desk.graph))) == 6
    assert compartments.read_state(desk.graph).head == report.head == hashes(desk.graph)[-1]
    assert all(verified(desk, kept).faults == [] for kept in (GENESIS, *hashes(desk.graph)))


def test_a_list_that_ends_an_acceptance_makes_an_amendment(desk):
    """The amendment's reason names the list; a list that ends no acceptance makes no amendment."""
    assert raw(desk.graph, "MATCH (a:Amendment {sequence: 6}) RETURN a.reason AS reason")[0]["reason"] == "list 1.002"
    before = compartments.read_state(desk.graph)
    desk.issue("1.003", "2025-05-10", [entry(2, status="Removed"), *LISTED[1:3], entry(5, model="0003"), LISTED[4]])
    after = compartments.read_state(desk.graph)
    assert (after.sequence, after.head) == (before.sequence, before.head)
    assert after.revision == before.revision + 1


def test_the_head_at_an_instant_is_that_of_the_last_amendment_by_then(desk):
    """Before the first amendment the head is GENESIS; later it is the head that the compartment had at that instant."""
    links = [(row.recorded, row.hash) for row in desk.graph.rows(amendment_chain.AMENDMENTS)]
    last = {recorded: link for recorded, link in links}
    assert {recorded: amendment_chain.head_at(desk.graph, recorded) for recorded in last} == last
    assert amendment_chain.head_at(desk.graph, desk.now) == links[-1][1]
    assert amendment_chain.head_at(desk.graph, min(last) - timedelta(microseconds=1)) == GENESIS


BELIEVED = "MATCH (:Amendment {sequence: 4})-[:MADE]->(d:Declaration) WITH d"
OF_3 = "MATCH (d:Declaration)-[:`FOR`]->(:Entry {number: '000003'})"


def link(number: int, nth: int | None = None) -> str:
    """The fault of an amendment's link, by its sequence number and by its position before the change."""
    said = "its properties, the rows it made or those it closed, or the amendment before it."
    return f"Amendment number {number} ({{0[{(nth or number) - 1}].id}}) is not as it was recorded: {said}"


def head(nth: int) -> str:
    """The fault of the compartment's head where the last link is that of the nth amendment."""
    return f"The compartment's head is {{0[5].hash}}, the last link is {{0[{nth - 1}].hash}}."


TAMPERED = [
    # statement, and all faults of the chain; 2 and 3 are of one transaction, so verification recomputes both
    ("MATCH (a:Amendment {sequence: 2}) SET a.made_by = 'somebody else'", [link(2), link(3)]),
    ("MATCH (a:Amendment {sequence: 2}) SET a.reason = ''", [link(2), link(3)]),
    ("MATCH (a:Amendment {sequence: 1}) SET a.evidence = 'letter 8'", [link(1)]),
    ("MATCH (a:Amendment {sequence: 5}) SET a.source = 'other.csv'", [link(5)]),
    ("MATCH (a:Amendment {sequence: 4}) SET a.hash = 'F' + substring(a.hash, 1, 64)", [link(4), link(5)]),
    (f"{BELIEVED} SET d.given = '000003'", [link(4)]),
    (f"{BELIEVED} SET d.kind = 'not-supplied'", [link(4)]),
    (f"{BELIEVED} SET d.valid_to = d.valid_from", [link(4)]),
    (f"{BELIEVED} SET d.declared = d.recorded_to", [link(4)]),
    (f"{BELIEVED} SET d.evidence = 'letter 9'", [link(4)]),
    ("MATCH (c:Acceptance) SET c.evidence = 'letter 9'", [link(1), link(6)]),
    (f"{BELIEVED} DETACH DELETE d", [link(4)]),
    (
        "MATCH (c:Acceptance) WHERE c.recorded_from < c.recorded_to SET c.base_model = 'FE01-00040102'",
        [link(1), link(6)],
    ),
    (
        "MATCH (a:Amendment {sequence: 4}), (e:Entry {number: '000002'}) CREATE (d:Declaration {id: 'extra', "
        "kind: 'none', given: '', evidence: '', declared: a.recorded, valid_from: a.recorded, valid_to: a.recorded, "
        "recorded_from: a.recorded, recorded_to: a.recorded}) CREATE (a)-[:MADE]->(d) CREATE (d)-[:`FOR`]->(e)",
        [link(4)],
    ),
    (
        f"{OF_3} SET d.recorded_from = d.valid_to",
        ["A fact was recorded at 9999-12-31T00:00:00Z, after the last instant issued.", link(2), link(3)],
    ),
    # a closed row is opened again; an open row is closed at an amendment's instant and at another instant
    (
        "MATCH (:Amendment {sequence: 3})-[:MADE]->(d:Declaration)-[:`FOR`]->(:Entry {number: '000006'}) "
        "SET d.recorded_to = d.valid_to",
        [link(5)],
    ),
    (
        "MATCH (a:Amendment {sequence: 4}), (d:Declaration)-[:`FOR`]->(:Entry {number: '000003'}) "
        "SET d.recorded_to = a.recorded",
        [link(4)],
    ),
    (
        f"{OF_3} SET d.recorded_to = d.valid_from",
        [
            "Declaration 000003.20260601T150000000000.0 was closed at 0001-01-01T00:00:00Z, "
            "when no amendment was recorded."
        ],
    ),
    ("MATCH (a:Amendment {sequence: 3}) DETACH DELETE a", ["Amendment number 3 is missing.", link(4), link(5)]),
    (
        "MATCH (a:Amendment {sequence: 3}) SET a.sequence = 9",
        [
            *[f"Amendment number {number} is missing." for number in (3, 7, 8)],
            "Amendment number 9 exists, though the compartment counts 6.",
            *[head(3), link(2), link(4), link(9, 3)],
        ],
    ),
    (
        "MATCH (a:Amendment {sequence: 3}) SET a.hash = ''",
        ["Amendment number 3 has no hash, though the chain begins at number 1.", link(2), link(4)],
    ),
    ("MATCH (a:Amendment {sequence: 1}) SET a.hash = ''", [link(2), link(3)]),
    ("MATCH (a:Amendment) SET a.hash = ''", [f"The compartment's head is {{0[5].hash}}, the last link is {GENESIS}."]),
    (
        "MATCH (a:Amendment {sequence: 6}) DETACH DELETE a",
        [
            *["Amendment number 6 is missing.", head(5)],
            "Acceptance 000005-000004.20260601T140000000000.0 was closed at 2026-06-01T18:00:00Z, "
            "when no amendment was recorded.",
            "Acceptance 000005-000004.20260601T180000000000.1000 was recorded at 2026-06-01T18:00:00Z, "
            "when no amendment was recorded.",
        ],
    ),
    (
        "MATCH (c:Compartment {name: 'public'}) SET c.head = ''",
        ["The compartment's head is , the last link is {0[5].hash}."],
    ),
    (
        "MATCH (c:Compartment {name: 'public'}) SET c.sequence = 5",
        ["Amendment number 6 exists, though the compartment counts 5."],
    ),
    ("MATCH (c:Compartment {name: 'public'}) SET c.sequence = 7", ["Amendment number 7 is missing."]),
]
DERIVED = re.compile("UPGRADES_TO |HELD_BASE |[0-9]{6} has two declarations for one time")


def of_the_chain(desk: Desk) -> list[str]:
    """The faults of the chain, without those of derived edges and overlapping declarations."""
    return [fault for fault in verified(desk).faults if not DERIVED.match(fault)]


@pytest.mark.parametrize(("statement", "faults"), TAMPERED, ids=[row[0][:70] for row in TAMPERED])
def test_verification_finds_every_change_of_the_record(desk, statement, faults):
    """An altered, missing or added row or amendment, or a row wrongly closed, gives exactly its own faults."""
    before = desk.graph.rows(amendment_chain.AMENDMENTS)
    raw(desk.graph, statement)
    assert of_the_chain(desk) == [fault.format(before) for fault in faults]


def test_verification_finds_two_amendments_with_one_sequence_number(desk):
    """The order of the two is undefined, so the links of both and of the next amendment may not fit."""
    before = desk.graph.rows(amendment_chain.AMENDMENTS)
    raw(desk.graph, "MATCH (a:Amendment {sequence: 3}) SET a.sequence = 2")
    found = of_the_chain(desk)
    assert found[:2] == ["Amendment number 3 is missing.", "Amendment number 2 exists more than once."]
    links = [link(2), link(2, 3), link(4), link(5)]
    assert link(2, 3).format(before) in found[2:]
    assert set(found[2:]) <= {fault.format(before) for fault in links}


def cut(graph: Graph, to: int) -> None:
    """Removes all amendments after a number: rows, amendments, head and sequence number."""
    after = raw(graph, "MATCH (a:Amendment) WHERE a.sequence = $to + 1 RETURN a.recorded AS at", to=to)[0]
    last = raw(graph, "MATCH (a:Amendment {sequence: $to}) RETURN a.hash AS head", to=to)[0]["head"]
    given = {"since": utc(after["at"])}
    for label in ("Declaration", "Acceptance"):
        raw(graph, f"MATCH (d:{label}) WHERE d.recorded_from >= $since DETACH DELETE d", **given)
        raw(graph, f"MATCH (d:{label}) WHERE d.recorded_to >= $since SET d.recorded_to = $open", **given, open=END)
    raw(graph, "MATCH (a:Amendment) WHERE a.sequence > $to DETACH DELETE a", to=to)
    raw(graph, "MATCH (c:Compartment {name: 'public'}) SET c.sequence = $to, c.head = $head", to=to, head=last)


def test_a_kept_head_reveals_that_the_end_of_the_chain_was_cut_off(desk):
    """The remaining chain is sound, so only a later head kept elsewhere reveals the cut."""
    kept = hashes(desk.graph)
    cut(desk.graph, 4)
    chained = [fault for fault in verified(desk).faults if "mendment" in fault or "chain" in fault]
    assert chained == []
    assert not any("chain" in fault for fault in verified(desk, kept[3]).faults)
    for head in (kept[4], kept[5], "f" * 64, ""):
        assert f"The head you kept is not in this chain: {head}" in verified(desk, head).faults


@pytest.fixture
def old(engine: str, request: pytest.FixtureRequest, clock: Ticking, tmp_path: Path) -> Iterator[Desk]:
    """A graph from before the chain: amendments without hashes and without a head."""
    graph = open_empty(engine, request, tmp_path)
    desk = Desk(graph, clock, tmp_path)
    desk.issue("1.001", "2025-01-10", LISTED)
    desk.bases(("4", "3;5", "", "5"))
    desk.bases(("4", "2;5", "2025-06-01"))
    unchained(graph)
    yield desk
    graph.close()


def unchained(graph: Graph) -> None:
    """Undoes the migration of the chain and its record."""
    for label, name in (("Amendment", "hash"), ("Compartment", "head")):
        neo4j, ladybug = f"MATCH (n:{label}) REMOVE n.{name}", f"ALTER TABLE {label} DROP {name}"
        raw(graph, neo4j if graph.dialect == "neo4j" else ladybug)
    raw(graph, "MATCH (m:Migration) WHERE m.number >= 3 DELETE m")


def test_a_graph_from_before_the_chain_is_migrated_and_begins_one(old):
    """Verification counts earlier amendments and does not judge them; the next amendment is the first link."""
    assert "0003_chain.cypher" in migrate(old.graph)
    report = verified(old)
    assert (report.faults, report.amendments, report.before_chain, report.head) == ([], 0, 2, GENESIS)
    raw(old.graph, "MATCH (a:Amendment {sequence: 1}) SET a.reason = 'was never guarded'")
    old.bases(("6", "3"), ("4", "2", "2025-04-01"))
    report = verified(old)
    assert (report.faults, report.amendments, report.before_chain) == ([], 1, 2)
    assert report.head == hashes(old.graph)[-1] != GENESIS
    assert hashes(old.graph)[:2] == ["", ""]
    raw(old.graph, "MATCH (a:Amendment {sequence: 3}) SET a.reason = 'is guarded'")
    third = link(3).format(old.graph.rows(amendment_chain.AMENDMENTS))
    assert verified(old).faults == [third]
    raw(old.graph, "MATCH (a:Amendment {sequence: 1}) DETACH DELETE a")
    assert of_the_chain(old) == ["Amendment number 1 is missing.", third]
