"""Findings, asked for in pages, exceptions first."""

from collections import Counter

from service.domain.as_of import ResolveAsOf
from service.graph.protocol import Runner
from service.repositories import overview as store
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.queries import FindingsQuestion
from service.schemas.responses.findings import FindingPage
from service.settings import Settings


def list_findings(graph: Runner, settle: ResolveAsOf, settings: Settings, asked: FindingsQuestion) -> FindingPage:
    """A page of the findings that pass the filters, the gravest first, and how many of each code there are."""
    place = read_cursor(asked)
    when = settle(place.at, place.known_at)
    passed = [finding for finding in store.compute_findings(graph, when, settings) if asked.matches(finding)]
    start = int(place.after or "0")  # a place in the order, which is the same as long as both clocks are
    items = passed[start : start + asked.limit]
    end = start + len(items)
    return FindingPage(
        items=items,
        next=next_cursor(asked, str(end), when.at, when.known_at) if end < len(passed) else None,
        counts=Counter(finding.code for finding in passed),
        **when.response_fields,
    )
