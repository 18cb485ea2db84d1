"""Likely mistakes: a suspicion with its evidence, never a correction."""

from collections import defaultdict
from collections.abc import Iterator

from service.rules.findings.overview import ModelComponent, Overview, shorten_numbers
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.network import Vertex
from service.schemas.responses.findings import Finding, LeftBehind, LoneException

ImageSet = frozenset[str]


def lone_exceptions(seen: Overview) -> Iterator[Finding]:
    """One image on three device models of a manufacturer or more; all but one declare bases with the same images.

    What the exception's own device model does not have, it could not have declared.
    """
    siblings: dict[tuple[str, str], list[Vertex]] = defaultdict(list)
    for vertex in seen.network.vertices:
        if vertex.shown.image_hash and not vertex.undeclared:
            siblings[vertex.shown.manufacturer, vertex.shown.image_hash].append(vertex)
    for group in siblings.values():
        if len(group) > 2:
            yield from _lone(seen, group)


def _lone(seen: Overview, group: list[Vertex]) -> Iterator[Finding]:
    said = [_images(seen, vertex) for vertex in group]
    for nth, vertex in enumerate(group):
        others = {images for place, images in enumerate(said) if place != nth}
        theirs = next(iter(others))
        if len(others) > 1 or said[nth] in (theirs, theirs & _available(seen, vertex)):
            continue
        entries = sorted(m.number for m in vertex.members)
        rest = sorted(m.number for other in group if other is not vertex for m in other.members)
        other_entries = shorten_numbers(rest)
        text = (
            f"{shorten_numbers(entries)} has other bases than all entries that carry the same image: {other_entries}."
        )
        evidence = LoneException(siblings=rest, own=sorted(said[nth]), theirs=sorted(theirs))
        yield seen.finding("lone-exception", text, entries, evidence, seen.believed_since([*entries, *rest]))


def _images(seen: Overview, vertex: Vertex) -> ImageSet:
    bases = {base for member in vertex.members for base in member.declared.bases}
    return frozenset(_image(seen, base) for base in bases)


def _image(seen: Overview, number: str) -> str:
    """What tells an image over device models: its hash, else its version; a base on no list by its number."""
    entry = seen.entries.get(number)
    return (entry.image_hash or f"version {entry.firmware_version}") if entry else f"entry {number}"


def _available(seen: Overview, vertex: Vertex) -> ImageSet:
    peers = (seen.network.vertices[place] for place in indices(seen.network.peers[vertex.device_model]))
    return frozenset(_image(seen, peer.shown.number) for peer in peers)


def left_behind(seen: Overview) -> Iterator[Finding]:
    """A base that everything else in the device model has left behind.

    Either all other bases of the target lie two steps or more beyond it; or all else that is listed, two vertices or
    more, lies beyond the base, and leads neither to the target nor to anything that the target leads to.
    """
    for group in seen.groups:
        for base, target in _suspected(group):
            yield from _judged(seen, group, base, target)


def _suspected(group: ModelComponent) -> Iterator[tuple[int, int]]:
    """The bases, each with its target, beyond which all other bases lie, or all else of the device model that could.

    Most are beyond suspicion, and two operations on sets tell so.
    """
    reach = group.reach
    every = (1 << len(reach.onto)) - 1
    not_beyond = [every & ~(onto | 1 << base) for base, onto in enumerate(reach.onto)]
    beside = [there & ~leads for there, leads in zip(not_beyond, reach.leads, strict=True)]
    for target in indices(group.listed):
        bases, own = reach.before[target], group.models[group.model(target)]
        rest = own & group.listed & ~(1 << target | reach.onto[target])
        for base in indices(bases & own):
            if not bases & not_beyond[base] or not rest & beside[base]:
                yield base, target


def _judged(seen: Overview, group: ModelComponent, base: int, target: int) -> Iterator[Finding]:
    if beyond := _other_bases(group, base, target):
        why, said = "other-bases-beyond", "all its other bases lie two steps or more beyond that"
    elif beyond := _all_else(group, base, target):
        why, said = "all-else-beyond", "all else of the device model lies beyond that, and has no way to it"
    else:
        return
    entries = [group.shown(base), group.shown(target)]
    others = group.members(indices(beyond))
    text = f"{entries[1]} has the base {entries[0]}, and {said}: {shorten_numbers(others)}."
    vertices = (group.network.vertices, group.vertices)
    declared = next((m.declared.id for m in vertices[0][vertices[1][target]].members if m.declared.bases), "")
    evidence = LeftBehind.model_validate(
        {"base": entries[0], "target": entries[1], "why": why, "beyond": others, "declaration": declared}
    )
    yield seen.finding("left-behind", text, entries, evidence, seen.believed_since([*entries, *others]))


def _other_bases(group: ModelComponent, base: int, target: int) -> int:
    reach = group.reach
    others = reach.before[target] & ~(1 << base)
    return others if not others & (~reach.onto[base] | reach.after[base] | reach.onto[target]) else 0


def _all_else(group: ModelComponent, base: int, target: int) -> int:
    reach = group.reach
    own = group.models[group.model(target)] & group.listed
    beyond = own & ~(1 << base | 1 << target | reach.leads[base] | reach.onto[target])
    if beyond.bit_count() < 2 or beyond & (~reach.onto[base] | reach.leads[target]):
        return 0
    return 0 if any(reach.onto[nth] & reach.onto[target] for nth in indices(beyond)) else beyond
