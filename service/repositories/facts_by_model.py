"""The facts of one entry or one device model, each found by its key.

A query for many keys at once makes Ladybug scan all keys of the graph, however few it is given.
"""

from datetime import datetime

from service.domain.facts import Acceptance, Declaration, Revision
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.columns import Texts
from service.repositories.packed_rows import EntryNumbersRow, PackedDeclarations, PackedRevisions, unpack

MAX_DEVICE_MODELS = 20
"""Above this many statements one bulk query is cheaper."""


class DeviceModelsRow(FrozenModel):
    """The ids of device models."""

    device_models: Texts


class ModelMembersRow(FrozenModel):
    """The entries that were ever of a device model, and all device models that these entries were ever of."""

    entries: Texts
    device_models: Texts


DEVICE_MODELS_OF = Query("facts/of_entry/device_models", DeviceModelsRow)
SIBLINGS = Query("facts/of_entry/siblings", EntryNumbersRow)
MEMBERS = Query("facts/of_model/members", ModelMembersRow)
ACCEPTANCES = Query("facts/of_model/acceptances", Acceptance)
DECLARATIONS = Query("facts/of_model/declarations", PackedDeclarations)
REVISIONS = Query("facts/of_model/revisions", PackedRevisions)


def device_models_of_entry(graph: Runner, entry: str) -> set[str]:
    """The device models that an entry was ever of."""
    return {model for row in graph.rows(DEVICE_MODELS_OF, entry=entry) for model in row.device_models}


def entries_with_same_image(graph: Runner, entry: str) -> set[str]:
    """The entries that ever carried an image which this entry ever carried, on any device model."""
    return {number for row in graph.rows(SIBLINGS, entry=entry) for number in row.entry}


def members_of_model(graph: Runner, model: str) -> ModelMembersRow:
    """The entries that were ever of a device model, and the device models of these entries."""
    (row,) = graph.rows(MEMBERS, id=model)
    return row


def acceptances_of_model(graph: Runner, model: str, known_at: datetime) -> list[Acceptance]:
    """The acceptances believed whose base or target was ever of a device model."""
    return graph.rows(ACCEPTANCES, id=model, known_at=known_at)


def declarations_of_models(graph: Runner, models: list[str], known_at: datetime) -> list[Declaration]:
    """The declarations believed for the entries that were ever of these device models."""
    rows = (row for model in models for row in graph.rows(DECLARATIONS, id=model, known_at=known_at))
    return unpack(rows, Declaration)


def revisions_of_models(graph: Runner, models: list[str], known_at: datetime) -> list[Revision]:
    """The revisions believed of the entries that were ever of these device models."""
    rows = (row for model in models for row in graph.rows(REVISIONS, id=model, known_at=known_at))
    return unpack(rows, Revision)
