"""Findings about paths: cycles, islands, dead ends, entries that many routes need, and missing steps."""

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


def cycles(overview: Overview) -> Iterator[Finding]:
    """Entries that can each be reached from the others. Removed entries count too."""
    network = overview.network
    for component in network.groups(True):
        if component.bit_count() > 1:
            entries = _members(network, indices(component))
            path = _shortest_cycle(network, component)
            text = f"{shorten_numbers(entries)} can each be reached from the others: {' → '.join(path[:20])}."
            yield overview.finding("cycle", text, entries, CycleFinding(steps=path))


def _shortest_cycle(network: Network, component: int) -> list[str]:
    """A shortest path from the lowest number of a cycle back to the same number."""
    start = first_index(component)
    base_of: dict[int, int] = {}
    queue = deque([start])
    while start not in base_of:
        base = queue.popleft()
        for target in indices(network.after[base] & component & ~bitset_of(base_of)):
            base_of[target] = base
            queue.append(target)
    path = [start, base_of[start]]
    while path[-1] != start:
        path.append(base_of[path[-1]])
    return [network.shown[place] for place in reversed(path)]


def islands(overview: Overview) -> Iterator[Finding]:
    """Device models that fall into parts without a step between them in either direction.

    A vertex without steps counts as a part only if it has a declaration: `undeclared` reports the others.
    """
    network = overview.network
    joined = bitset_of(place for place, targets in enumerate(network.after) if targets or network.before[place])
    counted = joined | network.all & ~network.undeclared
    parts: dict[str, list[int]] = defaultdict(list)
    for part in weak_components(network):
        remaining = part & counted
        while remaining:
            model = network.vertices[first_index(remaining)].device_model
            parts[model].append(remaining & network.peers[model])
            remaining &= ~network.peers[model]
    for model, masks in sorted(parts.items()):
        if len(masks) > 1:
            shown = sorted(_members(network, indices(mask)) for mask in masks)
            text = f"Device model {model} falls into {len(shown)} parts with no step between them."
            evidence = DisconnectedParts(device_model=model, parts=shown)
            yield overview.finding("islands", text, [number for part in shown for number in part], evidence)


def _members(network: Network, vertices: Iterable[int]) -> list[str]:
    return sorted(member.number for place in vertices for member in network.vertices[place].members)


def stranded(overview: Overview) -> Iterator[Finding]:
    """Entries without a path to any listed entry, while their device model has entries listed later.

    Entries that lead to the stranded entry do not count, nor do entries listed earlier: neither can be its target.
    """
    for group in overview.groups:
        for model, own in group.models.items():
            ends = (nth for nth in indices(own) if not group.reach.onto[nth])
            unreachable = {nth: count for nth in ends if (count := _count_unreachable(overview, group, nth, own))}
            if unreachable:
                yield _stranded(overview, group, model, unreachable)


def _count_unreachable(overview: Overview, group: ModelComponent, nth: int, own: int) -> int:
    age = overview.age(group.vertices[nth])
    others = own & group.listed & ~(1 << nth | group.reach.leads[nth])
    return sum(overview.age(group.vertices[other]) > age for other in indices(others))


def _stranded(overview: Overview, group: ModelComponent, model: str, unreachable: dict[int, int]) -> Finding:
    undeclared = group.models[model] & group.listed & group.undeclared
    stranded_entries = [
        StrandedEntry(entry=number, outcome="unknown" if undeclared & ~(1 << nth) else "none", cannot_reach=count)
        for nth, count in unreachable.items()
        for number in group.members([nth])
    ]
    entries = sorted(entry.entry for entry in stranded_entries)
    unknown = any(entry.outcome == "unknown" for entry in stranded_entries)
    outlook = "a missing declaration could give one" if unknown else "no missing declaration could give one"
    text = f"No pathway leads from {shorten_numbers(entries)} to any listed entry of device model {model}; {outlook}."
    stranded_entries.sort(key=lambda entry: entry.entry)
    since = group.believed_since(group.models[model])
    return overview.finding(
        "stranded", text, entries, StrandedFinding(device_model=model, stranded=stranded_entries), since
    )


def relied_on(overview: Overview, most: int = MAX_WORK) -> Iterator[Finding]:
    """Entries that lie on all routes of many pairs of other entries."""
    for group in overview.groups:
        yield from _bounded(overview, group, "relied-on", most, _relied_on)


def _relied_on(overview: Overview, group: ModelComponent, work: WorkBudget) -> Iterator[Finding]:
    reach = group.reach
    for nth, vertex in enumerate(group.vertices):
        routes = reach.routes_lost(nth, work) if reach.after[nth] and reach.before[nth] else 0
        if routes >= overview.many_routes:
            entries = sorted(member.number for member in overview.network.vertices[vertex].members)
            text = f"All routes of {routes} pairs of entries lead through {shorten_numbers(entries)}."
            since = group.believed_since(1 << nth | reach.onto[nth] | reach.leads[nth])
            yield overview.finding("relied-on", text, entries, ReliedOn(routes=routes), since)


def missing_steps(overview: Overview, most: int = MAX_WORK) -> Iterator[Finding]:
    """The one additional step to an entry listed later that would add most routes, as a question to the manufacturer.

    A step that adds a single route is not suggested. An entry declared N/A is never suggested as a target.
    """
    for group in overview.groups:
        yield from _bounded(overview, group, "missing-step", most, _missing_step)


def _missing_step(overview: Overview, group: ModelComponent, work: WorkBudget) -> Iterator[Finding]:
    earlier = _earlier(overview, group)
    for own in group.models.values():
        routes, steps = best_steps(group.reach, own, group.askable, earlier, work)
        if routes < 2:
            continue
        base, target = min(steps, key=lambda step: _order_key(group, *step))
        numbers = [group.shown(base), group.shown(target)]
        manufacturer = overview.entries[numbers[1]].manufacturer
        text = (
            f"Ask the manufacturer ({manufacturer}): may {numbers[0]} be a base of {numbers[1]}? "
            f"If declared, this base would give {routes} pairs of entries a route; until then this is not known."
        )
        evidence = SuggestedStep(base=numbers[0], target=numbers[1], routes=routes, as_many=len(steps) - 1)
        since = group.believed_since(own)
        yield overview.finding("missing-step", text, numbers, evidence, since)


def _earlier(overview: Overview, group: ModelComponent) -> list[int]:
    """For each place, the places listed earlier, or at once under a lower number."""
    earlier, before = [0] * len(group.vertices), 0
    for nth in sorted(range(len(earlier)), key=lambda nth: overview.age(group.vertices[nth])):
        earlier[nth], before = before, before | 1 << nth
    return earlier


def _order_key(group: ModelComponent, base: int, target: int) -> tuple[bool, str, str]:
    """The order of steps that add equally many routes: undeclared targets first, then lower numbers."""
    return not group.undeclared >> target & 1, group.shown(base), group.shown(target)


BoundedRule = Callable[[Overview, ModelComponent, WorkBudget], Iterator[Finding]]


def _bounded(
    overview: Overview, group: ModelComponent, code: FindingCode, most: int, rule: BoundedRule
) -> list[Finding]:
    """All findings of a rule, or one finding `not-computed` if they cost too much: some of them would mislead."""
    try:
        return list(rule(overview, group, WorkBudget(most)))
    except WorkLimitExceeded:
        steps = sum(targets.bit_count() for targets in group.reach.after)
        evidence = NotComputed(finding=code, device_models=len(group.models), vertices=len(group.vertices), steps=steps)
        size = f"{len(group.vertices)} entries with {steps} steps"
        text = f"Findings `{code}` were not computed: {size} exceed the work limit."
        entries = group.members(range(len(group.vertices)))
        return [overview.finding("not-computed", text, entries, evidence)]
