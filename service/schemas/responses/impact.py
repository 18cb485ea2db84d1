"""Impact: the difference between all answers before and after a change (design 5)."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.schemas.base import ResponseModel
from service.schemas.responses.findings import FindingCode, FindingEvidence, Severity
from service.schemas.responses.pathways import Outcome

PairClass = Literal["lost", "gained", "longer", "shorter", "rerouted"]
TargetClass = Literal["now-unknown", "now-known"]
ImpactClass = Literal["lost", "gained", "longer", "shorter", "rerouted", "now-unknown", "now-known", "stranded"]

FindingClass = Literal["new", "gone"]


class PathwaySummary(ResponseModel):
    """A short form of an answer: the outcome, and the entries of the pathway from base to target, if any."""

    outcome: Outcome
    entries: list[str]


class PairChange(ResponseModel):
    """A question whose answer changes at an instant."""

    from_: str = Field(alias="from")
    to: str
    at: Instant
    before: PathwaySummary
    after: PathwaySummary


class OriginEntries(ResponseModel):
    """All entries of a device model without `except` and without the target."""

    device_model: str
    except_: list[str] = Field(alias="except")


class TargetChange(ResponseModel):
    """A target for which it becomes unknown, or known, whether these entries reach it."""

    to: str
    at: Instant
    from_: OriginEntries = Field(alias="from")
    count: int


class NewlyStrandedEntry(ResponseModel):
    """An entry that loses its last reachable entry."""

    entry: str
    at: Instant


class ReplacedPeriod(ResponseModel):
    """A declaration over a period that the change replaces."""

    entry: str
    kind: DeclarationKind
    bases: list[str]
    valid_from: Instant | None = Field(description="Null where the interval has no beginning.")
    valid_to: Instant | None = Field(description="Null where the interval has no end.")


class EditRemark(ResponseModel):
    """A remark for the author of an edit, such as a held or pending base, a cycle or a removed base."""

    code: str
    text: str
    entry: str
    base: str | None = None
    held: HeldCode | None = None
    counterpart: str | None = None


class FindingChange(ResponseModel):
    """A finding that exists only after the change, or only before it."""

    at: Instant
    code: FindingCode
    severity: Severity
    text: str
    entries: list[str]
    device_models: list[str]
    manufacturers: list[str]
    evidence: FindingEvidence = Field(
        description="The evidence. The id of a declaration that is not recorded yet is blank."
    )


class FindingChanges(ResponseModel):
    """The findings that a change creates and those that it ends, on pages after the other lists."""

    dates: list[Instant] = Field(description="All compared instants: now, and later ones at which findings change.")
    counts: dict[FindingClass, int] = Field(description="The numbers of findings at all compared instants together.")
    new: list[FindingChange]
    gone: list[FindingChange]


class Impact(ResponseModel):
    """The impact of a change. `counts` covers all differences; the lists have those of this page, class by class."""

    id: str = Field(description="SHA-256 of the edits and all their effects. An amendment quotes this id.")
    at: Instant = Field(description="The first compared instant: now.")
    known_at: Instant
    dates: list[Instant] = Field(description="All compared instants: now, and later ones at which answers change.")
    counts: dict[ImpactClass, int] = Field(
        description="The numbers of ordered pairs by class, and of stranded entries."
    )
    summary: str
    lost: list[PairChange]
    gained: list[PairChange]
    longer: list[PairChange]
    shorter: list[PairChange]
    rerouted: list[PairChange]
    now_unknown: list[TargetChange] = Field(alias="now-unknown")
    now_known: list[TargetChange] = Field(alias="now-known")
    stranded: list[NewlyStrandedEntry]
    replaces: list[ReplacedPeriod]
    manufacturers: list[str]
    device_models: list[str]
    remarks: list[EditRemark]
    findings: FindingChanges | None = Field(description="Null where the question excluded findings.")
    next: str | None = Field(
        default=None, description="The cursor of the next page: send the same request with this cursor."
    )

    @property
    def empty(self) -> bool:
        """Whether no answer changes."""
        return not any(self.counts.values())
