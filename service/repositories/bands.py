"""Fetches the ZigBee bands that SECAS declares for entries besides the list. Bands and their amendments are public."""

from collections.abc import Iterable
from datetime import datetime

from service.domain.facts import Band, BandFact
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query


class BandRow(FrozenModel):
    """A query row with an entry, and the ZigBee band declared for it."""

    entry: str
    band: Band


BELIEVED = Query("band/believed_of_entries", BandFact)
IN_FORCE = Query("band/in_force", BandFact)
OF_ENTRIES = Query("band/in_force_of_entries", BandRow)


def believed_bands(graph: QueryRunner, entries: Iterable[str], known_at: datetime) -> list[BandFact]:
    """Fetches the ZigBee bands declared for the entries given, over all effective time, as recorded by an instant."""
    return graph.rows(BELIEVED, entries=sorted(set(entries)), known_at=known_at)


def bands_in_force(graph: QueryRunner, at: datetime, known_at: datetime) -> dict[str, BandFact]:
    """Fetches the ZigBee bands declared for entries that are in force at the instant `at`, as recorded by
    `known_at`.
    """
    return {row.entry: row for row in graph.rows(IN_FORCE, at=at, known_at=known_at)}


def bands_of_entries(graph: QueryRunner, entries: Iterable[str], at: datetime, known_at: datetime) -> dict[str, Band]:
    """Fetches the ZigBee bands declared for the entries given that are in force at the instant `at`, as recorded by
    `known_at`.
    """
    return {row.entry: row.band for row in graph.rows(OF_ENTRIES, entries=list(entries), at=at, known_at=known_at)}
