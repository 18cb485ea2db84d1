"""Why there is no route: all reasons that hold, in the order of the contract, each with its evidence (design 4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from service.domain.clock import BEGINNING, END, Span, iso
from service.rules.answers.nearest_time import inside, nearest_route
from service.rules.answers.question import Setting
from service.rules.answers.text import and_
from service.rules.pathfinding.bitset import places
from service.rules.pathfinding.possible_paths import could_reach, to_ask
from service.schemas.responses.pathways import Interval, Outcome, Reason, ReasonCode


class Found(NamedTuple):
    """A reason that holds: what is said, the entries concerned, the way that proves it, and more where there is."""

    text: str
    entries: list[str]
    steps: list[str] = []  # noqa: RUF012  # never changed: only shown
    manufacturers: list[str] = []  # noqa: RUF012
    interval: Span | None = None


def no_route(here: Setting) -> Outcome:
    """`unknown` if and only if some missing declaration could make a route; else `none`."""
    if here.start is None or here.goal is None:
        return "none"
    could = could_reach(here.network, here.start, here.goal, here.enterable)
    return "unknown" if could else "none"


def reasons(here: Setting, outcome: Outcome) -> list[Reason]:
    """All reasons of an answer without a route."""
    found = ((code, rule(here, outcome)) for code, rule in _RULES.items())
    return [_reason(code, said) for code, said in found if said]


def _reason(code: ReasonCode, said: Found | Reason) -> Reason:
    if isinstance(said, Reason):
        return said
    text, entries, steps, makers, span = said
    interval = _interval(span) if span else None
    return Reason(code=code, text=text, entries=entries, steps=steps, manufacturers=makers, interval=interval)


def _interval(span: Span) -> Interval:
    return Interval(from_=_bound(span.start), to=_bound(span.end))


def _bound(instant: datetime) -> datetime | None:
    return None if instant in (BEGINNING, END) else instant


def _target_not_listed(here: Setting, outcome: Outcome) -> Found | None:
    if here.goal is None or here.enterable >> here.goal & 1:
        return None
    number = here.question.target
    return Found(f"{number} is not listed: its status is {here.network.near.entries[number].status}.", [number])


def _not_yet_listed(here: Setting, outcome: Outcome) -> Found | None:
    asked = {here.question.base, here.question.target}
    missing = sorted(number for number in asked if number not in here.network.of)
    return Found(f"No list in force at that time has {and_(missing)} yet.", missing) if missing else None


def _other_device_model(here: Setting, outcome: Outcome) -> Found | None:
    if here.start is None or here.goal is None:
        return None
    models = [here.network.vertices[place].device_model for place in (here.start, here.goal)]
    if models[0] == models[1]:
        return None
    text = (
        f"{here.question.base} is for device model {models[0]}, {here.question.target} for {models[1]}: "
        "a base across device models must be accepted by name."
    )
    return Found(text, sorted([here.question.base, here.question.target]))


def _declared_none(here: Setting, outcome: Outcome) -> Found | None:
    if here.goal is None:
        return None
    members = here.network.vertices[here.goal].members
    kinds = {m.declared.kind for m in members}
    declared = sorted(m.number for m in members if m.declared.kind == "none")
    if not declared or "bases" in kinds:
        return None
    return Found(f"{and_(declared)} is declared to have no previous version (N/A).", declared)


def _not_declared(here: Setting, outcome: Outcome) -> Reason | None:
    """Told once for all questions that lack the same declarations; whom to ask is told of the entries shown."""
    if outcome != "unknown" or here.start is None or here.goal is None:
        return None
    asked = to_ask(here.network, here.start, here.goal, here.enterable)
    key = "not-declared", asked, here.network.renamed
    found: Reason | None = here.network.told.get(key)
    if found is None:
        found = _reason("not-declared", _lacking(here, asked))
        here.network.told.put([key], found, 1)
    return found


def _lacking(here: Setting, asked: int) -> Found:
    makers = sorted({here.network.vertices[place].shown.manufacturer for place in places(asked)})
    entries = here.members(places(asked))
    text = (
        f"No Firmware Upgrade Path was supplied for {and_(entries)}: it could make a way, so nobody can say. "
        f"Ask the manufacturer ({and_(makers)})."
    )
    return Found(text, entries, manufacturers=makers)


def _only_through_held(here: Setting, outcome: Outcome) -> Found | None:
    """The route that there would be if every held base were accepted by name."""
    way = here.way_through_held
    if way is None:
        return None
    pairs = set(pairwise(way))
    held = [h for h in here.network.near.held if (here.network.of[h.base], here.network.of[h.target]) in pairs]
    before, of = here.network.before, here.network.of
    needed = [h for h in held if not before[of[h.target]] >> of[h.base] & 1]
    steps = here.numbers(way)
    waiting = and_([f"{h.base} as a base of {h.target} ({h.code})" for h in sorted(needed)])
    text = f"A way leads over bases that await acceptance: {' → '.join(steps)}. To be accepted by name: {waiting}."
    return Found(text, sorted({number for h in needed for number in h[:2]}), steps)


def _only_through_removed(here: Setting, outcome: Outcome) -> Found | None:
    if here.question.through_removed or not here.way_through_removed:
        return None
    way = here.way_through_removed
    removed = [place for place in way[1:] if not here.network.listed >> place & 1]
    steps = here.numbers(way)
    text = f"The only declared way leads through removed entries: {' → '.join(steps)}."
    return Found(text, here.members(removed), steps)


def _opposite_direction(here: Setting, outcome: Outcome) -> Found | None:
    if here.way_back is None:
        return None
    steps = here.numbers(here.way_back)
    text = f"The declared way leads the other way, from {here.question.target}: {' → '.join(steps)}."
    return Found(text, sorted([here.question.base, here.question.target]), steps)


def _not_at_this_time(here: Setting, outcome: Outcome) -> Found | None:
    """The nearest time at which there is a route, as known at the same instant, and that route."""
    asked = here.question
    span = nearest_route(here.terrain, asked.base, asked.target, asked.at, asked.through_removed)
    if span is None:
        return None
    then = Setting(replace(asked, at=inside(span, asked.at)), here.terrain)
    steps = then.numbers(then.way or [])
    text = f"There is no way at this time, but there is one {_when(span)}: {' → '.join(steps)}."
    return Found(text, sorted([asked.base, asked.target]), steps, interval=span)


def _when(span: Span) -> str:
    start, end = _bound(span.start), _bound(span.end)
    return " ".join(([f"from {iso(start)}"] if start else []) + ([f"until {iso(end)}"] if end else []))


def _no_declared_way(here: Setting, outcome: Outcome) -> Found | None:
    if here.goal is None:
        return None
    begin, entries = _begins(here, here.goal)
    return Found(f"No declared way leads there from {here.question.base}; those declared begin at {begin}.", entries)


def _begins(here: Setting, goal: int) -> tuple[str, list[str]]:
    """The entries at which the declared ways to a goal begin, as text and one by one; told once for each goal."""
    through_removed = here.question.through_removed
    key = "begins", goal, through_removed
    found: tuple[str, list[str]] | None = here.network.told.get(key)
    if found is None:
        begin = here.network.leading(through_removed)[goal] & here.network.sources(through_removed)
        entries = here.members(places(begin))
        found = and_(entries), entries
        here.network.told.put([key], found, 1)
    return found


_RULES: dict[ReasonCode, Callable[[Setting, Outcome], Found | Reason | None]] = {
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
