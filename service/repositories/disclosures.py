"""What organisations were told, as it is kept. It belongs to no compartment: no answer moves by it."""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from service.graph.protocol import Graph, Runner
from service.graph.query import NoRow, Query
from service.repositories import facts
from service.rules.facts.derive_edges import Facts
from service.rules.impact.edits import ProposedChange
from service.rules.records.disclosure import (
    AnswerDifferences,
    BeforeAndAfter,
    PathDifferences,
    disclosure_row,
    is_unchanged,
)
from service.schemas.responses.disclosures import (
    Disclosure,
    DisclosureImpact,
    DisclosureRow,
    ImpactWithDisclosures,
    LatestDisclosure,
    OutdatedAnswer,
    OutdatedExport,
)
from service.schemas.responses.impact import Impact, PathwaySummary

T = TypeVar("T")


class IdRow(BaseModel):
    """A row by its id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str


EXISTING = Query("disclosure/existing", IdRow, allow_concurrent_delete=True)
WRITE = Query("disclosure/write", NoRow)
OLDER = Query("disclosure/older", IdRow, allow_concurrent_delete=True)
DELETE = Query("disclosure/delete", NoRow)
LIST = Query("disclosure/list", DisclosureRow, allow_concurrent_delete=True)
LATEST = Query("disclosure/latest", LatestDisclosure, allow_concurrent_delete=True)
LATEST_EXPORTS = Query("disclosure/latest_exports", LatestDisclosure, allow_concurrent_delete=True)
OF_IDS = Query("disclosure/of_ids", DisclosureRow, allow_concurrent_delete=True)

_TARGETS, _ROWS = 1_000, 1_000  # that are fetched at once


def write_disclosures(graph: Graph, tellings: Iterable[Disclosure]) -> None:
    """Keeps what was told and is not kept yet."""
    rows = {told["id"]: told for told in map(disclosure_row, tellings)}

    def work(transaction: Runner) -> None:
        known = {found.id for found in transaction.rows(EXISTING, ids=list(rows))}
        fresh = [told for id, told in rows.items() if id not in known]
        if fresh:
            transaction.rows(WRITE, rows=fresh)

    graph.write(work)


def delete_older(graph: Graph, before: str) -> bool:
    """Lets go a bounded number of rows from before a turn; whether there may be more."""
    ids = [found.id for found in graph.rows(OLDER, before=before, most=_ROWS)]
    if ids:
        graph.write(lambda transaction: transaction.rows(DELETE, ids=ids))
    return len(ids) == _ROWS


def list_disclosures(graph: Runner, before: str, since: str, most: int, **filters: str) -> list[DisclosureRow]:
    """Up to `most` rows from before a turn on, the newest first. `filters`: see the query; blank lets all pass."""
    return graph.rows(LIST, before=before, since=since, most=most, **filters)


class DisclosureImpactFinder(Protocol):
    """What finds out whose answers a change makes untrue."""

    def __call__(self, here: ProposedChange, now: datetime, known_at: datetime) -> DisclosureImpact:
        """Of the answers by what was known up to an instant."""


def add_disclosures(found: Impact, here: ProposedChange, heard: DisclosureImpactFinder | None) -> Impact:
    """An impact with whose answers it makes untrue, where that is asked for."""
    if heard is None:
        return found
    return ImpactWithDisclosures(**dict(found), disclosures=heard(here, found.at, found.known_at))


def make_impact_finder(graph: Runner, types: Collection[str], most: int) -> DisclosureImpactFinder:
    """Looks into what is kept. `types`: of the devices of which exports are; `most` changes are listed of each kind."""
    return partial(_heard, graph, types, most)


def _heard(
    graph: Runner, types: Collection[str], most: int, here: ProposedChange, now: datetime, known_at: datetime
) -> DisclosureImpact:
    counts = Counter[str]()
    answers = _first(most, counts, _answers(graph, AnswerDifferences(here, now), known_at), _order)
    exports = _first(most, counts, _exports(graph, PathDifferences(here, types, now), known_at), _export_order)
    more = counts.total() > len(answers) + len(exports)
    return DisclosureImpact(counts=dict(sorted(counts.items())), answers=answers, exports=exports, more=more)


def _order(change: OutdatedAnswer) -> tuple[str, ...]:
    return change.organisation, change.kind, change.from_, change.to


def _export_order(change: OutdatedExport) -> tuple[str, ...]:
    return change.organisation, change.entry


def _first(most: int, counts: Counter[str], found: Iterator[Any], order: Any) -> list[Any]:
    """The first of all in an order; of each organisation all are counted."""

    def counted() -> Iterator[Any]:
        for change in found:
            counts[change.organisation] += 1
            yield change

    return heapq.nsmallest(most, counted(), key=order)


def _answers(graph: Runner, answers: AnswerDifferences, known_at: datetime) -> Iterator[OutdatedAnswer]:
    for targets in _parts(answers.entries, _TARGETS):
        latest = graph.rows(LATEST, targets=targets, known=known_at)
        place = {target: nth for nth, target in enumerate(targets)}
        ordered = sorted(latest, key=lambda one: place[one.target])
        changed = ((one, both) for one in ordered if (both := answers.differing(one.base, one.target)))
        for part in _parts(changed, _ROWS):
            yield from _untrue(graph, part)


def _untrue(graph: Runner, part: Sequence[tuple[LatestDisclosure, BeforeAndAfter]]) -> Iterator[OutdatedAnswer]:
    after = {one.id: both[1] for one, both in part}
    for told in graph.rows(OF_IDS, ids=list(after)):
        outcome, route = after[told.id]
        if not is_unchanged(told, (outcome, route)):
            yield OutdatedAnswer(**told.response_fields, after=PathwaySummary(outcome=outcome, entries=list(route)))


def _exports(graph: Runner, said: PathDifferences, known_at: datetime) -> Iterator[OutdatedExport]:
    @lru_cache(8)
    def then(known_at: datetime) -> Facts:
        return facts.facts_near(graph, known_at, said.entries, ())

    latest = graph.rows(LATEST_EXPORTS, known=known_at) if said.entries else []
    for part in _parts((one.id for one in latest), _ROWS):
        for told in sorted(graph.rows(OF_IDS, ids=part), key=lambda told: told.known_at):
            for entry, was, becomes in said.differing(then(told.known_at), told.at):
                yield OutdatedExport(
                    organisation=told.organisation,
                    entry=entry,
                    answered=told.answered,
                    at=told.at,
                    known_at=told.known_at,
                    list_version=told.list_version,
                    sha256=told.sha256,
                    told=was,
                    after=becomes,
                )


def _parts(items: Iterable[T], most: int) -> Iterator[list[T]]:
    left = iter(items)
    while part := list(islice(left, most)):
        yield part
