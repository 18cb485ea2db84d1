"""Fetches the inputs of an answer's history: list versions, recorded instants and amendments of some entries."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.domain.clock import Instant
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.facts import EntryNumberRow
from service.schemas.responses.entry_history import AmendmentReference


class BeliefInterval(FrozenModel):
    """The recorded interval of a fact: from its recording until a correction superseded it."""

    begun: Instant
    ended: Instant


class ListRecorded(FrozenModel):
    """A list version, with the recorded interval from its loading until a correction superseded it."""

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
    """Fetches every list version as recorded, also the versions that a correction replaced."""
    return graph.rows(LISTS)


def belief_intervals(graph: Runner, entries: Sequence[str]) -> list[BeliefInterval]:
    """Fetches the recorded intervals (from recording until superseded) of the facts of the entries given."""
    return graph.rows(INSTANTS, entries=entries)


def amendments_at(graph: Runner, entries: Sequence[str], recorded: Collection[datetime]) -> list[AmendmentReference]:
    """Fetches the amendments that made a fact of the entries given at one of the recorded instants given."""
    return graph.rows(AMENDMENTS, entries=entries, instants=sorted(recorded))


def ever_joined(graph: Runner, entries: Collection[str]) -> set[str]:
    """Fetches the entries that an accepted step or a held base ever connected to one of the entries given.

    Includes connections that were superseded later. A held base is a declared base that is not accepted.
    """
    return {row.entry for row in graph.rows(JOINED, entries=sorted(entries))}
