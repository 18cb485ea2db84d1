"""The ZigBee bands that SECAS declares beside the list. Bands are public, and so are their amendments."""

from collections.abc import Iterable
from datetime import datetime

from service.domain.facts import Band, BandFact
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query


class BandRow(FrozenModel):
    """An entry and its declared band."""

    entry: str
    band: Band


BELIEVED = Query("band/believed_of_entries", BandFact)
IN_FORCE = Query("band/in_force", BandFact)
OF_ENTRIES = Query("band/in_force_of_entries", BandRow)


def believed_bands(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[BandFact]:
    """The declared bands of these entries over all valid time, as known at an instant."""
    return graph.rows(BELIEVED, entries=sorted(set(entries)), known_at=known_at)


def bands_in_force(graph: Runner, at: datetime, known_at: datetime) -> dict[str, BandFact]:
    """The declared band of each entry that has one, as of both clocks."""
    return {row.entry: row for row in graph.rows(IN_FORCE, at=at, known_at=known_at)}


def bands_of_entries(graph: Runner, entries: Iterable[str], at: datetime, known_at: datetime) -> dict[str, Band]:
    """The declared band of each of these entries that has one, as of both clocks."""
    return {row.entry: row.band for row in graph.rows(OF_ENTRIES, entries=list(entries), at=at, known_at=known_at)}
