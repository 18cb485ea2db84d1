"""The overview of an instant made from facts: what the store would fetch of a graph that holds these and no others."""

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
        then = FactsAt(self.facts, at, self.facts.revisions)
        beliefs: dict[str, list[IdentityBelief]] = {}
        for start, end, (entry, belief) in self.former:
            if start <= at < end:
                beliefs.setdefault(entry, []).append(belief)
        named = {entry: then.named_bases(entry) for entry in then.revisions}
        return Snapshot(
            entries={entry: _listing(row, then.declaration(entry)) for entry, row in then.revisions.items()},
            steps=[Step(base, target) for target, bases in named.items() for base in sorted(bases.steps)],
            held=[
                HeldPair(base, target, code, bases.declaration)
                for target, bases in named.items()
                for base, code in sorted(bases.held.items())
            ],
            beliefs=beliefs,
        )


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
