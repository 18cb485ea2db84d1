"""The chains of the ZigBee compartment and of the audit log: verification finds every change of recorded data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.application.verify import ExpectedHeads, verify
from service.domain.clock import iso
from service.domain.zigbee_facts import ZigbeeCaller
from service.graph.protocol import Graph
from service.repositories import amendment_chain, audit, zigbee
from service.rules.records.amendment_chain import GENESIS
from tests.conftest import Ticking, open_empty
from tests.loaders.files import entry
from tests.loaders.zigbee_files import SSC, ZigbeeDesk
from tests.store.crash_worker import raw
from tests.templates import emptied


@pytest.fixture(scope="module")
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The module's graph, once on each engine."""
    graph = open_empty(engine, request, tmp_path_factory.mktemp("zigbee-chain"))
    yield graph
    graph.close()


@pytest.fixture
def desk(opened: Graph, clock: Ticking, tmp_path: Path) -> ZigbeeDesk:
    """Three restricted ZigBee amendments, two public amendments of a band, four audit records."""
    desk = ZigbeeDesk(emptied(opened), clock, tmp_path)
    desk.issue("1.001", "2025-01-10", [entry(1), entry(2)])
    desk.told(("1", "Dual Band", "Acme", "A1", "Acme", "1.0"), ("2", "", "Acme", "A1", "Acme", "1.1"))
    desk.ordered(("Acme", "1.0", 1), ("Acme", "1.1", 2))
    desk.told(("1", "Single Band (Sub-GHz)", "", "", "Acme", "1.2", "2025-06-01"))
    audit.record_reading(desk.graph, clock, SSC, "what is told", 2)
    return desk


def faults(desk: ZigbeeDesk, **heads: str) -> list[str]:
    """The faults that verification finds."""
    return verify(desk.graph, desk.clock, 0, heads=ExpectedHeads(**heads)).faults


def test_an_unchanged_record_verifies_from_every_earlier_head(desk):
    """Every earlier head of a chain is accepted for that chain and refused for the other one."""
    assert faults(desk) == []
    links = [link.hash for link in desk.graph.rows(zigbee.ALL_AMENDMENTS)]
    records = [record.hash for record in desk.audit()]
    assert (len(set(links)), len(set(records))) == (2 + 1, 4)
    assert [faults(desk, zigbee=head) for head in (GENESIS, *links)] == [[]] * 4
    assert [faults(desk, audit=head) for head in (GENESIS, *records)] == [[]] * 5
    assert faults(desk, zigbee=records[0]) == [f"ZigBee: The head you kept is not in this chain: {records[0]}"]
    assert faults(desk, audit=links[0]) == [f"Audit: The head you kept is not in this audit: {links[0]}"]


def as_recorded(desk: ZigbeeDesk) -> dict[str, list[str]]:
    """The ids, hashes and instants of the chains by number, and the key of the stack order, for the texts of faults."""
    chain, records = zigbee.fetch_zigbee_chain(desk.graph), desk.audit()
    public = amendment_chain.fetch_chain(desk.graph, desk.state("public"))
    return {
        "ids": ["", *(link.id for link in chain.amendments)],
        "links": [GENESIS, *(link.hash for link in chain.amendments)],
        "recorded": ["", *(iso(link.recorded) for link in chain.amendments)],
        "public": ["", *(link.id for link in public.amendments)],
        "records": [GENESIS, *(record.hash for record in records)],
        "order": [
            f"{row.id} was recorded at {iso(row.recorded_from)}" for row in chain.rows if row.chain_tag == "StackOrder"
        ],
    }


def link(number: int, chain: str = "ZigBee: ", ids: str = "ids") -> str:
    """The fault of an amendment that is not as it was recorded."""
    return (
        f"{chain}Amendment number {number} ({{{ids}[{number}]}}) is not as it was recorded: "
        "its properties, the rows it made or those it closed, or the amendment before it."
    )


def record(number: int) -> str:
    """The fault of an audit record that is not as it was recorded."""
    return f"Audit: Audit record number {number} is not as it was recorded, or the one before it is not."


STACK = "MATCH (:Entry {number: '000002'})-[r:RUNS_STACK]->(:Stack)"
TAMPERED = [
    (f"{STACK} SET r.given_version = '9'", [link(1)]),
    (f"{STACK} SET r.valid_from = r.recorded_from", [link(1)]),
    (f"{STACK} SET r.recorded_to = r.recorded_from", [link(1)]),
    (f"{STACK} DELETE r", [link(1)]),
    ("MATCH (k:Chipset) SET k.part = 'B2'", [link(1)]),
    ("MATCH (o:StackOrder) SET o.versions = '1.1'", [link(2)]),
    ("MATCH (a:ZigbeeAmendment {sequence: 3}) SET a.made_by = 'bob'", [link(3)]),
    (
        "MATCH (a:ZigbeeAmendment {sequence: 2}) DELETE a",
        [
            "ZigBee: Amendment number 2 is missing.",
            link(3),
            "ZigBee: StackOrder {order[0]}, when no amendment was recorded.",
        ],
    ),
    (
        "MATCH (c:Compartment {name: 'zigbee'}) SET c.head = ''",
        ["ZigBee: The compartment's head is , the last link is {links[3]}."],
    ),
    (
        "MATCH (c:Compartment {name: 'zigbee'}) SET c.sequence = 2",
        ["ZigBee: Amendment number 3 exists, though the compartment counts 2."],
    ),
    (
        "MATCH (:Entry)-[r:USES_BAND]->(:Band) SET r.valid_to = r.recorded_from",
        [link(1, "", "public"), link(2, "", "public")],
    ),
    ("MATCH (r:AuditRecord {number: 2}) SET r.who = 'nobody'", [record(2)]),
    ("MATCH (r:AuditRecord {number: 4}) SET r.entries = 0", [record(4)]),
    ("MATCH (r:AuditRecord {number: 3}) SET r.recorded = r.recorded, r.asked = ''", [record(3)]),
    ("MATCH (r:AuditRecord {number: 1}) SET r.hash = ''", [record(1), record(2)]),
    ("MATCH (r:AuditRecord {number: 2}) DELETE r", ["Audit: Audit record number 2 is missing."]),
    (
        "MATCH (r:AuditRecord {number: 4}) DELETE r",
        [
            "Audit: There are 3 audit records, though 4 were counted.",
            "Audit: The audit's head is {records[4]}, its last link is {records[3]}.",
        ],
    ),
    (
        "MATCH (c:Compartment {name: 'audit'}) SET c.head = ''",
        ["Audit: The audit's head is , its last link is {records[4]}."],
    ),
]


@pytest.mark.parametrize(("statement", "due"), TAMPERED, ids=[row[0][:70] for row in TAMPERED])
def test_verification_finds_exactly_the_change_of_the_record(desk, statement, due):
    """Facts, amendments, version orders, bands and audit records alike: each fault is named, and no other."""
    names = as_recorded(desk)
    raw(desk.graph, statement)
    assert faults(desk) == [fault.format(**names) for fault in due]


def test_verification_finds_two_stacks_at_one_instant(desk):
    """Two stacks of one entry that are valid at the same instant are a fault beside those of their amendments."""
    names = as_recorded(desk)
    statement = "MATCH (:Entry {number: '000001'})-[r:RUNS_STACK]->(:Stack) SET r.valid_to = r.recorded_to"
    raw(desk.graph, statement)
    twice = "ZigBee: 000001 has two stacks for one time, as recorded at {recorded[3]}."
    assert faults(desk) == [fault.format(**names) for fault in [link(1), link(3), twice]]


def test_an_audit_record_changes_no_compartment(desk):
    """A record is written in its own transaction or in that of a write, and raises no compartment's revision."""
    before = desk.state("public"), desk.state("zigbee")
    reader = ZigbeeCaller(who="eve", role="manufacturer", organisation="Fiction", manufacturers=frozenset({"FE01"}))
    desk.graph.write(lambda tx: audit.record_access(tx, desk.clock, reader, "write", "something", 3))
    assert (desk.state("public"), desk.state("zigbee")) == before
    last = desk.audit()[-1]
    assert (last.number, last.who, last.role, last.organisation, last.act, last.asked, last.entries) == (
        5,
        "eve",
        "manufacturer",
        "Fiction",
        "write",
        "something",
        3,
    )
    assert faults(desk) == []


def test_a_failing_audit_record_rolls_the_write_back(desk, monkeypatch):
    """A change without its audit record is not committed."""
    before = desk.state("zigbee"), desk.facts()

    def fails(*given: object) -> None:
        raise ValueError("no room")

    monkeypatch.setattr(audit, "record_access", fails)
    with pytest.raises(ValueError, match="no room"):
        desk.told(("1", "", "Zenith", "Z1", "Zenith", "1"))
    assert (desk.state("zigbee"), desk.facts()) == before
