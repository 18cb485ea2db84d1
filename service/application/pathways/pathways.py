"""Computes the pathway from one entry to another, and the entries that an entry can reach or that can reach it."""

from collections.abc import Callable

from service.application.paging import cut_page, start_page
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import Span
from service.rules.answers import pathway as rules
from service.rules.answers.question import QuestionContext
from service.schemas.requests.queries import PathwayQuestion, ReachQuestion
from service.schemas.responses.entries import ReachPage
from service.schemas.responses.pathways import Pathway, PathwayData, ReachItem

ReachFunction = Callable[[GraphCache, AsOf, str, bool], list[ReachItem]]


def get_pathway(cache: GraphCache, resolve_as_of: ResolveAsOf, question: PathwayQuestion) -> Pathway:
    """Returns the answer to a pathway question: the route from one entry to another, or the reasons why there is none.

    Raises the errors of `find_pathway`, and InvalidQuestion for instants that have no answer.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    removed, alternatives = question.through_removed, question.alternatives
    return find_pathway(cache, as_of, question.from_, question.to, removed, alternatives)


def find_pathway(
    cache: GraphCache, as_of: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> Pathway:
    """Returns the preferred pathway from one entry to another, or the reasons why there is none.

    Raises EntryNotFound for a number that is on no list recorded by `as_of.known_at`, and TooMuchWork if the search for
    alternatives exceeds the cache's work limit.
    """
    return find_pathway_data(cache, as_of, base, target, through_removed, alternatives).pathway


def find_pathway_data(
    cache: GraphCache, as_of: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> PathwayData:
    """Returns the preferred pathway between two entries, or why there is none, as `find_pathway` does, but as a plain
    tuple instead of a pydantic model.
    """
    return _build(cache, as_of, cache.question_context(as_of, base, target, through_removed), alternatives)


def find_undated_pathway(cache: GraphCache, as_of: AsOf, base: str, target: str, through_removed: bool) -> Pathway:
    """Returns the preferred pathway between two entries, or why there is none, as `find_pathway` does, but does not
    compute until when the answer holds.
    """
    context = cache.question_context(as_of, base, target, through_removed)
    lists = as_of.list.number, as_of.list.issued
    return rules.build_pathway_data(context, *lists, list_taking_effect=None).pathway


def find_timed_pathway_data(
    cache: GraphCache, as_of: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> tuple[PathwayData, Span]:
    """Returns the preferred pathway between two entries, or why there is none, and how long this answer is valid.

    The interval has the instants `at` for which the answer is the same but for its field `at`.
    """
    context = cache.question_context(as_of, base, target, through_removed)
    answer = _build(cache, as_of, context, alternatives)
    return answer, rules.answer_validity(context, answer).clipped_to(cache.in_force(as_of))


def _build(cache: GraphCache, as_of: AsOf, context: QuestionContext, alternatives: int) -> PathwayData:
    return rules.build_pathway_data(
        context,
        as_of.list.number,
        as_of.list.issued,
        alternatives,
        cache.work,
        list_taking_effect=as_of.list_taking_effect,
    )


def get_targets(cache: GraphCache, resolve_as_of: ResolveAsOf, question: ReachQuestion, number: str) -> ReachPage:
    """Returns a page of the entries to which a path leads from the entry `number`, with the number of steps to each."""
    return _reach_page(reachable_targets, f"targets {number}", cache, resolve_as_of, question, number)


def get_origins(cache: GraphCache, resolve_as_of: ResolveAsOf, question: ReachQuestion, number: str) -> ReachPage:
    """Returns a page of the entries from which a path leads to the entry `number`, with the number of steps from
    each.
    """
    return _reach_page(reaching_origins, f"origins {number}", cache, resolve_as_of, question, number)


def reachable_targets(cache: GraphCache, as_of: AsOf, entry: str, through_removed: bool) -> list[ReachItem]:
    """Returns all entries to which a path leads from an entry. Raises EntryNotFound for a number that is on no list
    recorded by `as_of.known_at`.
    """
    return rules.reachable_targets(cache.question_context(as_of, entry, entry, through_removed))


def reaching_origins(cache: GraphCache, as_of: AsOf, entry: str, through_removed: bool) -> list[ReachItem]:
    """Returns all entries from which a path leads to an entry. Raises EntryNotFound for a number that is on no list
    recorded by `as_of.known_at`.
    """
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
