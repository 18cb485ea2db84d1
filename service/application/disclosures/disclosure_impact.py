"""Finds the answers that organisations received, from the disclosure log, which a proposed change makes untrue."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Protocol, TypeVar

from service.application.facts.fetch_facts import facts_of_connected_models
from service.application.paging import PagedQuestion
from service.graph.protocol import QueryRunner
from service.repositories import disclosures
from service.rules.facts.grouped_facts import Facts
from service.rules.impact.comparison import ShortAnswer
from service.rules.impact.edits import ProposedChange
from service.rules.permissions import Access
from service.rules.records.disclosure import AnswerDifferences, ExportedPathDifferences, Question, is_unchanged
from service.schemas.responses.disclosures import (
    AnswerAfterChange,
    DatedDisclosureCounts,
    DisclosureImpact,
    ImpactWithDisclosures,
    OutdatedAnswer,
    OutdatedExportedPath,
    PathAfterChange,
)
from service.schemas.responses.impact import Impact
from service.settings import Settings

T = TypeVar("T")
OutdatedT = TypeVar("OutdatedT", OutdatedAnswer, OutdatedExportedPath)

_TARGETS_AT_ONCE, _ROWS_AT_ONCE = 1_000, 1_000


class DisclosedAnswersFinder(Protocol):
    """A function that finds the answers in the disclosure log (what organisations received) that a change makes
    untrue.
    """

    def __call__(self, change: ProposedChange, now: datetime, known_at: datetime) -> DisclosureImpact:
        """Returns those answers in the disclosure log (what organisations received) that differ from the answers after
        the change, at `now` or at a later date.

        Only answers by the facts recorded by `known_at` count.
        """


def add_disclosures(impact: Impact, change: ProposedChange, find_disclosures: DisclosedAnswersFinder | None) -> Impact:
    """Adds to the impact of a change (changed pathway answers) those answers in the disclosure log (what organisations
    received) that the change makes untrue.

    Returns the impact as it is if `find_disclosures` is None.
    """
    if find_disclosures is None:
        return impact
    return ImpactWithDisclosures(**dict(impact), disclosures=find_disclosures(change, impact.at, impact.known_at))


def disclosure_impact_finder(
    graph: QueryRunner, settings: Settings, access: Access, question: PagedQuestion
) -> DisclosedAnswersFinder | None:
    """Returns a function that finds the answers in the disclosure log (what organisations received) that a change makes
    untrue.

    Returns None if the caller may not read the log, and for all pages of changed answers but the first, because only
    the first page shows them.
    """
    if question.cursor or not access.may("disclosures"):
        return None
    return partial(_find_outdated, graph, settings.obliged_device_types, question.limit)


def _find_outdated(
    graph: QueryRunner, types: Collection[str], most: int, change: ProposedChange, now: datetime, known_at: datetime
) -> DisclosureImpact:
    counts = DisclosureCounts()
    outdated_answers = _outdated_answers(graph, AnswerDifferences(change, now), known_at)
    answers = _smallest(most, counts, outdated_answers, lambda row: (row.organisation, row.kind, row.from_, row.to))
    outdated_exports = _outdated_exports(graph, ExportedPathDifferences(change, types, now), known_at)
    exports = _smallest(most, counts, outdated_exports, lambda row: (row.organisation, row.entry))
    return DisclosureImpact(
        counts=dict(sorted(counts.different.items())),
        by_date=[
            DatedDisclosureCounts(at=at, counts=dict(sorted(dated.items())))
            for at, dated in sorted(counts.dated.items())
        ],
        answers=answers,
        exports=exports,
        more=counts.different.total() > len(answers) + len(exports),
    )


@dataclass(frozen=True)
class DisclosureCounts:
    """The numbers, by organisation, of the disclosures (answers that organisations received) that a change makes
    untrue: of different ones, and of those at each date.
    """

    different: Counter[str] = field(default_factory=Counter)
    dated: dict[datetime, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, disclosure: OutdatedAnswer | OutdatedExportedPath) -> None:
        """Counts a disclosure once, and at each date from which the change makes it untrue in another way."""
        self.different[disclosure.organisation] += 1
        for after in disclosure.after:
            self.dated[after.at][disclosure.organisation] += 1


def _smallest(
    most: int, counts: DisclosureCounts, outdated: Iterator[OutdatedT], order: Callable[[OutdatedT], tuple[str, ...]]
) -> list[OutdatedT]:
    """Returns the first `most` disclosures in an order, and counts every disclosure for its organisation."""

    def counted() -> Iterator[OutdatedT]:
        for disclosure in outdated:
            counts.add(disclosure)
            yield disclosure

    return heapq.nsmallest(most, counted(), key=order)


def _outdated_answers(graph: QueryRunner, answers: AnswerDifferences, known_at: datetime) -> Iterator[OutdatedAnswer]:
    for targets in _batches(answers.entries, _TARGETS_AT_ONCE):
        latest = disclosures.latest_disclosures(graph, targets, known_at)
        position = {target: index for index, target in enumerate(targets)}
        ordered = sorted(latest, key=lambda row: position[row.target])
        differing = answers.differing((row.base, row.target) for row in ordered)
        changed = (row.id for row in ordered if (row.base, row.target) in differing)
        for ids in _batches(changed, _ROWS_AT_ONCE):
            yield from _changed_answers(graph, ids, differing)


def _changed_answers(
    graph: QueryRunner, ids: Sequence[str], differing: Mapping[Question, Sequence[tuple[datetime, ShortAnswer]]]
) -> Iterator[OutdatedAnswer]:
    for row in disclosures.disclosures_by_id(graph, ids):
        after = [
            AnswerAfterChange(at=at, outcome=answer[0], entries=list(answer[1]))
            for at, answer in differing[row.base, row.target]
            if not is_unchanged(row, answer)
        ]
        if after:
            yield OutdatedAnswer(**row.response_fields, after=after)


def _outdated_exports(
    graph: QueryRunner, paths: ExportedPathDifferences, known_at: datetime
) -> Iterator[OutdatedExportedPath]:
    @lru_cache(8)
    def facts_known_at(instant: datetime) -> Facts:
        return facts_of_connected_models(graph, instant, paths.entries, ())

    latest = disclosures.latest_exports(graph, known_at) if paths.entries else []
    for ids in _batches((row.id for row in latest), _ROWS_AT_ONCE):
        for row in sorted(disclosures.disclosures_by_id(graph, ids), key=lambda row: row.known_at):
            for entry, exported, after in paths.differing(facts_known_at(row.known_at), row.at):
                yield OutdatedExportedPath(
                    organisation=row.organisation,
                    entry=entry,
                    answered=row.answered,
                    at=row.at,
                    known_at=row.known_at,
                    list_version=row.list_version,
                    sha256=row.sha256,
                    told=exported,
                    after=[PathAfterChange(at=at, path=path) for at, path in after],
                )


def _batches(items: Iterable[T], most: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, most)):
        yield batch
