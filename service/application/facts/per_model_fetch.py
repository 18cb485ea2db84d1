"""Facts fetched device model by device model: a walk over the graph that gives up beyond a number of statements."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from service.domain.facts import Acceptance
from service.graph.protocol import Runner
from service.graph.query import Query, Row
from service.repositories import facts_by_model
from service.rules.facts.derive_edges import Facts


class _TooManyModels(Exception):
    """The walk needs more statements than `MAX_DEVICE_MODELS`."""


class _LimitedRunner:
    """Runs queries up to a number of statements, and then raises _TooManyModels."""

    def __init__(self, graph: Runner, most: int) -> None:
        self._graph, self._left = graph, most

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows of a query."""
        self._left -= 1
        if self._left < 0:
            raise _TooManyModels
        return self._graph.rows(query, **given)


class _PerModelFetch:
    """The device models visited, the entries that were ever of them, and the acceptances among these entries."""

    def __init__(self, graph: Runner, known_at: datetime) -> None:
        self.graph, self._known_at = _LimitedRunner(graph, facts_by_model.MAX_DEVICE_MODELS), known_at
        self.models: dict[str, None] = {}
        self.entries: set[str] = set()
        self.acceptances: dict[str, Acceptance] = {}

    def visit_connected(self, entries: Iterable[str]) -> None:
        """Visits every device model connected to these entries by an acceptance or by an entry of two models."""
        for entry in sorted(entries):
            queue = self._models_of(entry)
            while queue:
                model = queue.pop()
                neighbours = self._visit(model)
                accepted = facts_by_model.acceptances_of_model(self.graph, model, self._known_at)
                self.acceptances |= {acceptance.id: acceptance for acceptance in accepted}
                ends = {end for acceptance in accepted for end in (acceptance.base, acceptance.target)}
                queue |= neighbours.union(*map(self._models_of, ends)) - self.models.keys()

    def visit(self, entries: Iterable[str]) -> None:
        """Visits the device models of these entries alone."""
        for entry in sorted(entries):
            for model in self._models_of(entry) - self.models.keys():
                self._visit(model)

    def _models_of(self, entry: str) -> set[str]:
        """The device models of an entry; an entry of a visited model adds none."""
        return set() if entry in self.entries else facts_by_model.device_models_of_entry(self.graph, entry)

    def _visit(self, model: str) -> set[str]:
        """Visits a device model, and returns the device models not visited that share an entry with it."""
        self.models[model] = None
        members = facts_by_model.members_of_model(self.graph, model)
        self.entries.update(members.entries)
        return set(members.device_models) - self.models.keys()

    def facts(self) -> Facts:
        """The declarations of the entries visited, and the revisions of these entries and of the declared bases."""
        declarations = facts_by_model.declarations_of_models(self.graph, list(self.models), self._known_at)
        self.visit({base for declaration in declarations for base in declaration.bases})
        revisions = facts_by_model.revisions_of_models(self.graph, list(self.models), self._known_at)
        accepted = sorted(self.acceptances.values(), key=lambda row: (row.base, row.target, row.valid_from))
        return Facts.of(revisions, declarations, accepted)


def facts_near(graph: Runner, known_at: datetime, entries: Iterable[str]) -> Facts | None:
    """The facts of all device models connected to these entries. None where bulk queries are cheaper."""
    fetch = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        fetch.visit_connected(entries)
        return fetch.facts()
    return None


def sibling_facts(graph: Runner, known_at: datetime, entries: Iterable[str], besides: Iterable[str]) -> Facts | None:
    """The facts of the device models on which an image of these entries was ever carried, without acceptances.

    `besides`: entries whose facts the caller has already. None where bulk queries are cheaper.
    """
    fetch = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        siblings = {
            sibling for entry in entries for sibling in facts_by_model.entries_with_same_image(fetch.graph, entry)
        }
        fetch.visit(siblings.difference(besides))
        return fetch.facts()
    return None
