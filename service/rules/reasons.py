"""Why there is no route: all reasons that hold, in the order of the contract, each with its evidence (design 4)."""

from collections.abc import Callable

from service.model.pathway import Outcome, Reason, ReasonCode
from service.rules.cycles import cycle_of
from service.rules.missing import could_reach, to_ask
from service.rules.question import Setting
from service.rules.route import leading_to

Found = tuple[str, list[str]] | tuple[str, list[str], list[str]] | None


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


def _reason(code: ReasonCode, said: tuple[str, list[str]] | tuple[str, list[str], list[str]]) -> Reason:
    text, entries, *steps = said
    return Reason(code=code, text=text, entries=entries, steps=steps[0] if steps else [])


def _target_not_listed(here: Setting, outcome: Outcome) -> Found:
    if here.goal is None or here.enterable[here.goal]:
        return None
    number = here.question.target
    return f"{number} is not listed: its status is {here.network.near.entries[number].status}.", [number]


def _not_yet_listed(here: Setting, outcome: Outcome) -> Found:
    asked = {here.question.base, here.question.target}
    missing = sorted(asked - here.network.of.keys())
    return (f"No list in force at that time has {_and(missing)} yet.", missing) if missing else None


def _other_device_model(here: Setting, outcome: Outcome) -> Found:
    if here.start is None or here.goal is None:
        return None
    models = [here.network.vertices[place].device_model for place in (here.start, here.goal)]
    if models[0] == models[1]:
        return None
    text = (
        f"{here.question.base} is for device model {models[0]}, {here.question.target} for {models[1]}: "
        "a base across device models must be accepted by name."
    )
    return text, sorted([here.question.base, here.question.target])


def _declared_none(here: Setting, outcome: Outcome) -> Found:
    if here.goal is None:
        return None
    members = here.network.vertices[here.goal].members
    kinds = {m.declared.kind for m in members}
    declared = sorted(m.number for m in members if m.declared.kind == "none")
    if not declared or "bases" in kinds:
        return None
    return f"{_and(declared)} is declared to have no previous version (N/A).", declared


def _not_declared(here: Setting, outcome: Outcome) -> Found:
    if outcome != "unknown" or here.start is None or here.goal is None:
        return None
    places = to_ask(here.network, here.start, here.goal, here.enterable)
    makers = sorted({here.network.vertices[place].shown.manufacturer for place in places})
    entries = here.members(places)
    text = (
        f"No Firmware Upgrade Path was supplied for {_and(entries)}: it could make a way, so nobody can say. "
        f"Ask the manufacturer ({_and(makers)})."
    )
    return text, entries


def _only_through_removed(here: Setting, outcome: Outcome) -> Found:
    if here.question.through_removed or not here.way_through_removed:
        return None
    way = here.way_through_removed
    removed = [place for place in way[1:] if not here.network.listed[place]]
    steps = here.numbers(way)
    return (
        f"The only declared way leads through removed entries: {' → '.join(steps)}.",
        here.members(removed),
        steps,
    )


def _no_declared_way(here: Setting, outcome: Outcome) -> Found:
    if here.goal is None:
        return None
    ends = _without_further_base(here, here.goal)
    entries = here.members(ends)
    return (
        f"No declared way leads there from {here.question.base}; those declared begin at {_and(entries)}.",
        entries,
    )


def _without_further_base(here: Setting, goal: int) -> list[int]:
    """The vertices that lead to the goal and have no base but, in a cycle, each other."""
    leading = leading_to(here.network, goal, here.enterable)
    before = {place: here.network.before[place] if here.enterable[place] else set() for place in leading}
    cycle = cycle_of(before)
    further = {cycle[place] for place in leading for base in before[place] if cycle[base] != cycle[place]}
    return sorted(place for place in leading if cycle[place] not in further)


def _and(numbers: list[str]) -> str:
    if len(numbers) < 2:
        return "".join(numbers)
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"


_RULES: dict[ReasonCode, Callable[[Setting, Outcome], Found]] = {
    "target-not-listed": _target_not_listed,
    "not-yet-listed": _not_yet_listed,
    "other-device-model": _other_device_model,
    "declared-none": _declared_none,
    "not-declared": _not_declared,
    "only-through-removed": _only_through_removed,
    "no-declared-way": _no_declared_way,
}
