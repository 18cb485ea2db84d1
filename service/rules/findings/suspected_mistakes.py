"""Rules that suspect a mistake in a declaration of bases. Such a finding shows its evidence and never corrects a
fact.
"""

from collections.abc import Iterator, Sequence

from service.rules.findings.findings_input import FindingsInput, ModelComponent, shorten_numbers
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.network import Vertex
from service.rules.pathfinding.twins import group_by_key
from service.schemas.responses.findings import Finding, LeftBehindEvidence, LoneExceptionEvidence

ImageSet = frozenset[str]


def lone_exceptions(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each entry whose bases differ from those of all other entries of the manufacturer with the
    same image.

    At least two other device models must carry the image. Bases are equal if their images are equal. Bases whose image
    does not exist on the entry's own device model are not expected of the entry.
    """
    siblings = group_by_key(
        ((vertex.shown.manufacturer, vertex.shown.image_hash), vertex)
        for vertex in findings_input.network.vertices
        if vertex.shown.image_hash and not vertex.undeclared
    )
    for group in siblings.values():
        if len(group) > 2:
            yield from _exception_findings(findings_input, group)


def _exception_findings(findings_input: FindingsInput, group: Sequence[Vertex]) -> Iterator[Finding]:
    """Yields the findings for a group of vertices that carry the same image on different device models."""
    base_images = [_base_images(findings_input, vertex) for vertex in group]
    for nth, vertex in enumerate(group):
        others = {image_set for index, image_set in enumerate(base_images) if index != nth}
        expected = next(iter(others))
        if len(others) > 1 or base_images[nth] in (expected, expected & _images_on_model(findings_input, vertex)):
            continue
        entries = sorted(member.number for member in vertex.members)
        rest = sorted(member.number for other in group if other is not vertex for member in other.members)
        declared = [entry for entry in rest if findings_input.entries[entry].declared.kind != "not-supplied"]
        text = (
            f"{_difference(vertex, expected)} all other declared entries of the manufacturer that carry the same "
            f"image: {shorten_numbers(declared)}."
        )
        evidence = LoneExceptionEvidence(siblings=rest, own=sorted(base_images[nth]), theirs=sorted(expected))
        yield findings_input.finding(
            "lone-exception", text, entries, evidence, findings_input.believed_since([*entries, *rest])
        )


def _difference(vertex: Vertex, expected: ImageSet) -> str:
    """Returns the beginning of a sentence that compares the declarations of one vertex with those of its siblings."""
    with_bases = sorted(member.number for member in vertex.members if member.declared.bases)
    entries = with_bases or sorted(member.number for member in vertex.members if member.declared.kind == "none")
    how = "with other bases than" if expected else "with bases, unlike"
    verb = "is" if len(entries) == 1 else "are"
    return f"{shorten_numbers(entries)} {verb} declared {how if with_bases else 'N/A, unlike'}"


def _base_images(findings_input: FindingsInput, vertex: Vertex) -> ImageSet:
    """Returns the images of all bases that the entries of a vertex declare."""
    bases = {base for member in vertex.members for base in member.declared.bases}
    return frozenset(_image_key(findings_input, base) for base in bases)


def _image_key(findings_input: FindingsInput, number: str) -> str:
    """Returns the key of an entry's image: its hash, else its firmware version; for a number on no list, the number."""
    entry = findings_input.entries.get(number)
    return (entry.image_hash or f"version {entry.firmware_version}") if entry else f"entry {number}"


def _images_on_model(findings_input: FindingsInput, vertex: Vertex) -> ImageSet:
    """Returns the images that exist on the device model of a vertex."""
    peers = (
        findings_input.network.vertices[index] for index in indices(findings_input.network.peers[vertex.device_model])
    )
    return frozenset(_image_key(findings_input, peer.shown.number) for peer in peers)


def left_behind(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each declared base that lies far behind all other entries of its device model on the upgrade
    paths.

    Either all other bases of the target lie two or more steps beyond the base. Or all other listed vertices of the
    device model (at least two) lie beyond the base, and reach neither the target nor a vertex that the target reaches.
    """
    for group in findings_input.groups:
        for base, target in _candidates(group):
            yield from _left_behind_findings(findings_input, group, base, target)


def _candidates(group: ModelComponent) -> Iterator[tuple[int, int]]:
    """Yields the pairs of base and target that may be `left_behind`; `_left_behind_findings` tests them exactly.

    Two set operations exclude most pairs: a candidate has all other bases of the target, or all other vertices of the
    device model, beyond it.
    """
    reach = group.reach
    every = (1 << len(reach.descendants)) - 1
    not_beyond = [every & ~(onto | 1 << base) for base, onto in enumerate(reach.descendants)]
    beside = [mask & ~leads for mask, leads in zip(not_beyond, reach.ancestors, strict=True)]
    for target in indices(group.listed):
        bases, own = reach.before[target], group.models[group.model(target)]
        rest = own & group.listed & ~(1 << target | reach.descendants[target])
        for base in indices(bases & own):
            if not bases & not_beyond[base] or not rest & beside[base]:
                yield base, target


def _left_behind_findings(
    findings_input: FindingsInput, group: ModelComponent, base: int, target: int
) -> Iterator[Finding]:
    """Yields the finding for a pair of base and target, if the base lies far behind all other entries."""
    if beyond := _other_bases_beyond(group, base, target):
        why = "other-bases-beyond"
        explanation = "all other bases of the target that give a step lie two steps or more beyond it"
    elif beyond := _all_else_beyond(group, base, target):
        why = "all-else-beyond"
        explanation = "these listed entries lie beyond it, without a declared pathway to the target"
    else:
        return
    entries = [group.shown(base), group.shown(target)]
    others = group.members(indices(beyond))
    text = f"{entries[1]} has the base {entries[0]}, and {explanation}: {shorten_numbers(others)}."
    twins = group.network.vertices[group.vertices[target]].members
    declared = next((twin.declared.id for twin in twins if twin.declared.bases), "")
    evidence = LeftBehindEvidence.model_validate(
        {"base": entries[0], "target": entries[1], "why": why, "beyond": others, "declaration": declared}
    )
    yield findings_input.finding(
        "left-behind", text, entries, evidence, findings_input.believed_since([*entries, *others])
    )


def _other_bases_beyond(group: ModelComponent, base: int, target: int) -> int:
    """Returns all other bases of the target if they lie two or more steps beyond the base, otherwise no vertex."""
    reach = group.reach
    others = reach.before[target] & ~(1 << base)
    return others if not others & (~reach.descendants[base] | reach.after[base] | reach.descendants[target]) else 0


def _all_else_beyond(group: ModelComponent, base: int, target: int) -> int:
    """Returns all other listed vertices of the device model if they lie beyond the base, otherwise no vertex.

    The result is also empty if there are fewer than two, or if one of them reaches the target or a vertex beyond it.
    """
    reach = group.reach
    own = group.models[group.model(target)] & group.listed
    beyond = own & ~(1 << base | 1 << target | reach.ancestors[base] | reach.descendants[target])
    if beyond.bit_count() < 2 or beyond & (~reach.descendants[base] | reach.ancestors[target]):
        return 0
    return 0 if any(reach.descendants[nth] & reach.descendants[target] for nth in indices(beyond)) else beyond
