"""Why there is no route: all reasons that hold, in the order of the contract, each with its evidence (design 4)."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from service.domain.clock import Span, iso
from service.rules.answers.nearest_time import nearest_instant, nearest_route_interval
from service.rules.answers.question import QuestionContext
from service.rules.answers.text import join_with_and
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.possible_paths import could_reach, vertices_to_ask
from service.schemas.responses.pathways import Interval, Outcome, Reason, ReasonCode


class ReasonEvidence(NamedTuple):
    """A reason that holds: what is said, the entries concerned, the way that proves it, and more where there is."""

    text: str
    entries: list[str]
    steps: list[str] = []  # noqa: RUF012  # never changed: only shown
    manufacturers: list[str] = []  # noqa: RUF012
    interval: Span | None = None


def outcome_without_route(here: QuestionContext) -> Outcome:
    """`unknown` if and only if some missing declaration could make a route; else `none`."""
    if here.start is None or here.goal is None:
        return "none"
    could = could_reach(here.network, here.start, here.goal, here.enterable)
    return "unknown" if could else "none"


def all_reasons(here: QuestionContext, outcome: Outcome) -> list[Reason]:
    """All reasons of an answer without a route."""
    found = ((code, rule(here, outcome)) for code, rule in _RULES.items())
    return [_reason(code, said) for code, said in found if said]


def _reason(code: ReasonCode, said: ReasonEvidence | Reason) -> Reason:
    if isinstance(said, Reason):
        return said
    text, entries, steps, makers, span = said
    interval = _interval(span) if span else None
    return Reason(code=code, text=text, entries=entries, steps=steps, manufacturers=makers, interval=interval)


def _interval(span: Span) -> Interval:
    return Interval(from_=span.since, to=span.until)


def _target_not_listed(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    if here.goal is None or here.enterable >> here.goal & 1:
        return None
    number = here.question.target
    return ReasonEvidence(
        f"{number} is not listed: its status is {here.network.snapshot.entries[number].status}.", [number]
    )


def _not_yet_listed(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    asked = {here.question.base, here.question.target}
    missing = sorted(number for number in asked if number not in here.network.of)
    return (
        ReasonEvidence(f"No list in force at that time has {join_with_and(missing)} yet.", missing) if missing else None
    )


def _other_device_model(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    if here.start is None or here.goal is None:
        return None
    models = [here.network.vertices[place].device_model for place in (here.start, here.goal)]
    if models[0] == models[1]:
        return None
    text = (
        f"{here.question.base} is for device model {models[0]}, {here.question.target} for {models[1]}: "
        "a base across device models must be accepted by name."
    )
    return ReasonEvidence(text, sorted([here.question.base, here.question.target]))


def _declared_none(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    if here.goal is None:
        return None
    members = here.network.vertices[here.goal].members
    kinds = {m.declared.kind for m in members}
    declared = sorted(m.number for m in members if m.declared.kind == "none")
    if not declared or "bases" in kinds:
        return None
    return ReasonEvidence(f"{join_with_and(declared)} is declared to have no previous version (N/A).", declared)


def _not_declared(here: QuestionContext, outcome: Outcome) -> Reason | None:
    """Told once for all questions that lack the same declarations; whom to ask is told of the entries shown."""
    if outcome != "unknown" or here.start is None or here.goal is None:
        return None
    asked = vertices_to_ask(here.network, here.start, here.goal, here.enterable)
    key = "not-declared", asked, here.network.renamed
    found: Reason | None = here.network.cache.get(key)
    if found is None:
        found = _reason("not-declared", _lacking(here, asked))
        here.network.cache.put([key], found, 1)
    return found


def _lacking(here: QuestionContext, asked: int) -> ReasonEvidence:
    makers = sorted({here.network.vertices[place].shown.manufacturer for place in indices(asked)})
    entries = here.members(indices(asked))
    text = (
        f"No Firmware Upgrade Path was supplied for {join_with_and(entries)}: it could make a way, so nobody can say. "
        f"Ask the manufacturer ({join_with_and(makers)})."
    )
    return ReasonEvidence(text, entries, manufacturers=makers)


def _only_through_held(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    """The route that there would be if every held base were accepted by name."""
    way = here.path_through_held
    if way is None:
        return None
    pairs = set(pairwise(way))
    held = [h for h in here.network.snapshot.held if (here.network.of[h.base], here.network.of[h.target]) in pairs]
    before, of = here.network.before, here.network.of
    needed = [h for h in held if not before[of[h.target]] >> of[h.base] & 1]
    steps = here.numbers(way)
    waiting = join_with_and([f"{h.base} as a base of {h.target} ({h.code})" for h in sorted(needed)])
    text = f"A way leads over bases that await acceptance: {' → '.join(steps)}. To be accepted by name: {waiting}."
    return ReasonEvidence(text, sorted({number for h in needed for number in h[:2]}), steps)


def _only_through_removed(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    if here.question.through_removed or not here.path_through_removed:
        return None
    way = here.path_through_removed
    removed = [place for place in way[1:] if not here.network.listed >> place & 1]
    steps = here.numbers(way)
    text = f"The only declared way leads through removed entries: {' → '.join(steps)}."
    return ReasonEvidence(text, here.members(removed), steps)


def _opposite_direction(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    if here.reverse_path is None:
        return None
    steps = here.numbers(here.reverse_path)
    text = f"The declared way leads the other way, from {here.question.target}: {' → '.join(steps)}."
    return ReasonEvidence(text, sorted([here.question.base, here.question.target]), steps)


def _not_at_this_time(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    """The nearest time at which there is a route, as known at the same instant, and that route."""
    asked = here.question
    span = nearest_route_interval(here.temporal_graph, asked.base, asked.target, asked.at, asked.through_removed)
    if span is None:
        return None
    then = QuestionContext(replace(asked, at=nearest_instant(span, asked.at)), here.temporal_graph)
    steps = then.numbers(then.path or [])
    text = f"There is no way at this time, but there is one {_when(span)}: {' → '.join(steps)}."
    return ReasonEvidence(text, sorted([asked.base, asked.target]), steps, interval=span)


def _when(span: Span) -> str:
    start, end = span.since, span.until
    return " ".join(([f"from {iso(start)}"] if start else []) + ([f"until {iso(end)}"] if end else []))


def _no_declared_way(here: QuestionContext, outcome: Outcome) -> ReasonEvidence | None:
    if here.goal is None:
        return None
    begin, entries = _begins(here, here.goal)
    return ReasonEvidence(
        f"No declared way leads there from {here.question.base}; those declared begin at {begin}.", entries
    )


def _begins(here: QuestionContext, goal: int) -> tuple[str, list[str]]:
    """The entries at which the declared ways to a goal begin, as text and one by one; told once for each goal."""
    through_removed = here.question.through_removed
    key = "begins", goal, through_removed
    found: tuple[str, list[str]] | None = here.network.cache.get(key)
    if found is None:
        begin = here.network.ancestors(through_removed)[goal] & here.network.sources(through_removed)
        entries = here.members(indices(begin))
        found = join_with_and(entries), entries
        here.network.cache.put([key], found, 1)
    return found


_RULES: dict[ReasonCode, Callable[[QuestionContext, Outcome], ReasonEvidence | Reason | None]] = {
    "target-not-listed": _target_not_listed,
    "not-yet-listed": _not_yet_listed,
    "other-device-model": _other_device_model,
    "declared-none": _declared_none,
    "not-declared": _not_declared,
    "only-through-held": _only_through_held,
    "only-through-removed": _only_through_removed,
    "opposite-direction": _opposite_direction,
    "not-at-this-time": _not_at_this_time,
    "no-declared-way": _no_declared_way,
}
