"""Caches pathway answers as bytes.

An answer stays the same, but for its `at` and its signature, over an interval of `at`. The cache has such an answer as
JSON in which both can be filled in.
"""

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

_OVERHEAD = 1_000
"""Bytes that a cached answer takes beside its JSON."""


class EncodedAnswer(NamedTuple):
    """A response body, the instant `at` that it answers for, and its summary for the disclosure log."""

    body: bytes
    at: datetime
    summary: AnswerSummary


class _CachedAnswer(NamedTuple):
    """An answer, and the interval of `at` in which it holds."""

    json: SignableJson
    interval: Span
    summary: AnswerSummary


class AnswerCache:
    """Answers pathway questions by a graph cache. `max_bytes` bounds the cached answers. Threads may share it."""

    def __init__(self, graph_cache: GraphCache, keys: Keyring, max_bytes: int) -> None:
        self.graph_cache = graph_cache
        self.keys = keys
        self._answers = SizedLRU[Hashable, _CachedAnswer](max_bytes)

    def cached(self, last: Compartment, question: PathwayQuestion) -> EncodedAnswer | None:
        """The answer as of a last committed state, or None where the cache has none that holds at the instant asked.

        Queries no graph and waits for no lock, so that an event loop may call this method.
        """
        if question.known_at:
            return None  # the recorded instant has to be resolved first
        key = _key(last.recorded, last.head, question)
        return self._find(key, question.at or self.graph_cache.clock())

    def pathway(self, last: Compartment, question: PathwayQuestion) -> EncodedAnswer:
        """The answer as of a last committed state, or as known at the question's `known_at` before that state.

        Raises EntryNotFound for a number that no list known then has, InvalidQuestion for instants that cannot be
        resolved, and TooMuchWork where the search for alternatives exceeds its limit.
        """
        as_of = self.graph_cache.as_of_state(last, question.at, question.known_at)
        head = self.graph_cache.head(as_of.known_at)
        key = _key(as_of.known_at, head, question)
        return self._find(key, as_of.at) or self._fill(self._answer(key, as_of, head, question), as_of.at)

    def _find(self, key: Hashable, at: datetime) -> EncodedAnswer | None:
        answer = self._answers.get(key)
        return self._fill(answer, at) if answer and answer.interval.contains(at) else None

    def _fill(self, answer: _CachedAnswer, at: datetime) -> EncodedAnswer:
        return EncodedAnswer(answer.json.fill_at(at, self.keys), at, answer.summary)

    def _answer(self, key: Hashable, as_of: AsOf, head: str, question: PathwayQuestion) -> _CachedAnswer:
        """Finds the answer and caches it."""
        removed, alternatives = question.through_removed, question.alternatives
        pathway, interval = pathways.find_timed_pathway_data(
            self.graph_cache, as_of, question.from_, question.to, removed, alternatives
        )
        json = write_pathway(pathway, removed, alternatives, head, self.keys.id)
        answer = _CachedAnswer(json, interval, summarise_pathway(pathway))
        self._answers.put([key], answer, json.size + _OVERHEAD)
        return answer


def _key(known_at: datetime, head: str, question: PathwayQuestion) -> Hashable:
    """All that an answer depends on, except for `at`."""
    return known_at, head, question.from_, question.to, question.through_removed, question.alternatives
