"""Defines edits in request bodies: new declared bases of an entry, and hypothetical changes of an entry's status."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from service.domain.edits import Edit, StatusEdit
from service.schemas.base import RequestModel
from service.schemas.requests.queries import IN_ANY_CASE, EntryNumber, EntryStatus, RequestInstant, UndatedQuestion

MAX_EDITS, _MOST_BASES = 10_000, 2_000
EntryNumbers = Annotated[list[EntryNumber], Field(max_length=_MOST_BASES)]


class BasesEdit(RequestModel):
    """A new Firmware Upgrade Path (list of base entries) of one target entry, in force from a date on."""

    entry: EntryNumber = Field(description="The target entry.")
    bases: EntryNumbers | None = Field(
        description="The entries from which a device may be upgraded. `[]` is N/A; null withdraws the declaration."
    )
    accept: EntryNumbers = Field([], description="Held bases that this edit accepts by name.")
    effective_from: RequestInstant | None = Field(
        None, description="The edit holds from this instant on. Default: from the beginning of time."
    )
    confirm: bool = Field(
        False,
        strict=True,
        exclude_if=lambda confirm: not confirm,  # the digests of requests without it stay as they were
        description="Confirms that the bases in force are right for what both ends are now. Changes no pathway.",
    )

    @property
    def edit(self) -> Edit:
        """Converts the edit of declared bases to the form with which the rules work."""
        bases = None if self.bases is None else tuple(self.bases)
        return Edit(self.entry, bases, tuple(self.accept), self.effective_from, confirm=self.confirm)


class HypotheticalStatus(RequestModel):
    """A status that an entry does not have, for a preview of its effect. No amendment can record it, since only the
    published list changes a status.
    """

    entry: EntryNumber = Field(description="The entry whose status changes.")
    status: Annotated[EntryStatus, IN_ANY_CASE] = Field(description="The hypothetical status.")
    effective_from: RequestInstant | None = Field(
        None, description="The status holds from this instant on. Default: now."
    )

    @property
    def edit(self) -> StatusEdit:
        """Converts the hypothetical status to the form with which the rules work."""
        return StatusEdit(self.entry, self.status, self.effective_from)


def _kind(edit: Any) -> str:
    status = "status" in edit if isinstance(edit, dict) else isinstance(edit, HypotheticalStatus)
    return "[status]" if status else "[bases]"


AnyEdit = Annotated[
    Annotated[BasesEdit, Tag("[bases]")] | Annotated[HypotheticalStatus, Tag("[status]")], Discriminator(_kind)
]


WithFindings = Annotated[bool, Field(description="Whether the answer lists new findings and ended ones.")]


class ImpactQuestion(UndatedQuestion):
    """A request to compute which pathway answers (routes, or why there is none) edits would change. The service writes
    nothing.
    """

    edits: list[AnyEdit] = Field(min_length=1, max_length=MAX_EDITS, description="The edits, as one change.")
    findings: WithFindings = True
    limit: int = Field(100, ge=1, le=1000, description="The largest number of differences on a page.")
