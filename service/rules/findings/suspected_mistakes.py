"""Likely mistakes: a suspicion with evidence, never a correction."""

from collections import defaultdict
from collections.abc import Iterator

from service.rules.findings.overview import ModelComponent, Overview, shorten_numbers
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.network import Vertex
from service.schemas.responses.findings import Finding, LeftBehind, LoneException

ImageSet = frozenset[str]


def lone_exceptions(overview: Overview) -> Iterator[Finding]:
    """Images on three or more device models of a manufacturer, where all vertices but one declare the same bases.

    Bases are the same if their images are. Images that the exception's own device model lacks are not expected.
    """
    siblings: dict[tuple[str, str], list[Vertex]] = defaultdict(list)
    for vertex in overview.network.vertices:
        if vertex.shown.image_hash and not vertex.undeclared:
            siblings[vertex.shown.manufacturer, vertex.shown.image_hash].append(vertex)
    for group in siblings.values():
        if len(group) > 2:
            yield from _exception_findings(overview, group)


def _exception_findings(overview: Overview, group: list[Vertex]) -> Iterator[Finding]:
    base_images = [_images(overview, vertex) for vertex in group]
    for nth, vertex in enumerate(group):
        others = {image_set for index, image_set in enumerate(base_images) if index != nth}
        expected = next(iter(others))
        if len(others) > 1 or base_images[nth] in (expected, expected & _available(overview, vertex)):
            continue
        entries = sorted(member.number for member in vertex.members)
        rest = sorted(member.number for other in group if other is not vertex for member in other.members)
        other_entries = shorten_numbers(rest)
        text = (
            f"{shorten_numbers(entries)} has other bases than all entries that carry the same image: {other_entries}."
        )
        evidence = LoneException(siblings=rest, own=sorted(base_images[nth]), theirs=sorted(expected))
        yield overview.finding("lone-exception", text, entries, evidence, overview.believed_since([*entries, *rest]))


def _images(overview: Overview, vertex: Vertex) -> ImageSet:
    bases = {base for member in vertex.members for base in member.declared.bases}
    return frozenset(_image(overview, base) for base in bases)


def _image(overview: Overview, number: str) -> str:
    """The key of an image across device models: hash, else version; the number of a base that is on no list."""
    entry = overview.entries.get(number)
    return (entry.image_hash or f"version {entry.firmware_version}") if entry else f"entry {number}"


def _available(overview: Overview, vertex: Vertex) -> ImageSet:
    peers = (overview.network.vertices[index] for index in indices(overview.network.peers[vertex.device_model]))
    return frozenset(_image(overview, peer.shown.number) for peer in peers)


def left_behind(overview: Overview) -> Iterator[Finding]:
    """Bases that lie far behind everything else in their device model.

    Either all other bases of the target lie two or more steps beyond the base. Or all other listed vertices of the
    device model (at least two) lie beyond the base, and reach neither the target nor anything that the target reaches.
    """
    for group in overview.groups:
        for base, target in _candidates(group):
            yield from _judge(overview, group, base, target)


def _candidates(group: ModelComponent) -> Iterator[tuple[int, int]]:
    """Candidate pairs of base and target, for the exact test of `_judge`.

    Two set operations exclude most pairs: a candidate has all other bases, or all else of the device model, beyond it.
    """
    reach = group.reach
    every = (1 << len(reach.onto)) - 1
    not_beyond = [every & ~(onto | 1 << base) for base, onto in enumerate(reach.onto)]
    beside = [mask & ~leads for mask, leads in zip(not_beyond, reach.leads, strict=True)]
    for target in indices(group.listed):
        bases, own = reach.before[target], group.models[group.model(target)]
        rest = own & group.listed & ~(1 << target | reach.onto[target])
        for base in indices(bases & own):
            if not bases & not_beyond[base] or not rest & beside[base]:
                yield base, target


def _judge(overview: Overview, group: ModelComponent, base: int, target: int) -> Iterator[Finding]:
    if beyond := _other_bases_beyond(group, base, target):
        why, explanation = "other-bases-beyond", "all other bases of the target lie two or more steps beyond this base"
    elif beyond := _all_else_beyond(group, base, target):
        why = "all-else-beyond"
        explanation = "all else of the device model lies beyond this base, without a pathway to the target"
    else:
        return
    entries = [group.shown(base), group.shown(target)]
    others = group.members(indices(beyond))
    text = f"{entries[1]} has the base {entries[0]}, and {explanation}: {shorten_numbers(others)}."
    vertices = (group.network.vertices, group.vertices)
    declared = next(
        (member.declared.id for member in vertices[0][vertices[1][target]].members if member.declared.bases), ""
    )
    evidence = LeftBehind.model_validate(
        {"base": entries[0], "target": entries[1], "why": why, "beyond": others, "declaration": declared}
    )
    yield overview.finding("left-behind", text, entries, evidence, overview.believed_since([*entries, *others]))


def _other_bases_beyond(group: ModelComponent, base: int, target: int) -> int:
    reach = group.reach
    others = reach.before[target] & ~(1 << base)
    return others if not others & (~reach.onto[base] | reach.after[base] | reach.onto[target]) else 0


def _all_else_beyond(group: ModelComponent, base: int, target: int) -> int:
    reach = group.reach
    own = group.models[group.model(target)] & group.listed
    beyond = own & ~(1 << base | 1 << target | reach.leads[base] | reach.onto[target])
    if beyond.bit_count() < 2 or beyond & (~reach.onto[base] | reach.leads[target]):
        return 0
    return 0 if any(reach.onto[nth] & reach.onto[target] for nth in indices(beyond)) else beyond
