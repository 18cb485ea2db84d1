"""Amendments as they are asked for over HTTP: made, taken back, told."""

import re
from collections.abc import Sequence

from service.application.amendments import commit
from service.application.amendments.impacts import impact_page
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import Clock
from service.errors import InvalidQuestion
from service.graph.protocol import Graph, Runner
from service.repositories import amendments
from service.repositories.disclosures import DisclosureImpactFinder
from service.repositories.overview import finding_standards
from service.rules.impact.counters import PageWindow
from service.rules.permissions import Access
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.amendments import (
    AmendmentHeader,
    AmendmentRequest,
    AmendmentsQuestion,
    ImpactPreviewQuestion,
    RecordedImpactQuestion,
)
from service.schemas.requests.edits import BasesEdit
from service.schemas.responses.amendments import AmendmentDetail, AmendmentPage, RecordedAmendment
from service.schemas.responses.impact import Impact
from service.settings import Settings

_LAST = 2**62

_TAGS = re.compile(r'\s*(?:\*|"[\x21\x23-\x7e]*"(?:\s*,\s*"[\x21\x23-\x7e]*")*)\s*')


def make_amendment(
    graph: Graph, clock: Clock, access: Access, asked: AmendmentRequest, if_match: str | None
) -> tuple[RecordedAmendment, bool]:
    """The amendment that these edits are recorded as, and whether it was recorded now; a retry finds it there."""
    tags = _tags(if_match, asked.edits)
    wanted = commit.ProposedAmendment(asked.amendment(access.signed(asked.by)), asked.impact, tags)
    return to_amendment_response(graph, commit.amend(graph, clock, wanted, [sent.edit for sent in asked.edits]))


def revert_amendment(
    graph: Graph, clock: Clock, access: Access, asked: AmendmentHeader, name: str
) -> tuple[RecordedAmendment, bool]:
    """The amendment by which another one was taken back, and whether it was recorded now."""
    return to_amendment_response(
        graph,
        commit.revert(
            graph, clock, commit.ProposedAmendment(asked.amendment(access.signed(asked.by), name), asked.impact)
        ),
    )


def to_amendment_response(graph: Runner, done: commit.AmendmentResult) -> tuple[RecordedAmendment, bool]:
    """What was recorded, and whether it was recorded now."""
    (amendment,) = amendments.with_reverting(graph, [done.link], done.link.recorded)
    return RecordedAmendment(amendment=amendment, impact=done.impact), done.impact is not None


def _tags(if_match: str | None, edits: Sequence[BasesEdit]) -> tuple[str, ...]:
    """The tags of an `If-Match`. Raises InvalidQuestion where it is none, or where the edits are of several entries."""
    if if_match is None:
        return ()
    fault = ""
    if not _TAGS.fullmatch(if_match):
        fault = "a declaration_tag in quotes is expected, several with commas between, or *"
    elif len({edit.entry for edit in edits}) > 1:
        fault = "it names the declaration of one entry, and these edits are of several"
    if fault:
        raise InvalidQuestion(f"If-Match: {fault}", errors=[{"where": "If-Match", "detail": fault}])
    return (commit.ANY_TAG,) if if_match.strip() == commit.ANY_TAG else tuple(re.findall('"([^"]*)"', if_match))


def list_amendments(graph: Runner, settle: ResolveAsOf, asked: AmendmentsQuestion) -> AmendmentPage:
    """A page of amendments, the newest first."""
    place = read_cursor(asked, "amendments")
    when = settle(None, place.known_at)
    before = int(place.after) if place.after else _LAST
    found = amendments.list_amendments(graph, when.known_at, asked.entry, before, asked.limit + 1)
    items = found[: asked.limit]
    more = len(found) > len(items)
    then = next_cursor(asked, str(items[-1].sequence), when.known_at, when.known_at, "amendments") if more else None
    return AmendmentPage(items=items, next=then, known_at=when.known_at)


def get_amendment(graph: Runner, settle: ResolveAsOf, name: str) -> AmendmentDetail:
    """One amendment, with all that it said."""
    return amendments.get_amendment_detail(graph, name, settle(None, None).known_at)


def recorded_impact(
    graph: Runner,
    settle: ResolveAsOf,
    asked: RecordedImpactQuestion,
    name: str,
    heard: DisclosureImpactFinder | None = None,
) -> Impact:
    """A page of what an amendment did to the answers, at its own time."""
    return impact_page(
        settle, asked, f"impact of {name}",
        lambda when, window: amendments.amendment_impact(
            graph, amendments.get_amendment(graph, name, when.known_at), window, heard
        ),
    )  # fmt: skip


def preview_revert(
    graph: Runner,
    settle: ResolveAsOf,
    settings: Settings,
    asked: ImpactPreviewQuestion,
    name: str,
    heard: DisclosureImpactFinder | None = None,
) -> Impact:
    """A page of what it would do to take an amendment back; nothing is written."""

    def found(when: AsOf, window: PageWindow) -> tuple[Impact, PageWindow | None]:
        weighed = commit.plan_revert(graph, name, "", when.at, when.known_at)
        wider = weighed.wider(graph, when.known_at, finding_standards(settings)) if asked.findings else None
        return weighed.impact(when.at, when.known_at, window, heard, wider)

    return impact_page(settle, asked, f"revert of {name}", found)
