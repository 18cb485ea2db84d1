"""Builds the input of the rules that compute findings from facts in memory. It equals the input that a repository reads
from the graph.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import Declaration, Revision
from service.domain.finding_thresholds import FindingThresholds
from service.domain.listings import ListVersion
from service.domain.memo import cached_property
from service.rules.facts.derive_edges import FactsAt
from service.rules.facts.grouped_facts import Facts
from service.rules.findings.findings_input import FindingsInput
from service.rules.pathfinding.snapshot import (
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    RecordedIdentity,
    Snapshot,
    Step,
)
from service.rules.pathfinding.temporal_graph import TimedValue
from service.rules.pathfinding.twins import group_by_key

FormerBelief = TimedValue[tuple[str, RecordedIdentity]]
"""A superseded record: the attributes that an entry was once said to have, over an interval of effective time."""


@dataclass(frozen=True)
class FactsOfEntries:
    """The current facts about some entries, the superseded records of their attributes, and the known lists."""

    facts: Facts
    thresholds: FindingThresholds
    former: Sequence[FormerBelief] = ()
    lists: Sequence[ListVersion] = ()

    @cached_property
    def first_listed(self) -> Mapping[str, datetime]:
        """Returns the instant at which a list first had each entry, by entry number."""
        return {entry: min(row.valid_from for row in rows) for entry, rows in self.facts.revisions.items()}

    def findings_input(self, at: datetime) -> FindingsInput:
        """Returns the facts in force at an instant, as the input of the rules that compute findings."""
        lists = [version for version in self.lists if version.effective_from <= at]
        return FindingsInput(
            self._snapshot(at),
            lists,
            self.first_listed,
            self.thresholds.obliged_device_types,
            self.thresholds.many_routes,
        )

    def _snapshot(self, at: datetime) -> Snapshot:
        """Returns the entries, steps and held bases (bases that await acceptance) in force at an instant."""
        facts_at = FactsAt(self.facts, at, self.facts.revisions)
        beliefs = group_by_key(item for start, end, item in self.former if start <= at < end)
        named = {entry: facts_at.declared_bases(entry) for entry in facts_at.revisions}
        return Snapshot(
            entries={
                entry: _entry_in_force(row, facts_at.declaration(entry)) for entry, row in facts_at.revisions.items()
            },
            steps=[Step(base, target) for target, bases in named.items() for base in sorted(bases.steps)],
            held=[
                HeldPair(base, target, code, bases.declaration)
                for target, bases in named.items()
                for base, code in sorted(bases.held.items())
            ],
            beliefs={entry: list(rows) for entry, rows in beliefs.items()},
            confirmed=group_by_key(
                (pair, row.identities)
                for pair, rows in self.facts.confirmations.items()
                for row in rows
                if row.span.contains(at)
            ),
        )


def _entry_in_force(row: Revision, declaration: Declaration | None) -> EntryInForce:
    """Returns one entry with the attributes of its revision and with its declaration, if it has one."""
    declared = (
        DeclarationInForce(
            declaration.id, declaration.kind, declaration.given, declaration.declared, declaration.recorded_from
        )
        if declaration
        else DeclarationInForce()
    )
    return EntryInForce(
        number=row.entry,
        device_model=row.device_model,
        firmware_version=row.firmware_version,
        image_hash=row.image_hash,
        status=row.status,
        manufacturer=row.manufacturer,
        device_type=row.device_type,
        descriptor=row.image_descriptor,
        recorded=row.recorded_from,
        declared=declared,
    )
