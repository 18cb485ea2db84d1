"""Request bodies and query parameters of amendments."""

import datetime
import hashlib
import json
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import Field, StringConstraints, field_validator

from service.domain.amendments import Amendment
from service.domain.names import entry_number
from service.schemas.requests.edits import MOST_EDITS, BasesEdit, Findings, Sent
from service.schemas.requests.queries import KnownAt

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


AmendmentId = Annotated[
    str,
    Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$", description="An amendment's id.", examples=["7d1f0b5c9e3a4c52"]),
]


Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class EvidenceSent(Sent):
    """What the amendment rests on: where it is to be found, of what date, and the digest of the document."""

    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    date: datetime.date | None = None
    sha256: Digest | Literal[""] = Field("", description="Of a document that is not kept here.")


class Amending(Sent):
    """Who amends, why and on what evidence; and the impact that they saw."""

    id: AmendmentId | None = Field(None, description="Of your own making; a retry with it finds its own amendment.")
    by: Text = Field(description="Who says so.")
    reason: Text = Field(description="Why; it stands in the record.")
    evidence: EvidenceSent = EvidenceSent()
    impact: Digest | Literal[""] = Field("", description="The `id` of the impact that was seen; needed unless empty.")

    def amendment(self, made_by: str, reverts: str = "") -> Amendment:
        """What will stand in the record. A retry is known by all that it says, but for the impact it quotes."""
        said = self.model_dump_json(exclude={"id", "impact"})
        return Amendment(
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


class AmendmentRequest(Amending):
    """Edits that shall be recorded as one amendment."""

    edits: list[BasesEdit] = Field(min_length=1, max_length=MOST_EDITS)


class AmendmentsQuestion(KnownAt):
    """Amendments, the newest first, in pages."""

    entry: str = Field("", max_length=20, description="An entry of which they say something.")

    @field_validator("entry")
    @classmethod
    def _number(cls, value: str) -> str:
        return entry_number(value) if value.strip() else ""


class ImpactAsked(KnownAt):
    """The impact of what is named in the address, in pages."""


class ForesightAsked(ImpactAsked):
    """The impact of what is not done yet."""

    findings: Findings = True
