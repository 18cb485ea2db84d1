"""Defines the request bodies and query parameters of amendments (recorded changes of Firmware Upgrade Paths)."""

import datetime
import hashlib
import json
import re
from typing import Annotated, Any
from uuid import uuid4

from pydantic import BeforeValidator, Field, StringConstraints, field_validator
from pydantic_core import PydanticKnownError

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
"""A SHA-256 digest in hex, or blank. One pattern describes both, because generated clients support only one member of a
union type.
"""


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day_text(value: Any) -> Any:
    """Returns a value for a date unless it is no ISO date as text: a number would count as a time since 1970."""
    if value is not None and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise PydanticKnownError("date_type")
    return value


class EvidenceRequest(RequestModel):
    """The evidence for an amendment (a recorded change of declarations): a reference to a document, its date, and its
    SHA-256 digest.
    """

    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = Field(
        "", description="Where the document can be found, such as its title and version."
    )
    date: Annotated[datetime.date | None, BeforeValidator(_day_text)] = Field(
        None, description="The date of the document."
    )
    sha256: OptionalSha256 = Field(
        "", description="The SHA-256 of the document. The service does not store the document."
    )


class AmendmentAuthorship(RequestModel):
    """The fields of every amendment besides what it changes: an id, the author, the reason and the evidence."""

    id: AmendmentId | None = Field(
        None, description="An id of your choice: a second request with the same id returns the first amendment."
    )
    by: RequiredText = Field(description="The author.")
    reason: RequiredText = Field(description="The reason, which the record shows.")
    evidence: EvidenceRequest = Field(EvidenceRequest(), description="The evidence.")

    def amendment(self, made_by: str, reverts: str = "") -> AmendmentRecord:
        """Builds the record to store for this amendment, made by the author `made_by`.

        `reverts` is the id of the amendment to undo, if any. The record contains a digest of all fields but `id` and
        `impact` (the id of the changed pathway answers), by which the service recognises a repeated request.
        """
        content = self.model_dump_json(exclude={"id", "impact"})
        return AmendmentRecord(
            id=self.id or uuid4().hex,
            made_by=made_by,
            reason=self.reason,
            evidence=self.evidence.reference,
            source="http",
            evidence_date=self.evidence.date.isoformat() if self.evidence.date else "",
            evidence_sha256=self.evidence.sha256,
            reverts=reverts,
            request=hashlib.sha256(json.dumps([reverts, content]).encode()).hexdigest(),
        )


class AmendmentHeader(AmendmentAuthorship):
    """The fields of an amendment of declarations besides its edits: also the id of the impact (changed pathway answers)
    that the author reviewed.
    """

    impact: OptionalSha256 = Field(
        "", description="The `id` of the impact that the author has seen. Required unless the impact is empty."
    )


class AmendmentRequest(AmendmentHeader):
    """A request to record edits of Firmware Upgrade Paths as one amendment."""

    edits: list[BasesEdit] = Field(min_length=1, max_length=MAX_EDITS, description="The edits, all or none.")


class AmendmentsQuestion(KnownAtQuestion):
    """The query parameters of the list of amendments (recorded changes of declarations)."""

    entry: str = Field("", max_length=20, description="Only amendments that change this entry.")

    @field_validator("entry")
    @classmethod
    def _number(cls, value: str) -> str:
        return parse_entry_number(value) if value.strip() else ""


class RecordedImpactQuestion(KnownAtQuestion):
    """The query parameters for listing the pathway answers (routes, or why there is none) that a recorded amendment
    changed, in pages.
    """


class ImpactPreviewQuestion(RecordedImpactQuestion):
    """The query parameters for listing the pathway answers (routes, or why there is none) that would change if somebody
    recorded a change now, in pages.
    """

    findings: WithFindings = True
