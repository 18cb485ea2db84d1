"""Facts fetched device model by device model, each found by its key: both engines walk from there.

What is asked of many keys at once costs Ladybug a look through all keys there are, however few are asked for.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import Any

from pydantic import BaseModel, ConfigDict

from service.domain.facts import Acceptance, Declaration, Revision
from service.graph.protocol import Runner
from service.graph.query import Query, Row
from service.repositories.columns import Texts
from service.repositories.packed_rows import EntryNumbersRow, PackedDeclarations, PackedRevisions, unpack
from service.rules.facts.derive_edges import Facts

MAX_DEVICE_MODELS = 20
"""So many statements cost no more than to ask for all at once."""


class DeviceModelsRow(BaseModel):
    """The device models that an entry was ever of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_models: Texts


class ModelMembers(BaseModel):
    """The entries that were ever of a device model, and the device models that they ever were of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entries: Texts
    device_models: Texts


DEVICE_MODELS_OF = Query("facts/of_entry/device_models", DeviceModelsRow)
SIBLINGS = Query("facts/of_entry/siblings", EntryNumbersRow)
MEMBERS = Query("facts/of_model/members", ModelMembers)
ACCEPTANCES = Query("facts/of_model/acceptances", Acceptance)
DECLARATIONS = Query("facts/of_model/declarations", PackedDeclarations)
REVISIONS = Query("facts/of_model/revisions", PackedRevisions)


class _TooManyModels(Exception):
    """More is joined than is walked one by one."""


class _PerModelFetch:
    """Device models as they are come to, and the entries that were ever of them."""

    def __init__(self, graph: Runner, known_at: datetime) -> None:
        self._graph, self._known_at, self._asked = graph, known_at, 0
        self.models: dict[str, None] = {}
        self.entries: set[str] = set()
        self.acceptances: dict[str, Acceptance] = {}

    def on_from(self, entries: Iterable[str]) -> None:
        """All that is joined to these entries: by an entry that was of two device models, or by an acceptance."""
        for entry in sorted(entries):
            waiting = self._homes(entry)
            while waiting:
                led_to, accepted = self._come_to(waiting.pop())
                self.acceptances |= {acceptance.id: acceptance for acceptance in accepted}
                ends = {end for acceptance in accepted for end in (acceptance.base, acceptance.target)}
                waiting |= led_to.union(*map(self._homes, ends)) - self.models.keys()

    def beside(self, entries: Iterable[str]) -> None:
        """The device models of these entries alone, whatever is joined to those."""
        for entry in sorted(entries):
            for model in self._homes(entry) - self.models.keys():
                self._members(model)

    def _homes(self, entry: str) -> set[str]:
        if entry in self.entries:
            return set()
        return {model for row in self._rows(DEVICE_MODELS_OF, entry=entry) for model in row.device_models}

    def _come_to(self, model: str) -> tuple[set[str], list[Acceptance]]:
        return self._members(model), self._rows(ACCEPTANCES, id=model, known_at=self._known_at)

    def _members(self, model: str) -> set[str]:
        self.models[model] = None
        (found,) = self._rows(MEMBERS, id=model)
        self.entries.update(found.entries)
        return set(found.device_models) - self.models.keys()

    def _declarations(self) -> list[Declaration]:
        """What is declared for the entries come to."""
        rows = (self._rows(DECLARATIONS, id=model, known_at=self._known_at) for model in self.models)
        return unpack(chain.from_iterable(rows), Declaration)

    def _revisions(self) -> list[Revision]:
        """What lists say of the entries come to."""
        rows = (self._rows(REVISIONS, id=model, known_at=self._known_at) for model in self.models)
        return unpack(chain.from_iterable(rows), Revision)

    def siblings(self, entries: Iterable[str]) -> set[str]:
        """Every entry that ever carried an image which one of these ever carried."""
        return {entry for one in entries for row in self._rows(SIBLINGS, entry=one) for entry in row.entry}

    def _rows(self, query: Query[Row], **given: Any) -> list[Row]:
        self._asked += 1
        if self._asked > MAX_DEVICE_MODELS:
            raise _TooManyModels
        return self._graph.rows(query, **given)

    def facts(self) -> Facts:
        """What is declared for the entries come to, and what lists say of them and of the bases declared."""
        declarations = self._declarations()
        self.beside({base for declaration in declarations for base in declaration.bases})
        accepted = sorted(self.acceptances.values(), key=lambda row: (row.base, row.target, row.valid_from))
        return Facts.of(self._revisions(), declarations, accepted)


def facts_near(graph: Runner, known_at: datetime, entries: Iterable[str]) -> Facts | None:
    """The facts of all that is joined to these entries. None where more is joined than it pays to walk."""
    walk = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        walk.on_from(entries)
        return walk.facts()
    return None


def sibling_facts(graph: Runner, known_at: datetime, entries: Iterable[str], besides: Iterable[str]) -> Facts | None:
    """The facts of the device models of all, besides some, that ever carried an image of these entries; without
    acceptances. None where that is more than it pays to walk."""
    walk = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        walk.beside(walk.siblings(entries).difference(besides))
        return walk.facts()
    return None
