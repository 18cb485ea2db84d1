"""Findings about the ways that the declarations make: cycles, islands, dead ends, what is relied on, what to ask."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

from service.rules.findings.overview import ModelComponent, Overview, shorten_numbers, weak_components
from service.rules.findings.reachability import MAX_WORK, WorkBudget, WorkLimitExceeded
from service.rules.findings.suggested_steps import best_steps
from service.rules.pathfinding.bitset import bitset_of, first_index, indices
from service.rules.pathfinding.network import Network
from service.schemas.responses.findings import (
    CycleFinding,
    DisconnectedParts,
    Finding,
    FindingCode,
    NotComputed,
    ReliedOn,
    StrandedEntry,
    StrandedFinding,
    SuggestedStep,
)


def cycles(seen: Overview) -> Iterator[Finding]:
    """Entries that can each be reached from the other, removed ones too."""
    network = seen.network
    for part in network.groups(True):
        if part.bit_count() > 1:
            entries = _members(network, indices(part))
            way = _around(network, part)
            text = f"{shorten_numbers(entries)} can each be reached from the others: {' → '.join(way[:20])}."
            yield seen.finding("cycle", text, entries, CycleFinding(steps=way))


def _around(network: Network, part: int) -> list[str]:
    """A shortest way from the lowest number of a cycle back to it."""
    start = first_index(part)
    came: dict[int, int] = {}
    queue = deque([start])
    while start not in came:
        here = queue.popleft()
        for there in indices(network.after[here] & part & ~bitset_of(came)):
            came[there] = here
            queue.append(there)
    way = [start, came[start]]
    while way[-1] != start:
        way.append(came[way[-1]])
    return [network.shown[place] for place in reversed(way)]


def islands(seen: Overview) -> Iterator[Finding]:
    """A device model falls into parts with no step between them, whatever its direction.

    A lone vertex counts where something was declared for it; what is undeclared is a finding already.
    """
    network = seen.network
    joined = bitset_of(place for place, ways in enumerate(network.after) if ways or network.before[place])
    telling = joined | network.all & ~network.undeclared
    parts: dict[str, list[int]] = defaultdict(list)
    for part in weak_components(network):
        left = part & telling
        while left:
            model = network.vertices[first_index(left)].device_model
            parts[model].append(left & network.peers[model])
            left &= ~network.peers[model]
    for model, there in sorted(parts.items()):
        if len(there) > 1:
            shown = sorted(_members(network, indices(own)) for own in there)
            text = f"Device model {model} falls into {len(shown)} parts with no step between them."
            evidence = DisconnectedParts(device_model=model, parts=shown)
            yield seen.finding("islands", text, [number for part in shown for number in part], evidence)


def _members(network: Network, part: Iterable[int]) -> list[str]:
    return sorted(m.number for place in part for m in network.vertices[place].members)


def stranded(seen: Overview) -> Iterator[Finding]:
    """Entries without a way to any listed entry, while their device model has listed ones that came after them.

    What leads to an entry is not counted: it cannot be where the entry should go. Nor is what came before it.
    """
    for group in seen.groups:
        for model, own in group.models.items():
            ends = (nth for nth in indices(own) if not group.reach.onto[nth])
            lost = {nth: count for nth in ends if (count := _out_of_reach(seen, group, nth, own))}
            if lost:
                yield _stranded(seen, group, model, lost)


def _out_of_reach(seen: Overview, group: ModelComponent, nth: int, own: int) -> int:
    age = seen.age(group.vertices[nth])
    others = own & group.listed & ~(1 << nth | group.reach.leads[nth])
    return sum(seen.age(group.vertices[other]) > age for other in indices(others))


def _stranded(seen: Overview, group: ModelComponent, model: str, lost: dict[int, int]) -> Finding:
    could = group.models[model] & group.listed & group.undeclared
    told = [
        StrandedEntry(entry=number, outcome="unknown" if could & ~(1 << nth) else "none", cannot_reach=count)
        for nth, count in lost.items()
        for number in group.members([nth])
    ]
    entries = sorted(entry.entry for entry in told)
    unknown = any(entry.outcome == "unknown" for entry in told)
    hope = "a declaration that is missing could give one" if unknown else "nothing undeclared could give one"
    text = f"There is no way on from {shorten_numbers(entries)} to any listed entry of device model {model}; {hope}."
    told.sort(key=lambda entry: entry.entry)
    since = group.believed_since(group.models[model])
    return seen.finding("stranded", text, entries, StrandedFinding(device_model=model, stranded=told), since)


def relied_on(seen: Overview, most: int = MAX_WORK) -> Iterator[Finding]:
    """An entry through which all routes of many pairs of others lead."""
    for group in seen.groups:
        yield from _within(seen, group, "relied-on", most, _relied_on)


def _relied_on(seen: Overview, group: ModelComponent, work: WorkBudget) -> Iterator[Finding]:
    reach = group.reach
    for nth, vertex in enumerate(group.vertices):
        routes = reach.routes_lost(nth, work) if reach.after[nth] and reach.before[nth] else 0
        if routes >= seen.many_routes:
            entries = sorted(m.number for m in seen.network.vertices[vertex].members)
            text = f"All routes of {routes} pairs of entries lead through {shorten_numbers(entries)}."
            since = group.believed_since(1 << nth | reach.onto[nth] | reach.leads[nth])
            yield seen.finding("relied-on", text, entries, ReliedOn(routes=routes), since)


def missing_steps(seen: Overview, most: int = MAX_WORK) -> Iterator[Finding]:
    """The one step more, to what came later, that would add most routes, put as a question. One route is no advice.

    Nothing is asked against a declaration: what is declared to have no previous version is no target.
    """
    for group in seen.groups:
        yield from _within(seen, group, "missing-step", most, _missing_step)


def _missing_step(seen: Overview, group: ModelComponent, work: WorkBudget) -> Iterator[Finding]:
    earlier = _earlier(seen, group)
    for own in group.models.values():
        routes, steps = best_steps(group.reach, own, group.askable, earlier, work)
        if routes < 2:
            continue
        base, target = min(steps, key=lambda step: _order(group, *step))
        numbers = [group.shown(base), group.shown(target)]
        maker = seen.entries[numbers[1]].manufacturer
        text = (
            f"Ask the manufacturer ({maker}): may {numbers[0]} be a base of {numbers[1]}? "
            f"Declared, it would give {routes} pairs of entries a route; until then it is not known."
        )
        evidence = SuggestedStep(base=numbers[0], target=numbers[1], routes=routes, as_many=len(steps) - 1)
        since = group.believed_since(own)
        yield seen.finding("missing-step", text, numbers, evidence, since)


def _earlier(seen: Overview, group: ModelComponent) -> list[int]:
    """For each place, those that came onto the list before it."""
    found, before = [0] * len(group.vertices), 0
    for nth in sorted(range(len(found)), key=lambda nth: seen.age(group.vertices[nth])):
        found[nth], before = before, before | 1 << nth
    return found


def _order(group: ModelComponent, base: int, target: int) -> tuple[bool, str, str]:
    """Of equals: a target that is undeclared, then the lower numbers."""
    return not group.undeclared >> target & 1, group.shown(base), group.shown(target)


BoundedRule = Callable[[Overview, ModelComponent, WorkBudget], Iterator[Finding]]


def _within(seen: Overview, group: ModelComponent, code: FindingCode, most: int, rule: BoundedRule) -> list[Finding]:
    """All findings of a rule, or that they cost too much: a part of them would be a wrong answer."""
    try:
        return list(rule(seen, group, WorkBudget(most)))
    except WorkLimitExceeded:
        steps = sum(ways.bit_count() for ways in group.reach.after)
        evidence = NotComputed(finding=code, device_models=len(group.models), vertices=len(group.vertices), steps=steps)
        text = f"Findings `{code}` were not computed: {len(group.vertices)} entries with {steps} steps cost too much."
        entries = group.members(range(len(group.vertices)))
        return [seen.finding("not-computed", text, entries, evidence)]
