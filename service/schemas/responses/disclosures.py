"""The answers that organisations received, and which of them a change makes untrue. No personal data (design 8)."""

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
    """A short form of an answer.

    `outcome` is that of a pathway, or the code of a plan's step. `entries` are those of the route, joined by `;`.
    `verdict` is that of a plan and `sha256` that of a file; both are blank for other answers.
    """

    known_at: datetime
    list_version: str
    outcome: str
    entries: str = ""
    verdict: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One answer to an organisation. `dated`: the question named an instant. A blank base or target: there was none."""

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
    """A stored disclosure: the first one of a day with this answer."""

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
        """The fields that all kinds of disclosure items have."""
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
    """The latest answer to a question of an organisation. `turn` ends with the id of the row."""

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
    """The disclosed answer: an outcome, or the code of a plan's step, and the entries of the route."""

    outcome: str
    entries: list[str]


class _DisclosureFields(ResponseModel):
    """An answer that an organisation received."""

    organisation: str
    kind: DisclosureKind
    from_: str = Field(alias="from", description="Blank for an export, and for a device that may run several entries.")
    to: str = Field(description="Blank for an export.")
    answered: Instant
    at: Instant
    known_at: Instant
    told: DisclosedAnswer
    receipt: dict[str, Any] | None = Field(description="The receipt as it was signed; null where the answer had none.")


class DisclosureItem(_DisclosureFields):
    """An answer that an organisation received, for the first time on that day."""

    through_removed: bool
    dated: bool = Field(description="Whether the question named an instant.")
    list_version: str
    verdict: str = Field(description="The verdict on a plan; blank for other answers.")
    sha256: str = Field(description="The SHA-256 of an exported file; blank for other answers.")


class DisclosurePage(Page[DisclosureItem]):
    """A page of disclosures, newest first."""


class OutdatedAnswer(_DisclosureFields):
    """An organisation's latest answer to a question, where a change gives the question another answer."""

    after: PathwaySummary


class OutdatedExport(ResponseModel):
    """An organisation's latest export, and an entry whose Firmware_Upgrade_Path in the file a change alters."""

    organisation: str
    entry: str
    answered: Instant
    at: Instant
    known_at: Instant
    list_version: str
    sha256: str = Field(description="The SHA-256 of the file.")
    told: str = Field(description="The Firmware_Upgrade_Path in the file.")
    after: str


class DisclosureImpact(ResponseModel):
    """The earlier answers that a change makes untrue. `counts` covers all of them; the lists have the first ones."""

    counts: dict[str, int] = Field(description="The number of answers and exported paths by organisation.")
    answers: list[OutdatedAnswer]
    exports: list[OutdatedExport]
    more: bool = Field(description="Whether there are more than the lists have; `GET /v1/disclosures` has all.")


class ImpactWithDisclosures(Impact):
    """An impact, for a caller who may read the disclosure log."""

    disclosures: DisclosureImpact = Field(description="On the first page only.")
