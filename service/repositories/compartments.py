"""Recorded instants are issued by the graph (design 2): a write first raises the revision, which takes its lock."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from service.domain.clock import Clock, Instant
from service.graph.protocol import Runner
from service.graph.query import NoRow, Query

PUBLIC = "public"


class Compartment(BaseModel):
    """The state of a compartment: how often it was written, how many amendments it has, when it was last written,
    and the head of the amendments' hash chain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int
    sequence: int
    recorded: Instant
    head: str


RAISE = Query("compartment/raise", Compartment)
READ = Query("compartment/read", Compartment)
STAMP = Query("compartment/stamp", NoRow)


def read_state(graph: Runner, name: str = PUBLIC) -> Compartment:
    """The last committed state."""
    return graph.rows(READ, name=name)[0]


def begin_write(transaction: Runner, clock: Clock, name: str = PUBLIC) -> Compartment:
    """Takes the compartment's lock, and gives its state with the recorded instant of this write.

    That instant is the clock's, or a microsecond after the last one where the clock is behind.
    """
    before = transaction.rows(RAISE, name=name)[0]
    return before.model_copy(update={"recorded": max(clock(), before.recorded + timedelta(microseconds=1))})


def stamp_state(transaction: Runner, recorded: datetime, sequence: int, head: str, name: str = PUBLIC) -> None:
    """Stores the write's recorded instant, the number of amendments there now are, and the head of their chain."""
    transaction.rows(STAMP, name=name, recorded=recorded, sequence=sequence, head=head)
