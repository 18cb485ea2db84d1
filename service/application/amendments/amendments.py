"""Implements the routes of amendments: makes, reverts, lists and previews recorded changes of declarations."""

import re
from collections.abc import Sequence

from service.application.amendments import amendment_details, commit
from service.application.amendments.edit_impact import amendment_impact, fetch_finding_facts
from service.application.amendments.impacts import impact_page
from service.application.disclosures.disclosure_impact import DisclosedAnswersFinder
from service.application.findings import finding_thresholds
from service.application.paging import cut_page, read_cursor
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import Clock
from service.domain.work import computing_turn
from service.errors import EngineUnavailable, InvalidQuestion, OutcomeUnknown
from service.graph.protocol import Graph, QueryRunner
from service.repositories import amendments
from service.rules.impact.counters import PageWindow
from service.rules.permissions import Access
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

_SUBJECT = "amendments"
_RECORDED = (
    "The amendment is recorded, but the graph engine does not answer any more. Send the same request again, with the "
    "id of the amendment: it finds the amendment."
)
_AFTER_ALL = 2**62
"""A number greater than the sequence number of any amendment."""

_IF_MATCH = re.compile(r'\s*(?:\*|"[\x21\x23-\x7e]*"(?:\s*,\s*"[\x21\x23-\x7e]*")*)\s*')


def make_amendment(
    graph: Graph, clock: Clock, access: Access, request: AmendmentRequest, if_match: str | None
) -> tuple[RecordedAmendment, bool]:
    """Records the edits in a request as one amendment. Returns it with True, or with False if an earlier, equal request
    recorded it.

    `if_match` is the HTTP header of that name. Raises InvalidQuestion for a malformed header, and the errors of
    `commit.amend`.
    """
    tags = _read_if_match(if_match, request.edits)
    proposed = commit.ProposedAmendment(request.amendment(access.signed(request.by)), request.impact, tags)
    edits = [entry_edit.edit for entry_edit in request.edits]
    return to_amendment_response(graph, commit.amend(graph, clock, proposed, edits))


def revert_amendment(
    graph: Graph, clock: Clock, access: Access, request: AmendmentHeader, name: str
) -> tuple[RecordedAmendment, bool]:
    """Records an amendment that undoes the amendment with the id `name`. Returns it with True, or with False if an
    earlier, equal request recorded it.

    Raises the errors of `commit.revert`.
    """
    proposed = commit.ProposedAmendment(request.amendment(access.signed(request.by), name), request.impact)
    return to_amendment_response(graph, commit.revert(graph, clock, proposed))


def to_amendment_response(graph: QueryRunner, result: commit.AmendmentResult) -> tuple[RecordedAmendment, bool]:
    """Returns the response for a recorded amendment, and whether this request recorded it (False: an earlier, equal
    request did).

    Raises OutcomeUnknown with the id of the amendment if the engine went away after it recorded the amendment.
    """
    try:
        (amendment,) = amendment_details.to_amendments(graph, [result.link], result.link.recorded)
    except EngineUnavailable as error:
        raise OutcomeUnknown(_RECORDED, amendment=result.link.id) from error
    return RecordedAmendment(amendment=amendment, impact=result.impact), result.impact is not None


def _read_if_match(if_match: str | None, edits: Sequence[BasesEdit]) -> tuple[str, ...]:
    """Parses the entity tags of an `If-Match` header. Raises InvalidQuestion for a malformed header, or for edits of
    several entries.
    """
    if if_match is None:
        return ()
    fault = ""
    if not _IF_MATCH.fullmatch(if_match):
        fault = "a declaration_tag in quotes is expected, several with commas between, or *"
    elif len({edit.entry for edit in edits}) > 1:
        fault = "it names the declaration of one entry, and these edits are of several"
    if fault:
        raise InvalidQuestion(f"If-Match: {fault}", errors=[{"where": "If-Match", "detail": fault}])
    return (commit.ANY_TAG,) if if_match.strip() == commit.ANY_TAG else tuple(re.findall('"([^"]*)"', if_match))


def list_amendments(graph: QueryRunner, resolve_as_of: ResolveAsOf, question: AmendmentsQuestion) -> AmendmentPage:
    """Returns a page of amendments (recorded changes of declarations), sorted from the newest to the oldest."""
    start = read_cursor(question, _SUBJECT)
    known_at = resolve_as_of(None, start.known_at).known_at
    before = int(start.after) if start.after else _AFTER_ALL
    rows = amendment_details.amendments_before(graph, known_at, question.entry, before, question.limit + 1)
    page = cut_page(question, rows, lambda row: str(row.sequence), known_at, known_at, _SUBJECT)
    return AmendmentPage(items=page.items, next=page.next, known_at=known_at)


def get_amendment(graph: QueryRunner, resolve_as_of: ResolveAsOf, name: str) -> AmendmentDetail:
    """Returns the amendment with the id `name` and the facts that it changed. Raises AmendmentNotFound."""
    return amendment_details.get_amendment_detail(graph, name, resolve_as_of(None, None).known_at)


def recorded_impact(
    graph: QueryRunner,
    resolve_as_of: ResolveAsOf,
    question: RecordedImpactQuestion,
    name: str,
    find_disclosures: DisclosedAnswersFinder | None = None,
) -> Impact:
    """Returns a page of the pathway answers (routes, or why there is none) that an amendment changed when it was
    recorded. `name` is its id.

    With `find_disclosures` the page also has the answers in the disclosure log (what each organisation received) that
    became untrue. Raises AmendmentNotFound.
    """
    return impact_page(
        resolve_as_of, question, f"impact of {name}",
        lambda as_of, window: amendment_impact(
            graph, amendments.get_amendment(graph, name, as_of.known_at), window, find_disclosures
        ),
    )  # fmt: skip


def preview_revert(
    graph: QueryRunner,
    resolve_as_of: ResolveAsOf,
    settings: Settings,
    question: ImpactPreviewQuestion,
    name: str,
    find_disclosures: DisclosedAnswersFinder | None = None,
) -> Impact:
    """Returns a page of the pathway answers that would change if somebody reverted the amendment with the id `name`.
    Writes nothing.

    With `find_disclosures` the page also has the answers in the disclosure log (what each organisation received) that
    would become untrue. Raises the errors of `commit.revert`.
    """

    def compute(as_of: AsOf, window: PageWindow) -> tuple[Impact, PageWindow | None]:
        thresholds = finding_thresholds(settings) if question.findings else None
        with computing_turn():
            planned = commit.plan_revert(graph, name, "", as_of.at, as_of.known_at)
            context = fetch_finding_facts(graph, planned.change, as_of.known_at, thresholds) if thresholds else None
        return planned.impact(as_of.at, as_of.known_at, window, find_disclosures, context)

    return impact_page(resolve_as_of, question, f"revert of {name}", compute)
