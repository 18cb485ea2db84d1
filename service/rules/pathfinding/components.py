"""Strongly connected components: the vertices that can each be reached from the other."""

from collections.abc import Sequence

from service.rules.pathfinding.bitset import first_index, indices, reachable_from


def strongly_connected_components(after: Sequence[int], before: Sequence[int], within: int) -> list[int]:
    """The components of those of a graph's vertices, as sets; each comes before all that it leads to.

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
