"""The compartments of the graph: the public data, restricted ZigBee data and the audit.

The graph issues recorded instants (design 2): a write first raises its compartment's revision, which takes the lock.
"""

from datetime import datetime, timedelta

from service.domain.clock import Clock, Instant
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import NoRow, Query

PUBLIC = "public"


class Compartment(FrozenModel):
    """The state of a compartment.

    `revision` counts its writes and `sequence` its amendments; `recorded` is the instant of the last write, and
    `head` the head of the amendments' hash chain.
    """

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
    """Takes the compartment's lock, and returns its state with the recorded instant of this write.

    That instant is the clock's, or a microsecond after the last one where the clock lags behind.
    """
    before = transaction.rows(RAISE, name=name)[0]
    return before.model_copy(update={"recorded": max(clock(), before.recorded + timedelta(microseconds=1))})


def stamp_state(transaction: Runner, recorded: datetime, sequence: int, head: str, name: str = PUBLIC) -> None:
    """Stores the recorded instant of a write, the number of amendments after it, and the head of their chain."""
    transaction.rows(STAMP, name=name, recorded=recorded, sequence=sequence, head=head)
