"""Lists the audit: the record of who read and wrote restricted ZigBee data."""

from service.application.paging import next_cursor, read_cursor
from service.application.zigbee.stack_exposure import ZigbeeContext
from service.repositories import audit as zigbee_audit
from service.repositories import compartments, zigbee
from service.schemas.requests.zigbee import (
    AuditQuestion,
)
from service.schemas.responses.audit import AuditPage


def list_audit(context: ZigbeeContext, question: AuditQuestion) -> AuditPage:
    """Returns a page of the audit: the record of who read or wrote restricted ZigBee data.

    The audit then records this read access too, which is not on the page.
    """
    start = read_cursor(question, "audit")
    state = zigbee_audit.audit_state(context.graph)
    first, _, final = start.after.partition(" ")
    after, last = int(first or 0), int(final or state.sequence)
    records = zigbee_audit.list_records(context.graph, after, last, question.limit)
    more = bool(records) and records[-1].number < last
    cursor = f"{records[-1].number} {last}" if more else ""
    answer = AuditPage(
        items=list(records),
        next=next_cursor(question, cursor, state.recorded, state.recorded, "audit") if more else None,
        records=state.sequence,
        head=state.head,
        zigbee_head=compartments.read_state(context.graph, zigbee.ZIGBEE).head,
    )
    context.record_reading(f"audit {question.model_dump_json(exclude={'cursor'})} after {after}", 0)
    return answer
