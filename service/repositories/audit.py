"""The audit of the zigbee compartment: append-only, under a lock and a chain of its own; it raises no revision of
either compartment."""

from collections.abc import Sequence
from typing import Any

from service.domain.clock import Clock
from service.domain.zigbee_facts import ZigbeeReader
from service.graph.protocol import Graph, Runner
from service.graph.query import NoRow, Query
from service.repositories import compartments
from service.repositories.compartments import Compartment
from service.rules.records.audit_chain import audit_hash, check_audit
from service.schemas.responses.audit import Act, AuditRecord

AUDIT_COMPARTMENT = "audit"
RECORD = Query("zigbee/audit/record", NoRow)
LIST = Query("zigbee/audit/list", AuditRecord)
ALL = Query("zigbee/audit/all", AuditRecord)


def record_access(transaction: Runner, clock: Clock, reader: ZigbeeReader, act: Act, asked: str, entries: int) -> None:
    """Appends a record, in the transaction of what is recorded, or in one of its own."""
    state = compartments.begin_write(transaction, clock, AUDIT_COMPARTMENT)
    said: dict[str, Any] = {
        "number": state.sequence + 1,
        "recorded": state.recorded,
        "who": reader.who,
        "role": reader.role,
        "organisation": reader.organisation,
        "act": act,
        "asked": asked,
        "entries": entries,
    }
    hashed = audit_hash(state.head, said)
    transaction.rows(RECORD, **said, hash=hashed)
    compartments.stamp_state(transaction, state.recorded, state.sequence + 1, hashed, AUDIT_COMPARTMENT)


def record_reading(graph: Graph, clock: Clock, reader: ZigbeeReader, asked: str, entries: int) -> None:
    """Records a reading. What cannot be recorded must not be told: the caller's answer waits for this."""
    graph.write(lambda transaction: record_access(transaction, clock, reader, "read", asked, entries))


def audit_state(graph: Runner) -> Compartment:
    """How many records there are, when the last was made, and the head."""
    return compartments.read_state(graph, AUDIT_COMPARTMENT)


def list_records(graph: Runner, after: int, last: int, most: int) -> Sequence[AuditRecord]:
    """Up to `most` records after a number, none beyond the last."""
    return graph.rows(LIST, after=after, last=last, most=most)


def audit_faults(graph: Runner, kept: str | None = None) -> list[str]:
    """What is wrong with the audit. `kept`: a head told earlier, which must be one that it had."""
    now = audit_state(graph)
    return [f"Audit: {fault}" for fault in check_audit(graph.rows(ALL), now.sequence, now.head, kept)]
