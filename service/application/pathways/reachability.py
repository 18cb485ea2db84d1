"""Lists the entries that an entry can reach by upgrades, and those that can reach it, as of a valid and a recorded
time.
"""

from collections.abc import Callable

from service.application.paging import cut_page, start_page
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf, ResolveAsOf
from service.rules.answers import pathway as rules
from service.schemas.requests.queries import ReachQuestion
from service.schemas.responses.entries import ReachPage
from service.schemas.responses.pathways import ReachItem

ReachFunction = Callable[[GraphCache, AsOf, str, bool], list[ReachItem]]


def get_targets(cache: GraphCache, resolve_as_of: ResolveAsOf, question: ReachQuestion, number: str) -> ReachPage:
    """Returns a page of the entries that the entry `number` can reach, with the number of steps to each."""
    return _reach_page(reachable_targets, f"targets {number}", cache, resolve_as_of, question, number)


def get_origins(cache: GraphCache, resolve_as_of: ResolveAsOf, question: ReachQuestion, number: str) -> ReachPage:
    """Returns a page of the entries that can reach the entry `number`, with the number of steps from each."""
    return _reach_page(reaching_origins, f"origins {number}", cache, resolve_as_of, question, number)


def reachable_targets(cache: GraphCache, as_of: AsOf, entry: str, through_removed: bool) -> list[ReachItem]:
    """Returns all entries that an entry can reach. Raises EntryNotFound for a number on no list known at `as_of`."""
    return rules.reachable_targets(cache.question_context(as_of, entry, entry, through_removed))


def reaching_origins(cache: GraphCache, as_of: AsOf, entry: str, through_removed: bool) -> list[ReachItem]:
    """Returns all entries that can reach an entry. Raises EntryNotFound for a number on no list known at `as_of`."""
    return rules.reaching_origins(cache.question_context(as_of, entry, entry, through_removed))


def _reach_page(
    reach: ReachFunction,
    subject: str,
    cache: GraphCache,
    resolve_as_of: ResolveAsOf,
    question: ReachQuestion,
    number: str,
) -> ReachPage:
    after, as_of = start_page(question, resolve_as_of, subject)
    rows = [item for item in reach(cache, as_of, number, question.through_removed) if item.entry > after]
    page = cut_page(question, rows, lambda item: item.entry, as_of.at, as_of.known_at, subject)
    return ReachPage(entry=number, items=page.items, next=page.next, **as_of.response_fields)
