"""What an organisation was told, and which of it an amendment makes untrue. Nothing here is of a person (design 8)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.impact import Impact, PathwaySummary

DisclosureKind = Literal["pathway", "batch", "check", "resolve", "export"]


@dataclass(frozen=True, slots=True)
class AnswerSummary:
    """An answer in short. `outcome`: of a pathway, or the code of a plan's step; `entries`: of its route, `;` between.

    `verdict` is that on the whole plan, `sha256` that of a file; both blank elsewhere.
    """

    known_at: datetime
    list_version: str
    outcome: str
    entries: str = ""
    verdict: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Somebody was told something. `dated`: the question named an instant of its own. Blank ends: there were none."""

    organisation: str
    kind: DisclosureKind
    base: str
    target: str
    through_removed: bool
    dated: bool
    at: datetime
    said: AnswerSummary
    answered: datetime
    receipt: str = ""


class DisclosureRow(ResponseModel):
    """A telling as it is kept: the first of its day in which this was said."""

    id: str
    turn: str
    organisation: str
    kind: DisclosureKind
    base: str
    target: str
    through_removed: bool
    dated: bool
    at: Instant
    known_at: Instant
    list_version: str
    outcome: str
    entries: str
    verdict: str
    receipt: str
    sha256: str
    answered: Instant

    @property
    def response_fields(self) -> dict[str, Any]:
        """What every answer that is told of says."""
        return {
            "organisation": self.organisation,
            "kind": self.kind,
            "from_": self.base,
            "to": self.target,
            "answered": self.answered,
            "at": self.at,
            "known_at": self.known_at,
            "told": DisclosedAnswer(outcome=self.outcome, entries=self.route),
            "receipt": json.loads(self.receipt) if self.receipt else None,
        }

    @property
    def route(self) -> list[str]:
        """The entries of the route."""
        return self.entries.split(";") if self.entries else []


class LatestDisclosure(ResponseModel):
    """The latest answer of its kind to a question of an organisation: the end of its turn is its id."""

    organisation: str
    kind: DisclosureKind
    base: str
    target: str
    turn: str

    @property
    def id(self) -> str:
        """The row's id."""
        return self.turn.rpartition(" ")[2]


class DisclosedAnswer(ResponseModel):
    """What was said: an outcome, or the code of a plan's step, and the entries of the route or way."""

    outcome: str
    entries: list[str]


class _DisclosureFields(ResponseModel):
    """An answer that an organisation has."""

    organisation: str
    kind: DisclosureKind
    from_: str = Field(alias="from", description="Blank for an export, and for a device that may run several entries.")
    to: str = Field(description="Blank for an export.")
    answered: Instant
    at: Instant
    known_at: Instant
    told: DisclosedAnswer
    receipt: dict[str, Any] | None = Field(description="As it was signed; null where the answer had none.")


class DisclosureItem(_DisclosureFields):
    """What an organisation was told: the first time on a day that it was told this, as known then."""

    through_removed: bool
    dated: bool = Field(description="Whether the question named an instant of its own.")
    list_version: str
    verdict: str = Field(description="Of a check: that on the whole plan.")
    sha256: str = Field(description="Of an export: that of the file.")


class DisclosurePage(Page[DisclosureItem]):
    """A page of what organisations were told, the newest first."""


class OutdatedAnswer(_DisclosureFields):
    """An organisation's latest answer to a question that is answered otherwise after a change."""

    after: PathwaySummary


class OutdatedExport(ResponseModel):
    """An organisation's latest export, and an entry whose path in it is another after a change."""

    organisation: str
    entry: str
    answered: Instant
    at: Instant
    known_at: Instant
    list_version: str
    sha256: str = Field(description="That of the file.")
    told: str = Field(description="The Firmware_Upgrade_Path in the file.")
    after: str


class DisclosureImpact(ResponseModel):
    """Whose earlier answers a change makes untrue. Counts are of everything, the lists are a page's worth of it."""

    counts: dict[str, int] = Field(description="Of each organisation, how many of its answers and exported paths.")
    answers: list[OutdatedAnswer]
    exports: list[OutdatedExport]
    more: bool = Field(description="Whether there are more than are listed; `GET /v1/disclosures` has every answer.")


class ImpactWithDisclosures(Impact):
    """An impact, for those who may see who was told what."""

    disclosures: DisclosureImpact = Field(description="On the first page alone.")
