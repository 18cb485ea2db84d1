"""Pathways as they are sent. What stays the same but for its instant is kept as it was sent, with its receipt open."""

from collections.abc import Hashable
from datetime import datetime

from service.ask.forms import Form, form
from service.ask.questions import PathwayQuestion
from service.keys import Keyring
from service.model.clock import Span
from service.rules.kept import Kept
from service.store import pathways
from service.store.compartment import Compartment
from service.store.lists import Moment
from service.store.memory import Memory

_EACH = 1_000
"""Bytes that keeping an answer takes beside its own."""


class Answering:
    """Answers questions from what a memory fetches. `most` bounds what is kept, in bytes. Threads may share it."""

    def __init__(self, memory: Memory, keys: Keyring, most: int) -> None:
        self.memory = memory
        self.keys = keys
        self._kept = Kept[Hashable, tuple[Form, Span]](most)

    def kept(self, last: Compartment, asked: PathwayQuestion) -> bytes | None:
        """The answer as of a last committed state, where it was given before and is still true.

        Nothing is asked of the graph, and nothing waited for.
        """
        if asked.known_at:
            return None  # what was known then is to be settled first
        return self._told(_key(last.recorded, last.head, asked), asked.at or self.memory.clock())

    def pathway(self, last: Compartment, asked: PathwayQuestion) -> bytes:
        """The answer as of a last committed state, or as known before it.

        Raises EntryUnknown for a number that no list known then has, BadQuestion for instants that cannot be asked of,
        and TooMuchWork for alternatives that would take too much work to find.
        """
        when = self.memory.moment_of(last, asked.at, asked.known_at)
        head = self.memory.head(when.known_at)
        key = _key(when.known_at, head, asked)
        return self._told(key, when.at) or self._made(key, when, head, asked).filled(when.at, self.keys)

    def _told(self, key: Hashable, at: datetime) -> bytes | None:
        found = self._kept.get(key)
        return found[0].filled(at, self.keys) if found and found[1].holds(at) else None

    def _made(self, key: Hashable, when: Moment, head: str, asked: PathwayQuestion) -> Form:
        removed, more = asked.through_removed, asked.alternatives
        found, span = pathways.lasting(self.memory, when, asked.from_, asked.to, removed, more)
        made = form(found, removed, more, head, self.keys.id)
        self._kept.put([key], (made, span), made.size + _EACH)
        return made


def _key(known_at: datetime, head: str, asked: PathwayQuestion) -> Hashable:
    """All that an answer depends on but `at`."""
    return known_at, head, asked.from_, asked.to, asked.through_removed, asked.alternatives
