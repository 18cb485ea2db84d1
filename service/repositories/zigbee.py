"""The zigbee compartment: what is believed of chipsets and stacks, and its own amendments.

All statements of `cypher/zigbee/` are asked here and in `zigbee_audit`, and never for a caller without the right to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise

from pydantic import BaseModel, ConfigDict

from service.domain.amendments import AmendmentRecord
from service.domain.chained_rows import ChainedRow, ChainLinkBase, RecordedChainedRow
from service.domain.clock import END, Clock, iso
from service.domain.zigbee_facts import RecordedStackOrder, RecordedZigbeeFact, StackOrder, ZigbeeFact, ZigbeeKind
from service.graph.protocol import Runner
from service.graph.query import NoRow, Query
from service.repositories import compartments
from service.repositories.compartments import Compartment
from service.repositories.write_transaction import batches
from service.rules.facts.changeset import RowChanges
from service.rules.records.amendment_chain import AmendmentChain, chain_hashes, check_chain

ZIGBEE = "zigbee"


class OwnerRow(BaseModel):
    """An entry, and who makes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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

_WRITTEN: dict[ZigbeeKind, tuple[Query[NoRow], Query[NoRow], Query[NoRow]]] = {
    "chipset": (CLOSE_CHIPSETS, CHIPSETS, WRITE_CHIPSETS),
    "stack": (CLOSE_STACKS, STACKS, WRITE_STACKS),
}


def zigbee_facts_of(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[ZigbeeFact]:
    """All that is believed of these entries' chipsets and stacks, at any time."""
    given = {"entries": sorted(set(entries)), "known_at": known_at}
    return [*graph.rows(CHIPSETS_OF, **given), *graph.rows(STACKS_OF, **given)]


def zigbee_facts_in_force(graph: Runner, at: datetime, known_at: datetime) -> list[ZigbeeFact]:
    """What is told of every entry, as of both clocks."""
    given = {"at": at, "known_at": known_at}
    return [*graph.rows(CHIPSETS_IN_FORCE, **given), *graph.rows(STACKS_IN_FORCE, **given)]


def stack_orders(graph: Runner, known_at: datetime) -> list[StackOrder]:
    """The declared orders of versions, as believed at a recorded instant of this compartment."""
    return graph.rows(ORDERS, known_at=known_at)


def owners_in_force(graph: Runner, at: datetime, known_at: datetime) -> dict[str, str]:
    """Who makes each entry that the list in force has."""
    return {row.entry: row.manufacturer for row in graph.rows(OWNERS, at=at, known_at=known_at)}


class ZigbeeWriteTransaction:
    """A write under this compartment's own lock, with the recorded instant that it was given."""

    def __init__(self, transaction: Runner, clock: Clock) -> None:
        self.transaction = transaction
        state = compartments.begin_write(transaction, clock, ZIGBEE)
        self.recorded = state.recorded
        self._sequence, self._head = state.sequence, state.head

    def apply(self, told: RowChanges[ZigbeeFact], ordered: RowChanges[StackOrder], amendment: AmendmentRecord) -> None:
        """Writes what an amendment changes, and stamps the compartment."""
        said = {name: getattr(amendment, name) for name in ("id", "made_by", "reason", "evidence", "source")}
        said |= {"sequence": self._sequence + 1, "recorded": self.recorded}
        added: list[ChainedRow] = [*told.added, *ordered.added]
        closed: list[ChainedRow] = [*told.closed, *ordered.closed]
        (link,) = chain_hashes(self._head, [said], added, closed)
        self.transaction.rows(AMENDMENT, **said, hash=link)
        for kind in _WRITTEN:
            self._told(kind, told)
        instants = {"recorded": self.recorded, "open": END}
        for ids in batches([row.id for row in ordered.closed]):
            self.transaction.rows(CLOSE_ORDERS, ids=ids, **instants)
        for rows in batches([row.model_dump(exclude={"recorded_from"}) for row in ordered.added]):
            self.transaction.rows(WRITE_ORDERS, rows=rows, **instants)
        compartments.stamp_state(self.transaction, self.recorded, self._sequence + 1, link, ZIGBEE)

    def _told(self, kind: ZigbeeKind, told: RowChanges[ZigbeeFact]) -> None:
        close, nodes, write = _WRITTEN[kind]
        instants = {"recorded": self.recorded, "open": END}
        closed = [{"entry": row.entry, "id": row.id} for row in told.closed if row.kind == kind]
        for part in batches(closed):
            self.transaction.rows(close, rows=part, **instants)
        added = [row.model_dump(exclude={"recorded_from", "kind"}) | {"node": row.node} for row in told.added
                 if row.kind == kind]  # fmt: skip
        named = {row["node"]: {name: row[name] for name in ("node", "vendor", "detail")} for row in added}
        for part in batches(list(named.values())):
            self.transaction.rows(nodes, rows=part)
        for part in batches(added):
            self.transaction.rows(write, rows=part, **instants)


def chain_faults(graph: Runner, kept: str | None = None) -> list[str]:
    """What is wrong with this compartment's chain, and rows that hold at once. `kept`: a head told earlier."""
    state: Compartment = compartments.read_state(graph, ZIGBEE)
    told: Sequence[RecordedZigbeeFact] = [*graph.rows(ALL_CHIPSETS), *graph.rows(ALL_STACKS)]
    rows: list[RecordedChainedRow] = [*told, *graph.rows(ALL_ORDERS)]
    chain = AmendmentChain(graph.rows(ALL_AMENDMENTS), rows, state.sequence, state.head)
    return [f"ZigBee: {fault}" for fault in (*check_chain(chain, kept).faults, *_overlaps(told))]


def _overlaps(told: Sequence[RecordedZigbeeFact]) -> Iterator[str]:
    """Two rows of an entry of which both are believed and hold at the same time."""
    ordered = sorted(told, key=lambda row: (row.entry, row.kind, row.recorded_from, row.valid_from))
    for (entry, kind), group in groupby(ordered, key=lambda row: (row.entry, row.kind)):
        rows = list(group)
        for instant in sorted({row.recorded_from for row in rows}):
            there = sorted((r for r in rows if r.recorded_from <= instant < r.recorded_to), key=lambda r: r.span)
            for one, next_ in pairwise(there):
                if next_.valid_from < one.valid_to:
                    yield f"Two {kind}s of {entry} hold at once, as recorded at {iso(instant)}."
