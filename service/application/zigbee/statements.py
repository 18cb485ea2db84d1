"""What somebody says of one entry's chipset and stack: it takes the place of what was told of them."""

from pydantic import Field

from loaders.zigbee import ZigbeeFile
from service.application.files.load import LoadOptions
from service.application.files.load_zigbee import load_zigbee
from service.application.zigbee.exposure import ZigbeeContext
from service.domain.capabilities import Classification
from service.domain.refusals import Refusal
from service.domain.zigbee_statements import ZigbeeStatement
from service.errors import EditsRefused, EntryNotFound, Forbidden
from service.schemas.base import ResponseModel
from service.schemas.requests.zigbee import ZigbeeStatementRequest


class ZigbeeStatementResult(ResponseModel):
    """What became of it."""

    entry: str
    changed: bool = Field(description="Whether anything was believed otherwise before.")
    amendment: str | None = Field(description="The amendment in the zigbee compartment; null where nothing changed.")
    classification: Classification


def record_statement(desk: ZigbeeContext, number: str, said: ZigbeeStatementRequest) -> ZigbeeStatementResult:
    """Records what is said. Raises EntryNotFound, Forbidden or EditsRefused; saying the same again changes nothing."""
    statement = ZigbeeStatement(number, said.said, effective_from=said.effective_from)
    found = ZigbeeFile(f"entry {number}", None, "", [statement])
    options = LoadOptions(made_by=desk.reader.who, reason=said.reason, evidence=said.evidence)
    report = load_zigbee(desk.graph, desk.clock, found, options, desk.reader)
    for refusal in report.refusals:
        raise _refused(number, refusal)
    amendment = report.amendments[0] if report.amendments else None
    return ZigbeeStatementResult(
        entry=number,
        changed=report.applied,
        amendment=amendment,
        classification=desk.settings.zigbee_class,
    )


def _refused(number: str, refusal: Refusal) -> EditsRefused | EntryNotFound | Forbidden:
    if refusal.code == "unknown-entry":
        return EntryNotFound(refusal.reason, entry=number)
    if refusal.code == "not-yours":
        return Forbidden(refusal.reason)
    where = {"which-period": "effective_from"}.get(
        refusal.code, "stack" if "stack" in (refusal.column or "") else "chipset"
    )
    said = {"entry": number, "where": where, "code": refusal.code, "reason": refusal.reason}
    return EditsRefused(refusal.reason, refusals=[said])
