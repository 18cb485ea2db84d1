"""Rules that find faults of upgrade paths: cycles, islands (device models in unconnected parts), dead ends, entries
that many routes need, and missing steps.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

from service.rules.findings.findings_input import FindingsInput, ModelComponent, shorten_numbers, weak_components
from service.rules.findings.reachability import MAX_WORK, EdgeBudget, WorkLimitExceeded
from service.rules.findings.suggested_steps import best_steps
from service.rules.pathfinding.bitset import bitset_of, first_index, indices
from service.rules.pathfinding.network import Network
from service.schemas.responses.findings import (
    CycleFinding,
    DisconnectedParts,
    Finding,
    FindingCode,
    NotComputedEvidence,
    ReliedOnEvidence,
    StrandedEntry,
    StrandedFinding,
    SuggestedStep,
)


def cycles(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each set of entries that can all be reached from each other, including entries of status
    Removed.
    """
    network = findings_input.network
    for component in network.components(True):
        if component.bit_count() > 1:
            entries = _members(network, indices(component))
            path = _shortest_cycle(network, component)
            removed = "" if not component & ~network.listed else ", if steps may lead to removed entries"
            shown = " → ".join([*path[:20], "…"] if len(path) > 20 else path)
            text = f"{shorten_numbers(entries)} can each be reached from the others{removed}: {shown}."
            yield findings_input.finding("cycle", text, entries, CycleFinding(steps=path))


def _shortest_cycle(network: Network, component: int) -> list[str]:
    """Returns a shortest path from the entry with the lowest number of a cycle back to the same entry."""
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


def islands(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each device model whose upgrade graph falls into parts that no step connects in either
    direction.

    An entry without steps counts as a part only if it has a declaration; the rule `undeclared` reports entries without
    one.
    """
    network = findings_input.network
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
            yield findings_input.finding("islands", text, [number for part in shown for number in part], evidence)


def _members(network: Network, vertices: Iterable[int]) -> list[str]:
    """Returns the numbers of all entries of the given vertices, sorted."""
    return sorted(member.number for place in vertices for member in network.vertices[place].members)


def stranded(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each device model with dead ends: entries from which no path leads to any entry listed
    later.

    An entry that leads to the dead end, or was listed before it, does not count as a possible target.
    """
    for group in findings_input.groups:
        for model, own in group.models.items():
            ends = (nth for nth in indices(own) if not group.reach.descendants[nth])
            unreachable = {nth: count for nth in ends if (count := _count_unreachable(findings_input, group, nth, own))}
            if unreachable:
                yield _stranded(findings_input, group, model, unreachable)


def _count_unreachable(findings_input: FindingsInput, group: ModelComponent, nth: int, own: int) -> int:
    """Returns how many vertices in `own`, listed later than the vertex at place `nth`, do not lead to that vertex."""
    ages = findings_input.ages
    age = ages[group.vertices[nth]]
    others = own & group.listed & ~(1 << nth | group.reach.ancestors[nth])
    return sum(ages[group.vertices[other]] > age for other in indices(others))


def _stranded(findings_input: FindingsInput, group: ModelComponent, model: str, unreachable: dict[int, int]) -> Finding:
    """Returns the finding for one device model. `unreachable` counts, for each dead end, the entries out of reach."""
    undeclared = group.models[model] & group.listed & group.undeclared
    stranded_entries = [
        StrandedEntry(entry=number, outcome="unknown" if undeclared & ~(1 << nth) else "none", cannot_reach=count)
        for nth, count in unreachable.items()
        for number in group.members([nth])
    ]
    entries = sorted(entry.entry for entry in stranded_entries)
    text = (
        f"The declarations in force give no pathway from {shorten_numbers(entries)} to any other listed entry of "
        f"device model {model}. {_outlook(stranded_entries)}"
    )
    stranded_entries.sort(key=lambda entry: entry.entry)
    since = group.believed_since(group.models[model])
    return findings_input.finding(
        "stranded", text, entries, StrandedFinding(device_model=model, stranded=stranded_entries), since
    )


def _outlook(stranded_entries: Iterable[StrandedEntry]) -> str:
    """Returns a sentence that says from which of the stranded entries a missing declaration could give a pathway."""
    unknown = sorted(entry.entry for entry in stranded_entries if entry.outcome == "unknown")
    proven = sorted(entry.entry for entry in stranded_entries if entry.outcome == "none")
    if unknown and proven:
        return (
            f"A missing declaration could give one from {shorten_numbers(unknown)}, and none could from "
            f"{shorten_numbers(proven)}."
        )
    return f"{'A' if unknown else 'No'} missing declaration could give one."


def relied_on(findings_input: FindingsInput, most: int = MAX_WORK) -> Iterator[Finding]:
    """Yields a finding for each entry that lies on all routes of many pairs of other entries.

    `most` limits the work in each connected component of the graph, in edges examined.
    """
    return _bounded(findings_input, "relied-on", most, _relied_on)


def _relied_on(findings_input: FindingsInput, group: ModelComponent, work: EdgeBudget) -> Iterator[Finding]:
    """Yields the findings `relied-on` of one component. Raises WorkLimitExceeded."""
    reach = group.reach
    for nth, vertex in enumerate(group.vertices):
        through = reach.ancestors[nth].bit_count() * reach.descendants[nth].bit_count()
        routes = reach.routes_lost(nth, work) if through >= findings_input.many_routes else 0
        if routes >= findings_input.many_routes:
            entries = sorted(member.number for member in findings_input.network.vertices[vertex].members)
            text = f"All routes of {routes} pairs of entries lead through {shorten_numbers(entries)}."
            since = group.believed_since(1 << nth | reach.descendants[nth] | reach.ancestors[nth])
            yield findings_input.finding("relied-on", text, entries, ReliedOnEvidence(routes=routes), since)


def missing_steps(findings_input: FindingsInput, most: int = MAX_WORK) -> Iterator[Finding]:
    """Yields a finding for the undeclared step, within each device model, that would give a route to most pairs of
    entries. The step must give a route to two pairs or more.

    The finding is a question to the manufacturer. The target must have been listed later than the base, and must not be
    declared N/A (no base). `most` limits the work in each connected component of the graph, in edges examined.
    """
    return _bounded(findings_input, "missing-step", most, _missing_step)


def _missing_step(findings_input: FindingsInput, group: ModelComponent, work: EdgeBudget) -> Iterator[Finding]:
    """Yields the findings `missing-step` of one component. Raises WorkLimitExceeded."""
    earlier = _earlier(findings_input, group)
    for own in group.models.values():
        if own.bit_count() == 1:
            continue
        routes, steps = best_steps(group.reach, own, group.askable, earlier, work)
        if routes < 2:
            continue
        *_, base, target = min(  # undeclared targets first, then lower numbers
            (not group.undeclared >> target & 1, group.shown(base), group.shown(target)) for base, target in steps
        )
        text = f"{_question(findings_input, base, target)} Then {routes} more pairs of entries would have a route."
        evidence = SuggestedStep(base=base, target=target, routes=routes, as_many=len(steps) - 1)
        yield findings_input.finding("missing-step", text, [base, target], evidence, group.believed_since(own))


def _question(findings_input: FindingsInput, base: str, target: str) -> str:
    """Returns the question to the manufacturer whether the base may be one of the target, with what is declared."""
    network, snapshot = findings_input.network, findings_input.snapshot
    ends = network.index_of[base], network.index_of[target]
    ask = f"Ask the manufacturer ({findings_input.entries[target].manufacturer}): may {base} be a base of {target}?"
    if network.vertices[ends[1]].undeclared:
        return f"{ask} No Firmware Upgrade Path was supplied for {target}, so nobody can say yet."
    if any((network.index_of[pair.base], network.index_of[pair.target]) == ends for pair in snapshot.held):
        return f"{ask} It is declared as one, but awaits acceptance by name."
    owner = target if findings_input.entries[target].declared.kind == "bases" else f"a twin of {target}"
    return f"{ask} The bases declared for {owner} are others."


def _earlier(findings_input: FindingsInput, group: ModelComponent) -> list[int]:
    """Returns for each place the bit set of the places listed earlier, or at the same instant under a lower number."""
    earlier, before = [0] * len(group.vertices), 0
    for nth in sorted(range(len(earlier)), key=lambda nth: findings_input.ages[group.vertices[nth]]):
        earlier[nth], before = before, before | 1 << nth
    return earlier


BoundedRule = Callable[[FindingsInput, ModelComponent, EdgeBudget], Iterator[Finding]]


def _bounded(findings_input: FindingsInput, code: FindingCode, most: int, rule: BoundedRule) -> Iterator[Finding]:
    """Yields the findings of a rule for each component, or one finding `not-computed` if the work limit is exceeded.

    In that case the findings computed so far are dropped, because only some of them would mislead.
    """
    for group in findings_input.groups:
        try:
            yield from list(rule(findings_input, group, EdgeBudget(most)))
        except WorkLimitExceeded:
            size, steps = len(group.vertices), sum(targets.bit_count() for targets in group.reach.after)
            evidence = NotComputedEvidence(finding=code, device_models=len(group.models), vertices=size, steps=steps)
            text = f"Findings `{code}` were not computed: {size} entries with {steps} steps exceed the work limit."
            yield findings_input.finding("not-computed", text, group.members(range(size)), evidence)
