"""Builds the overview of an instant from facts: the same that a repository fetches from a graph with these facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from service.domain.facts import Declaration, Revision
from service.domain.listings import ListVersion
from service.domain.standards import Standards
from service.rules.facts.derive_edges import Facts, FactsAt
from service.rules.findings.overview import Overview
from service.rules.pathfinding.snapshot import (
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    IdentityBelief,
    Snapshot,
    Step,
)
from service.rules.pathfinding.temporal_graph import Timed

FormerBelief = Timed[tuple[str, IdentityBelief]]
"""A superseded belief: the identity of an entry over an interval of valid time."""


@dataclass(frozen=True)
class FactsView:
    """The current facts, superseded beliefs about their entries, and the known lists."""

    facts: Facts
    standards: Standards
    former: Sequence[FormerBelief] = ()
    lists: Sequence[ListVersion] = ()

    @cached_property
    def first_listed(self) -> Mapping[str, datetime]:
        """The start of the first listing of each entry."""
        return {entry: min(row.valid_from for row in rows) for entry, rows in self.facts.revisions.items()}

    def overview(self, at: datetime) -> Overview:
        """The input of the finding rules at an instant."""
        lists = [version for version in self.lists if version.effective_from <= at]
        return Overview(
            self._snapshot(at),
            lists,
            self.first_listed,
            self.standards.obliged_device_types,
            self.standards.many_routes,
        )

    def _snapshot(self, at: datetime) -> Snapshot:
        facts_at = FactsAt(self.facts, at, self.facts.revisions)
        beliefs: dict[str, list[IdentityBelief]] = {}
        for start, end, (entry, belief) in self.former:
            if start <= at < end:
                beliefs.setdefault(entry, []).append(belief)
        named = {entry: facts_at.named_bases(entry) for entry in facts_at.revisions}
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
            beliefs=beliefs,
        )


def _entry_in_force(row: Revision, declaration: Declaration | None) -> EntryInForce:
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
