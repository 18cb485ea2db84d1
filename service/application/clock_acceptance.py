"""Accepts a clock that is behind the last recorded instant, and tells whether the clock is behind (design 2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from uuid import uuid4

import structlog

from service.domain.amendments import AmendmentRecord
from service.domain.clock import Clock, iso
from service.domain.clock_acceptance import ClockAcceptance
from service.domain.zigbee_facts import ZigbeeCaller
from service.errors import ClockNotBehind
from service.graph.protocol import Graph, QueryRunner
from service.repositories import clock_acceptances, compartments
from service.repositories.audit import AUDIT_COMPARTMENT
from service.repositories.compartments import CLOCK_TOLERANCE, PUBLIC, RESTRICTED_FAULT, Compartment, clock_fault
from service.repositories.zigbee import ZIGBEE

_SOURCE = "clock"
_HOUR = 3600.0

log = structlog.get_logger()


@dataclass(frozen=True)
class AcceptedClock:
    """What an acceptance covers: the public data, with the acceptance as recorded, and the restricted ZigBee data."""

    public: ClockAcceptance | None
    restricted: bool


def accept_clock(graph: Graph, clock: Clock, by: ZigbeeCaller, reason: str) -> AcceptedClock:
    """Accepts a clock that is behind the last recorded instant, because of which the graph refuses writes, and records
    who accepted it, when and why. Writes are possible again afterwards.

    Raises ClockNotBehind if the graph accepts writes anyway.
    """

    def write(transaction: QueryRunner) -> AcceptedClock:
        now = clock()
        states = {name: compartments.read_state(transaction, name) for name in (PUBLIC, ZIGBEE)}
        behind = {name for name, state in states.items() if state.refuses_clock(now)}
        if not behind:
            raise ClockNotBehind(f"The clock says {iso(now)}, and the graph accepts writes with it.")
        amendment = AmendmentRecord(uuid4().hex, by.who, reason, "", _SOURCE)
        public = clock_acceptances.accept_public(transaction, clock, amendment) if PUBLIC in behind else None
        if ZIGBEE in behind:
            clock_acceptances.accept_restricted(transaction, clock, by, reason)
        return AcceptedClock(public, ZIGBEE in behind)

    return graph.write(write)


def clock_remarks(graph: QueryRunner, clock: Clock) -> Iterator[str]:
    """Yields a sentence for each compartment whose last recorded instant is more than a minute ahead of the clock.

    Those of the restricted compartments state no instant, which would tell when somebody wrote or read there.
    """
    for name, label in ((PUBLIC, ""), (ZIGBEE, "ZigBee: "), (AUDIT_COMPARTMENT, "Audit: ")):
        state, now = compartments.read_state(graph, name), clock()
        if state.clock_lag(now) > CLOCK_TOLERANCE:
            refused = state.refuses_clock(now) and name != AUDIT_COMPARTMENT
            if name == PUBLIC:
                yield clock_fault(state, now) if refused else _catching_up(state)
            else:
                yield label + (RESTRICTED_FAULT if refused else "The clock is behind the last recorded instant.")


def _catching_up(state: Compartment) -> str:
    return (
        f"The clock is behind the last recorded instant, {iso(state.recorded)}, and will be until then: "
        "each record follows the one before it by a microsecond, and `known_at` before that instant misses records."
    )


class ClockWatch:
    """Tells why the public data cannot be written for the clock, and logs an error when that begins.

    The log gets the error again after an hour, not with each refused write. Threads may share the watch.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._logged: float | None = None

    def examine(self, state: Compartment) -> str | None:
        """Returns why the service's clock forbids writes, given the last committed state of the graph; else None."""
        now = self._clock()
        if state.refuses_clock(now):
            fault = clock_fault(state, now)
            self.report(fault)
            return fault
        if self._logged is not None:
            self._logged = None
            log.warning("clock accepted", why="the clock has caught up or was accepted: writes are accepted again")
        return None

    def report(self, fault: str) -> None:
        """Logs the fault of a clock that is behind, unless the log has had it within the hour."""
        if self._logged is None or monotonic() - self._logged >= _HOUR:
            self._logged = monotonic()
            log.error("clock behind", why=fault)
