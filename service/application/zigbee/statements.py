"""Records a statement about the chipset and stack of one entry, which replaces earlier statements about the entry."""

from pydantic import Field

from loaders.zigbee import ZigbeeFile
from service.application.files.load_zigbee import load_zigbee
from service.application.zigbee.stack_exposure import ZigbeeContext
from service.domain.capabilities import Classification
from service.domain.load_options import LoadOptions
from service.domain.refusals import Refusal
from service.domain.zigbee_statements import ZigbeeStatement
from service.errors import EditsRefused, EntryNotFound, Forbidden
from service.schemas.base import ResponseModel
from service.schemas.requests.zigbee import ZigbeeStatementRequest


class ZigbeeStatementResult(ResponseModel):
    """The response to a statement about the chipset and stack of an entry: whether the statement changed any recorded
    fact.
    """

    entry: str
    changed: bool = Field(description="Whether the recorded facts changed.")
    amendment: str | None = Field(description="The amendment in the zigbee compartment; null where nothing changed.")
    classification: Classification


def record_statement(context: ZigbeeContext, number: str, request: ZigbeeStatementRequest) -> ZigbeeStatementResult:
    """Records a statement about the chipset and stack of the entry `number`. Repeating a statement changes nothing.

    Raises EntryNotFound, Forbidden or EditsRefused.
    """
    statement = ZigbeeStatement(number, request.said, effective_from=request.effective_from)
    file = ZigbeeFile(f"entry {number}", None, "", [statement])
    options = LoadOptions(made_by=context.reader.who, reason=request.reason, evidence=request.evidence)
    report = load_zigbee(context.graph, context.clock, file, options, context.reader)
    for refusal in report.refusals:
        raise _refused(number, refusal)
    amendment = report.amendments[0] if report.amendments else None
    return ZigbeeStatementResult(
        entry=number,
        changed=report.applied,
        amendment=amendment,
        classification=context.settings.zigbee_class,
    )


def _refused(number: str, refusal: Refusal) -> EditsRefused | EntryNotFound | Forbidden:
    if refusal.code == "unknown-entry":
        return EntryNotFound(refusal.reason, entry=number)
    if refusal.code == "not-yours":
        return Forbidden(refusal.reason)
    where = {"which-period": "effective_from"}.get(
        refusal.code, "stack" if "stack" in (refusal.column or "") else "chipset"
    )
    fault = {"entry": number, "where": where, "code": refusal.code, "reason": refusal.reason}
    return EditsRefused(refusal.reason, refusals=[fault])
