"""Restricted ZigBee data: the chipsets and stacks of entries, and the amendments of the zigbee compartment.

Only this module and `audit` run the statements of `cypher/zigbee/`, and never for a caller without the right to them.
"""

from collections.abc import Iterable
from datetime import datetime

from service.domain.amendments import AmendmentRecord
from service.domain.clock import END, Clock
from service.domain.hash_chain import ChainedRow, ChainLinkBase, RecordedChainedRow
from service.domain.models import FrozenModel
from service.domain.zigbee_facts import RecordedStackOrder, RecordedZigbeeFact, StackOrder, ZigbeeFact, ZigbeeKind
from service.graph.protocol import Runner
from service.graph.query import NoRow, Query
from service.repositories import compartments
from service.repositories.write_transaction import batches
from service.rules.facts.changeset import RowChanges
from service.rules.records.amendment_chain import AmendmentChain, chain_hashes

ZIGBEE = "zigbee"


class OwnerRow(FrozenModel):
    """An entry and its manufacturer."""

    entry: str
    manufacturer: str


AMENDMENT = Query("zigbee/amendment", NoRow)
CHIPSETS = Query("zigbee/chipsets", NoRow)
STACKS = Query("zigbee/stacks", NoRow)
WRITE_CHIPSETS = Query("zigbee/write_chipsets", NoRow)
WRITE_STACKS = Query("zigbee/write_stacks", NoRow)
WRITE_ORDERS = Query("zigbee/write_orders", NoRow)
CLOSE_CHIPSETS = Query("zigbee/close_chipsets", NoRow)
CLOSE_STACKS = Query("zigbee/close_stacks", NoRow)
CLOSE_ORDERS = Query("zigbee/close_orders", NoRow)
CHIPSETS_OF = Query("zigbee/chipsets_of", ZigbeeFact)
STACKS_OF = Query("zigbee/stacks_of", ZigbeeFact)
CHIPSETS_IN_FORCE = Query("zigbee/chipsets_in_force", ZigbeeFact)
STACKS_IN_FORCE = Query("zigbee/stacks_in_force", ZigbeeFact)
ORDERS = Query("zigbee/orders", StackOrder)
OWNERS = Query("zigbee/owners", OwnerRow)
ALL_AMENDMENTS = Query("zigbee/chain/amendments", ChainLinkBase)
ALL_CHIPSETS = Query("zigbee/chain/chipsets", RecordedZigbeeFact)
ALL_STACKS = Query("zigbee/chain/stacks", RecordedZigbeeFact)
ALL_ORDERS = Query("zigbee/chain/orders", RecordedStackOrder)

_STATEMENTS: dict[ZigbeeKind, tuple[Query[NoRow], Query[NoRow], Query[NoRow]]] = {
    "chipset": (CLOSE_CHIPSETS, CHIPSETS, WRITE_CHIPSETS),
    "stack": (CLOSE_STACKS, STACKS, WRITE_STACKS),
}
"""For each kind of fact: the statements that close facts, write nodes and write facts."""


def zigbee_facts_of(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[ZigbeeFact]:
    """The chipsets and stacks believed of these entries, over all valid time."""
    parameters = {"entries": sorted(set(entries)), "known_at": known_at}
    return [*graph.rows(CHIPSETS_OF, **parameters), *graph.rows(STACKS_OF, **parameters)]


def zigbee_facts_in_force(graph: Runner, at: datetime, known_at: datetime) -> list[ZigbeeFact]:
    """The chipset and stack of every entry, as of both clocks."""
    parameters = {"at": at, "known_at": known_at}
    return [*graph.rows(CHIPSETS_IN_FORCE, **parameters), *graph.rows(STACKS_IN_FORCE, **parameters)]


def stack_orders(graph: Runner, known_at: datetime) -> list[StackOrder]:
    """The declared orders of stack versions, as known at a recorded instant of this compartment."""
    return graph.rows(ORDERS, known_at=known_at)


def owners_in_force(graph: Runner, at: datetime, known_at: datetime) -> dict[str, str]:
    """The manufacturer of each entry of the list in force."""
    return {row.entry: row.manufacturer for row in graph.rows(OWNERS, at=at, known_at=known_at)}


def recorded_zigbee_facts(graph: Runner) -> list[RecordedZigbeeFact]:
    """Every chipset and stack ever recorded, with the recorded interval over which it was believed."""
    return [*graph.rows(ALL_CHIPSETS), *graph.rows(ALL_STACKS)]


def fetch_zigbee_chain(graph: Runner) -> AmendmentChain:
    """All amendments of this compartment with the facts that they made: the input of a check of the chain."""
    state = compartments.read_state(graph, ZIGBEE)
    rows: list[RecordedChainedRow] = [*recorded_zigbee_facts(graph), *graph.rows(ALL_ORDERS)]
    return AmendmentChain(graph.rows(ALL_AMENDMENTS), rows, state.sequence, state.head)


class ZigbeeWriteTransaction:
    """A write transaction that holds the zigbee compartment's lock. `recorded` is its recorded instant."""

    def __init__(self, transaction: Runner, clock: Clock) -> None:
        self.transaction = transaction
        state = compartments.begin_write(transaction, clock, ZIGBEE)
        self.recorded = state.recorded
        self._sequence, self._head = state.sequence, state.head

    def apply(self, facts: RowChanges[ZigbeeFact], orders: RowChanges[StackOrder], amendment: AmendmentRecord) -> None:
        """Writes the changes of an amendment and the amendment, and stamps the compartment."""
        record = {name: getattr(amendment, name) for name in ("id", "made_by", "reason", "evidence", "source")}
        record |= {"sequence": self._sequence + 1, "recorded": self.recorded}
        added: list[ChainedRow] = [*facts.added, *orders.added]
        closed: list[ChainedRow] = [*facts.closed, *orders.closed]
        (link,) = chain_hashes(self._head, [record], added, closed)
        self.transaction.rows(AMENDMENT, **record, hash=link)
        for kind in _STATEMENTS:
            self._write_facts(kind, facts)
        instants = {"recorded": self.recorded, "open": END}
        for ids in batches([row.id for row in orders.closed]):
            self.transaction.rows(CLOSE_ORDERS, ids=ids, **instants)
        for rows in batches([row.model_dump(exclude={"recorded_from"}) for row in orders.added]):
            self.transaction.rows(WRITE_ORDERS, rows=rows, **instants)
        compartments.stamp_state(self.transaction, self.recorded, self._sequence + 1, link, ZIGBEE)

    def _write_facts(self, kind: ZigbeeKind, facts: RowChanges[ZigbeeFact]) -> None:
        close, write_nodes, write = _STATEMENTS[kind]
        instants = {"recorded": self.recorded, "open": END}
        closed = [{"entry": row.entry, "id": row.id} for row in facts.closed if row.kind == kind]
        for rows in batches(closed):
            self.transaction.rows(close, rows=rows, **instants)
        added = [row.model_dump(exclude={"recorded_from", "kind"}) | {"node": row.node} for row in facts.added
                 if row.kind == kind]  # fmt: skip
        nodes = {row["node"]: {name: row[name] for name in ("node", "vendor", "detail")} for row in added}
        for rows in batches(list(nodes.values())):
            self.transaction.rows(write_nodes, rows=rows)
        for rows in batches(added):
            self.transaction.rows(write, rows=rows, **instants)
