"""Fetches the facts about device models over all time: with one statement for each device model, or bulk statements for
many.

A statement for one device model finds it by its key. Above `MAX_STATEMENTS` keys, a bulk statement is cheaper.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from service.domain.clock import Instant
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories.arrays import DeclarationArrays, HeldBaseArrays, RevisionArrays, StepArrays, Texts

RowT = TypeVar("RowT", bound=BaseModel)


class EntryDeviceModels(FrozenModel):
    """A query row with entry numbers, and at the same index of the other list a device model that the entry ever
    had.
    """

    entries: Texts
    device_models: Texts


class AcceptanceInstant(FrozenModel):
    """The id of an acceptance of a base for a target, and the instant at which the service recorded it."""

    id: str
    recorded: Instant


DEVICE_MODELS = Query("temporal_graph/device_models", EntryDeviceModels)
LINKED = Query("temporal_graph/linked", EntryDeviceModels)
REVISIONS = Query("temporal_graph/revisions", RevisionArrays)
DECLARATIONS = Query("temporal_graph/declarations", DeclarationArrays)
STEPS = Query("temporal_graph/steps", StepArrays)
HELD = Query("temporal_graph/held", HeldBaseArrays)
BULK_DEVICE_MODELS = Query("temporal_graph/bulk/device_models", EntryDeviceModels)
BULK_REVISIONS = Query("temporal_graph/bulk/revisions", RevisionArrays)
BULK_DECLARATIONS = Query("temporal_graph/bulk/declarations", DeclarationArrays)
BULK_STEPS = Query("temporal_graph/bulk/steps", StepArrays)
BULK_HELD = Query("temporal_graph/bulk/held", HeldBaseArrays)
ACCEPTED = Query("temporal_graph/accepted", AcceptanceInstant)

MAX_STATEMENTS = 20
_BULK_KEYS = 50_000


class ModelKeys(NamedTuple):
    """The keys by which facts are fetched: device models, the entries that ever had them, and the instant up to which
    recorded facts count.
    """

    models: Sequence[str]
    entries: Sequence[str]
    known_at: datetime


def model_revisions(graph: QueryRunner, models: Sequence[str], known_at: datetime) -> Iterator[RevisionArrays]:
    """Fetches the list attributes of the entries that ever had one of the device models given, including superseded
    ones.
    """
    if len(models) > MAX_STATEMENTS:
        return _bulk(graph, BULK_REVISIONS, "ids", models, known_at)
    return _each(graph, REVISIONS, models, known_at)


def model_declarations(graph: QueryRunner, keys: ModelKeys) -> Iterator[DeclarationArrays]:
    """Fetches the declared Firmware Upgrade Paths of the entries in `keys`, over all effective time."""
    return _fetch(graph, DECLARATIONS, BULK_DECLARATIONS, keys)


def model_steps(graph: QueryRunner, keys: ModelKeys) -> Iterator[StepArrays]:
    """Fetches the upgrade steps into the entries in `keys`, over all effective time.

    Includes the accepted steps out of these entries into another device model.
    """
    return _fetch(graph, STEPS, BULK_STEPS, keys)


def model_held_bases(graph: QueryRunner, keys: ModelKeys) -> Iterator[HeldBaseArrays]:
    """Fetches the declared bases that await acceptance, into and out of the entries in `keys`, over all effective
    time.
    """
    return _fetch(graph, HELD, BULK_HELD, keys)


def model_links(graph: QueryRunner, keys: ModelKeys) -> Iterator[EntryDeviceModels]:
    """Fetches all device models that the entries in `keys` ever had."""
    return _fetch(graph, LINKED, BULK_DEVICE_MODELS, keys)


def device_models_of(graph: QueryRunner, entries: set[str], known_at: datetime) -> dict[str, set[str]]:
    """Fetches the device models that each of the entries given ever had."""
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


def acceptance_instants(graph: QueryRunner, acceptances: list[str]) -> dict[str, datetime]:
    """Fetches the instant at which the service recorded each acceptance (of a base for a target), by the id of the
    acceptance.
    """
    return {row.id: row.recorded for row in graph.rows(ACCEPTED, ids=acceptances)} if acceptances else {}


def _fetch(graph: QueryRunner, query: Query[RowT], bulk_query: Query[RowT], keys: ModelKeys) -> Iterator[RowT]:
    if len(keys.models) > MAX_STATEMENTS:
        return _bulk(graph, bulk_query, "entries", keys.entries, keys.known_at)
    return _each(graph, query, keys.models, keys.known_at)


def _each(graph: QueryRunner, query: Query[RowT], models: Sequence[str], known_at: datetime) -> Iterator[RowT]:
    for model in models:
        yield from graph.rows(query, id=model, known_at=known_at)


def _bulk(
    graph: QueryRunner, query: Query[RowT], parameter: str, keys: Sequence[str], known_at: datetime
) -> Iterator[RowT]:
    for start in range(0, len(keys), _BULK_KEYS):
        yield from graph.rows(query, **{parameter: keys[start : start + _BULK_KEYS], "known_at": known_at})
