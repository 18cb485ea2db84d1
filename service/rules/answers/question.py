"""A question for the pathway from one entry to another, at an effective time and by the facts recorded until a given
instant, with the upgrade graph that answers it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.memo import cached_property
from service.domain.outcomes import Outcome
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.possible_paths import could_reach
from service.rules.pathfinding.temporal_graph import TemporalGraph


@dataclass(frozen=True)
class Question:
    """A question: how does a meter get from the entry `base` to the entry `target` at the effective time `at`, by the
    facts that the service had recorded until `known_at`?
    """

    base: str
    target: str
    at: datetime
    known_at: datetime
    through_removed: bool = False


class QuestionContext:
    """A pathway question with the upgrade graph that answers it. `start` and `goal` are the vertices of base and
    target, or None for an entry on no list in force.
    """

    def __init__(self, question: Question, graph: TemporalGraph) -> None:
        self.question = question
        self.temporal_graph = graph
        self.network = graph.network(question.at).for_question(question.base, question.target)
        self.start = self.network.index_of.get(question.base)
        self.goal = self.network.index_of.get(question.target)
        self.enterable = self.network.enterable(question.through_removed)

    @cached_property
    def outcome(self) -> Outcome:
        """Returns the outcome of the pathway question: `already-there`, `route`, `unknown` if a missing declaration
        could make a route, else `none`.
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
        """Returns the preferred path from base to target as vertices, or None if there is no path."""
        return self._path(self.network, self.start, self.goal, self.question.through_removed)

    @property
    def route(self) -> list[str]:
        """Returns the entries of the preferred pathway, both ends included; empty where the outcome is no route."""
        return self.numbers(self.path or []) if self.outcome == "route" else []

    def moved_to(self, at: datetime) -> "QuestionContext":
        """Returns the same question at another effective time, by the same recorded facts."""
        return QuestionContext(replace(self.question, at=at), self.temporal_graph)

    @cached_property
    def path_through_removed(self) -> list[int] | None:
        """Returns the preferred path from base to target if steps may enter entries of status Removed. Returns None if
        there is no such path.
        """
        return self._path(self.network, self.start, self.goal, True)

    @cached_property
    def path_through_held(self) -> list[int] | None:
        """Returns the path that would exist if somebody accepted every declared base that gives no step without
        acceptance. Returns None if there is no such path.
        """
        if not self.network.snapshot.held:
            return self.path
        return self._path(self.network.with_held_accepted(), self.start, self.goal, self.question.through_removed)

    @cached_property
    def reverse_path(self) -> list[int] | None:
        """Returns the preferred path in the opposite direction, from the target to the base, or None if there is no
        path.
        """
        return self._path(self.network, self.goal, self.start, self.question.through_removed)

    def _path(self, network: Network, start: int | None, goal: int | None, through_removed: bool) -> list[int] | None:
        if start is None or goal is None or not network.ancestors(through_removed)[goal] >> start & 1:
            return None
        return network.shortest_paths_to(goal, through_removed).path(start)

    def numbers(self, vertices: Iterable[int]) -> list[str]:
        """Returns, for each vertex given, the number of the entry that represents it, in the order of `vertices`."""
        return [self.network.shown[index] for index in vertices]

    def members(self, vertices: Iterable[int]) -> list[str]:
        """Returns the sorted numbers of all entries of the vertices given. A vertex has all entries that carry one
        image.
        """
        return sorted(member.number for index in vertices for member in self.network.vertices[index].members)
