"""Defines responses about amendments (recorded changes of Firmware Upgrade Paths): author, time, reason, evidence,
changes, and the pathway answers that changed (design 5, 7).
"""

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.entry_history import AcceptedBase, ConfirmedBase
from service.schemas.responses.impact import DeclaredPeriod, Impact, ImpactClass
from service.schemas.responses.pathways import NOTICE, ValidInterval, WithEntryNumber


class AmendmentEvidence(ResponseModel):
    """The evidence for an amendment: a reference to a document, its date and its digest. The service does not store the
    document itself.
    """

    reference: str | None
    date: str | None
    sha256: str | None


class QuotedImpact(ResponseModel):
    """The impact (changed pathway answers) that the author reviewed before the amendment: its id, and the number of
    changes of each class, such as lost or longer.
    """

    id: str
    counts: dict[ImpactClass, int]


class AnonymousAmendment(ResponseModel):
    """An amendment (a recorded change of declarations) for a caller who may not see the author."""

    id: str
    sequence: int = Field(description="The position in the chain of amendments, from 1.")
    reason: str
    evidence: AmendmentEvidence
    source: str = Field(description="The origin: the name of a file or list, or `http`.")
    recorded: Instant
    known_before: Instant = Field(description="The last instant before the amendment was known.")
    reverts: str | None = Field(description="The amendment that this one reverts.")
    reverted_by: str | None = Field(description="The amendment that reverted this one.")
    impact: QuotedImpact | None = Field(description="Null where the author quoted none, as for a loaded file.")
    hash: str | None = Field(description="The hash in the chain; null for an amendment older than the chain.")


class Amendment(AnonymousAmendment):
    """An amendment (a recorded change of declarations) with its author."""

    by: str = Field(description="The author.")


class AcceptedBasePeriod(ValidInterval, AcceptedBase):
    """The acceptance of `base` for the entry: in its interval, devices of `base_device_model` may be upgraded from it
    to `target_device_model`.
    """


class ConfirmedBasePeriod(ValidInterval, ConfirmedBase):
    """The confirmation of `base` for the entry, for what both ends were when somebody confirmed it."""


class AmendedEntry(WithEntryNumber):
    """The declarations, accepted and confirmed bases of one entry before and after an amendment, in the periods
    that the amendment changed.
    """

    before: list[DeclaredPeriod]
    after: list[DeclaredPeriod]
    accepted_before: list[AcceptedBasePeriod]
    accepted_after: list[AcceptedBasePeriod]
    confirmed_before: list[ConfirmedBasePeriod] = Field(description="The confirmations before the amendment.")
    confirmed_after: list[ConfirmedBasePeriod] = Field(description="The confirmations after the amendment.")
    evidence: list[str] = Field(
        description="The evidence that rows of a file name for what holds after the amendment; empty where the "
        "evidence of the amendment counts."
    )


class NamePeriod(ValidInterval):
    """The name of the company behind a manufacturer code during an interval of time."""

    name: str | None = Field(description="The name; null: SECAS recorded that the code has none.")
    list_version: str | None = Field(description="The list whose notes give the name; null: SECAS recorded it.")


class AmendedName(ResponseModel):
    """The names of one manufacturer before and after an amendment, in the periods that the amendment changed."""

    code: str = Field(description="The manufacturer, four hex digits.")
    before: list[NamePeriod] = Field(description="The names before the amendment.")
    after: list[NamePeriod] = Field(description="The names after the amendment.")


class AnonymousAmendmentDetail(AnonymousAmendment):
    """A recorded amendment with the facts that it changed, for a caller who may not see the author."""

    changes: list[AmendedEntry]
    names: list[AmendedName] = Field(description="The manufacturers whose names the amendment changed.")
    together_with: list[str] = Field(description="Other amendments of the same transaction, which share one impact.")
    notice: str = NOTICE


class AmendmentDetail(AnonymousAmendmentDetail, Amendment):
    """A recorded amendment with its author and the facts that it changed."""


class AmendmentPage(Page[Amendment]):
    """A page of amendments (recorded changes of declarations), sorted from the newest to the oldest."""

    known_at: Instant


class AnonymousAmendmentPage(Page[Amendment | AnonymousAmendment]):
    """A page of amendments for a caller who represents manufacturers, sorted from the newest to the oldest.

    Only amendments that concern no other manufacturer's entries show their author.
    """

    known_at: Instant


class RecordedAmendment(ResponseModel):
    """The response to a request to amend: the recorded amendment and its impact (changed pathway answers)."""

    amendment: Amendment
    impact: Impact | None = Field(description="Null where a retry returns the first amendment.")
