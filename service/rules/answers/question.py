"""A question as the rules see it: two entries in a network, as of both clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from service.rules.pathfinding.network import Network
from service.rules.pathfinding.temporal_graph import TemporalGraph


@dataclass(frozen=True)
class Question:
    """How do I get from one entry to another, at a time, as known at a time?"""

    base: str
    target: str
    at: datetime
    known_at: datetime
    through_removed: bool = False


class QuestionContext:
    """A question put to a terrain. Places are None for an entry that no list in force has yet."""

    def __init__(self, question: Question, terrain: TemporalGraph) -> None:
        self.question = question
        self.temporal_graph = terrain
        self.network = terrain.network(question.at).for_question(question.base, question.target)
        self.start = self.network.of.get(question.base)
        self.goal = self.network.of.get(question.target)
        self.enterable = self.network.enterable(question.through_removed)

    @cached_property
    def path(self) -> list[int] | None:
        """The preferred way, if there is one."""
        return self._way(self.network, self.start, self.goal, self.question.through_removed)

    @cached_property
    def path_through_removed(self) -> list[int] | None:
        """The preferred way if removed entries may be stepped to."""
        return self._way(self.network, self.start, self.goal, True)

    @cached_property
    def path_through_held(self) -> list[int] | None:
        """The preferred way if every held base were accepted."""
        if not self.network.snapshot.held:
            return self.path
        return self._way(self.network.with_held(), self.start, self.goal, self.question.through_removed)

    @cached_property
    def reverse_path(self) -> list[int] | None:
        """The preferred way from the target to the base."""
        return self._way(self.network, self.goal, self.start, self.question.through_removed)

    def _way(self, network: Network, start: int | None, goal: int | None, through_removed: bool) -> list[int] | None:
        if start is None or goal is None or not network.ancestors(through_removed)[goal] >> start & 1:
            return None
        return network.shortest_paths_to(goal, through_removed).path(start)

    def numbers(self, places: Iterable[int]) -> list[str]:
        """The shown numbers of vertices, in order of the vertices given."""
        return [self.network.shown[place] for place in places]

    def members(self, places: Iterable[int]) -> list[str]:
        """Every entry number of these vertices, sorted."""
        return sorted(m.number for place in places for m in self.network.vertices[place].members)
