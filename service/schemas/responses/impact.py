"""What a change would do to the answers: the difference between all of them before it and after (design 5)."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.schemas.responses.findings import FindingCode, FindingEvidence, Severity
from service.schemas.responses.pathways import Outcome, ResponsePart

PairClass = Literal["lost", "gained", "longer", "shorter", "rerouted"]
TargetClass = Literal["now-unknown", "now-known"]
ImpactClass = Literal["lost", "gained", "longer", "shorter", "rerouted", "now-unknown", "now-known", "stranded"]

FindingClass = Literal["new", "gone"]


class PathwaySummary(ResponsePart):
    """An answer in short: its outcome, and the entries of the pathway, both ends included, where there is one."""

    outcome: Outcome
    entries: list[str]


class PairChange(ResponsePart):
    """A question that is answered otherwise at an instant."""

    from_: str = Field(alias="from")
    to: str
    at: Instant
    before: PathwaySummary
    after: PathwaySummary


class OriginEntries(ResponsePart):
    """All entries of a device model but these, and but the target itself."""

    device_model: str
    except_: list[str] = Field(alias="except")


class TargetChange(ResponsePart):
    """A target of which nobody can say any more whether these entries reach it, or of which that is known now."""

    to: str
    at: Instant
    from_: OriginEntries = Field(alias="from")
    count: int


class NewlyStrandedEntry(ResponsePart):
    """An entry that could reach something and now reaches nothing."""

    entry: str
    at: Instant


class ReplacedPeriod(ResponsePart):
    """What is declared of an entry over an interval, and is declared otherwise by the change."""

    entry: str
    kind: DeclarationKind
    bases: list[str]
    valid_from: Instant | None = Field(description="Null where the interval has no beginning.")
    valid_to: Instant | None = Field(description="Null where the interval has no end.")


class EditRemark(ResponsePart):
    """Something that an edit's author should see: a base held or pending, a cycle, a removed base."""

    code: str
    text: str
    entry: str
    base: str | None = None
    held: HeldCode | None = None
    counterpart: str | None = None


class FindingChange(ResponsePart):
    """A finding that there is after the change and not before it, or the other way round."""

    at: Instant
    code: FindingCode
    severity: Severity
    text: str
    entries: list[str]
    device_models: list[str]
    manufacturers: list[str]
    evidence: FindingEvidence = Field(description="Of a declaration that is not made yet the number is blank.")


class FindingChanges(ResponsePart):
    """The findings that a change makes new and those that it ends; a page of them, after the other lists."""

    dates: list[Instant] = Field(description="All instants compared: now, and later ones at which findings change.")
    counts: dict[FindingClass, int] = Field(description="How many at all these instants together.")
    new: list[FindingChange]
    gone: list[FindingChange]


class Impact(ResponsePart):
    """What a change would do. Counts are of everything; the lists are a page of it, in the order of the classes."""

    id: str = Field(description="SHA-256 of the edits and of all that they do; the commit quotes it.")
    at: Instant = Field(description="The first instant compared: now.")
    known_at: Instant
    dates: list[Instant] = Field(description="All instants compared: now, and later ones at which answers change.")
    counts: dict[ImpactClass, int] = Field(description="How many ordered pairs at an instant; stranded: entries.")
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
    findings: FindingChanges | None = Field(description="Null where they were not asked for.")
    next: str | None = Field(default=None, description="The cursor of the next page: the same body is posted with it.")

    @property
    def empty(self) -> bool:
        """Whether every question is answered as before."""
        return not any(self.counts.values())
