"""Request bodies and query parameters of amendments."""

import datetime
import hashlib
import json
from typing import Annotated
from uuid import uuid4

from pydantic import Field, StringConstraints, field_validator

from service.domain.amendments import AmendmentRecord
from service.domain.names import parse_entry_number
from service.schemas.base import RequestModel
from service.schemas.requests.edits import MAX_EDITS, BasesEdit, WithFindings
from service.schemas.requests.queries import KnownAtQuestion

RequiredText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


AmendmentId = Annotated[
    str,
    Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$", description="An amendment's id.", examples=["7d1f0b5c9e3a4c52"]),
]


OptionalSha256 = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
"""A digest, or blank. One pattern and no union: generated clients take the second member of such a union alone."""


class EvidenceRequest(RequestModel):
    """What the amendment rests on: where it is to be found, of what date, and the digest of the document."""

    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    date: datetime.date | None = None
    sha256: OptionalSha256 = Field("", description="Of a document that is not kept here.")


class AmendmentHeader(RequestModel):
    """Who amends, why and on what evidence; and the impact that they saw."""

    id: AmendmentId | None = Field(None, description="Of your own making; a retry with it finds its own amendment.")
    by: RequiredText = Field(description="Who says so.")
    reason: RequiredText = Field(description="Why; it stands in the record.")
    evidence: EvidenceRequest = EvidenceRequest()
    impact: OptionalSha256 = Field("", description="The `id` of the impact that was seen; needed unless empty.")

    def amendment(self, made_by: str, reverts: str = "") -> AmendmentRecord:
        """What will stand in the record. A retry is known by all that it says, but for the impact it quotes."""
        said = self.model_dump_json(exclude={"id", "impact"})
        return AmendmentRecord(
            id=self.id or uuid4().hex,
            made_by=made_by,
            reason=self.reason,
            evidence=self.evidence.reference,
            source="http",
            evidence_date=self.evidence.date.isoformat() if self.evidence.date else "",
            evidence_sha256=self.evidence.sha256,
            reverts=reverts,
            request=hashlib.sha256(json.dumps([reverts, said]).encode()).hexdigest(),
        )


class AmendmentRequest(AmendmentHeader):
    """Edits that shall be recorded as one amendment."""

    edits: list[BasesEdit] = Field(min_length=1, max_length=MAX_EDITS)


class AmendmentsQuestion(KnownAtQuestion):
    """Amendments, the newest first, in pages."""

    entry: str = Field("", max_length=20, description="An entry of which they say something.")

    @field_validator("entry")
    @classmethod
    def _number(cls, value: str) -> str:
        return parse_entry_number(value) if value.strip() else ""


class RecordedImpactQuestion(KnownAtQuestion):
    """The impact of what is named in the address, in pages."""


class ImpactPreviewQuestion(RecordedImpactQuestion):
    """The impact of what is not done yet."""

    findings: WithFindings = True
