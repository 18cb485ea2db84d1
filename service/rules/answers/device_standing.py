"""Finds where an entry stands among the declared upgrades: whether any leads on from it, and if not, why (design 4)."""

from collections.abc import Callable

from service.domain.outcomes import Outcome, ReasonCode, Standing
from service.rules.answers.question import QuestionContext
from service.rules.answers.reasons import ReasonEvidence, missing_declarations, to_reason
from service.rules.answers.text import join_manufacturers, join_with_and
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.possible_paths import possible_targets_of
from service.schemas.responses.pathways import Reason

OUTCOMES: dict[Standing, Outcome] = {"onward": "route", "unknown": "unknown", "head": "none", "dead-end": "none"}
"""Maps the standing of an entry to the outcome of the question which entries a device that runs the entry can reach."""


def standing_of(context: QuestionContext, reaches: bool) -> Standing:
    """Returns the standing of the base entry: `onward` if it `reaches` any entry, `unknown` if a missing declaration
    could lead on, else `head` if the base is listed and `dead-end` if not.
    """
    if reaches:
        return "onward"
    if context.start is None:
        return "dead-end"
    if _possible_targets(context, context.start):
        return "unknown"
    return "head" if context.network.listed >> context.start & 1 else "dead-end"


def standing_reasons(context: QuestionContext) -> list[Reason]:
    """Returns all reasons why no declared upgrade leads on from the base entry, which reaches no entry."""
    if context.start is None:
        return []
    results = ((code, rule(context, context.start)) for code, rule in _RULES.items())
    return [to_reason(code, result) for code, result in results if result]


def _possible_targets(context: QuestionContext, start: int) -> int:
    """Returns the vertices, other than the start, to which missing declarations could make a route."""
    return possible_targets_of(context.network, start, context.enterable) & ~(1 << start)


def _not_declared(context: QuestionContext, start: int) -> ReasonEvidence | None:
    to_ask = _possible_targets(context, start) & context.network.undeclared
    return missing_declarations(context, to_ask) if to_ask else None


def _only_through_held(context: QuestionContext, start: int) -> ReasonEvidence | None:
    """Returns the bases that await acceptance by name and whose acceptance would lead on from the start, or None."""
    index_of = context.network.index_of
    pairs = sorted(
        pair
        for pair in context.network.snapshot.held
        if index_of[pair.base] == start
        and index_of[pair.target] != start
        and context.enterable >> index_of[pair.target] & 1
    )
    if not pairs:
        return None
    awaiting = join_with_and([f"{pair.base} as a base of {pair.target} ({pair.code})" for pair in pairs])
    text = f"An upgrade would lead on if somebody accepted by name: {awaiting}."
    return ReasonEvidence(text, sorted({number for pair in pairs for number in pair[:2]}))


def _only_through_removed(context: QuestionContext, start: int) -> ReasonEvidence | None:
    removed = context.members(indices(context.network.after[start] & ~context.enterable))
    if not removed:
        return None
    text = f"An upgrade would lead on if steps could lead to removed entries: {join_with_and(removed)}."
    return ReasonEvidence(text, removed)


def _no_declared_way(context: QuestionContext, start: int) -> ReasonEvidence | None:
    if context.network.after[start]:
        return None
    names, maker = context.network.snapshot.names, context.network.vertices[start].shown.manufacturer
    entries = context.members([start])
    ask = f"Ask the manufacturer ({join_manufacturers([maker], names)})."
    text = f"No declaration in force gives an upgrade from {join_with_and(entries)}. {ask}"
    return ReasonEvidence(text, entries, manufacturers=[maker])


_RULES: dict[ReasonCode, Callable[[QuestionContext, int], ReasonEvidence | None]] = {
    "not-declared": _not_declared,
    "only-through-held": _only_through_held,
    "only-through-removed": _only_through_removed,
    "no-declared-way": _no_declared_way,
}
