"""Fetches all entries, declarations, upgrade steps and bases that await acceptance in force at one instant, by the
facts recorded by another.

The findings are computed from them. Each statement returns one list for each attribute.
"""

from datetime import datetime
from itertools import chain
from typing import TypeVar

from service.domain.as_of import AsOf
from service.domain.clock import Instant
from service.domain.finding_thresholds import FindingThresholds
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories.arrays import (
    DeclarationInForceArrays,
    EntryInForceArrays,
    FirstListedArrays,
    HeldInForceArrays,
    StepInForceArrays,
    SupersededIdentityArrays,
)
from service.repositories.facts import confirmations
from service.repositories.list_versions import known_list_versions
from service.rules.findings.facts_in_force import Columns, FactsInForce

ArraysT = TypeVar("ArraysT", bound=FrozenModel)


class EffectiveIntervalRow(FrozenModel):
    """A query row with both ends of an effective interval of some fact."""

    begun: Instant
    ended: Instant


ENTRIES = Query("findings/entries", EntryInForceArrays)
BELIEFS = Query("findings/beliefs", SupersededIdentityArrays)
FIRST_LISTED = Query("findings/first_listed", FirstListedArrays)
DECLARATIONS = Query("findings/declarations", DeclarationInForceArrays)
STEPS = Query("findings/steps", StepInForceArrays)
HELD = Query("findings/held", HeldInForceArrays)
INSTANTS = Query("findings/instants", EffectiveIntervalRow)


def fetch_facts_in_force(graph: QueryRunner, as_of: AsOf, thresholds: FindingThresholds) -> FactsInForce:
    """Fetches all entries, declarations, upgrade steps, bases that await acceptance, and list versions in force at an
    instant, with the former attributes of entries, the confirmed bases and the instants from which lists have entries.
    """
    instants = {"at": as_of.at, "known_at": as_of.known_at}
    return FactsInForce(
        entries=_columns(ENTRIES, graph, **instants),
        declarations=_columns(DECLARATIONS, graph, **instants),
        steps=_columns(STEPS, graph, **instants),
        held=_columns(HELD, graph, **instants),
        beliefs=_columns(BELIEFS, graph, **instants),
        first_listed=_columns(FIRST_LISTED, graph, known_at=as_of.known_at),
        confirmed=[row.confirmed for row in confirmations(graph, as_of.known_at) if row.span.contains(as_of.at)],
        lists=[version for version in known_list_versions(graph, as_of.known_at) if version.effective_from <= as_of.at],
        thresholds=thresholds,
    )


def instants_of_change(graph: QueryRunner, known_at: datetime) -> list[datetime]:
    """Fetches the instants of effective time at which the facts in force can change, in ascending order."""
    ends = {instant for row in graph.rows(INSTANTS, known_at=known_at) for instant in (row.begun, row.ended)}
    return sorted(ends.union(version.effective_from for version in known_list_versions(graph, known_at)))


def _columns(query: Query[ArraysT], graph: QueryRunner, **arguments: datetime) -> Columns:
    """Fetches facts, and returns one list for each field of the row model. A value that all facts of a row have in
    common stands in the list once for each of them, as one object: another process then gets it once.
    """
    rows = [list(vars(row).values()) for row in graph.rows(query, **arguments)]
    repeated = [[value if isinstance(value, list) else [value] * len(row[0]) for value in row] for row in rows]
    columns = zip(*repeated, strict=True) if rows else [()] * len(query.row.model_fields)
    return [list(chain.from_iterable(column)) for column in columns]
