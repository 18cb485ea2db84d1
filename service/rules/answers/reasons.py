"""Finds every reason why no route leads from one entry to another, in the order of the contract (design 4)."""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from service.domain.clock import Span, iso
from service.rules.answers.nearest_time import nearest_instant, nearest_route_interval
from service.rules.answers.question import QuestionContext
from service.rules.answers.text import join_manufacturers, join_with_and, no_pathway_text
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.possible_paths import undeclared_on_possible_paths
from service.schemas.responses.pathways import Interval, Reason, ReasonCode


class ReasonEvidence(NamedTuple):
    """The evidence for a reason why there is no route, or for the code of a step in an upgrade plan.

    `text` is a sentence, `entries` the entries concerned, `steps` a pathway that proves the reason, `manufacturers`
    whom to ask, and `interval` the nearest time with a route.
    """

    text: str
    entries: list[str] = []  # noqa: RUF012  # never mutated
    steps: list[str] = []  # noqa: RUF012
    manufacturers: list[str] = []  # noqa: RUF012
    interval: Span | None = None


def all_reasons(context: QuestionContext) -> list[Reason]:
    """Returns all reasons why a question about two entries has no route."""
    results = ((code, rule(context)) for code, rule in _RULES.items())
    return [to_reason(code, result) for code, result in results if result]


def to_reason(code: ReasonCode, evidence: ReasonEvidence | Reason) -> Reason:
    """Builds the response for a reason from its evidence."""
    if isinstance(evidence, Reason):
        return evidence
    text, entries, steps, manufacturers, span = evidence
    interval = Interval(from_=span.since, to=span.until) if span else None
    return Reason(code=code, text=text, entries=entries, steps=steps, manufacturers=manufacturers, interval=interval)


def target_not_listed(context: QuestionContext) -> ReasonEvidence | None:
    """Returns the evidence if the target has the status Removed and the question does not allow removed entries.
    Otherwise returns None.
    """
    if context.goal is None or context.enterable >> context.goal & 1:
        return None
    number = context.question.target
    return ReasonEvidence(
        f"{number} is not listed: its status is {context.network.snapshot.entries[number].status}.", [number]
    )


def not_yet_listed(context: QuestionContext) -> ReasonEvidence | None:
    """Returns the evidence if no list in force has the base or the target. Otherwise returns None."""
    numbers = {context.question.base, context.question.target}
    # not `numbers - index_of.keys()`, which visits every key
    missing = sorted(number for number in numbers if number not in context.network.index_of)
    return ReasonEvidence(f"No list in force at that time has {join_with_and(missing)}.", missing) if missing else None


def _other_device_model(context: QuestionContext) -> ReasonEvidence | None:
    if context.start is None or context.goal is None:
        return None
    models = [context.network.vertices[index].device_model for index in (context.start, context.goal)]
    if models[0] == models[1]:
        return None
    text = (
        f"{context.question.base} is for device model {models[0]}, {context.question.target} for {models[1]}: "
        "a base of another device model must be accepted by name."
    )
    return ReasonEvidence(text, sorted([context.question.base, context.question.target]))


def _declared_none(context: QuestionContext) -> ReasonEvidence | None:
    if context.goal is None:
        return None
    members = context.network.vertices[context.goal].members
    kinds = {m.declared.kind for m in members}
    declared = sorted(m.number for m in members if m.declared.kind == "none")
    if not declared or "bases" in kinds:
        return None
    verb = "is" if len(declared) == 1 else "are"
    return ReasonEvidence(f"{join_with_and(declared)} {verb} declared to have no previous version (N/A).", declared)


def _not_declared(context: QuestionContext) -> Reason | None:
    """Returns the reason, from a cache for all questions with the same missing declarations and the same
    shown entries.
    """
    if context.outcome != "unknown" or context.start is None or context.goal is None:
        return None
    to_ask = undeclared_on_possible_paths(context.network, context.start, context.goal, context.enterable)
    key = "not-declared", to_ask, context.network.renamed
    reason: Reason | None = context.network.cache.get(key)
    if reason is None:
        reason = to_reason("not-declared", missing_declarations(context, to_ask))
        context.network.cache.put([key], reason, 1)
    return reason


def missing_declarations(context: QuestionContext, to_ask: int) -> ReasonEvidence:
    """Returns the evidence that the vertices `to_ask` (a bit set) have no declaration, and whom to ask for it."""
    manufacturers = sorted({context.network.vertices[index].shown.manufacturer for index in indices(to_ask)})
    entries, names = context.members(indices(to_ask)), context.network.snapshot.names
    text = (
        f"No Firmware Upgrade Path was supplied for {join_with_and(entries)}. It could make a route, so nobody can say "
        f"whether there is one. Ask the manufacturer ({join_manufacturers(manufacturers, names)})."
    )
    return ReasonEvidence(text, entries, manufacturers=manufacturers)


def _only_through_held(context: QuestionContext) -> ReasonEvidence | None:
    """Returns the route that would exist if somebody accepted every held base by name, or None."""
    path = context.path_through_held
    if path is None:
        return None
    pairs = set(pairwise(path))
    held = [
        pair
        for pair in context.network.snapshot.held
        if (context.network.index_of[pair.base], context.network.index_of[pair.target]) in pairs
    ]
    before, index_of = context.network.before, context.network.index_of
    needed = [pair for pair in held if not before[index_of[pair.target]] >> index_of[pair.base] & 1]
    steps = context.numbers(path)
    awaiting = join_with_and([f"{pair.base} as a base of {pair.target} ({pair.code})" for pair in sorted(needed)])
    text = f"There would be a route, {' → '.join(steps)}, if somebody accepted by name: {awaiting}."
    return ReasonEvidence(text, sorted({number for pair in needed for number in pair[:2]}), steps)


def _only_through_removed(context: QuestionContext) -> ReasonEvidence | None:
    if context.question.through_removed or not context.path_through_removed:
        return None
    path = context.path_through_removed
    removed = [index for index in path[1:] if not context.network.listed >> index & 1]
    steps = context.numbers(path)
    text = f"There would be a route if steps could lead to removed entries: {' → '.join(steps)}."
    return ReasonEvidence(text, context.members(removed), steps)


def _opposite_direction(context: QuestionContext) -> ReasonEvidence | None:
    if context.reverse_path is None:
        return None
    steps = context.numbers(context.reverse_path)
    text = f"A declared pathway leads in the opposite direction: {' → '.join(steps)}."
    return ReasonEvidence(text, sorted([context.question.base, context.question.target]), steps)


def _not_at_this_time(context: QuestionContext) -> ReasonEvidence | None:
    """Returns the nearest time at which a route exists, as known at the same recorded time, and this route; or None."""
    question = context.question
    span = nearest_route_interval(
        context.temporal_graph, question.base, question.target, question.at, question.through_removed
    )
    if span is None:
        return None
    nearest = context.moved_to(nearest_instant(span, question.at))
    steps = nearest.numbers(nearest.path or [])
    text = f"There is no route at this time, but there is one {_span_text(span)}: {' → '.join(steps)}."
    return ReasonEvidence(text, sorted([question.base, question.target]), steps, interval=span)


def _span_text(span: Span) -> str:
    start, end = span.since, span.until
    return " ".join(([f"from {iso(start)}"] if start else []) + ([f"until {iso(end)}"] if end else []))


def _no_declared_way(context: QuestionContext) -> ReasonEvidence | None:
    if context.goal is None:
        return None
    target = context.question.target
    origins, undeclared, entries = _path_origins(context, context.goal)
    if not context.network.before[context.goal]:
        steps = f"They give no step to {target}."
    elif not context.enterable >> context.goal & 1:
        steps = f"No step leads to {target}, which is removed."
    else:
        steps = f"The declared pathways to {target} begin at {origins}."
    summary = no_pathway_text(context.question.base, target, context.outcome)
    return ReasonEvidence(" ".join(filter(None, [summary, steps, undeclared])), entries)


def _path_origins(context: QuestionContext, goal: int) -> tuple[str, str, list[str]]:
    """Returns the entries at which the declared paths to a goal begin, as text and as a list, cached for each goal.
    Between them stands a sentence that names those of these entries for which nobody supplied a declaration.
    """
    network, through_removed = context.network, context.question.through_removed
    key = "begins", goal, through_removed
    result: tuple[str, str, list[str]] | None = network.cache.get(key)
    if result is None:
        origins = network.ancestors(through_removed)[goal] & network.sources(through_removed)
        entries = context.members(indices(origins))
        missing = join_with_and(context.members(indices(origins & network.undeclared)))
        undeclared = f"No Firmware Upgrade Path was supplied for {missing}." if missing else ""
        result = join_with_and(entries), undeclared, entries
        network.cache.put([key], result, 1)
    return result


_RULES: dict[ReasonCode, Callable[[QuestionContext], ReasonEvidence | Reason | None]] = {
    "target-not-listed": target_not_listed,
    "not-yet-listed": not_yet_listed,
    "other-device-model": _other_device_model,
    "declared-none": _declared_none,
    "not-declared": _not_declared,
    "only-through-held": _only_through_held,
    "only-through-removed": _only_through_removed,
    "opposite-direction": _opposite_direction,
    "not-at-this-time": _not_at_this_time,
    "no-declared-way": _no_declared_way,
}
