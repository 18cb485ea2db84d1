"""Strongly connected components: the entries that can each be reached from the other."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def cycle_of(after: Mapping[N, Iterable[N]]) -> dict[N, N]:
    """For every vertex, one vertex that stands for its component. Kosaraju's two passes, without recursion:
    a chain of 600 steps is a test."""
    before: dict[N, list[N]] = {}
    for here, there in after.items():
        before.setdefault(here, [])
        for other in there:
            before.setdefault(other, []).append(here)
    found: dict[N, N] = {}
    for root in reversed(_by_finish(after, before)):
        queue = [root] if root not in found else []
        while queue:
            here = queue.pop()
            if here not in found:
                found[here] = root
                queue.extend(before[here])
    return found


def _by_finish(after: Mapping[N, Iterable[N]], all_of: Iterable[N]) -> list[N]:
    seen: set[N] = set()
    finished: list[N] = []
    for root in all_of:
        stack = [(root, iter(after.get(root, ())))] if root not in seen else []
        seen.add(root)
        while stack:
            here, rest = stack[-1]
            there = next((n for n in rest if n not in seen), None)
            if there is None:
                finished.append(here)
                stack.pop()
            else:
                seen.add(there)
                stack.append((there, iter(after.get(there, ()))))
    return finished
