"""Defines findings: reports of wrong, missing or doubtful data, each with its evidence (design 1, 7)."""

from typing import Literal, get_args

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.pathways import NOTICE, AsOfResponse, Outcome, StepEnds, WithEntryNumber

Severity = Literal["wrong", "missing", "doubtful", "notice"]
FindingCode = Literal[
    "dates-backwards",
    "fragment-skips-part",
    "missing-step",
    "stranded",
    "undeclared",
    "base-is-twin",
    "cycle",
    "held-base",
    "left-behind",
    "lone-exception",
    "none-though-earlier",
    "old-declaration",
    "pending-base",
    "twins-differ",
    "islands",
    "not-computed",
    "relied-on",
    "same-version",
]
LeftBehindRule = Literal["other-bases-beyond", "all-else-beyond"]
TwinDifference = Literal["declaration", "device_type", "fragment", "status"]

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
FINDING_CODES: tuple[FindingCode, ...] = get_args(FindingCode)


class ListDates(ResponseModel):
    """Evidence of the finding `dates-backwards`: a list, and a lower version with a later date of issue."""

    list_version: str
    issued: str
    previous: str
    previous_issued: str


class FragmentBases(ResponseModel):
    """Evidence of the finding `fragment-skips-part`: fragment k of n, and its bases other than fragment k - 1."""

    target: str
    part: int
    parts: int
    bases: list[str]
    declaration: str


class SuggestedStep(StepEnds):
    """Evidence of the finding `missing-step`: an upgrade step to ask about, and how many routes it would add."""

    routes: int = Field(description="The ordered pairs of entries, twins as one, that would gain a route.")
    as_many: int


class StrandedEntry(WithEntryNumber):
    """An entry without a pathway to any later entry. `outcome` is `unknown` if a missing declaration may give one."""

    outcome: Outcome
    cannot_reach: int = Field(description="The number of later listed entries of its device model, twins as one.")


class StrandedFinding(ResponseModel):
    """Evidence of the finding `stranded`: the entries of a device model that have no pathway to a later entry."""

    device_model: str
    stranded: list[StrandedEntry]


class UndeclaredImage(ResponseModel):
    """Evidence of the finding `undeclared`: an image without a declaration (null: no hash), and its entries."""

    image_hash: str | None
    listed: list[str]


class NamedBase(StepEnds):
    """Evidence of the findings `pending-base` and `base-is-twin`: a base that a declaration of the target names."""

    declaration: str


class HeldBaseFinding(NamedBase):
    """Evidence of the finding `held-base`: why a base needs acceptance, and the target model's entry with its image."""

    code: HeldCode
    counterpart: str | None


class CycleFinding(ResponseModel):
    """Evidence of the finding `cycle`: the entries of a shortest cycle. The list ends with its first entry."""

    steps: list[str]


class LeftBehindEvidence(StepEnds):
    """Evidence of the finding `left-behind`: a suspect base, and `beyond`: the entries that come after it on paths."""

    why: LeftBehindRule
    beyond: list[str]
    declaration: str


class LoneExceptionEvidence(ResponseModel):
    """Evidence of the finding `lone-exception`: an entry whose bases have the images `own`, while all other entries
    with its image have bases with the images `theirs`.
    """

    siblings: list[str]
    own: list[str]
    theirs: list[str]


class EarlierEntry(WithEntryNumber):
    """An entry, and the instant at which a list first contained it."""

    first_listed: Instant


class NoneThoughEarlierEvidence(ResponseModel):
    """Evidence of the finding `none-though-earlier`: N/A (no base), though earlier entries exist."""

    declaration: str
    first_listed: Instant
    earlier: list[EarlierEntry]


class OutdatedDeclaration(ResponseModel):
    """Evidence of the finding `old-declaration`: the entries that changed after the declaration was made."""

    declaration: str
    declared: Instant
    changed: list[str]


class TwinDeclaration(WithEntryNumber):
    """The attributes and the declaration of one of several twins (entries with the same image)."""

    status: str
    device_type: str
    fragment: str | None
    kind: DeclarationKind
    bases: list[str]


class TwinsDiffer(ResponseModel):
    """Evidence of the finding `twins-differ`: entries with the same image, and the attributes that differ."""

    differs: list[TwinDifference]
    twins: list[TwinDeclaration]


class DisconnectedParts(ResponseModel):
    """Evidence of the finding `islands`: groups of entries of one device model without a step between the groups."""

    device_model: str
    parts: list[list[str]]


class NotComputedEvidence(ResponseModel):
    """Evidence of the finding `not-computed`: a finding beyond the work limit, and the size of the graph."""

    finding: FindingCode
    device_models: int
    vertices: int
    steps: int


class ReliedOnEvidence(ResponseModel):
    """Evidence of the finding `relied-on`: the number of pairs of entries whose routes all need this entry."""

    routes: int


class ImageEntries(ResponseModel):
    """An image and the entries that carry it. The hash is null if the list has none."""

    image_hash: str | None
    entries: list[str]


class SameVersionEvidence(ResponseModel):
    """Evidence of the finding `same-version`: a firmware version under which one device model has several images."""

    firmware_version: str
    images: list[ImageEntries]


FindingEvidence = (
    ListDates
    | FragmentBases
    | SuggestedStep
    | StrandedFinding
    | UndeclaredImage
    | HeldBaseFinding
    | NamedBase
    | CycleFinding
    | LeftBehindEvidence
    | LoneExceptionEvidence
    | NoneThoughEarlierEvidence
    | OutdatedDeclaration
    | TwinsDiffer
    | DisconnectedParts
    | NotComputedEvidence
    | ReliedOnEvidence
    | SameVersionEvidence
)


class FindingContent(ResponseModel):
    """The fields of a finding (fault in the data) apart from the instant since which it has been reported."""

    code: FindingCode
    severity: Severity
    text: str
    entries: list[str]
    device_models: list[str] = Field(description="With the manufacturer, such as `106C-433100AC`.")
    manufacturers: list[str]
    evidence: FindingEvidence


class Finding(FindingContent):
    """A report of wrong, missing or doubtful data. A finding never changes a pathway answer."""

    since: Instant = Field(description="The latest recorded instant among the facts that cause the finding.")

    @property
    def place(self) -> tuple[int, str, list[str], str]:
        """Returns the sort key of the finding (fault in the data): severity, then code, then entries."""
        return SEVERITIES.index(self.severity), self.code, self.entries, self.text


class FindingPage(Page[Finding], AsOfResponse):
    """A page of findings (faults in the data), sorted from the most severe to the least severe."""

    counts: dict[FindingCode, int] = Field(description="The number of findings by code, on all pages.")
    manufacturer_names: dict[str, str] = Field(
        description="The names of the companies behind the `manufacturers` of this page, by code, where they are known."
    )
    notice: str = NOTICE
