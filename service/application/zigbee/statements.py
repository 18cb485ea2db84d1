"""What somebody says of one entry's chipset and stack: it takes the place of what was told of them."""

from pydantic import Field

from loaders.zigbee import ZigbeeFile
from service.application.files.load import Options
from service.application.files.load_zigbee import load_zigbee
from service.application.zigbee.exposure import ZigbeeContext
from service.domain.capabilities import Class
from service.domain.refusals import Refusal
from service.domain.zigbee_statements import Statement
from service.errors import EditsRefused, EntryUnknown, NotAllowed
from service.schemas.requests.zigbee import ZigbeeStatement
from service.schemas.responses.pathways import ResponsePart


class ZigbeeStatementResult(ResponsePart):
    """What became of it."""

    entry: str
    changed: bool = Field(description="Whether anything was believed otherwise before.")
    amendment: str | None = Field(description="The amendment in the zigbee compartment; null where nothing changed.")
    classification: Class


def record_statement(desk: ZigbeeContext, number: str, said: ZigbeeStatement) -> ZigbeeStatementResult:
    """Records what is said. Raises EntryUnknown, NotAllowed or EditsRefused; saying the same again changes nothing."""
    statement = Statement(number, said.said, effective_from=said.effective_from)
    found = ZigbeeFile(f"entry {number}", None, "", [statement])
    options = Options(made_by=desk.reader.who, reason=said.reason, evidence=said.evidence)
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


def _refused(number: str, refusal: Refusal) -> EditsRefused | EntryUnknown | NotAllowed:
    if refusal.code == "unknown-entry":
        return EntryUnknown(refusal.reason, entry=number)
    if refusal.code == "not-yours":
        return NotAllowed(refusal.reason)
    where = {"which-period": "effective_from"}.get(
        refusal.code, "stack" if "stack" in (refusal.column or "") else "chipset"
    )
    said = {"entry": number, "where": where, "code": refusal.code, "reason": refusal.reason}
    return EditsRefused(refusal.reason, refusals=[said])
