"""How an answer changed: the recorded instants that bear on it, what was believed at each, and what was recorded."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from service.domain.clock import Instant
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import facts
from service.repositories.facts import EntryNumberRow
from service.schemas.responses.entry_history import AmendmentReference


class BeliefInterval(BaseModel):
    """When a fact began to be believed, and when it ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begun: Instant
    ended: Instant


class ListRecorded(BaseModel):
    """A list version as it was recorded, until it was corrected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    issued: str
    effective_from: Instant
    recorded_from: Instant
    recorded_to: Instant
    major: int
    minor: int


JOINED = Query("answer_history/joined", EntryNumberRow)
INSTANTS = Query("answer_history/instants", BeliefInterval)
AMENDMENTS = Query("answer_history/amendments", AmendmentReference)
LISTS = Query("answer_history/lists", ListRecorded)


def recorded_lists(graph: Runner) -> list[ListRecorded]:
    """Every list version as it was recorded, corrections too."""
    return graph.rows(LISTS)


def belief_intervals(graph: Runner, entries: Sequence[str]) -> list[BeliefInterval]:
    """When each fact of these entries began to be believed, and when it ended."""
    return graph.rows(INSTANTS, entries=entries)


def amendments_at(graph: Runner, entries: Sequence[str], recorded: Collection[datetime]) -> list[AmendmentReference]:
    """The amendments that declared something of these entries at one of these recorded instants."""
    return graph.rows(AMENDMENTS, entries=entries, instants=sorted(recorded))


def ever_joined(graph: Runner, entries: Collection[str]) -> set[str]:
    """All entries that were ever in the terrain of these, whatever was believed when."""
    known, fresh = set[str](), set(entries)
    while fresh:
        known |= fresh
        mates = facts.ever_same_model(graph, fresh)
        joined = {row.entry for row in graph.rows(JOINED, entries=sorted(fresh | mates))}
        fresh = (mates | joined) - known
    return known
