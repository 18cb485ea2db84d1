"""Components of graphs, and what is reached from every vertex, one component after another."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from service.rules.pathfinding.bitset import first_index, indices, reachable_from, union_of

K = TypeVar("K", bound=Hashable)


def strongly_connected_components(after: Sequence[int], before: Sequence[int], within: int) -> list[int]:
    """The strongly connected components of those of a graph's vertices, as sets; each before all that it leads to.

    Kosaraju's two passes, without recursion: a chain of 600 steps is a test. A vertex costs some operations on whole
    sets, however many steps it has.
    """
    found, left = [], within
    for root in reversed(_by_finish(after, within)):
        if left >> root & 1:
            part = reachable_from(before, 1 << root, left)
            left &= ~part
            found.append(part)
    return found


def _by_finish(after: Sequence[int], within: int) -> list[int]:
    finished, left = [], within
    for root in indices(within):
        stack = [root] if left >> root & 1 else []
        left &= ~(1 << root)
        while stack:
            fresh = after[stack[-1]] & left
            if fresh:
                left ^= fresh & -fresh
                stack.append(first_index(fresh))
            else:
                finished.append(stack.pop())
    return finished


def closure(ways: Sequence[int], parts: Iterable[int]) -> list[int]:
    """For every vertex all that it leads to in one step or more.

    `parts` are the strongly connected components, each after all that it leads to by these ways.
    """
    found = [0] * len(ways)
    for part in parts:
        near = union_of(ways, part)
        whole = near | union_of(found, near & ~part)
        for place in indices(part):
            found[place] = whole
    return found


def connected(beside: Mapping[K, Collection[K]], starts: Iterable[K]) -> Iterator[set[K]]:
    """The connected components in which these vertices stand, each once, in the order of its first start.

    `beside` has the neighbours of each vertex, in both directions.
    """
    seen: set[K] = set()
    for start in starts:
        if start in seen:
            continue
        part, queue = {start}, [start]
        while queue:
            fresh = set(beside.get(queue.pop(), ())) - part
            part |= fresh
            queue += fresh
        seen |= part
        yield part
