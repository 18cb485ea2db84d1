"""A question as the rules see it: two entries in a network, as of both clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from service.rules.neighbourhood import Neighbourhood
from service.rules.network import Network
from service.rules.route import best


@dataclass(frozen=True)
class Question:
    """How do I get from one entry to another, at a time, as known at a time?"""

    base: str
    target: str
    at: datetime
    known_at: datetime
    through_removed: bool = False


class Setting:
    """A question put to a neighbourhood. Places are None for an entry that no list in force has yet."""

    def __init__(self, question: Question, near: Neighbourhood) -> None:
        self.question = question
        self.network = Network(near, (question.base, question.target))
        self.start = self.network.of.get(question.base)
        self.goal = self.network.of.get(question.target)
        self.enterable = self.network.enterable(question.through_removed)

    @cached_property
    def way(self) -> list[int] | None:
        """The preferred way, if there is one."""
        return self._best(self.enterable)

    @cached_property
    def way_through_removed(self) -> list[int] | None:
        """The preferred way if removed entries may be stepped to."""
        return self._best(self.network.enterable(True))

    def _best(self, enterable: list[bool]) -> list[int] | None:
        if self.start is None or self.goal is None:
            return None
        return best(self.network, self.start, self.goal, enterable)

    def numbers(self, places: Iterable[int]) -> list[str]:
        """The shown numbers of vertices, in order of the vertices given."""
        return [self.network.shown[place] for place in places]

    def members(self, places: Iterable[int]) -> list[str]:
        """Every entry number of these vertices, sorted."""
        return sorted(m.number for place in places for m in self.network.vertices[place].members)
