"""Fetches the facts of all device models connected to given entries.

Few device models are fetched one by one, walking the graph; beyond a number of queries, bulk queries are cheaper.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from service.domain.facts import Acceptance
from service.graph.protocol import QueryRunner
from service.graph.query import Query, Row
from service.repositories import facts_by_model
from service.repositories.facts import (
    acceptances_from,
    acceptances_of,
    confirmations_of,
    declarations_of,
    ever_same_image,
    ever_same_model,
    revisions_of,
)
from service.rules.facts.grouped_facts import Facts


class _TooManyModels(Exception):
    """Reports that the walk needs more queries than `MAX_DEVICE_MODELS`, so that bulk queries are cheaper."""


class _LimitedRunner:
    """Runs queries up to a number, and raises _TooManyModels for the next one."""

    def __init__(self, graph: QueryRunner, most: int) -> None:
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

    def __init__(self, graph: QueryRunner, known_at: datetime) -> None:
        self._runner = graph
        self.graph, self._known_at = _LimitedRunner(graph, facts_by_model.MAX_DEVICE_MODELS), known_at
        self.models: dict[str, None] = {}
        self.entries: set[str] = set()
        self.acceptances: dict[str, Acceptance] = {}

    def visit_connected(self, entries: Iterable[str]) -> None:
        """Visits all device models of the entries given, and all device models connected to these by an accepted base
        or an entry of two models.
        """
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
        """Visits the device models of the entries given, but not the device models connected to these."""
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
        """Fetches the declarations of the entries visited, and the list attributes of these entries and of their
        declared bases.
        """
        declarations = facts_by_model.declarations_of_models(self.graph, list(self.models), self._known_at)
        self.visit({base for declaration in declarations for base in declaration.bases})
        revisions = facts_by_model.revisions_of_models(self.graph, list(self.models), self._known_at)
        accepted = sorted(self.acceptances.values(), key=lambda row: (row.base, row.target, row.valid_from))
        confirmed = confirmations_of(self._runner, self.entries, self._known_at)
        return Facts.of(revisions, declarations, accepted, confirmed)


def facts_of_steps_into(graph: QueryRunner, known_at: datetime, targets: Iterable[str], named: Iterable[str]) -> Facts:
    """Fetches the facts that determine the upgrade steps into the targets given. `named`: bases that edits are about to
    declare.

    A change of a target can affect every entry that was ever its twin (entry with the same image). The steps into such
    an entry depend on its own former twins, perhaps on another device model; on the bases that all of these declare;
    and on the bases' twins.
    """
    related = ever_same_model(graph, ever_same_model(graph, targets))
    declarations = declarations_of(graph, related, known_at)
    bases = {base for declaration in declarations for base in declaration.bases}
    entries = related | ever_same_model(graph, bases | set(named))
    return Facts.of(
        revisions_of(graph, entries, known_at),
        declarations,
        acceptances_of(graph, related, known_at),
        confirmations_of(graph, related, known_at),
    )


def facts_of_connected_models(
    graph: QueryRunner, known_at: datetime, edited: Iterable[str], named: Iterable[str]
) -> Facts:
    """Fetches the facts by which the service checks edits and computes the pathway answers that they change.

    These are the facts of all device models of the entries in `edited` and in `named` (the bases that edits are about
    to declare), and of all device models connected to them by an accepted base or by an entry of two models.
    """
    entries = {*edited, *named}
    walk = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        walk.visit_connected(entries)
        return walk.facts()
    return _bulk_facts_of_connected_models(graph, known_at, entries)


def _bulk_facts_of_connected_models(graph: QueryRunner, known_at: datetime, entries: Iterable[str]) -> Facts:
    """Fetches the same facts with bulk queries, whose number does not grow with the number of device models."""
    known, fresh = set[str](), ever_same_model(graph, entries)
    acceptances: dict[str, Acceptance] = {}
    while fresh:
        known |= fresh
        for fetch in (acceptances_of, acceptances_from):
            acceptances.update((acceptance.id, acceptance) for acceptance in fetch(graph, fresh, known_at))
        ends = {end for row in acceptances.values() for end in (row.base, row.target)}
        # An entry that changed its device model connects the models that it was ever of.
        fresh = ever_same_model(graph, fresh | ends) - known
    declarations = declarations_of(graph, known, known_at)
    bases = {base for declaration in declarations for base in declaration.bases} - known
    revisions = revisions_of(graph, known | ever_same_model(graph, bases), known_at)
    return Facts.of(revisions, declarations, acceptances.values(), confirmations_of(graph, known, known_at))


def sibling_facts(graph: QueryRunner, known_at: datetime, entries: Iterable[str], besides: Iterable[str]) -> Facts:
    """Fetches the facts (without accepted bases) of all device models on which an image of the entries given was ever
    carried.

    `besides`: entries whose facts the caller has already. The result includes the declared bases and the entries that
    may have the same images as they.
    """
    wanted, known = set(entries), set(besides)
    walk = _PerModelFetch(graph, known_at)
    with suppress(_TooManyModels):
        siblings = {number for entry in wanted for number in facts_by_model.entries_with_same_image(walk.graph, entry)}
        walk.visit(siblings - known)
        return walk.facts()
    return _bulk_sibling_facts(graph, known_at, wanted, known)


def run_all_queries(graph: QueryRunner, known_at: datetime, entries: Iterable[str]) -> None:
    """Runs every query by which this module fetches facts: those for few device models, and the bulk queries."""
    numbers = set(entries)
    facts_of_connected_models(graph, known_at, numbers, ())
    sibling_facts(graph, known_at, numbers, ())
    _bulk_facts_of_connected_models(graph, known_at, numbers)
    _bulk_sibling_facts(graph, known_at, numbers, set())


def _bulk_sibling_facts(graph: QueryRunner, known_at: datetime, entries: set[str], besides: set[str]) -> Facts:
    related = ever_same_model(graph, ever_same_image(graph, entries) - besides)
    declarations = declarations_of(graph, related, known_at)
    bases = {base for declaration in declarations for base in declaration.bases} - related
    revisions = revisions_of(graph, related | ever_same_model(graph, bases), known_at)
    return Facts.of(revisions, declarations, (), confirmations_of(graph, related, known_at))
