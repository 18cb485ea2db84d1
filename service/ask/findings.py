"""Findings, asked for in pages, exceptions first."""

from collections import Counter

from service.ask.answers import Settle
from service.ask.paging import begun, following
from service.ask.questions import FindingsQuestion
from service.graph.protocol import Runner
from service.model.finding import FindingPage
from service.settings import Settings
from service.store import findings as store


def findings(graph: Runner, settle: Settle, settings: Settings, asked: FindingsQuestion) -> FindingPage:
    """A page of the findings that pass the filters, the gravest first, and how many of each code there are."""
    place = begun(asked)
    when = settle(place.at, place.known_at)
    passed = [finding for finding in store.findings(graph, when, settings) if asked.lets(finding)]
    start = int(place.after or "0")  # a place in the order, which is the same as long as both clocks are
    items = passed[start : start + asked.limit]
    end = start + len(items)
    return FindingPage(
        items=items,
        next=following(asked, str(end), when.at, when.known_at) if end < len(passed) else None,
        counts=Counter(finding.code for finding in passed),
        **when.stated,
    )
