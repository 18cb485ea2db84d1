"""ZigBee bands that were told beside the list. They are public, and so are the amendments that say them."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from service.domain.facts import Band, BandTold
from service.graph.protocol import Runner
from service.graph.query import Query


class BandOf(BaseModel):
    """An entry and its band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    band: Band


OF = Query("band/of", BandTold)
IN_FORCE = Query("band/in_force", BandTold)
OF_ENTRIES = Query("band/of_entries", BandOf)


def of(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[BandTold]:
    """What is believed of these entries' bands, at any time."""
    return graph.rows(OF, entries=sorted(set(entries)), known_at=known_at)


def in_force(graph: Runner, at: datetime, known_at: datetime) -> dict[str, BandTold]:
    """The band told of each entry, as of both clocks."""
    return {row.entry: row for row in graph.rows(IN_FORCE, at=at, known_at=known_at)}


def of_entries(graph: Runner, entries: Iterable[str], at: datetime, known_at: datetime) -> dict[str, Band]:
    """The band told of each of these entries, as of both clocks."""
    return {row.entry: row.band for row in graph.rows(OF_ENTRIES, entries=list(entries), at=at, known_at=known_at)}
