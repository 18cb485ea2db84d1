"""Caches pathway answers (the route between two entries, or why there is none) as JSON bytes.

During an interval of effective time an answer changes only in its field `at` and its signature. The cache has such an
answer with gaps for both, and fills them in for each request.
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
"""The estimated bytes of memory that a cached answer takes beside its JSON."""


class EncodedAnswer(NamedTuple):
    """The JSON of a pathway answer, the time `at` that the answer is about, and its summary for the disclosure log (who
    received what).
    """

    body: bytes
    at: datetime
    summary: AnswerSummary


class _CachedAnswer(NamedTuple):
    """A pathway answer with gaps for `at` and signature, and the interval of `at` in which the answer holds."""

    json: SignableJson
    interval: Span
    summary: AnswerSummary


class AnswerCache:
    """Gives pathway answers (the route between two entries, or why there is none), and caches them. Threads may share
    it. `max_bytes` limits the cache.
    """

    def __init__(self, graph_cache: GraphCache, keys: Keyring, max_bytes: int) -> None:
        self.graph_cache = graph_cache
        self.keys = keys
        self._answers = SizedLRU[Hashable, _CachedAnswer](max_bytes)

    def cached(self, last: Compartment, question: PathwayQuestion) -> EncodedAnswer | None:
        """Returns the pathway answer in the cache, by the facts committed at `last`. Returns None if the cache has no
        answer for the instant.

        It runs no query and waits for no lock, so that an event loop may call it.
        """
        if question.known_at:
            return None  # the recorded instant has to be resolved first
        key = _key(last.recorded, last.head, question)
        return self._find(key, question.at or self.graph_cache.clock())

    def pathway(self, last: Compartment, question: PathwayQuestion) -> EncodedAnswer:
        """Returns a pathway answer, by the facts committed at `last`, or recorded by an earlier instant that the
        question names.

        Raises EntryNotFound for a number that is on no list recorded by then, InvalidQuestion for instants that have no
        answer, and TooMuchWork if the search for alternatives exceeds its limit.
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
        """Computes the answer to a question, and caches it."""
        removed, alternatives = question.through_removed, question.alternatives
        pathway, interval = pathways.find_timed_pathway_data(
            self.graph_cache, as_of, question.from_, question.to, removed, alternatives
        )
        json = write_pathway(pathway, removed, alternatives, head, self.keys.id)
        answer = _CachedAnswer(json, interval, summarise_pathway(pathway))
        self._answers.put([key], answer, json.size + _OVERHEAD)
        return answer


def _key(known_at: datetime, head: str, question: PathwayQuestion) -> Hashable:
    """Returns the cache key: everything that an answer depends on, except for its `at`."""
    return known_at, head, question.from_, question.to, question.through_removed, question.alternatives
