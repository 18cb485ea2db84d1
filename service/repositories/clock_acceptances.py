"""Accepts a clock that is behind the last recorded instant: a record on the chain, and a mark on the compartment."""

from uuid import uuid4

from service.domain.amendments import AmendmentRecord
from service.domain.clock import Clock
from service.domain.clock_acceptance import ClockAcceptance
from service.domain.zigbee_facts import ZigbeeCaller
from service.graph.protocol import QueryRunner
from service.graph.query import NoRow, Query
from service.repositories import audit, compartments
from service.repositories.compartments import PUBLIC, Compartment
from service.repositories.write_transaction import AMENDMENT
from service.repositories.zigbee import ZIGBEE
from service.rules.records.amendment_chain import chain_hashes

ACCEPT = Query("clock/accept", Compartment)
WRITE = Query("clock/write", NoRow)


def accept_public(transaction: QueryRunner, clock: Clock, amendment: AmendmentRecord) -> ClockAcceptance:
    """Accepts the clock for the public data, as an amendment without declarations on the hash chain."""
    last = transaction.rows(ACCEPT, name=PUBLIC)[0].recorded
    now = clock()
    state = compartments.begin_write(transaction, clock)
    row = ClockAcceptance(id=uuid4().hex, amendment=amendment.id, clock=now, last=last, recorded_from=state.recorded)
    record = vars(amendment) | {"sequence": state.sequence + 1, "recorded": state.recorded}
    (link,) = chain_hashes(state.head, [record], [row], [])
    transaction.rows(AMENDMENT, **record, hash=link)
    transaction.rows(WRITE, **dict(row))
    compartments.stamp_state(transaction, state.recorded, state.sequence + 1, link)
    return row


def accept_restricted(transaction: QueryRunner, clock: Clock, by: ZigbeeCaller, reason: str) -> None:
    """Accepts the clock for the restricted ZigBee data, as a record on the chain of the audit."""
    transaction.rows(ACCEPT, name=ZIGBEE)
    audit.record_access(transaction, clock, by, "write", f"accept the clock: {reason}", 0)
