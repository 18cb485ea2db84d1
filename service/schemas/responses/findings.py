"""What is wrong, missing or doubtful in the data, with its evidence (design 1, 7). A suspicion never corrects."""

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
    """`dates-backwards`: a list, and one before it that was issued later."""

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
    """`missing-step`: the step to ask about, the routes it would add, and how many other steps would add as many."""

    base: str
    target: str
    routes: int = Field(description="Ordered pairs of entries, twins as one, that would have a route and have none.")
    as_many: int


class StrandedEntry(ResponseModel):
    """An entry without a way on. `outcome`: what a question for a way on would be answered, `none` or `unknown`."""

    entry: str
    outcome: Outcome
    cannot_reach: int = Field(description="Listed entries that came after it, twins as one, on its device model.")


class StrandedFinding(ResponseModel):
    """`stranded`: the entries of a device model without a way on."""

    device_model: str
    stranded: list[StrandedEntry]


class UndeclaredImage(ResponseModel):
    """`undeclared`: one image of a manufacturer, null where the list has none, and its entries that are listed."""

    image_hash: str | None
    listed: list[str]


class NamedBase(ResponseModel):
    """`pending-base`, `base-is-twin`: a base as a declaration names it."""

    base: str
    target: str
    declaration: str


class HeldBaseFinding(NamedBase):
    """`held-base`: why it gives no step, and the same image on the target's own device model."""

    code: HeldCode
    counterpart: str | None


class CycleFinding(ResponseModel):
    """`cycle`: the entries of a shortest way around, the first again at the end."""

    steps: list[str]


class LeftBehind(ResponseModel):
    """`left-behind`: the entries beyond the base. `why` names the rule that holds."""

    base: str
    target: str
    why: LeftBehindRule
    beyond: list[str]
    declaration: str


class LoneException(ResponseModel):
    """`lone-exception`: the images that an entry's bases carry, and those that all of its siblings agree on."""

    siblings: list[str]
    own: list[str]
    theirs: list[str]


class EarlierEntry(ResponseModel):
    """An entry, and from when on it is listed."""

    entry: str
    first_listed: Instant


class NoneThoughEarlier(ResponseModel):
    """`none-though-earlier`: what the device model had before."""

    declaration: str
    first_listed: Instant
    earlier: list[EarlierEntry]


class OutdatedDeclaration(ResponseModel):
    """`old-declaration`: the entries whose device model, firmware version or hash changed since it was declared."""

    declaration: str
    declared: Instant
    changed: list[str]


class TwinDeclaration(ResponseModel):
    """What is said of one of several twins."""

    entry: str
    status: str
    device_type: str
    fragment: str | None
    kind: DeclarationKind
    bases: list[str]


class TwinsDiffer(ResponseModel):
    """`twins-differ`: in what, and what is said of each."""

    differs: list[TwinDifference]
    twins: list[TwinDeclaration]


class DisconnectedParts(ResponseModel):
    """`islands`: parts of a device model with no step between them."""

    device_model: str
    parts: list[list[str]]


class NotComputed(ResponseModel):
    """`not-computed`: a finding that would have cost too much for entries so many and so densely joined."""

    finding: FindingCode
    device_models: int
    vertices: int
    steps: int


class ReliedOn(ResponseModel):
    """`relied-on`: ordered pairs of other entries, twins as one, all of whose routes lead through this one."""

    routes: int


class ImageEntries(ResponseModel):
    """An image, null where the list has none, and the entries that carry it."""

    image_hash: str | None
    entries: list[str]


class SameVersion(ResponseModel):
    """`same-version`: the images that one firmware version of a device model names."""

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
    """Something wrong, missing or doubtful, with its evidence and the entries concerned."""

    code: FindingCode
    severity: Severity
    text: str
    entries: list[str]
    device_models: list[str] = Field(description="With the manufacturer, such as `106C-433100AC`.")
    manufacturers: list[str]
    evidence: FindingEvidence
    since: Instant = Field(description="The latest recorded instant among the facts that bring it.")

    @property
    def place(self) -> tuple[int, str, list[str], str]:
        """Exceptions first: severity, then code, then entries."""
        return SEVERITIES.index(self.severity), self.code, self.entries, self.text


class FindingPage(Page[Finding], AsOfResponse):
    """A page of findings, the gravest first."""

    counts: dict[FindingCode, int] = Field(description="How many of each code pass the filters, on all pages.")
    notice: str = NOTICE
