"""Fetches facts by walking the graph from device model to device model, and gives up beyond a number of queries."""

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
    """Reports that the walk needs more queries than `MAX_DEVICE_MODELS`, so that bulk queries are cheaper."""


class _LimitedRunner:
    """Runs queries up to a number, and raises _TooManyModels for the next one."""

    def __init__(self, graph: Runner, most: int) -> None:
        self._graph, self._left = graph, most

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """Returns the rows of a query. Raises _TooManyModels beyond the permitted number of queries."""
        self._left -= 1
        if self._left < 0:
            raise _TooManyModels
        return self._graph.rows(query, **given)


class _PerModelFetch:
    """A walk over the graph: the device models visited, the entries that ever belonged to them, and the acceptances
    between these entries.
    """

    def __init__(self, graph: Runner, known_at: datetime) -> None:
        self.graph, self._known_at = _LimitedRunner(graph, facts_by_model.MAX_DEVICE_MODELS), known_at
        self.models: dict[str, None] = {}
        self.entries: set[str] = set()
        self.acceptances: dict[str, Acceptance] = {}

    def visit_connected(self, entries: Iterable[str]) -> None:
        """Visits every device model connected to the entries given by an acceptance or by an entry of two models."""
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
        """Visits the device models of the entries given, without the device models connected to these."""
        for entry in sorted(entries):
            for model in self._models_of(entry) - self.models.keys():
                self._visit(model)

    def _models_of(self, entry: str) -> set[str]:
        """Returns the device models of an entry, or none for an entry of a device model that the walk has visited."""
        return set() if entry in self.entries else facts_by_model.device_models_of_entry(self.graph, entry)

    def _visit(self, model: str) -> set[str]:
        """Visits a device model, and returns the device models not yet visited that share an entry with it."""
        self.models[model] = None
        members = facts_by_model.members_of_model(self.graph, model)
        self.entries.update(members.entries)
        return set(members.device_models) - self.models.keys()

    def facts(self) -> Facts:
        """Fetches the declarations of the entries visited, and the revisions (attributes) of these entries and of the
        declared bases.
        """
        declarations = facts_by_model.declarations_of_models(self.graph, list(self.models), self._known_at)
        self.visit({base for declaration in declarations for base in declaration.bases})
        revisions = facts_by_model.revisions_of_models(self.graph, list(self.models), self._known_at)
        accepted = sorted(self.acceptances.values(), key=lambda row: (row.base, row.target, row.valid_from))
        return Facts.of(revisions, declarations, accepted)


def facts_near(graph: Runner, known_at: datetime, entries: Iterable[str]) -> Facts | None:
    """Fetches the facts of all device models connected to the entries given. Returns None where bulk queries are
    cheaper.
    """
    fetch = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        fetch.visit_connected(entries)
        return fetch.facts()
    return None


def sibling_facts(graph: Runner, known_at: datetime, entries: Iterable[str], besides: Iterable[str]) -> Facts | None:
    """Fetches the facts, without acceptances, of the device models on which an image of the entries given was ever
    carried.

    `besides`: entries whose facts the caller has already. Returns None where bulk queries are cheaper.
    """
    fetch = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        siblings = {
            sibling for entry in entries for sibling in facts_by_model.entries_with_same_image(fetch.graph, entry)
        }
        fetch.visit(siblings.difference(besides))
        return fetch.facts()
    return None
