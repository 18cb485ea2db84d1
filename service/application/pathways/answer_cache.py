"""Pathways as they are sent. What stays the same but for its instant is kept as it was sent, with its receipt open."""

from collections.abc import Hashable
from datetime import datetime
from typing import NamedTuple

from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.pathway_json import SignableJson, write_pathway
from service.domain.as_of import AsOf
from service.domain.clock import Span
from service.domain.memo import SizedLRU
from service.repositories.compartments import Compartment
from service.rules.records.disclosure import summarise_pathway
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.disclosures import AnswerSummary
from service.security.receipt_keys import Keyring

_EACH = 1_000
"""Bytes that keeping an answer takes beside its own."""


class EncodedAnswer(NamedTuple):
    """An answer as it is sent, and what it says in short."""

    body: bytes
    at: datetime
    said: AnswerSummary


class _CachedAnswer(NamedTuple):
    """An answer while it stays the same."""

    form: SignableJson
    span: Span
    said: AnswerSummary


class AnswerCache:
    """Answers questions from what a memory fetches. `most` bounds what is kept, in bytes. Threads may share it."""

    def __init__(self, memory: GraphCache, keys: Keyring, most: int) -> None:
        self.memory = memory
        self.keys = keys
        self._kept = SizedLRU[Hashable, _CachedAnswer](most)

    def cached(self, last: Compartment, asked: PathwayQuestion) -> EncodedAnswer | None:
        """The answer as of a last committed state, where it was given before and is still true.

        Nothing is asked of the graph, and nothing waited for.
        """
        if asked.known_at:
            return None  # what was known then is to be settled first
        return self._told(_key(last.recorded, last.head, asked), asked.at or self.memory.clock())

    def pathway(self, last: Compartment, asked: PathwayQuestion) -> EncodedAnswer:
        """The answer as of a last committed state, or as known before it.

        Raises EntryNotFound for a number that no list known then has, InvalidQuestion for instants that cannot be asked
        of, and TooMuchWork for alternatives that would take too much work to find.
        """
        when = self.memory.as_of_state(last, asked.at, asked.known_at)
        head = self.memory.head(when.known_at)
        key = _key(when.known_at, head, asked)
        return self._told(key, when.at) or self._given(self._made(key, when, head, asked), when.at)

    def _told(self, key: Hashable, at: datetime) -> EncodedAnswer | None:
        found = self._kept.get(key)
        return self._given(found, at) if found and found.span.contains(at) else None

    def _given(self, found: _CachedAnswer, at: datetime) -> EncodedAnswer:
        return EncodedAnswer(found.form.fill_at(at, self.keys), at, found.said)

    def _made(self, key: Hashable, when: AsOf, head: str, asked: PathwayQuestion) -> _CachedAnswer:
        removed, more = asked.through_removed, asked.alternatives
        found, span = pathways.find_timed_pathway_data(self.memory, when, asked.from_, asked.to, removed, more)
        made = _CachedAnswer(write_pathway(found, removed, more, head, self.keys.id), span, summarise_pathway(found))
        self._kept.put([key], made, made.form.size + _EACH)
        return made


def _key(known_at: datetime, head: str, asked: PathwayQuestion) -> Hashable:
    """All that an answer depends on but `at`."""
    return known_at, head, asked.from_, asked.to, asked.through_removed, asked.alternatives
