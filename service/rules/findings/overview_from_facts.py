"""The overview of an instant made from facts: what the store would fetch of a graph that holds these and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from service.domain.facts import Declaration, Revision
from service.domain.listings import ListVersion
from service.domain.standards import Standards
from service.rules.facts.derive_edges import Facts, accepted, held_code, in_force, kind
from service.rules.findings.overview import Overview
from service.rules.pathfinding.snapshot import Belief, Declared, Held, Listing, Neighbourhood, Step
from service.rules.pathfinding.temporal_graph import Lasting

Former = Lasting[tuple[str, Belief]]
"""What an entry was believed to be over a stretch of time, and is not believed to be any more."""


@dataclass(frozen=True)
class View:
    """Facts that are believed, what was believed before of their entries, and the lists that are known."""

    facts: Facts
    standards: Standards
    former: Sequence[Former] = ()
    lists: Sequence[ListVersion] = ()

    @cached_property
    def first_listed(self) -> Mapping[str, datetime]:
        """From when on each entry is on a list."""
        return {entry: min(row.valid_from for row in rows) for entry, rows in self.facts.revisions.items()}

    def overview(self, at: datetime) -> Overview:
        """What the findings of an instant look at."""
        lists = [version for version in self.lists if version.effective_from <= at]
        return Overview(self._near(at), lists, self.first_listed, self.standards.obliged, self.standards.many)

    def _near(self, at: datetime) -> Neighbourhood:
        facts = self.facts
        there = [row for rows in facts.revisions.values() if (row := in_force(rows, at))]
        beliefs: dict[str, list[Belief]] = {}
        for start, end, (entry, belief) in self.former:
            if start <= at < end:
                beliefs.setdefault(entry, []).append(belief)
        steps, held = self._steps({row.entry: row for row in there}, at)
        return Neighbourhood(
            entries={row.entry: _listing(row, in_force(facts.declarations.get(row.entry, ()), at)) for row in there},
            steps=steps,
            held=held,
            beliefs=beliefs,
        )

    def _steps(self, there: Mapping[str, Revision], at: datetime) -> tuple[list[Step], list[Held]]:
        """The declared pairs that give a step, and those that are held. A base with no revision in force is neither."""
        kinds = {entry: kind(row) for entry, row in there.items()}
        steps, held = list[Step](), list[Held]()
        for target, row in there.items():
            said = in_force(self.facts.declarations.get(target, ()), at)
            for base in sorted(kinds.keys() & said.bases) if said else ():
                if kinds[base] == kinds[target] or accepted(self.facts, there[base], row, at):
                    steps.append(Step(base, target))
                elif said and (code := held_code(there[base], row)):
                    held.append(Held(base, target, code, said.id))
        return steps, held


def _listing(row: Revision, said: Declaration | None) -> Listing:
    declared = Declared(said.id, said.kind, said.given, said.declared, said.recorded_from) if said else Declared()
    return Listing(
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
