"""Defines findings: faults, gaps and doubtful facts in the data, each with its evidence (design 1, 7)."""

from typing import Literal, get_args

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.pathways import NOTICE, AsOfResponse, EntryItem, Outcome, StepEnds

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
    """The evidence of `dates-backwards`: a list, and an earlier version that has a later date of issue."""

    list_version: str
    issued: str
    previous: str
    previous_issued: str


class FragmentBases(ResponseModel):
    """The evidence of `fragment-skips-part`: part k of n of an image, and its declared bases other than part k - 1."""

    target: str
    part: int
    parts: int
    bases: list[str]
    declaration: str


class SuggestedStep(StepEnds):
    """The evidence of `missing-step`: an upgrade step to ask about, and the number of routes that it would add."""

    routes: int = Field(description="The ordered pairs of entries, twins as one, that would gain a route.")
    as_many: int


class StrandedEntry(EntryItem):
    """An entry without any pathway to a later entry. `outcome` is `none`, or `unknown` for lack of a declaration."""

    outcome: Outcome
    cannot_reach: int = Field(description="The number of later listed entries of its device model, twins as one.")


class StrandedFinding(ResponseModel):
    """The evidence of `stranded`: the entries of a device model that have no pathway to a later entry."""

    device_model: str
    stranded: list[StrandedEntry]


class UndeclaredImage(ResponseModel):
    """The evidence of `undeclared`: an image (null: no hash) without a declaration, and its listed entries."""

    image_hash: str | None
    listed: list[str]


class NamedBase(StepEnds):
    """The evidence of `pending-base` and `base-is-twin`: a base as a declaration of the target names it."""

    declaration: str


class HeldBaseFinding(NamedBase):
    """The evidence of `held-base`: why the base needs acceptance, and the target model's entry with this image."""

    code: HeldCode
    counterpart: str | None


class CycleFinding(ResponseModel):
    """The evidence of `cycle`: the entries of a shortest cycle. The list ends with its first entry."""

    steps: list[str]


class LeftBehindEvidence(StepEnds):
    """The evidence of `left-behind`: a declared base that may be a mistake, as entries lie beyond it (`beyond`)."""

    why: LeftBehindRule
    beyond: list[str]
    declaration: str


class LoneExceptionEvidence(ResponseModel):
    """The evidence of `lone-exception`: an entry whose bases have the images `own`, while those of all sibling entries
    (entries of one image) have `theirs`.
    """

    siblings: list[str]
    own: list[str]
    theirs: list[str]


class EarlierEntry(EntryItem):
    """An entry, and the instant at which a list first contained it."""

    first_listed: Instant


class NoneThoughEarlierEvidence(ResponseModel):
    """The evidence of `none-though-earlier`: the declaration N/A, and earlier entries of the device model."""

    declaration: str
    first_listed: Instant
    earlier: list[EarlierEntry]


class OutdatedDeclaration(ResponseModel):
    """The evidence of `old-declaration`: the entries whose identity changed after the declaration."""

    declaration: str
    declared: Instant
    changed: list[str]


class TwinDeclaration(EntryItem):
    """The attributes and the declaration of one of several twins (entries of the same firmware)."""

    status: str
    device_type: str
    fragment: str | None
    kind: DeclarationKind
    bases: list[str]


class TwinsDiffer(ResponseModel):
    """The evidence of `twins-differ`: twins (entries of the same firmware), and the attributes in which they differ."""

    differs: list[TwinDifference]
    twins: list[TwinDeclaration]


class DisconnectedParts(ResponseModel):
    """The evidence of `islands`: groups of entries of one device model, without an upgrade step between the groups."""

    device_model: str
    parts: list[list[str]]


class NotComputedEvidence(ResponseModel):
    """The evidence of `not-computed`: a finding that would exceed the work limit, and the size of the graph."""

    finding: FindingCode
    device_models: int
    vertices: int
    steps: int


class ReliedOnEvidence(ResponseModel):
    """The evidence of `relied-on`: the number of ordered pairs of entries whose routes all pass this entry."""

    routes: int


class ImageEntries(ResponseModel):
    """An image and the entries that have it. The hash is null where the list has none."""

    image_hash: str | None
    entries: list[str]


class SameVersionEvidence(ResponseModel):
    """The evidence of `same-version`: one firmware version of a device model that has several images."""

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
    """The fields of a finding that do not depend on when the service recorded its causes."""

    code: FindingCode
    severity: Severity
    text: str
    entries: list[str]
    device_models: list[str] = Field(description="With the manufacturer, such as `106C-433100AC`.")
    manufacturers: list[str]
    evidence: FindingEvidence


class Finding(FindingContent):
    """A fault, gap or doubtful fact in the data. A finding never changes an answer."""

    since: Instant = Field(description="The latest recorded instant among the facts that cause the finding.")

    @property
    def place(self) -> tuple[int, str, list[str], str]:
        """Returns the sort key of the finding: severity, then code, then entries."""
        return SEVERITIES.index(self.severity), self.code, self.entries, self.text


class FindingPage(Page[Finding], AsOfResponse):
    """A page of findings, sorted from the most severe to the least severe."""

    counts: dict[FindingCode, int] = Field(description="The number of findings by code, on all pages.")
    notice: str = NOTICE
