"""Reads and locks the compartments (parts) of the graph: public data, restricted ZigBee data, and the audit.

A compartment has its own lock, revision number and chain of amendments. The graph issues recorded instants (design 2):
a write first raises the revision of its compartment, which takes the lock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel

from service.domain.clock import END, Clock, Instant
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import NoRow, Query

PUBLIC = "public"
_BATCH = 10_000


class Compartment(FrozenModel):
    """The state of a compartment, which is a part of the graph with its own lock and chain of amendments.

    `revision` counts its writes and `sequence` its amendments; `recorded` is the instant of the last write, and `head`
    the last hash of the chain.
    """

    revision: int
    sequence: int
    recorded: Instant
    head: str


RAISE = Query("compartment/raise", Compartment)
READ = Query("compartment/read", Compartment)
STAMP = Query("compartment/stamp", NoRow)


def read_state(graph: Runner, name: str = PUBLIC) -> Compartment:
    """Reads the last committed state of a compartment (public data, ZigBee data or the audit)."""
    return graph.rows(READ, name=name)[0]


def find_state(graph: Runner, name: str = PUBLIC) -> Compartment | None:
    """Reads the last committed state of a compartment (public data, ZigBee data or the audit). Returns None for a graph
    from which somebody deleted everything.
    """
    return next(iter(graph.rows(READ, name=name)), None)


def begin_write(transaction: Runner, clock: Clock, name: str = PUBLIC) -> Compartment:
    """Takes the lock of a compartment (a part of the graph). Returns its state, with the instant at which this write
    counts as recorded.

    This instant is the clock's, or a microsecond after the last write if the clock lags behind.
    """
    before = transaction.rows(RAISE, name=name)[0]
    return before.model_copy(update={"recorded": max(clock(), before.recorded + timedelta(microseconds=1))})


def stamp_state(transaction: Runner, recorded: datetime, sequence: int, head: str, name: str = PUBLIC) -> None:
    """Stores the instant of a write, the number of amendments after it, and the last hash of their chain."""
    transaction.rows(STAMP, name=name, recorded=recorded, sequence=sequence, head=head)


class CompartmentTransaction:
    """A write transaction that has locked one compartment (a part of the graph). `recorded` is the instant at which its
    rows count as recorded.
    """

    compartment: ClassVar[str] = PUBLIC

    def __init__(self, transaction: Runner, clock: Clock) -> None:
        self.transaction = transaction
        state = begin_write(transaction, clock, self.compartment)
        self.recorded = state.recorded
        self._sequence, self._head = state.sequence, state.head

    def _stamp(self, sequence: int, head: str) -> None:
        """Stores the number of amendments and the head of their hash chain after this transaction."""
        stamp_state(self.transaction, self.recorded, sequence, head, self.compartment)

    def _add(self, query: Query[NoRow], rows: Sequence[Any]) -> None:
        """Runs a statement that writes or closes the rows given at this transaction's recorded instant."""
        for batch in batches(rows):
            self.transaction.rows(query, rows=batch, open=END, recorded=self.recorded)

    def _merge(self, query: Query[NoRow], rows: Sequence[Any]) -> None:
        """Runs a statement that writes the rows given, which have no recorded interval."""
        for batch in batches(rows):
            self.transaction.rows(query, rows=batch)

    def _close(self, query: Query[NoRow], rows: Iterable[Any]) -> None:
        """Runs a statement that ends the recorded intervals of the rows given, which it finds by their ids."""
        for ids in batches([row.id for row in rows]):
            self.transaction.rows(query, ids=ids, open=END, recorded=self.recorded)


def batches(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Divides rows into batches of up to 10,000. Returns no batch if there are no rows: Ladybug cannot bind an empty
    list.
    """
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def dumped(rows: Iterable[BaseModel], *left_out: str) -> list[dict[str, Any]]:
    """Converts facts to parameters of the statement that writes them, without `recorded_from` and the fields named."""
    return [row.model_dump(exclude={"recorded_from", *left_out}) for row in rows]
