"""Fetches the facts of one entry or of one device model, with statements that find it by its key.

A statement for many keys at once would make Ladybug scan all keys of the graph, even for a short list of keys.
"""

from datetime import datetime

from service.domain.facts import Acceptance, Declaration, Revision
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories.arrays import Texts
from service.repositories.packed_rows import EntryNumbersRow, PackedDeclarations, PackedRevisions, unpack

MAX_DEVICE_MODELS = 20
"""Above this number of statements, one bulk statement for all keys is cheaper."""


class DeviceModelsRow(FrozenModel):
    """A query row with the ids of device models."""

    device_models: Texts


class ModelMembersRow(DeviceModelsRow):
    """A query row with the entries that ever had a device model, and all device models that these entries ever had."""

    entries: Texts


DEVICE_MODELS_OF = Query("facts/of_entry/device_models", DeviceModelsRow)
SIBLINGS = Query("facts/of_entry/siblings", EntryNumbersRow)
MEMBERS = Query("facts/of_model/members", ModelMembersRow)
ACCEPTANCES = Query("facts/of_model/acceptances", Acceptance)
DECLARATIONS = Query("facts/of_model/declarations", PackedDeclarations)
REVISIONS = Query("facts/of_model/revisions", PackedRevisions)


def device_models_of_entry(graph: QueryRunner, entry: str) -> set[str]:
    """Fetches the ids of the device models that an entry ever had."""
    return {model for row in graph.rows(DEVICE_MODELS_OF, entry=entry) for model in row.device_models}


def entries_with_same_image(graph: QueryRunner, entry: str) -> set[str]:
    """Fetches the entries that ever had a firmware image that the entry given ever had, on any device model."""
    return {number for row in graph.rows(SIBLINGS, entry=entry) for number in row.entry}


def members_of_model(graph: QueryRunner, model: str) -> ModelMembersRow:
    """Fetches the entries that ever had a device model, and all device models that these entries ever had."""
    (row,) = graph.rows(MEMBERS, id=model)
    return row


def acceptances_of_model(graph: QueryRunner, model: str, known_at: datetime) -> list[Acceptance]:
    """Fetches the acceptances of bases for targets, where base or target ever had the device model, as recorded by
    `known_at`.
    """
    return graph.rows(ACCEPTANCES, id=model, known_at=known_at)


def declarations_of_models(graph: QueryRunner, models: list[str], known_at: datetime) -> list[Declaration]:
    """Fetches the declared upgrade paths of the entries that ever had one of the device models given, as recorded by
    `known_at`.
    """
    rows = (row for model in models for row in graph.rows(DECLARATIONS, id=model, known_at=known_at))
    return unpack(rows, Declaration)


def revisions_of_models(graph: QueryRunner, models: list[str], known_at: datetime) -> list[Revision]:
    """Fetches the list attributes over time of the entries that ever had one of the device models given, as recorded by
    `known_at`.
    """
    rows = (row for model in models for row in graph.rows(REVISIONS, id=model, known_at=known_at))
    return unpack(rows, Revision)
