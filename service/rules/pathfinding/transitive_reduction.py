"""The transitive reduction of an upgrade graph: the fewest steps from which the same vertices can be reached."""

from collections.abc import Iterator, Sequence

from service.rules.pathfinding.bitset import bitset_of, first_index, indices, union_of


def reduced_steps(before: Sequence[int], enterable: int, components: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yields the steps of the transitive reduction of an upgrade graph, each as its base and its target vertex.

    The reduction treats each cycle as one vertex, and yields no step within a cycle. A step from one cycle to another
    stands for all steps between these two: it is the one with the lowest target, and the lowest base of that target.
    `before` has the predecessors of each vertex. Steps enter vertices in `enterable` only. `components` are the
    strongly connected components of all vertices, in topological order.
    """
    position_of = {vertex: position for position, component in enumerate(components) for vertex in indices(component)}
    closed: list[int] = []  # for each component its own position and those of all components that lead to it
    for position, component in enumerate(components):
        bases = indices(union_of(before, component & enterable) & ~component)
        remaining, reached = bitset_of(position_of[base] for base in bases), 1 << position
        while remaining:
            nearest = remaining.bit_length() - 1
            remaining &= ~closed[nearest]
            reached |= closed[nearest]
            yield _step_between(before, components[nearest], component & enterable)
        closed.append(reached)


def _step_between(before: Sequence[int], bases: int, targets: int) -> tuple[int, int]:
    target = next(index for index in indices(targets) if before[index] & bases)
    return first_index(before[target] & bases), target
