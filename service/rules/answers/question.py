"""A question about two entries at one effective time and one recorded time, with the network that answers it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.memo import cached_property
from service.domain.outcomes import Outcome
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.possible_paths import could_reach
from service.rules.pathfinding.temporal_graph import TemporalGraph


@dataclass(frozen=True)
class Question:
    """A question: how does a meter get from `base` to `target` at the effective time `at`, by what was recorded at
    `known_at`?
    """

    base: str
    target: str
    at: datetime
    known_at: datetime
    through_removed: bool = False


class QuestionContext:
    """A question with its network. `start` and `goal` are vertices, or None for an entry on no list in force."""

    def __init__(self, question: Question, graph: TemporalGraph) -> None:
        self.question = question
        self.temporal_graph = graph
        self.network = graph.network(question.at).for_question(question.base, question.target)
        self.start = self.network.index_of.get(question.base)
        self.goal = self.network.index_of.get(question.target)
        self.enterable = self.network.enterable(question.through_removed)

    @cached_property
    def outcome(self) -> Outcome:
        """Returns the outcome: `already-there`, `route`, `unknown` if a missing declaration could make a route, else
        `none`.
        """
        if self.start is None or self.goal is None:
            return "none"
        if self.start == self.goal:
            return "already-there"
        if self.path:
            return "route"
        return "unknown" if could_reach(self.network, self.start, self.goal, self.enterable) else "none"

    @cached_property
    def path(self) -> list[int] | None:
        """Returns the preferred path from base to target as vertices, or None."""
        return self._path(self.network, self.start, self.goal, self.question.through_removed)

    @cached_property
    def path_through_removed(self) -> list[int] | None:
        """Returns the preferred path if steps may enter removed entries, or None."""
        return self._path(self.network, self.start, self.goal, True)

    @cached_property
    def path_through_held(self) -> list[int] | None:
        """Returns the preferred path if somebody accepted every held base (a base of another device model) by name, or
        None.
        """
        if not self.network.snapshot.held:
            return self.path
        return self._path(self.network.with_held_accepted(), self.start, self.goal, self.question.through_removed)

    @cached_property
    def reverse_path(self) -> list[int] | None:
        """Returns the preferred path from the target to the base, or None."""
        return self._path(self.network, self.goal, self.start, self.question.through_removed)

    def _path(self, network: Network, start: int | None, goal: int | None, through_removed: bool) -> list[int] | None:
        if start is None or goal is None or not network.ancestors(through_removed)[goal] >> start & 1:
            return None
        return network.shortest_paths_to(goal, through_removed).path(start)

    def numbers(self, vertices: Iterable[int]) -> list[str]:
        """Returns the entry number that represents each vertex, in the order of `vertices`."""
        return [self.network.shown[index] for index in vertices]

    def members(self, vertices: Iterable[int]) -> list[str]:
        """Returns the entry numbers of all entries of the vertices given, sorted."""
        return sorted(member.number for index in vertices for member in self.network.vertices[index].members)
