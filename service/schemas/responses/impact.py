"""Defines the impact of a change: the differences between all pathway answers (routes, or why there is none) before and
after it (design 5).
"""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import HeldCode
from service.schemas.base import ResponseModel
from service.schemas.responses.findings import FindingContent
from service.schemas.responses.pathways import DeclaredBases, EntryPair, Outcome, ValidInterval, WithEntryNumber

PairClass = Literal["lost", "gained", "longer", "shorter", "rerouted"]
ImpactClass = Literal["lost", "gained", "longer", "shorter", "rerouted", "now-unknown", "now-known", "stranded"]

FindingClass = Literal["new", "gone"]


class PathwaySummary(ResponseModel):
    """The outcome of a pathway question, and the entries of the pathway from base to target if there is one."""

    outcome: Outcome
    entries: list[str]


class PairChange(EntryPair):
    """A pair of base and target entry whose pathway answer changes at an instant, with the answers before and after the
    change.
    """

    at: Instant
    before: PathwaySummary
    after: PathwaySummary


class BaseEntrySet(ResponseModel):
    """A set of base entries: all entries of a device model apart from the target and the entries in `except`."""

    device_model: str
    except_: list[str] = Field(alias="except")


class ReachabilityKnowledgeChange(ResponseModel):
    """A target entry, and the base entries for which it becomes known, or unknown, whether a path leads to the
    target.
    """

    to: str
    at: Instant
    from_: BaseEntrySet = Field(alias="from")
    count: int


class NewlyStrandedEntry(WithEntryNumber):
    """An entry from which a path led to another entry before the change, but none does after it."""

    at: Instant


class DeclaredPeriod(ValidInterval, DeclaredBases):
    """A declared Firmware Upgrade Path and the interval of effective time in which it holds. Null marks an open end."""


class ReplacedPeriod(DeclaredPeriod, WithEntryNumber):
    """A recorded declaration that a change replaces, with the interval of effective time in which the change replaces
    it.
    """


class EditRemark(ResponseModel):
    """A remark for the author of an edit, for example that a base needs acceptance by name, is on no list or was
    removed, or closes a cycle.
    """

    code: str
    text: str
    entry: str
    base: str | None = None
    held: HeldCode | None = None
    counterpart: str | None = None


class ChangeInstant(ResponseModel):
    """The effective time at which pathway answers or findings (faults in the data) change."""

    at: Instant


class FindingChange(FindingContent, ChangeInstant):
    """A finding (fault in the data) that exists only before or only after a change."""


class DatedFindingCounts(ChangeInstant):
    """The numbers of findings (faults in the data) that a change creates and ends, at one compared instant."""

    counts: dict[FindingClass, int]


class DatedImpactCounts(ChangeInstant):
    """The numbers of answers that differ at one compared instant, by the kind of the difference, and of entries that
    lose every pathway to a later entry.
    """

    counts: dict[ImpactClass, int]


class FindingChanges(ResponseModel):
    """The findings (faults in the data) that a change creates and those that it ends. They are on the pages after all
    other differences.
    """

    dates: list[Instant] = Field(description="All compared instants: now, and later ones at which findings change.")
    counts: dict[FindingClass, int] = Field(
        description="The numbers of different findings. A finding that differs at several dates counts once."
    )
    by_date: list[DatedFindingCounts] = Field(description="The numbers of findings at each compared instant.")
    new: list[FindingChange]
    gone: list[FindingChange]


class Impact(ResponseModel):
    """The impact of a change: a page of the differences between all pathway answers before and after it. `counts`
    covers all pages.
    """

    id: str = Field(description="SHA-256 of the edits and all their effects. An amendment quotes this id.")
    at: Instant = Field(description="The first compared instant: now.")
    known_at: Instant
    dates: list[Instant] = Field(description="All compared instants: now, and later ones at which answers change.")
    counts: dict[ImpactClass, int] = Field(
        description="The numbers of different ordered pairs by class, and of stranded entries. A pair that differs at "
        "several dates counts once in its class."
    )
    by_date: list[DatedImpactCounts] = Field(description="The same numbers at each compared instant.")
    summary: str
    lost: list[PairChange]
    gained: list[PairChange]
    longer: list[PairChange]
    shorter: list[PairChange]
    rerouted: list[PairChange]
    now_unknown: list[ReachabilityKnowledgeChange] = Field(alias="now-unknown")
    now_known: list[ReachabilityKnowledgeChange] = Field(alias="now-known")
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
        """Returns whether the change leaves every pathway answer as it is."""
        return not any(self.counts.values())
