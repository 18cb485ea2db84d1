"""Describes the upgrade graph of a device model: its firmware images, the steps in force, and the steps to draw."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from service.domain.facts import DeclarationKind
from service.rules.answers.warnings import fragment_of
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.connected_components import strongly_connected_components
from service.rules.pathfinding.network import Network, Vertex
from service.rules.pathfinding.transitive_reduction import reduced_steps
from service.schemas.responses.device_models import Fragment, UnacceptedBase, UpgradeGraphNode


def build_nodes(network: Network, device_model: str, through_removed: bool) -> Sequence[UpgradeGraphNode]:
    """Returns the firmware images of a device model, and those of other device models that a step or a declared base
    joins to it, in the order of the entry numbers that represent them. The network caches them: it must be that of no
    question.

    `through_removed`: whether the reduction has steps to entries of status Removed.
    """
    key = "upgrade graph", device_model, through_removed
    nodes: Sequence[UpgradeGraphNode] | None = network.cache.get(key)
    if nodes is None:
        nodes = _build_nodes(network, device_model, through_removed)
        network.cache.put([key], nodes, 1 + len(nodes))
    return nodes


def _build_nodes(network: Network, device_model: str, through_removed: bool) -> list[UpgradeGraphNode]:
    nodes = _joined(network, device_model)
    held = _held_bases(network, nodes)
    enterable = network.enterable(through_removed) & nodes
    before, after = ([neighbours & nodes for neighbours in sets] for sets in (network.before, network.after))
    components = [
        *(1 << index for index in indices(nodes & ~enterable)),
        *strongly_connected_components(after, before, enterable),
    ]
    drawn, cycle_of = _reduced_bases(before, enterable, components), _cycles(components)
    return [
        UpgradeGraphNode(
            entry=vertex.shown.number,
            entries=[member.number for member in vertex.members],
            device_model=vertex.device_model,
            firmware_version=vertex.shown.firmware_version,
            image_hash=vertex.shown.image_hash or None,
            listed=vertex.listed,
            declaration=_declaration_kind(vertex),
            fragment=_fragment(vertex),
            cycle=cycle_of.get(index),
            bases=[network.shown[base] for base in indices(before[index])],
            reduced_bases=[network.shown[base] for base in sorted(drawn[index])],
            held=held[index],
        )
        for index, vertex in ((index, network.vertices[index]) for index in indices(nodes))
    ]


def _joined(network: Network, device_model: str) -> int:
    """Returns the vertices of a device model, and the vertices that one step or declared base joins to them."""
    own = joined = network.peers.get(device_model, 0)
    for index in indices(own):
        joined |= network.before[index] | network.after[index]
    for base, target in _held_pairs(network):
        if (1 << base | 1 << target) & own:
            joined |= 1 << base | 1 << target
    return joined


def _held_pairs(network: Network) -> Iterator[tuple[int, int]]:
    for pair in network.snapshot.held:
        yield network.index_of[pair.base], network.index_of[pair.target]


def _held_bases(network: Network, nodes: int) -> dict[int, list[UnacceptedBase]]:
    """Returns those of the vertices given that await acceptance as bases, by the vertex of their target."""
    held: dict[int, list[UnacceptedBase]] = defaultdict(list)
    for pair in sorted(network.snapshot.held):
        base, target = network.index_of[pair.base], network.index_of[pair.target]
        if nodes >> base & 1:
            held[target].append(UnacceptedBase(base=network.shown[base], declared=pair.base, code=pair.code))
    return held


def _reduced_bases(before: Sequence[int], enterable: int, components: Sequence[int]) -> dict[int, list[int]]:
    """Returns the bases to draw of each vertex, as vertices."""
    bases: dict[int, list[int]] = defaultdict(list)
    for base, target in reduced_steps(before, enterable, components):
        bases[target].append(base)
    return bases


def _cycles(components: Sequence[int]) -> dict[int, int]:
    """Returns, for each vertex of a cycle, the number of its cycle: 1, 2 and so on, in topological order."""
    cycles = [component for component in components if component.bit_count() > 1]
    return {index: number for number, component in enumerate(cycles, start=1) for index in indices(component)}


def _declaration_kind(vertex: Vertex) -> DeclarationKind:
    kinds = {member.declared.kind for member in vertex.members}
    return next(kind for kind in ("bases", "none", "not-supplied") if kind in kinds)


def _fragment(vertex: Vertex) -> Fragment | None:
    fragment = fragment_of(vertex)
    return Fragment(part=fragment[0], parts=fragment[1]) if fragment else None
