"""Computes the pathway from one entry to another, as of a valid and a recorded time."""

from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import Span
from service.rules.answers.pathway import build_pathway_data
from service.rules.answers.validity import answer_validity
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.pathways import Pathway, PathwayData


def get_pathway(cache: GraphCache, resolve_as_of: ResolveAsOf, question: PathwayQuestion) -> Pathway:
    """Returns the answer to a pathway question.

    Raises the errors of `find_pathway`, and InvalidQuestion for instants that have no answer.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    removed, alternatives = question.through_removed, question.alternatives
    return find_pathway(cache, as_of, question.from_, question.to, removed, alternatives)


def find_pathway(
    cache: GraphCache, as_of: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> Pathway:
    """Returns the preferred pathway from one entry to another, or the reasons why there is none.

    Raises EntryNotFound for a number that no list known at `as_of` has, and TooMuchWork where the search for
    alternatives exceeds the cache's work limit.
    """
    return find_pathway_data(cache, as_of, base, target, through_removed, alternatives).pathway


def find_pathway_data(
    cache: GraphCache, as_of: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> PathwayData:
    """Returns the answer of `find_pathway` as a plain tuple instead of a pydantic model."""
    context = cache.question_context(as_of, base, target, through_removed)
    return build_pathway_data(context, as_of.list.number, as_of.list.issued, alternatives, cache.work)


def find_timed_pathway_data(
    cache: GraphCache, as_of: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> tuple[PathwayData, Span]:
    """Returns the answer of `find_pathway_data`, and the interval of valid time in which nothing but its field `at`
    changes.
    """
    context = cache.question_context(as_of, base, target, through_removed)
    answer = build_pathway_data(context, as_of.list.number, as_of.list.issued, alternatives, cache.work)
    return answer, answer_validity(context, answer).clipped_to(cache.in_force(as_of))
