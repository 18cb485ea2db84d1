"""Algorithms of graph theory: connected components, strongly connected components and the transitive closure."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from service.rules.pathfinding.bitset import first_index, indices, reachable_from, union_of

K = TypeVar("K", bound=Hashable)


def strongly_connected_components(after: Sequence[int], before: Sequence[int], within: int) -> list[int]:
    """Returns the strongly connected components of the vertices in `within`, as bit sets in topological order.

    `after` has the successors of each vertex, `before` its predecessors. The function uses Kosaraju's algorithm without
    recursion, because a chain of 600 steps would exceed Python's recursion limit. Each vertex costs a few operations on
    bit sets, whatever its number of steps.
    """
    components, unassigned = [], within
    for root in reversed(_finishing_order(after, within)):
        if unassigned >> root & 1:
            component = reachable_from(before, 1 << root, unassigned)
            unassigned &= ~component
            components.append(component)
    return components


def _finishing_order(after: Sequence[int], within: int) -> list[int]:
    finished, unvisited = [], within
    for root in indices(within):
        stack = [root] if unvisited >> root & 1 else []
        unvisited &= ~(1 << root)
        while stack:
            successors = after[stack[-1]] & unvisited
            if successors:
                unvisited ^= successors & -successors
                stack.append(first_index(successors))
            else:
                finished.append(stack.pop())
    return finished


def transitive_closure(after: Sequence[int], components: Iterable[int]) -> list[int]:
    """Returns, for every vertex, the bit set of all vertices to which a path of one edge or more leads from it.

    `after` has the successors of each vertex. `components` are the strongly connected components; a component comes
    after all components to which its edges lead.
    """
    closed = [0] * len(after)
    for component in components:
        neighbours = union_of(after, component)
        reached = neighbours | union_of(closed, neighbours & ~component)
        for vertex in indices(component):
            closed[vertex] = reached
    return closed


def connected_components(neighbours: Mapping[K, Collection[K]], starts: Iterable[K]) -> Iterator[set[K]]:
    """Yields each connected component that contains a vertex of `starts`, as a set, in the order of `starts`.

    `neighbours` has the neighbours of each vertex in both directions.
    """
    seen: set[K] = set()
    for start in starts:
        if start in seen:
            continue
        component, queue = {start}, [start]
        while queue:
            unvisited = set(neighbours.get(queue.pop(), ())) - component
            component |= unvisited
            queue += unvisited
        seen |= component
        yield component
