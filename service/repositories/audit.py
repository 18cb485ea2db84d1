"""Stores the audit of restricted ZigBee data: append-only records of who read or wrote them.

The audit is a compartment (a part of the graph) with its own lock and hash chain: a record does not change the revision
of the data.
"""

from collections.abc import Sequence
from typing import Any

from service.domain.clock import Clock
from service.domain.zigbee_facts import ZigbeeCaller
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query
from service.repositories import compartments
from service.repositories.compartments import Compartment
from service.rules.records.audit_chain import audit_hash
from service.schemas.responses.audit import Act, AuditRecord

AUDIT_COMPARTMENT = "audit"
RECORD = Query("zigbee/audit/record", NoRow)
LIST = Query("zigbee/audit/list", AuditRecord)
ALL = Query("zigbee/audit/all", AuditRecord)


def record_access(
    transaction: QueryRunner, clock: Clock, reader: ZigbeeCaller, act: Act, asked: str, entries: int
) -> None:
    """Appends a record of who read or wrote restricted ZigBee data to the audit, in the transaction given.

    A write is recorded in its own transaction, so that the graph stores both or neither.
    """
    # Never refused for the clock: nobody could read the data meanwhile, and callers would learn when others did.
    state = compartments.begin_write(transaction, clock, AUDIT_COMPARTMENT, any_clock=True)
    record: dict[str, Any] = {
        "number": state.sequence + 1,
        "recorded": state.recorded,
        "who": reader.who,
        "role": reader.role,
        "organisation": reader.organisation,
        "act": act,
        "asked": asked,
        "entries": entries,
    }
    head = audit_hash(state.head, record)
    transaction.rows(RECORD, **record, hash=head)
    compartments.stamp_state(transaction, state.recorded, state.sequence + 1, head, AUDIT_COMPARTMENT)


def record_reading(graph: Graph, clock: Clock, reader: ZigbeeCaller, asked: str, entries: int) -> None:
    """Records in the audit that a caller reads restricted data.

    Call this before the answer is sent: a reading that the service cannot record must not happen.
    """
    graph.write(lambda transaction: record_access(transaction, clock, reader, "read", asked, entries))


def audit_state(graph: QueryRunner) -> Compartment:
    """Reads the number of audit records, the instant of the last one, and the last hash of their hash chain."""
    return compartments.read_state(graph, AUDIT_COMPARTMENT)


def list_records(graph: QueryRunner, after: int, last: int, most: int) -> Sequence[AuditRecord]:
    """Fetches up to `most` audit records with numbers above `after`, up to the number `last`."""
    return graph.rows(LIST, after=after, last=last, most=most)


def all_records(graph: QueryRunner) -> list[AuditRecord]:
    """Fetches all audit records, in the order of their hash chain."""
    return graph.rows(ALL)
