"""Fetches the inputs for the history of a pathway answer: list versions, amendments, and the instants at which the
service recorded facts.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.domain.clock import Instant
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories.facts import EntryNumberRow
from service.schemas.responses.entry_history import AmendmentReference


class RecordedInterval(FrozenModel):
    """The interval from the instant at which the service recorded a fact until a correction superseded it."""

    begun: Instant
    ended: Instant


class ListRecorded(FrozenModel):
    """A list version, with the interval from its loading until a correction superseded it."""

    number: str
    issued: str
    effective_from: Instant
    recorded_from: Instant
    recorded_to: Instant
    major: int
    minor: int


JOINED = Query("answer_history/joined", EntryNumberRow)
INSTANTS = Query("answer_history/instants", RecordedInterval)
AMENDMENTS = Query("answer_history/amendments", AmendmentReference)
LISTS = Query("answer_history/lists", ListRecorded)


def recorded_lists(graph: QueryRunner) -> list[ListRecorded]:
    """Fetches every list version that was ever loaded, including the versions that a correction replaced."""
    return graph.rows(LISTS)


def belief_intervals(graph: QueryRunner, entries: Sequence[str]) -> list[RecordedInterval]:
    """Fetches, for each fact about the entries given, the interval from its recording until a later record superseded
    it.
    """
    return graph.rows(INSTANTS, entries=entries)


def amendments_at(
    graph: QueryRunner, entries: Sequence[str], recorded: Collection[datetime]
) -> list[AmendmentReference]:
    """Fetches the amendments that recorded a fact about the entries given at one of the instants given."""
    return graph.rows(AMENDMENTS, entries=entries, instants=sorted(recorded))


def ever_joined(graph: QueryRunner, entries: Collection[str]) -> set[str]:
    """Fetches every base or target that one of the entries given ever had through a declared base that needs acceptance
    by name, whether accepted or not.

    The result includes bases that later records superseded.
    """
    return {row.entry for row in graph.rows(JOINED, entries=sorted(entries))}
