"""Amendments as they are asked for over HTTP: made, taken back, told."""

import re
from collections.abc import Sequence

from service.application.amendments import commit
from service.application.amendments.impacts import paged
from service.application.pathways.answers import Settle
from service.domain.as_of import Moment
from service.domain.clock import Clock
from service.errors import BadQuestion
from service.graph.protocol import Graph, Runner
from service.repositories import amendments
from service.repositories.disclosures import Heard
from service.repositories.overview import standards
from service.rules.impact.counters import Window
from service.rules.permissions import Access
from service.schemas.cursor import begun, following
from service.schemas.requests.amendments import (
    Amending,
    AmendmentRequest,
    AmendmentsQuestion,
    ForesightAsked,
    ImpactAsked,
)
from service.schemas.requests.edits import BasesEdit
from service.schemas.responses.amendments import AmendmentAnswer, AmendmentMade, AmendmentPage
from service.schemas.responses.impact import Impact
from service.settings import Settings

_LAST = 2**62

_TAGS = re.compile(r'\s*(?:\*|"[\x21\x23-\x7e]*"(?:\s*,\s*"[\x21\x23-\x7e]*")*)\s*')


def made(
    graph: Graph, clock: Clock, access: Access, asked: AmendmentRequest, if_match: str | None
) -> tuple[AmendmentMade, bool]:
    """The amendment that these edits are recorded as, and whether it was recorded now; a retry finds it there."""
    tags = _tags(if_match, asked.edits)
    wanted = commit.Wanted(asked.amendment(access.signed(asked.by)), asked.impact, tags)
    return told(graph, commit.amend(graph, clock, wanted, [sent.edit for sent in asked.edits]))


def reverted(graph: Graph, clock: Clock, access: Access, asked: Amending, name: str) -> tuple[AmendmentMade, bool]:
    """The amendment by which another one was taken back, and whether it was recorded now."""
    return told(
        graph, commit.revert(graph, clock, commit.Wanted(asked.amendment(access.signed(asked.by), name), asked.impact))
    )


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
