"""What a temporal graph is built from, fetched for device models: one statement for each, or bulk statements for many.

A statement for one device model finds it by its key. Above `MAX_STATEMENTS` keys a bulk statement is cheaper.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from service.domain.clock import Instant
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.columns import DeclarationColumns, HeldColumns, RevisionColumns, StepColumns, Texts

RowT = TypeVar("RowT", bound=BaseModel)


class EntryDeviceModels(FrozenModel):
    """Entries, and at the same index a device model that the entry was ever of."""

    entries: Texts
    device_models: Texts


class AcceptanceInstant(FrozenModel):
    """An acceptance and the instant of its recording."""

    id: str
    recorded: Instant


DEVICE_MODELS = Query("temporal_graph/device_models", EntryDeviceModels)
LINKED = Query("temporal_graph/linked", EntryDeviceModels)
REVISIONS = Query("temporal_graph/revisions", RevisionColumns)
DECLARATIONS = Query("temporal_graph/declarations", DeclarationColumns)
STEPS = Query("temporal_graph/steps", StepColumns)
HELD = Query("temporal_graph/held", HeldColumns)
BULK_DEVICE_MODELS = Query("temporal_graph/bulk/device_models", EntryDeviceModels)
BULK_REVISIONS = Query("temporal_graph/bulk/revisions", RevisionColumns)
BULK_DECLARATIONS = Query("temporal_graph/bulk/declarations", DeclarationColumns)
BULK_STEPS = Query("temporal_graph/bulk/steps", StepColumns)
BULK_HELD = Query("temporal_graph/bulk/held", HeldColumns)
ACCEPTED = Query("temporal_graph/accepted", AcceptanceInstant)

MAX_STATEMENTS = 20
_BULK_KEYS = 50_000


class ModelKeys(NamedTuple):
    """Device models with their entries, as known at an instant: the keys of a fetch."""

    models: Sequence[str]
    entries: Sequence[str]
    known_at: datetime


def model_revisions(graph: Runner, models: Sequence[str], known_at: datetime) -> Iterator[RevisionColumns]:
    """The revisions of the entries that were ever of these device models, also those believed no longer."""
    if len(models) > MAX_STATEMENTS:
        return _bulk(graph, BULK_REVISIONS, "ids", models, known_at)
    return _each(graph, REVISIONS, models, known_at)


def model_declarations(graph: Runner, keys: ModelKeys) -> Iterator[DeclarationColumns]:
    """The declarations for these entries, over all valid time."""
    return _fetch(graph, DECLARATIONS, BULK_DECLARATIONS, keys)


def model_steps(graph: Runner, keys: ModelKeys) -> Iterator[StepColumns]:
    """The steps into these entries, and the accepted changes of identity out of them, over all valid time."""
    return _fetch(graph, STEPS, BULK_STEPS, keys)


def model_held_bases(graph: Runner, keys: ModelKeys) -> Iterator[HeldColumns]:
    """The held bases into and out of these entries, over all valid time."""
    return _fetch(graph, HELD, BULK_HELD, keys)


def model_links(graph: Runner, keys: ModelKeys) -> Iterator[EntryDeviceModels]:
    """These entries with the device models that each of them was ever of."""
    return _fetch(graph, LINKED, BULK_DEVICE_MODELS, keys)


def device_models_of(graph: Runner, entries: set[str], known_at: datetime) -> dict[str, set[str]]:
    """The device models that each of these entries was ever of."""
    numbers = sorted(entries)
    if len(numbers) > MAX_STATEMENTS:
        rows = _bulk(graph, BULK_DEVICE_MODELS, "entries", numbers, known_at)
    else:
        rows = (row for number in numbers for row in graph.rows(DEVICE_MODELS, entry=number, known_at=known_at))
    models: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for entry, model in zip(row.entries, row.device_models, strict=True):
            models[entry].add(model)
    return models


def acceptance_instants(graph: Runner, acceptances: list[str]) -> dict[str, datetime]:
    """The recorded instant of each of these acceptances."""
    return {row.id: row.recorded for row in graph.rows(ACCEPTED, ids=acceptances)} if acceptances else {}


def _fetch(graph: Runner, query: Query[RowT], bulk_query: Query[RowT], keys: ModelKeys) -> Iterator[RowT]:
    if len(keys.models) > MAX_STATEMENTS:
        return _bulk(graph, bulk_query, "entries", keys.entries, keys.known_at)
    return _each(graph, query, keys.models, keys.known_at)


def _each(graph: Runner, query: Query[RowT], models: Sequence[str], known_at: datetime) -> Iterator[RowT]:
    for model in models:
        yield from graph.rows(query, id=model, known_at=known_at)


def _bulk(graph: Runner, query: Query[RowT], parameter: str, keys: Sequence[str], known_at: datetime) -> Iterator[RowT]:
    for start in range(0, len(keys), _BULK_KEYS):
        yield from graph.rows(query, **{parameter: keys[start : start + _BULK_KEYS], "known_at": known_at})
