"""What the history of an answer is computed from: list versions, recorded instants and amendments of some entries."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.domain.clock import Instant
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.facts import EntryNumberRow
from service.schemas.responses.entry_history import AmendmentReference


class BeliefInterval(FrozenModel):
    """The recorded interval over which a fact was believed."""

    begun: Instant
    ended: Instant


class ListRecorded(FrozenModel):
    """A list version with the recorded interval over which it was believed; a correction ends the interval."""

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
    """Every list version as recorded, with the versions that a correction replaced."""
    return graph.rows(LISTS)


def belief_intervals(graph: Runner, entries: Sequence[str]) -> list[BeliefInterval]:
    """The recorded intervals over which the facts of these entries were believed."""
    return graph.rows(INSTANTS, entries=entries)


def amendments_at(graph: Runner, entries: Sequence[str], recorded: Collection[datetime]) -> list[AmendmentReference]:
    """The amendments that made a fact of these entries at one of these recorded instants."""
    return graph.rows(AMENDMENTS, entries=entries, instants=sorted(recorded))


def ever_joined(graph: Runner, entries: Collection[str]) -> set[str]:
    """The entries that an accepted step or a held base ever joined to one of these, whatever is believed now."""
    return {row.entry for row in graph.rows(JOINED, entries=sorted(entries))}
