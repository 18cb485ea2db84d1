"""Who reaches whom among some hundreds of vertices, as sets of bits: one `or` joins a thousand of them at a time."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from service.rules.bits import bits, first
from service.rules.cycles import cycle_of

MOST_WORK = 40_000_000
"""Looks at a step after which a sum is given up rather than waited for: some ten seconds."""


class TooMuch(Exception):
    """A sum would cost more than it may."""


class Work:
    """What a sum has cost, in looks at a step."""

    def __init__(self, most: int = MOST_WORK) -> None:
        self.left = most

    def spend(self, looks: int) -> None:
        """Raises TooMuch once more is spent than there was."""
        self.left -= looks
        if self.left < 0:
            raise TooMuch


class Reach:
    """A graph on 0, 1, 2, … and what each vertex reaches in one step or more (`onto`), and is reached by (`leads`)."""

    def __init__(self, after: Sequence[Iterable[int]]) -> None:
        self.after = [sorted(set(there)) for there in after]
        self.before: list[list[int]] = [[] for _ in self.after]
        for here, ways in enumerate(self.after):
            for there in ways:
                self.before[there].append(here)
        self.next = [bits(ways) for ways in self.after]
        self.parts = successors_first(dict(enumerate(self.after)))
        self.part_of = {here: nth for nth, part in enumerate(self.parts) for here in part}
        self.onto = self._closed(self.parts, self.after)
        self.leads = self._closed(list(reversed(self.parts)), self.before)

    def _closed(self, parts: list[list[int]], ways: list[list[int]]) -> list[int]:
        found = [0] * len(ways)
        for part in parts:
            whole = 0
            for here in part:
                for there in ways[here]:
                    whole |= 1 << there | found[there]
            for here in part:
                found[here] = whole
        return found

    def routes_lost(self, gone: int, work: Work) -> int:
        """The ordered pairs of other vertices that have a route, and have none without this vertex.

        Only what reaches less is looked at: from the vertex backwards, as far as anything is lost.
        """
        less: dict[int, int] = {}
        queue = [self.part_of[gone], *(self.part_of[here] for here in self.before[gone])]
        heapify(queue)
        done: set[int] = set()
        while queue:
            nth = heappop(queue)
            if nth in done:
                continue
            done.add(nth)
            for here, still in self._again(self.parts[nth], gone, less, work).items():
                if still != self.onto[here] & ~(1 << gone):
                    less[here] = still
                    for there in self.before[here]:
                        heappush(queue, self.part_of[there])
        return sum((self.onto[here] & ~still & ~(1 << gone | 1 << here)).bit_count() for here, still in less.items())

    def _again(self, part: list[int], gone: int, less: Mapping[int, int], work: Work) -> dict[int, int]:
        """What the vertices of a part reach once one vertex is gone. What they lead to is settled before them."""
        rest = [here for here in part if here != gone]
        inside = set(rest)
        found = dict.fromkeys(rest, 0)
        for group in self._groups(rest, inside):
            whole = 0
            for here in group:
                work.spend(len(self.after[here]) + 1)
                left = self.next[here] & ~(whole | 1 << gone)
                while left:  # what is reached already leads to nothing that is not
                    there = first(left)
                    beyond = found[there] if there in inside else less.get(there, self.onto[there])
                    whole |= 1 << there | beyond
                    left &= ~whole
            found.update(dict.fromkeys(group, whole & ~(1 << gone)))
        return found

    def _groups(self, rest: list[int], inside: set[int]) -> list[list[int]]:
        if len(rest) < 2:
            return [rest] if rest else []
        return successors_first({here: [n for n in self.after[here] if n in inside] for here in rest})


def successors_first(after: Mapping[int, Iterable[int]]) -> list[list[int]]:
    """The strongly connected components; each comes after all that it leads to."""
    groups: dict[int, list[int]] = {}
    for here, root in cycle_of(after).items():
        groups.setdefault(root, []).append(here)
    return list(reversed(groups.values()))
