"""Steps and held bases, derived from the facts (design 3, 4).

One rule judges a base at one instant. A sweep over valid time applies the rule once to each interval in which no fact
changes, and joins adjacent intervals with the same result. The rules use valid time only: the caller passes the facts
that are believed at one recorded instant.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

from service.domain.clock import BEGINNING, END, Span
from service.domain.facts import Acceptance, Declaration, DerivedHeldBase, DerivedStep, Fact, HeldCode, Revision
from service.rules.facts.intervals import Segment, merge_segments
from service.rules.pathfinding.twins import grouped

F = TypeVar("F", bound=Fact)
TwinKey = tuple[str, str, str]


@dataclass(frozen=True)
class Facts:
    """The facts believed at one recorded instant, by entry; acceptances by (base, target)."""

    revisions: Mapping[str, tuple[Revision, ...]] = field(default_factory=dict)
    declarations: Mapping[str, tuple[Declaration, ...]] = field(default_factory=dict)
    acceptances: Mapping[tuple[str, str], tuple[Acceptance, ...]] = field(default_factory=dict)

    @staticmethod
    def of(
        revisions: Iterable[Revision], declarations: Iterable[Declaration], acceptances: Iterable[Acceptance]
    ) -> "Facts":
        """Groups facts by their subjects."""
        return Facts(
            grouped((r.entry, r) for r in revisions),
            grouped((d.entry, d) for d in declarations),
            grouped(((a.base, a.target), a) for a in acceptances),
        )

    @property
    def named_bases(self) -> set[str]:
        """All entries that are declared or accepted as a base."""
        declared = {base for rows in self.declarations.values() for row in rows for base in row.bases}
        return declared | {base for base, _ in self.acceptances}


def row_in_force(rows: Iterable[F], at: datetime) -> F | None:
    """The row in force at an instant, or None. The rows of one subject never overlap."""
    return next((row for row in rows if row.valid_from <= at < row.valid_to), None)


def held_code(base: Revision, target: Revision) -> HeldCode | None:
    """Why a base is held, since an upgrade never changes the hardware of a meter (design 4); None: it is not held."""
    if base.manufacturer != target.manufacturer:
        return "other-manufacturer"
    if base.device_type != target.device_type:
        return "other-device-type"
    return "other-device-model" if base.device_model != target.device_model else None


def acceptance_in_effect(facts: Facts, base: Revision, target: Revision, at: datetime) -> Acceptance | None:
    """The acceptance in force for this base and target and their present device models, or None."""
    acceptance = row_in_force(facts.acceptances.get((base.entry, target.entry), ()), at)
    if acceptance is None:
        return None
    models = (acceptance.base_model, acceptance.target_model)
    return acceptance if models == (base.device_model, target.device_model) else None


@dataclass(frozen=True, slots=True)
class NamedBases:
    """The bases in the declaration in force of a target, by their effect. `declaration` is its id."""

    declaration: str = ""
    steps: dict[str, str] = field(default_factory=dict)
    """The bases that give a step, each with the id of the acceptance that the step needs, or blank."""
    held: dict[str, HeldCode] = field(default_factory=dict)
    """The bases that are held until somebody accepts them by name, each with the code of the reason."""
    pending: list[str] = field(default_factory=list)
    """The bases that are on no list in force."""


_NO_BASES = NamedBases()


class FactsAt:
    """The facts in force at an instant for some entries: their twins, and the declared bases that give a step."""

    def __init__(self, facts: Facts, at: datetime, entries: Iterable[str]) -> None:
        self._facts, self._at = facts, at
        rows = ((entry, row_in_force(facts.revisions.get(entry, ()), at)) for entry in entries)
        self.revisions = {entry: row for entry, row in rows if row}
        groups = grouped(((r.manufacturer, r.device_type, r.device_model), e) for e, r in self.revisions.items())
        self._same_hardware = {entry: group for group in map(frozenset, groups.values()) for entry in group}
        """For each entry, the entries with the same hardware, which are never held: faster than `held_code`."""

    def redeclared(self, facts: Facts) -> "FactsAt":
        """The same revisions with other declarations and acceptances."""
        other = copy(self)
        other._facts = facts
        return other

    def declaration(self, entry: str) -> Declaration | None:
        """The declaration in force for an entry."""
        return row_in_force(self._facts.declarations.get(entry, ()), self._at)

    @cached_property
    def vertices(self) -> dict[TwinKey, tuple[Revision, ...]]:
        """The revisions in force, grouped into twins."""
        return grouped((revision.twin_key, revision) for revision in self.revisions.values())

    def twins(self, entry: str) -> list[Revision]:
        """The revisions of an entry and its twins, that of the entry first."""
        own = self.revisions.get(entry)
        return sorted(self.vertices[own.twin_key], key=lambda row: row is not own) if own else []

    def named_bases(self, target: str) -> NamedBases:
        """The declared bases of a target by their effect: the only rule for steps, held and pending bases."""
        declaration, revision = self.declaration(target), self.revisions.get(target)
        if declaration is None or revision is None:
            return _NO_BASES
        declared, not_held = declaration.bases, self._same_hardware[target]
        result = NamedBases(declaration.id, {base: "" for base in declared if base in not_held})
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
    """The entries that are twins at any time, because they share a twin key at some time."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._sharing: dict[TwinKey, set[str]] = defaultdict(set)
        for entry, revisions in facts.revisions.items():
            for revision in revisions:
                self._sharing[revision.twin_key].add(entry)

    def of(self, entry: str) -> set[str]:
        """The entry and all entries that share a twin key with the entry at some time."""
        revisions = self._facts.revisions.get(entry, ())
        return {entry}.union(*(self._sharing[r.twin_key] for r in revisions))


EdgePayload = tuple[bool, str, str, bool, bool] | tuple[HeldCode, str]


def derive_edges(
    facts: Facts, targets: Iterable[str], twins: TwinIndex | None = None
) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """All steps into these targets, and all held bases of these targets, over all valid time."""
    index = twins or TwinIndex(facts)
    steps: list[DerivedStep] = []
    held: list[DerivedHeldBase] = []
    for target in targets:
        for (base, stepping), segments in _segments_of(facts, index, target).items():
            for segment in merge_segments(segments):
                if stepping:
                    steps.append(_step_row(base, target, segment))
                else:
                    held.append(_held_row(base, target, segment))
    return steps, held


def _step_row(base: str, target: str, segment: "Segment[Any]") -> DerivedStep:
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


def _held_row(base: str, target: str, segment: "Segment[Any]") -> DerivedHeldBase:
    code, declaration = segment.payload
    span = segment.span
    return DerivedHeldBase(
        base=base, target=target, code=code, declaration=declaration, valid_from=span.start, valid_to=span.end
    )


def _segments_of(facts: Facts, index: TwinIndex, target: str) -> dict[tuple[str, bool], list[Segment[EdgePayload]]]:
    segments: dict[tuple[str, bool], list[Segment[EdgePayload]]] = defaultdict(list)
    members = index.of(target)
    declared = [row for member in members for row in facts.declarations.get(member, ())]
    entries = sorted(members.union(*(index.of(base) for base in {base for row in declared for base in row.bases})))
    for span in stretches(_relevant_facts(facts, members, entries)):
        facts_at = FactsAt(facts, span.start, entries)
        for base, payload in _steps_at(facts_at, target).items():
            segments[base, True].append(Segment(span, payload))
        named_bases = facts_at.named_bases(target)
        for base, code in named_bases.held.items():
            segments[base, False].append(Segment(span, (code, named_bases.declaration)))
    return segments


def _relevant_facts(facts: Facts, members: Iterable[str], entries: Iterable[str]) -> Iterator[Fact]:
    """The facts whose start or end can change the steps into a target. `members` are the target and its twins."""
    for entry in entries:
        yield from facts.revisions.get(entry, ())
    for member in members:
        for declaration in facts.declarations.get(member, ()):
            yield declaration
            for base in declaration.bases:
                yield from facts.acceptances.get((base, member), ())


def stretches(rows: Iterable[Fact]) -> list[Span]:
    """All of valid time, divided at every instant at which one of these facts begins or ends."""
    boundaries = sorted({boundary for row in rows for boundary in (row.valid_from, row.valid_to)} | {BEGINNING, END})
    return [Span(start, end) for start, end in pairwise(boundaries)]


def _steps_at(facts_at: FactsAt, target: str) -> dict[str, EdgePayload]:
    """The steps into a target by base. A step of the declared pair takes precedence over one by a twin."""
    members = facts_at.twins(target)
    listed = any(member.listed for member in members)
    own = {member.entry for member in members}
    direct: dict[str, EdgePayload] = {}
    by_twin: dict[str, EdgePayload] = {}
    for member in members:
        named_bases = facts_at.named_bases(member.entry)
        for base, acceptance in sorted(named_bases.steps.items()):
            for twin in facts_at.twins(base):
                if twin.entry in own:
                    continue
                declared = member.entry == target and twin.entry == base
                identity_change = twin.device_model != member.device_model
                payload = (listed, named_bases.declaration, acceptance, not declared, identity_change)
                (direct if declared else by_twin).setdefault(twin.entry, payload)
    return by_twin | direct
