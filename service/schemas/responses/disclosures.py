"""Defines disclosures (records of the answers that organisations received), and those that a change makes untrue. They
contain no personal data (design 8).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.impact import ChangeInstant, Impact, PathwaySummary

DisclosureKind = Literal["pathway", "batch", "check", "resolve", "export"]


@dataclass(frozen=True, slots=True)
class AnswerSummary:
    """The part of an answer that the disclosure log (the record of the answers that organisations received) stores.

    `outcome` is the outcome of a pathway, or the code of a plan's step. `entries` are the entries of the pathway,
    joined by `;`. `verdict` is the verdict on a plan and `sha256` the digest of an exported file; both are blank for
    other answers.
    """

    known_at: datetime
    list_version: str
    outcome: str
    entries: str = ""
    verdict: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One answer that an organisation received, to be written to the disclosure log.

    `dated` states whether the question named an instant. `base` and `target` are blank if the question had none.
    """

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


class StoredDisclosure(ResponseModel):
    """A stored answer that an organisation received: the fields by which the disclosure log finds it. `turn` is its
    sort key: time, then row id.
    """

    organisation: str
    kind: DisclosureKind
    base: str
    target: str
    turn: str


class LatestDisclosure(StoredDisclosure):
    """The latest answer that an organisation received to one question. `turn`, its sort key, ends with the row id."""

    @property
    def id(self) -> str:
        """Returns the id of the row in the disclosure log."""
        return self.turn.rpartition(" ")[2]


class DisclosureRow(StoredDisclosure):
    """A row of the disclosure log: the first time on a day that an organisation received this answer to this
    question.
    """

    id: str
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
        """Returns, by name, the fields with which every response shows an answer that an organisation received."""
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
        """Returns the entry numbers, from base to target, of the pathway that the organisation received."""
        return self.entries.split(";") if self.entries else []


class DisclosedAnswer(ResponseModel):
    """The answer that an organisation received: its outcome, or the code of a plan's step, and the entries of the
    pathway.
    """

    outcome: str
    entries: list[str]


class _DisclosureFields(ResponseModel):
    """The fields of every disclosure (answer that an organisation received)."""

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
    """An answer that an organisation received, as the disclosure log shows it: the first occurrence on a day."""

    through_removed: bool
    dated: bool = Field(description="Whether the question named an instant.")
    list_version: str
    verdict: str = Field(description="The verdict on a plan; blank for other answers.")
    sha256: str = Field(description="The SHA-256 of an exported file; blank for other answers.")


class DisclosurePage(Page[DisclosureItem]):
    """A page of the disclosure log (the answers that organisations received), sorted from the newest to the oldest."""


class AnswerAfterChange(ChangeInstant, PathwaySummary):
    """The pathway answer that a change gives from an instant on."""


class OutdatedAnswer(_DisclosureFields):
    """The latest answer that an organisation received to a question, to which a change gives another answer, now or at
    a later date.
    """

    after: list[AnswerAfterChange] = Field(
        description="The answers after the change: one for each date from which another answer is given."
    )


class PathAfterChange(ChangeInstant):
    """The Firmware_Upgrade_Path that an entry has from an instant on, after a change."""

    path: str = Field(description="The bases that the entry's column has, joined by `;`; blank: none is supplied.")


class OutdatedExportedPath(ResponseModel):
    """The latest export of the Firmware Information Repository that an organisation received, and one entry whose
    upgrade path in that file is outdated by a change.
    """

    organisation: str
    entry: str
    answered: Instant
    at: Instant
    known_at: Instant
    list_version: str
    sha256: str = Field(description="The SHA-256 of the file.")
    told: str = Field(description="The Firmware_Upgrade_Path in the file.")
    after: list[PathAfterChange] = Field(description="The paths after the change, each from a date on.")


class DatedDisclosureCounts(ChangeInstant):
    """The numbers, by organisation, of answers and exported paths that a change makes untrue from an instant on."""

    counts: dict[str, int]


class DisclosureImpact(ResponseModel):
    """The answers that organisations received, from the disclosure log, that a change makes untrue. `counts` covers all
    of them; `answers` and `exports` list the first ones.
    """

    counts: dict[str, int] = Field(description="The number of different answers and exported paths by organisation.")
    by_date: list[DatedDisclosureCounts] = Field(description="The dates from which they are untrue, with the numbers.")
    answers: list[OutdatedAnswer]
    exports: list[OutdatedExportedPath]
    more: bool = Field(description="Whether there are more than the lists have; `GET /v1/disclosures` has all.")


class ImpactWithDisclosures(Impact):
    """The impact of a change (changed pathway answers), with the answers that organisations received and that it makes
    untrue, for a caller who may read the disclosure log.
    """

    disclosures: DisclosureImpact = Field(description="On the first page only.")
