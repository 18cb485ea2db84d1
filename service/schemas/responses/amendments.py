"""An amendment as it is told: who, when, why, on what evidence, what it said, and what that did (design 5, 7)."""

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind
from service.schemas.responses.impact import Impact, ImpactClass
from service.schemas.responses.pathways import NOTICE, Part


class Evidence(Part):
    """What an amendment rests on. The document itself is not kept; its digest proves later which one it was."""

    reference: str | None
    date: str | None
    sha256: str | None


class ImpactQuoted(Part):
    """The impact that was seen before, by its id, with its counts."""

    id: str
    counts: dict[ImpactClass, int]


class BareAmendment(Part):
    """One recorded change of declarations, for a caller who may not see who made it."""

    id: str
    sequence: int = Field(description="Its place in the chain of amendments, from 1.")
    reason: str
    evidence: Evidence
    source: str = Field(description="What brought it: a file, a list, or `http`.")
    recorded: Instant
    known_before: Instant = Field(description="The last instant at which what it changed was still believed.")
    reverts: str | None = Field(description="The amendment that this one takes back.")
    reverted_by: str | None = Field(description="The amendment that took this one back.")
    impact: ImpactQuoted | None = Field(description="Null where none was quoted, as by a file that was loaded.")
    hash: str | None = Field(description="Its link of the chain; null for one from before the chain.")


class Amendment(BareAmendment):
    """One recorded change of declarations."""

    by: str


class Period(Part):
    """What was declared over a stretch of time; an open end is null."""

    kind: DeclarationKind
    bases: list[str]
    valid_from: Instant | None
    valid_to: Instant | None


class Accepted(Part):
    """A stretch over which a base was accepted by name, for these two device models."""

    base: str
    base_device_model: str
    target_device_model: str
    valid_from: Instant | None
    valid_to: Instant | None


class EntryAmended(Part):
    """What was believed of an entry before and after, over the stretches of which the amendment spoke."""

    entry: str
    before: list[Period]
    after: list[Period]
    accepted_before: list[Accepted]
    accepted_after: list[Accepted]


class BareAnswer(BareAmendment):
    """An amendment with all that it said, for a caller who may not see who made it."""

    changes: list[EntryAmended]
    together_with: list[str] = Field(description="Other amendments of the same transaction: one impact is of all.")
    notice: str = NOTICE


class AmendmentAnswer(BareAnswer, Amendment):
    """An amendment with all that it said."""


class AmendmentPage(Part):
    """A page of amendments, the newest first."""

    items: list[Amendment]
    next: str | None
    known_at: Instant


class BarePage(Part):
    """A page of amendments, with who made them only where that was for the caller's own entries."""

    items: list[Amendment | BareAmendment]
    next: str | None
    known_at: Instant


class AmendmentMade(Part):
    """An amendment that is recorded, with what it did."""

    amendment: Amendment
    impact: Impact | None = Field(description="Null where a retry finds its own amendment: see its impact there.")
