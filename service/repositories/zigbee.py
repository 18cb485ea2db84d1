"""Stores restricted ZigBee data: the chipsets and stacks of entries, and the amendments that changed them.

Only this module and `audit` run the statements of `cypher/zigbee/`. Before a call, the caller must check the right to
these data.
"""

from collections.abc import Iterable
from datetime import datetime

from service.domain.amendments import AmendmentRecord
from service.domain.hash_chain import ChainedRow, ChainLinkBase, RecordedChainedRow
from service.domain.zigbee_facts import (
    RecordedStackVersionOrder,
    RecordedZigbeeFact,
    StackVersionOrder,
    ZigbeeFact,
    ZigbeeKind,
)
from service.graph.protocol import QueryRunner
from service.graph.query import NoRow, Query
from service.repositories import compartments
from service.repositories.compartments import CompartmentTransaction, dumped
from service.repositories.entries import ManufacturerRow
from service.rules.facts.changeset import RowChanges
from service.rules.records.amendment_chain import AmendmentChain, chain_hashes

ZIGBEE = "zigbee"


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
ORDERS = Query("zigbee/orders", StackVersionOrder)
OWNERS = Query("zigbee/owners", ManufacturerRow)
ALL_AMENDMENTS = Query("zigbee/chain/amendments", ChainLinkBase)
ALL_CHIPSETS = Query("zigbee/chain/chipsets", RecordedZigbeeFact)
ALL_STACKS = Query("zigbee/chain/stacks", RecordedZigbeeFact)
ALL_ORDERS = Query("zigbee/chain/orders", RecordedStackVersionOrder)

_STATEMENTS: dict[ZigbeeKind, tuple[Query[NoRow], Query[NoRow], Query[NoRow]]] = {
    "chipset": (CLOSE_CHIPSETS, CHIPSETS, WRITE_CHIPSETS),
    "stack": (CLOSE_STACKS, STACKS, WRITE_STACKS),
}
"""For each kind of fact, the statements that close facts, that write their nodes, and that write facts."""


def zigbee_facts_of(graph: QueryRunner, entries: Iterable[str], known_at: datetime) -> list[ZigbeeFact]:
    """Fetches the chipsets and stacks of the entries given over all effective time, as recorded by the instant
    `known_at`.
    """
    parameters = {"entries": sorted(set(entries)), "known_at": known_at}
    return [*graph.rows(CHIPSETS_OF, **parameters), *graph.rows(STACKS_OF, **parameters)]


def zigbee_facts_in_force(graph: QueryRunner, at: datetime, known_at: datetime) -> list[ZigbeeFact]:
    """Fetches the chipset and stack of every entry at an instant of effective time, as recorded by the instant
    `known_at`.
    """
    parameters = {"at": at, "known_at": known_at}
    return [*graph.rows(CHIPSETS_IN_FORCE, **parameters), *graph.rows(STACKS_IN_FORCE, **parameters)]


def stack_orders(graph: QueryRunner, known_at: datetime) -> list[StackVersionOrder]:
    """Fetches the declared orders of ZigBee stack versions, as recorded by an instant."""
    return graph.rows(ORDERS, known_at=known_at)


def owners_in_force(graph: QueryRunner, at: datetime, known_at: datetime) -> dict[str, str]:
    """Fetches the manufacturer code of each entry of the list in force."""
    return {row.entry: row.manufacturer for row in graph.rows(OWNERS, at=at, known_at=known_at)}


def recorded_zigbee_facts(graph: QueryRunner) -> list[RecordedZigbeeFact]:
    """Fetches every chipset and stack ever recorded for an entry, with the interval from recording until a later record
    superseded it.
    """
    return [*graph.rows(ALL_CHIPSETS), *graph.rows(ALL_STACKS)]


def fetch_zigbee_chain(graph: QueryRunner) -> AmendmentChain:
    """Fetches all amendments of ZigBee data with the facts that they made, so that their hash chain can be verified."""
    state = compartments.read_state(graph, ZIGBEE)
    rows: list[RecordedChainedRow] = [*recorded_zigbee_facts(graph), *graph.rows(ALL_ORDERS)]
    return AmendmentChain(graph.rows(ALL_AMENDMENTS), rows, state.sequence, state.head)


class ZigbeeWriteTransaction(CompartmentTransaction):
    """A write transaction that has locked the restricted ZigBee data. `recorded` is the instant at which its rows count
    as recorded.
    """

    compartment = ZIGBEE

    def apply(
        self, facts: RowChanges[ZigbeeFact], orders: RowChanges[StackVersionOrder], amendment: AmendmentRecord
    ) -> None:
        """Writes an amendment of ZigBee data and the changes that it makes, and stores the new state of these data."""
        record = {name: getattr(amendment, name) for name in ("id", "made_by", "reason", "evidence", "source")}
        record |= {"sequence": self._sequence + 1, "recorded": self.recorded}
        added: list[ChainedRow] = [*facts.added, *orders.added]
        closed: list[ChainedRow] = [*facts.closed, *orders.closed]
        (link,) = chain_hashes(self._head, [record], added, closed)
        self.transaction.rows(AMENDMENT, **record, hash=link)
        for kind in _STATEMENTS:
            self._write_facts(kind, facts)
        self._close(CLOSE_ORDERS, orders.closed)
        self._add(WRITE_ORDERS, dumped(orders.added))
        self._stamp(self._sequence + 1, link)

    def _write_facts(self, kind: ZigbeeKind, facts: RowChanges[ZigbeeFact]) -> None:
        close, write_nodes, write = _STATEMENTS[kind]
        self._add(close, [{"entry": row.entry, "id": row.id} for row in facts.closed if row.kind == kind])
        of_kind = [row for row in facts.added if row.kind == kind]
        added = [fields | {"node": row.node} for fields, row in zip(dumped(of_kind, "kind"), of_kind, strict=True)]
        nodes = {row["node"]: {name: row[name] for name in ("node", "vendor", "detail")} for row in added}
        self._merge(write_nodes, list(nodes.values()))
        self._add(write, added)
