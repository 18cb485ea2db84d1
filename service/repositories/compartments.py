"""Reads and locks the compartments (parts) of the graph: public data, restricted ZigBee data, and the audit.

A compartment has its own lock, revision number and chain of amendments. The graph issues recorded instants (design 2):
a write first raises the revision of its compartment, which takes the lock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel

from service.domain.clock import BEGINNING, END, Clock, Instant, iso
from service.domain.frozen_model import FrozenModel
from service.errors import ClockBehind
from service.graph.protocol import QueryRunner
from service.graph.query import NoRow, Query

PUBLIC = "public"
_BATCH = 10_000

CLOCK_TOLERANCE = timedelta(seconds=60)
"""By how much a clock may be behind the last recorded instant before the graph refuses writes."""


class Compartment(FrozenModel):
    """The state of a compartment (a part of the graph with its own lock and chain of amendments).

    `revision` counts its writes and `sequence` its amendments; `recorded` is the instant of the last write, and `head`
    the last hash of the chain. `clock_accepted`: the recorded instant that somebody accepted although the clock was
    behind it; BEGINNING where nobody did.
    """

    revision: int
    sequence: int
    recorded: Instant
    head: str
    clock_accepted: Instant = BEGINNING

    def clock_lag(self, now: datetime) -> timedelta:
        """Returns by how much the clock is behind the last recorded instant; zero where the clock is not behind."""
        return max(self.recorded - now, timedelta())

    def refuses_clock(self, now: datetime) -> bool:
        """Returns whether the clock is too far behind for a write, and nobody has accepted the clock."""
        return self.recorded - max(now, self.clock_accepted) > CLOCK_TOLERANCE


RAISE = Query("compartment/raise", Compartment)
READ = Query("compartment/read", Compartment)
STAMP = Query("compartment/stamp", NoRow)

_ADVICE = (
    "Set the clock right. If it is right, and an earlier write was made with a clock ahead of it, run "
    "`pathways clock accept --reason TEXT`."
)
RESTRICTED_FAULT = f"The clock is behind the last recorded instant of the restricted data. {_ADVICE}"
"""The fault without the instant, which would tell a caller when others wrote."""


def read_state(graph: QueryRunner, name: str = PUBLIC) -> Compartment:
    """Reads the last committed state of a compartment (public data, ZigBee data or the audit)."""
    return graph.rows(READ, name=name)[0]


def find_state(graph: QueryRunner, name: str = PUBLIC) -> Compartment | None:
    """Reads the last committed state of a compartment (public data, ZigBee data or the audit). Returns None for a graph
    from which somebody deleted everything.
    """
    return next(iter(graph.rows(READ, name=name)), None)


def begin_write(transaction: QueryRunner, clock: Clock, name: str = PUBLIC, any_clock: bool = False) -> Compartment:
    """Takes the lock of a compartment (a part of the graph). Returns its state, with the instant at which this write
    counts as recorded.

    This instant is the clock's, or a microsecond after the last write if the clock lags behind. Raises ClockBehind if
    the clock is more than a minute behind and nobody has accepted it, unless `any_clock` is true.
    """
    before = transaction.rows(RAISE, name=name)[0]
    now = clock()
    if before.refuses_clock(now) and not any_clock:
        raise ClockBehind(clock_fault(before, now) if name == PUBLIC else RESTRICTED_FAULT)
    return before.model_copy(update={"recorded": max(now, before.recorded + timedelta(microseconds=1))})


def clock_fault(state: Compartment, now: datetime) -> str:
    """Returns why the graph refuses writes with a clock that is behind, and what to do, in words for callers."""
    seconds = state.clock_lag(now).total_seconds()
    return f"The clock is {seconds:,.0f} s behind the last recorded instant, {iso(state.recorded)}. {_ADVICE}"


def stamp_state(transaction: QueryRunner, recorded: datetime, sequence: int, head: str, name: str = PUBLIC) -> None:
    """Stores in a compartment (a part of the graph) the instant of its last write, the number of its amendments so far,
    and the hash of the last one.
    """
    transaction.rows(STAMP, name=name, recorded=recorded, sequence=sequence, head=head)


class CompartmentTransaction:
    """A write transaction that has locked one compartment (a part of the graph). `recorded` is the instant at which its
    rows count as recorded.
    """

    compartment: ClassVar[str] = PUBLIC

    def __init__(self, transaction: QueryRunner, clock: Clock) -> None:
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
    """Converts facts to the parameters of a write statement. Leaves out the field `recorded_from` and those in
    `left_out`.
    """
    return [row.model_dump(exclude={"recorded_from", *left_out}) for row in rows]
