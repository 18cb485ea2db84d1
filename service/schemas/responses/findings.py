"""Findings: what is wrong, missing or doubtful in the data, with the evidence (design 1, 7)."""

from typing import Literal, get_args

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.pathways import NOTICE, AsOfResponse, Outcome

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
    """`dates-backwards`: a list, and an earlier version that has a later date of issue."""

    list_version: str
    issued: str
    previous: str
    previous_issued: str


class FragmentBases(ResponseModel):
    """`fragment-skips-part`: part k of n, and the bases declared for it that are not part k - 1."""

    target: str
    part: int
    parts: int
    bases: list[str]
    declaration: str


class SuggestedStep(ResponseModel):
    """`missing-step`: a step to ask about, and the number of other steps that would add as many routes."""

    base: str
    target: str
    routes: int = Field(description="The ordered pairs of entries, twins as one, that would gain a route.")
    as_many: int


class StrandedEntry(ResponseModel):
    """An entry without a further pathway. `outcome` is `none`, or `unknown` where a declaration is missing."""

    entry: str
    outcome: Outcome
    cannot_reach: int = Field(description="The number of later listed entries of its device model, twins as one.")


class StrandedFinding(ResponseModel):
    """`stranded`: the entries of a device model without a further pathway."""

    device_model: str
    stranded: list[StrandedEntry]


class UndeclaredImage(ResponseModel):
    """`undeclared`: an image of a manufacturer, null where the list has none, and its listed entries."""

    image_hash: str | None
    listed: list[str]


class NamedBase(ResponseModel):
    """`pending-base`, `base-is-twin`: a base as a declaration names it."""

    base: str
    target: str
    declaration: str


class HeldBaseFinding(NamedBase):
    """`held-base`: why the base gives no step, and the entry of the target's device model that has the same image."""

    code: HeldCode
    counterpart: str | None


class CycleFinding(ResponseModel):
    """`cycle`: the entries of a shortest cycle. The first entry is repeated at the end."""

    steps: list[str]


class LeftBehind(ResponseModel):
    """`left-behind`: the entries beyond the base. `why` names the rule that applies."""

    base: str
    target: str
    why: LeftBehindRule
    beyond: list[str]
    declaration: str


class LoneException(ResponseModel):
    """`lone-exception`: the images of an entry's bases, and the images on which all of its siblings agree."""

    siblings: list[str]
    own: list[str]
    theirs: list[str]


class EarlierEntry(ResponseModel):
    """An entry and the instant at which it was first listed."""

    entry: str
    first_listed: Instant


class NoneThoughEarlier(ResponseModel):
    """`none-though-earlier`: the earlier entries of the device model."""

    declaration: str
    first_listed: Instant
    earlier: list[EarlierEntry]


class OutdatedDeclaration(ResponseModel):
    """`old-declaration`: the entries whose device model, firmware version or hash changed after the declaration."""

    declaration: str
    declared: Instant
    changed: list[str]


class TwinDeclaration(ResponseModel):
    """The attributes and the declaration of one of several twins."""

    entry: str
    status: str
    device_type: str
    fragment: str | None
    kind: DeclarationKind
    bases: list[str]


class TwinsDiffer(ResponseModel):
    """`twins-differ`: the attributes in which twins differ, and the twins."""

    differs: list[TwinDifference]
    twins: list[TwinDeclaration]


class DisconnectedParts(ResponseModel):
    """`islands`: parts of a device model without a step between them."""

    device_model: str
    parts: list[list[str]]


class NotComputed(ResponseModel):
    """`not-computed`: a finding whose computation would exceed the work limit, and the size of the graph."""

    finding: FindingCode
    device_models: int
    vertices: int
    steps: int


class ReliedOn(ResponseModel):
    """`relied-on`: the number of ordered pairs of other entries, twins as one, whose routes all pass this entry."""

    routes: int


class ImageEntries(ResponseModel):
    """An image, null where the list has none, and the entries that have the image."""

    image_hash: str | None
    entries: list[str]


class SameVersion(ResponseModel):
    """`same-version`: the different images of one firmware version of a device model."""

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
    | LeftBehind
    | LoneException
    | NoneThoughEarlier
    | OutdatedDeclaration
    | TwinsDiffer
    | DisconnectedParts
    | NotComputed
    | ReliedOn
    | SameVersion
)


class Finding(ResponseModel):
    """A finding, with its evidence and the entries concerned. A finding never changes an answer."""

    code: FindingCode
    severity: Severity
    text: str
    entries: list[str]
    device_models: list[str] = Field(description="With the manufacturer, such as `106C-433100AC`.")
    manufacturers: list[str]
    evidence: FindingEvidence
    since: Instant = Field(description="The latest recorded instant among the facts that cause the finding.")

    @property
    def place(self) -> tuple[int, str, list[str], str]:
        """The sort key: severity, then code, then entries."""
        return SEVERITIES.index(self.severity), self.code, self.entries, self.text


class FindingPage(Page[Finding], AsOfResponse):
    """A page of findings, the most severe first."""

    counts: dict[FindingCode, int] = Field(description="The number of findings by code, on all pages.")
    notice: str = NOTICE
