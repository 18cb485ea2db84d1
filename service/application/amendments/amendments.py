"""Amendments as they are asked for over HTTP: made, taken back, told."""

import datetime
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import Field, StringConstraints, field_validator

from service.application.amendments import commit
from service.application.amendments.impacts import paged
from service.application.pathways.answers import Settle
from service.domain.clock import Clock
from service.domain.names import entry_number
from service.errors import BadQuestion
from service.graph.protocol import Graph, Runner
from service.repositories import amendments
from service.repositories.disclosures import Heard
from service.repositories.list_versions import Moment
from service.repositories.overview import standards
from service.repositories.write_transaction import Amendment
from service.rules.impact.counters import Window
from service.rules.permissions import Access
from service.schemas.cursor import begun, following
from service.schemas.requests.edits import BasesEdit, Findings, Sent
from service.schemas.requests.queries import KnownAt
from service.schemas.responses.amendments import AmendmentAnswer, AmendmentMade, AmendmentPage
from service.schemas.responses.impact import Impact
from service.settings import Settings

_MOST_EDITS, _LAST = 10_000, 2**62
SOURCE = "http"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
AmendmentId = Annotated[
    str,
    Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$", description="An amendment's id.", examples=["7d1f0b5c9e3a4c52"]),
]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_TAGS = re.compile(r'\s*(?:\*|"[\x21\x23-\x7e]*"(?:\s*,\s*"[\x21\x23-\x7e]*")*)\s*')


class EvidenceSent(Sent):
    """What the amendment rests on: where it is to be found, of what date, and the digest of the document."""

    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    date: datetime.date | None = None
    sha256: Digest | Literal[""] = Field("", description="Of a document that is not kept here.")


class Amending(Sent):
    """Who amends, why and on what evidence; and the impact that they saw."""

    id: AmendmentId | None = Field(None, description="Of your own making; a retry with it finds its own amendment.")
    by: Text = Field(description="Who says so.")
    reason: Text = Field(description="Why; it stands in the record.")
    evidence: EvidenceSent = EvidenceSent()
    impact: Digest | Literal[""] = Field("", description="The `id` of the impact that was seen; needed unless empty.")

    def amendment(self, access: Access, reverts: str = "") -> Amendment:
        """What will stand in the record. A retry is known by all that it says, but for the impact it quotes."""
        said = self.model_dump_json(exclude={"id", "impact"})
        return Amendment(
            id=self.id or uuid4().hex,
            made_by=access.signed(self.by),
            reason=self.reason,
            evidence=self.evidence.reference,
            source=SOURCE,
            evidence_date=self.evidence.date.isoformat() if self.evidence.date else "",
            evidence_sha256=self.evidence.sha256,
            reverts=reverts,
            request=hashlib.sha256(json.dumps([reverts, said]).encode()).hexdigest(),
        )


class AmendmentRequest(Amending):
    """Edits that shall be recorded as one amendment."""

    edits: list[BasesEdit] = Field(min_length=1, max_length=_MOST_EDITS)


class AmendmentsQuestion(KnownAt):
    """Amendments, the newest first, in pages."""

    entry: str = Field("", max_length=20, description="An entry of which they say something.")

    @field_validator("entry")
    @classmethod
    def _number(cls, value: str) -> str:
        return entry_number(value) if value.strip() else ""


class ImpactAsked(KnownAt):
    """The impact of what is named in the address, in pages."""


class ForesightAsked(ImpactAsked):
    """The impact of what is not done yet."""

    findings: Findings = True


def made(
    graph: Graph, clock: Clock, access: Access, asked: AmendmentRequest, if_match: str | None
) -> tuple[AmendmentMade, bool]:
    """The amendment that these edits are recorded as, and whether it was recorded now; a retry finds it there."""
    tags = _tags(if_match, asked.edits)
    wanted = commit.Wanted(asked.amendment(access), asked.impact, tags)
    return told(graph, commit.amend(graph, clock, wanted, [sent.edit for sent in asked.edits]))


def reverted(graph: Graph, clock: Clock, access: Access, asked: Amending, name: str) -> tuple[AmendmentMade, bool]:
    """The amendment by which another one was taken back, and whether it was recorded now."""
    return told(graph, commit.revert(graph, clock, commit.Wanted(asked.amendment(access, name), asked.impact)))


def told(graph: Runner, done: commit.Done) -> tuple[AmendmentMade, bool]:
    """What was recorded, and whether it was recorded now."""
    (amendment,) = amendments.told_of(graph, [done.link], done.link.recorded)
    return AmendmentMade(amendment=amendment, impact=done.impact), done.impact is not None


def _tags(if_match: str | None, edits: Sequence[BasesEdit]) -> tuple[str, ...]:
    """The tags of an `If-Match`. Raises BadQuestion where it is none, or where the edits are of several entries."""
    if if_match is None:
        return ()
    fault = ""
    if not _TAGS.fullmatch(if_match):
        fault = "a declaration_tag in quotes is expected, several with commas between, or *"
    elif len({edit.entry for edit in edits}) > 1:
        fault = "it names the declaration of one entry, and these edits are of several"
    if fault:
        raise BadQuestion(f"If-Match: {fault}", errors=[{"where": "If-Match", "detail": fault}])
    return (commit.ANY,) if if_match.strip() == commit.ANY else tuple(re.findall('"([^"]*)"', if_match))


def page(graph: Runner, settle: Settle, asked: AmendmentsQuestion) -> AmendmentPage:
    """A page of amendments, the newest first."""
    place = begun(asked, "amendments")
    when = settle(None, place.known_at)
    before = int(place.after) if place.after else _LAST
    found = amendments.page(graph, when.known_at, asked.entry, before, asked.limit + 1)
    items = found[: asked.limit]
    more = len(found) > len(items)
    then = following(asked, str(items[-1].sequence), when.known_at, when.known_at, "amendments") if more else None
    return AmendmentPage(items=items, next=then, known_at=when.known_at)


def one(graph: Runner, settle: Settle, name: str) -> AmendmentAnswer:
    """One amendment, with all that it said."""
    return amendments.answer(graph, name, settle(None, None).known_at)


def impact(graph: Runner, settle: Settle, asked: ImpactAsked, name: str, heard: Heard | None = None) -> Impact:
    """A page of what an amendment did to the answers, at its own time."""
    return paged(
        settle, asked, f"impact of {name}",
        lambda when, window: amendments.impact(graph, amendments.get(graph, name, when.known_at), window, heard),
    )  # fmt: skip


def foreseen(
    graph: Runner, settle: Settle, settings: Settings, asked: ForesightAsked, name: str, heard: Heard | None = None
) -> Impact:
    """A page of what it would do to take an amendment back; nothing is written."""

    def found(when: Moment, window: Window) -> tuple[Impact, Window | None]:
        weighed = commit.taken_back(graph, name, "", when.at, when.known_at)
        wider = weighed.wider(graph, when.known_at, standards(settings)) if asked.findings else None
        return weighed.impact(when.at, when.known_at, window, heard, wider)

    return paged(settle, asked, f"revert of {name}", found)
