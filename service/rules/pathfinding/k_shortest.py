"""Further pathways in the order of preference (design 4), by deviations from those found (Yen, as Lawler divides them).

A way that is left leaves some way found: it shares its beginning with it and then goes on to what none of those
with that beginning has taken. So the ways left are divided into branches, each with a best way of its own, and none
is found twice. Ways are never enumerated: in a dense device model most pairs have more than ten thousand.

A branch is ranked by what it could cost at best, if it might pass its own beginning again, and looked into only when
it comes first. Its best way then mostly is the cheapest of all from there; where that one passes the beginning, it is
searched for anew without it. The work is counted in steps looked at, so the same question always ends the same way.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import accumulate

from service.errors import TooMuchWork
from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.shortest_path import Cost, costs_to

MAX_WORK = 2_000_000
"""Steps that may be looked at for one question: about a second."""

Path = list[int]
Rank = tuple[Cost, int]


def further_paths(
    network: Network, way: Path, enterable: int, most: int, work: int = MAX_WORK
) -> tuple[list[Path], bool]:
    """Up to `most` loop-free ways beside the preferred one, in order, and whether there are more.

    Raises TooMuchWork where more than `work` steps would be looked at.
    """
    search = _Search(network, way[-1], enterable, work)
    families = [_Family(search, way, 0)]
    found: list[Path] = []
    while best := min(filter(_Family.settled, families), key=_Family.first, default=None):
        if len(found) == most:
            return found, True
        place, other = best.take()
        found.append(other)
        families.append(_Family(search, other, place + 1))
    return found, False


class _Search:
    """What all branches share: where to, by which steps, and how many more may be looked at."""

    def __init__(self, network: Network, goal: int, enterable: int, work: int) -> None:
        self.network, self.goal, self.enterable = network, goal, enterable
        self.work = self.most = work
        self.left = self.costs()

    def look(self, at: Iterable[int], ways: Sequence[int]) -> None:
        """Counts the steps that these places have."""
        self.work -= sum(ways[place].bit_count() + 1 for place in at)
        if self.work < 0:
            raise TooMuchWork(
                f"To tell these alternatives takes more than {self.most:,} steps to look at, the most for one "
                "question. Ask for fewer alternatives, or for an entry on the way; without alternatives the pathway "
                "is always told."
            )

    def costs(self, without: Path | None = None) -> dict[int, Cost]:
        """What is left to the goal from everywhere, none of those left out being passed."""
        closed = bitset_of(without or [])
        levels = costs_to(self.network.before, self.network.imageless, self.goal, self.enterable & ~closed)
        found = {place: cost for cost, level in levels.items() for place in indices(level & ~closed)}
        self.look(found, self.network.before)
        return found

    def onto(self, start: int, costs: dict[int, Cost]) -> Path:
        """The preferred way from where the costs are known. It never comes by twice: each step lowers what is left."""
        way = [start]
        while way[-1] != self.goal:
            found = self.next(way[-1], costs, frozenset())
            assert found
            way.append(found[1])
        return way

    def next(self, here: int, costs: dict[int, Cost], barred: Set[int]) -> tuple[Cost, int] | None:
        """The best step on from a place and what it costs to the goal, if there is one."""
        self.look([here], self.network.after)
        blank, shown = self.network.imageless, self.network.shown
        onwards = (
            ((costs[there][0] + (blank >> there & 1), costs[there][1] + 1), shown[there], there)
            for there in indices(self.network.after[here] & self.enterable)
            if there in costs and there not in barred
        )
        best = min(onwards, default=None)
        return (best[0], best[2]) if best else None


@dataclass(order=True)
class _Branch:
    """The ways that leave a way at a place. `rank` is that of its best, or lower while that one is not known."""

    rank: Rank
    place: int = field(compare=False)
    then: int = field(compare=False)
    best: Path | None = field(default=None, compare=False)


class _Family:
    """All branches of one way from a place on. None of them has a way in another's, so their order is soon told."""

    def __init__(self, search: _Search, way: Path, since: int) -> None:
        self.search, self.path = search, way
        self.nth = {place: nth for nth, place in enumerate(way)}
        self.flawed = list(accumulate((search.network.imageless >> place & 1 for place in way[1:]), initial=0))
        self.taken = [{there} for there in way[1:]]
        self.waiting: list[_Branch] = []
        for place in range(since, len(way) - 1):
            self._branch(place)

    def _branch(self, place: int) -> None:
        """Puts the branch at a place in the queue, as if its ways might pass their own beginning after one step."""
        onwards = indices(self.search.network.after[self.path[place]])
        passed = {there for there in onwards if self.nth.get(there, place + 1) <= place}
        self._wait(place, self.search.left, self.taken[place] | passed)

    def _wait(self, place: int, costs: dict[int, Cost], barred: set[int], *, known: bool = False) -> None:
        onwards = self.search.next(self.path[place], costs, barred)
        if onwards:
            (flawed, steps), then = onwards
            best = self.path[: place + 1] + self.search.onto(then, costs) if known else None
            cost = (self.flawed[place] + flawed, place + steps)
            heappush(self.waiting, _Branch((cost, self._order(place, then)), place, then, best))

    def _order(self, place: int, then: int) -> int:
        """Among ways of one cost: those that leave for a lower number than the way's own come first, and of these the
        earlier; then those that leave for a higher one, the later first. Up to where the first leaves they are one."""
        shown, size = self.search.network.shown, len(self.path)
        return place - size if shown[then] < shown[self.path[place + 1]] else size - place

    def settled(self) -> bool:
        """Finds out the best way of whichever branch comes first, until it is known; False where none is left."""
        while self.waiting and self.waiting[0].best is None:
            branch = heappop(self.waiting)
            rest = self.search.onto(branch.then, self.search.left)
            if all(self.nth.get(there, branch.place + 1) > branch.place for there in rest):
                branch.best = self.path[: branch.place + 1] + rest
                heappush(self.waiting, branch)
            else:
                costs = self.search.costs(without=self.path[: branch.place + 1])
                self._wait(branch.place, costs, self.taken[branch.place], known=True)
        return bool(self.waiting)

    def first(self) -> tuple[Cost, list[str]]:
        """By what the families' best ways are compared."""
        branch = self.waiting[0]
        return branch.rank[0], [self.search.network.shown[place] for place in branch.best or []]

    def take(self) -> tuple[int, Path]:
        """The best way of all branches, and where it leaves; the rest of its branch waits anew."""
        branch = heappop(self.waiting)
        assert branch.best
        self.taken[branch.place].add(branch.best[branch.place + 1])
        self._branch(branch.place)
        return branch.place, branch.best
