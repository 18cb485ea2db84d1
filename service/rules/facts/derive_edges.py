"""Derives upgrade steps, and held bases (declared bases that give no step until somebody accepts them), from the facts
(design 3, 4).

One rule judges a base at one instant. A sweep over effective time applies the rule once to each interval in which no
fact changes, and joins adjacent intervals with the same result. The caller passes the facts that are recorded, and not
superseded, at one instant.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.facts import (
    Acceptance,
    Declaration,
    DerivedHeldBase,
    DerivedStep,
    Fact,
    HeldCode,
    Revision,
)
from service.domain.memo import cached_property
from service.domain.work import check_work
from service.rules.facts.grouped_facts import Facts, row_in_force
from service.rules.facts.intervals import TimeSegment, merge_segments, spans_without_change
from service.rules.pathfinding.twins import group_by_key

TwinKey = tuple[str, str, str]


def held_code(base: Revision, target: Revision) -> HeldCode | None:
    """Returns the reason why somebody must accept a base by name; None for a base of the same hardware (design 4)."""
    if base.manufacturer != target.manufacturer:
        return "other-manufacturer"
    if base.device_type != target.device_type:
        return "other-device-type"
    return "other-device-model" if base.device_model != target.device_model else None


def acceptance_in_effect(facts: Facts, base: Revision, target: Revision, at: datetime) -> Acceptance | None:
    """Returns the acceptance in force of a base for a target, given for the present device models of both; or None."""
    acceptance = row_in_force(facts.acceptances.get((base.entry, target.entry), ()), at)
    if acceptance is None:
        return None
    models = (acceptance.base_model, acceptance.target_model)
    return acceptance if models == (base.device_model, target.device_model) else None


@dataclass(frozen=True, slots=True)
class DeclaredBases:
    """The declared bases of a target: with a step, awaiting acceptance (`held`), or on no list (`pending`)."""

    declaration: str = ""
    steps: dict[str, str] = field(default_factory=dict)
    """The bases that give a step, each with the id of the acceptance that the step needs, or blank."""
    held: dict[str, HeldCode] = field(default_factory=dict)
    """The bases that give no step until somebody accepts them by name, each with the code of the reason."""
    pending: list[str] = field(default_factory=list)
    """The bases that are on no list in force."""


_NO_BASES = DeclaredBases()


class FactsAt:
    """The facts in force at one instant for some entries: attributes, declared bases, entries with the same image."""

    def __init__(self, facts: Facts, at: datetime, entries: Iterable[str]) -> None:
        self._facts, self._at = facts, at
        rows = ((entry, row_in_force(facts.revisions.get(entry, ()), at)) for entry in entries)
        self.revisions = {entry: row for entry, row in rows if row}
        groups = group_by_key(((r.manufacturer, r.device_type, r.device_model), e) for e, r in self.revisions.items())
        self._same_hardware = {entry: group for group in map(frozenset, groups.values()) for entry in group}
        """For each entry, the entries with the same hardware. As bases of the entry they are never held: faster than
        `held_code`.
        """

    def redeclared(self, facts: Facts) -> "FactsAt":
        """Returns a copy with the same attributes of entries, but with the declared and accepted bases from `facts`."""
        other = copy(self)
        other._facts = facts
        return other

    def declaration(self, entry: str) -> Declaration | None:
        """Returns the declaration of an upgrade path that is in force for an entry, or None."""
        return row_in_force(self._facts.declarations.get(entry, ()), self._at)

    @cached_property
    def vertices(self) -> dict[TwinKey, tuple[Revision, ...]]:
        """Returns the entries in force, grouped by equal device model, firmware version and image hash."""
        return group_by_key((revision.twin_key, revision) for revision in self.revisions.values())

    def twins(self, entry: str) -> list[Revision]:
        """Returns the attributes of an entry, then those of its twins (entries with the same image)."""
        own = self.revisions.get(entry)
        return sorted(self.vertices[own.twin_key], key=lambda row: row is not own) if own else []

    def declared_bases(self, target: str) -> DeclaredBases:
        """Sorts the declared bases of a target: those that give a step, await acceptance, or are on no list.

        No other code decides this.
        """
        declaration, revision = self.declaration(target), self.revisions.get(target)
        if declaration is None or revision is None:
            return _NO_BASES
        declared, not_held = declaration.bases, self._same_hardware[target]
        result = DeclaredBases(declaration.id, {base: "" for base in declared if base in not_held})
        for number in declared if len(result.steps) < len(declared) else ():
            base = self.revisions.get(number)
            if base is None:
                result.pending.append(number)
            elif code := held_code(base, revision):
                acceptance = acceptance_in_effect(self._facts, base, revision, self._at)
                if acceptance:
                    result.steps[number] = acceptance.id
                else:
                    result.held[number] = code
        return result


class TwinIndex:
    """An index that finds the twins of an entry: the entries that carried the same image at some time."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        revisions = (revision for rows in facts.revisions.values() for revision in rows)
        self._sharing = group_by_key({(revision.twin_key, revision.entry) for revision in revisions})

    def of(self, entry: str) -> set[str]:
        """Returns the entry given, and all entries that carried the same image at some time."""
        revisions = self._facts.revisions.get(entry, ())
        return {entry}.union(*(self._sharing[key] for key in {revision.twin_key for revision in revisions}))


EdgePayload = tuple[bool, str, str, bool, bool] | tuple[HeldCode, str]


def derive_edges(
    facts: Facts, targets: Iterable[str], twins: TwinIndex | None = None
) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """Derives, for all time, the steps into the targets given and their declared bases that await acceptance."""
    index = twins or TwinIndex(facts)
    steps: list[DerivedStep] = []
    held: list[DerivedHeldBase] = []
    for target in targets:
        check_work()
        for (base, stepping), segments in _segments_of(facts, index, target).items():
            for segment in merge_segments(segments):
                if stepping:
                    steps.append(_step_row(base, target, segment))
                else:
                    held.append(_held_row(base, target, segment))
    return steps, held


def _step_row(base: str, target: str, segment: "TimeSegment[Any]") -> DerivedStep:
    listed, declaration, acceptance, by_twin, identity_change = segment.payload
    return DerivedStep(
        base=base,
        target=target,
        listed=listed,
        declaration=declaration,
        acceptance=acceptance,
        by_twin=by_twin,
        identity_change=identity_change,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )


def _held_row(base: str, target: str, segment: "TimeSegment[Any]") -> DerivedHeldBase:
    code, declaration = segment.payload
    span = segment.span
    return DerivedHeldBase(
        base=base, target=target, code=code, declaration=declaration, valid_from=span.start, valid_to=span.end
    )


def _segments_of(facts: Facts, index: TwinIndex, target: str) -> dict[tuple[str, bool], list[TimeSegment[EdgePayload]]]:
    segments: dict[tuple[str, bool], list[TimeSegment[EdgePayload]]] = defaultdict(list)
    members = index.of(target)
    declared = [row for member in members for row in facts.declarations.get(member, ())]
    entries = sorted(members.union(*(index.of(base) for base in {base for row in declared for base in row.bases})))
    for span in spans_without_change(_relevant_facts(facts, members, entries)):
        facts_at = FactsAt(facts, span.start, entries)
        for base, payload in _steps_at(facts_at, target).items():
            segments[base, True].append(TimeSegment(span, payload))
        declared_bases = facts_at.declared_bases(target)
        for base, code in declared_bases.held.items():
            segments[base, False].append(TimeSegment(span, (code, declared_bases.declaration)))
    return segments


def _relevant_facts(facts: Facts, members: Iterable[str], entries: Iterable[str]) -> Iterator[Fact]:
    """Yields the facts whose start or end can change the steps into a target or its twins (`members`)."""
    for entry in entries:
        yield from facts.revisions.get(entry, ())
    for member in members:
        for declaration in facts.declarations.get(member, ()):
            yield declaration
            for base in declaration.bases:
                yield from facts.acceptances.get((base, member), ())


def _steps_at(facts_at: FactsAt, target: str) -> dict[str, EdgePayload]:
    """Returns the steps into a target by base. A step of the declared pair takes precedence over one by a twin."""
    members = facts_at.twins(target)
    listed = any(member.listed for member in members)
    own = {member.entry for member in members}
    direct: dict[str, EdgePayload] = {}
    by_twin: dict[str, EdgePayload] = {}
    for member in members:
        declared_bases = facts_at.declared_bases(member.entry)
        for base, acceptance in sorted(declared_bases.steps.items()):
            for twin in facts_at.twins(base):
                if twin.entry in own:
                    continue
                declared = member.entry == target and twin.entry == base
                identity_change = twin.device_model != member.device_model
                payload = (listed, declared_bases.declaration, acceptance, not declared, identity_change)
                (direct if declared else by_twin).setdefault(twin.entry, payload)
    return by_twin | direct
