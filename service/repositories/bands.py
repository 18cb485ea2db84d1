"""ZigBee bands that were told beside the list. They are public, and so are the amendments that say them."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from service.domain.facts import Band, BandFact
from service.graph.protocol import Runner
from service.graph.query import Query


class BandRow(BaseModel):
    """An entry and its band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    band: Band


BELIEVED = Query("band/believed_of_entries", BandFact)
IN_FORCE = Query("band/in_force", BandFact)
OF_ENTRIES = Query("band/in_force_of_entries", BandRow)


def believed_bands(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[BandFact]:
    """What is believed of these entries' bands, at any time."""
    return graph.rows(BELIEVED, entries=sorted(set(entries)), known_at=known_at)


def bands_in_force(graph: Runner, at: datetime, known_at: datetime) -> dict[str, BandFact]:
    """The band told of each entry, as of both clocks."""
    return {row.entry: row for row in graph.rows(IN_FORCE, at=at, known_at=known_at)}


def bands_of_entries(graph: Runner, entries: Iterable[str], at: datetime, known_at: datetime) -> dict[str, Band]:
    """The band told of each of these entries, as of both clocks."""
    return {row.entry: row.band for row in graph.rows(OF_ENTRIES, entries=list(entries), at=at, known_at=known_at)}
