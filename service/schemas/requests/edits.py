"""Edits as they are sent: what may be said of an entry's bases, or supposed of its status."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from service.domain.edits import Edit, StatusEdit
from service.schemas.base import RequestModel
from service.schemas.requests.queries import EntryNumber, EntryStatus, RequestInstant, UndatedQuestion

MAX_EDITS, _MOST_BASES = 10_000, 2_000
EntryNumbers = Annotated[list[EntryNumber], Field(max_length=_MOST_BASES)]


class BasesEdit(RequestModel):
    """The Firmware Upgrade Path of an entry, from a date on."""

    entry: EntryNumber
    bases: EntryNumbers | None = Field(description="Any one of these may be the base; `[]` is N/A, null withdraws.")
    accept: EntryNumbers = Field([], description="Held bases that are accepted by name.")
    effective_from: RequestInstant | None = Field(None, description="From when it holds; default: this was always so.")

    @property
    def edit(self) -> Edit:
        """The same as the rules take it."""
        bases = None if self.bases is None else tuple(self.bases)
        return Edit(self.entry, bases, tuple(self.accept), self.effective_from)


class HypotheticalStatus(RequestModel):
    """What a list would say of an entry's status. Status comes from lists alone: an amendment takes none."""

    entry: EntryNumber
    status: EntryStatus
    effective_from: RequestInstant | None = Field(None, description="From when it would hold; default: now.")

    @property
    def edit(self) -> StatusEdit:
        """The same as the rules take it."""
        return StatusEdit(self.entry, self.status, self.effective_from)


def _kind(sent: Any) -> str:
    status = "status" in sent if isinstance(sent, dict) else isinstance(sent, HypotheticalStatus)
    return "[status]" if status else "[bases]"


AnyEdit = Annotated[
    Annotated[BasesEdit, Tag("[bases]")] | Annotated[HypotheticalStatus, Tag("[status]")], Discriminator(_kind)
]


WithFindings = Annotated[bool, Field(description="Whether to tell which findings are new and which are gone.")]


class ImpactQuestion(UndatedQuestion):
    """What would these edits do?"""

    edits: list[AnyEdit] = Field(min_length=1, max_length=MAX_EDITS)
    findings: WithFindings = True
    limit: int = Field(100, ge=1, le=1000, description="Most differences of a page.")
