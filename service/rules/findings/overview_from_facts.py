"""The overview of an instant made from facts: what the store would fetch of a graph that holds these and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from service.domain.facts import Declaration, Revision
from service.domain.listings import ListVersion
from service.domain.standards import Standards
from service.rules.facts.derive_edges import Facts, acceptance_in_effect, hardware_kind, held_code, row_in_force
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
"""What an entry was believed to be over a stretch of time, and is not believed to be any more."""


@dataclass(frozen=True)
class FactsView:
    """Facts that are believed, what was believed before of their entries, and the lists that are known."""

    facts: Facts
    standards: Standards
    former: Sequence[FormerBelief] = ()
    lists: Sequence[ListVersion] = ()

    @cached_property
    def first_listed(self) -> Mapping[str, datetime]:
        """From when on each entry is on a list."""
        return {entry: min(row.valid_from for row in rows) for entry, rows in self.facts.revisions.items()}

    def overview(self, at: datetime) -> Overview:
        """What the findings of an instant look at."""
        lists = [version for version in self.lists if version.effective_from <= at]
        return Overview(
            self._near(at), lists, self.first_listed, self.standards.obliged_device_types, self.standards.many_routes
        )

    def _near(self, at: datetime) -> Snapshot:
        facts = self.facts
        there = [row for rows in facts.revisions.values() if (row := row_in_force(rows, at))]
        beliefs: dict[str, list[IdentityBelief]] = {}
        for start, end, (entry, belief) in self.former:
            if start <= at < end:
                beliefs.setdefault(entry, []).append(belief)
        steps, held = self._steps({row.entry: row for row in there}, at)
        return Snapshot(
            entries={
                row.entry: _listing(row, row_in_force(facts.declarations.get(row.entry, ()), at)) for row in there
            },
            steps=steps,
            held=held,
            beliefs=beliefs,
        )

    def _steps(self, there: Mapping[str, Revision], at: datetime) -> tuple[list[Step], list[HeldPair]]:
        """The declared pairs that give a step, and those that are held. A base with no revision in force is neither."""
        kinds = {entry: hardware_kind(row) for entry, row in there.items()}
        steps, held = list[Step](), list[HeldPair]()
        for target, row in there.items():
            said = row_in_force(self.facts.declarations.get(target, ()), at)
            for base in sorted(kinds.keys() & said.bases) if said else ():
                if kinds[base] == kinds[target] or acceptance_in_effect(self.facts, there[base], row, at):
                    steps.append(Step(base, target))
                elif said and (code := held_code(there[base], row)):
                    held.append(HeldPair(base, target, code, said.id))
        return steps, held


def _listing(row: Revision, said: Declaration | None) -> EntryInForce:
    declared = (
        DeclarationInForce(said.id, said.kind, said.given, said.declared, said.recorded_from)
        if said
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
