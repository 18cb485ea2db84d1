"""Steps and held bases, derived from the facts (design 3, 4).

One rule judges a pair at an instant; the sweep asks it once for each stretch in which no fact changes,
and joins neighbouring stretches that answer alike. Nothing here knows engines or recorded time: what is
given is what is believed.
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
    """Facts believed at one recorded instant, by entry, and acceptances by (base, target)."""

    revisions: Mapping[str, tuple[Revision, ...]] = field(default_factory=dict)
    declarations: Mapping[str, tuple[Declaration, ...]] = field(default_factory=dict)
    acceptances: Mapping[tuple[str, str], tuple[Acceptance, ...]] = field(default_factory=dict)

    @staticmethod
    def of(
        revisions: Iterable[Revision], declarations: Iterable[Declaration], acceptances: Iterable[Acceptance]
    ) -> "Facts":
        """Facts grouped for the rules."""
        return Facts(
            grouped((r.entry, r) for r in revisions),
            grouped((d.entry, d) for d in declarations),
            grouped(((a.base, a.target), a) for a in acceptances),
        )

    @property
    def named_bases(self) -> set[str]:
        """Every base that is declared or accepted."""
        declared = {base for rows in self.declarations.values() for row in rows for base in row.bases}
        return declared | {base for base, _ in self.acceptances}


def row_in_force(rows: Iterable[F], at: datetime) -> F | None:
    """The row that holds at an instant; rows of one subject never overlap."""
    return next((row for row in rows if row.valid_from <= at < row.valid_to), None)


def held_code(base: Revision, target: Revision) -> HeldCode | None:
    """Why a base is held: a meter keeps its hardware (design 4). None: the base gives a step."""
    if base.manufacturer != target.manufacturer:
        return "other-manufacturer"
    if base.device_type != target.device_type:
        return "other-device-type"
    return "other-device-model" if base.device_model != target.device_model else None


def acceptance_in_effect(facts: Facts, base: Revision, target: Revision, at: datetime) -> Acceptance | None:
    """The acceptance by which a held base gives a step. It belongs to the pair and to its two device models."""
    acceptance = row_in_force(facts.acceptances.get((base.entry, target.entry), ()), at)
    if acceptance is None:
        return None
    models = (acceptance.base_model, acceptance.target_model)
    return acceptance if models == (base.device_model, target.device_model) else None


@dataclass(frozen=True, slots=True)
class NamedBases:
    """The bases that the declaration in force of a target names, by what becomes of each. `declaration` is its id."""

    declaration: str = ""
    steps: dict[str, str] = field(default_factory=dict)
    """The bases that give a step, each with the id of the acceptance that it needs; blank where it needs none."""
    held: dict[str, HeldCode] = field(default_factory=dict)
    """The bases that give no step until they are accepted by name, each with the reason."""
    pending: list[str] = field(default_factory=list)
    """The bases that no list in force has."""


_NO_BASES = NamedBases()


class FactsAt:
    """The facts in force at an instant for these entries: which are twins, and which declared bases give a step."""

    def __init__(self, facts: Facts, at: datetime, entries: Iterable[str]) -> None:
        self._facts, self._at = facts, at
        rows = ((entry, row_in_force(facts.revisions.get(entry, ()), at)) for entry in entries)
        self.revisions = {entry: row for entry, row in rows if row}
        kinds = grouped(((r.manufacturer, r.device_type, r.device_model), e) for e, r in self.revisions.items())
        self._alike = {entry: alike for alike in map(frozenset, kinds.values()) for entry in alike}
        """For each entry all from which a base is not held: a look-up in place of `held_code` for each pair."""

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
        """The revisions in force, twins together."""
        return grouped((revision.twin_key, revision) for revision in self.revisions.values())

    def twins(self, entry: str) -> list[Revision]:
        """The revisions of an entry and of its twins, its own first."""
        own = self.revisions.get(entry)
        return sorted(self.vertices[own.twin_key], key=lambda row: row is not own) if own else []

    def named_bases(self, target: str) -> NamedBases:
        """What becomes of the bases that are declared for a target: the one rule for steps, held and pending bases."""
        declaration, revision = self.declaration(target), self.revisions.get(target)
        if declaration is None or revision is None:
            return _NO_BASES
        named, alike = declaration.bases, self._alike[target]
        found = NamedBases(declaration.id, {base: "" for base in named if base in alike})
        for number in named if len(found.steps) < len(named) else ():
            base = self.revisions.get(number)
            if base is None:
                found.pending.append(number)
            elif code := held_code(base, revision):
                acceptance = acceptance_in_effect(self._facts, base, revision, self._at)
                if acceptance:
                    found.steps[number] = acceptance.id
                else:
                    found.held[number] = code
        return found


class TwinIndex:
    """Who may be a twin of whom at some time: entries that ever share a twin key."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._sharing: dict[TwinKey, set[str]] = defaultdict(set)
        for entry, revisions in facts.revisions.items():
            for revision in revisions:
                self._sharing[revision.twin_key].add(entry)

    def of(self, entry: str) -> set[str]:
        """The entry itself and all that may be its twins."""
        revisions = self._facts.revisions.get(entry, ())
        return {entry}.union(*(self._sharing[r.twin_key] for r in revisions))


EdgePayload = tuple[bool, str, str, bool, bool] | tuple[HeldCode, str]


def derive_edges(
    facts: Facts, targets: Iterable[str], kin: TwinIndex | None = None
) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """All steps into these targets and all their held bases, as the facts believed have them."""
    known = kin or TwinIndex(facts)
    steps: list[DerivedStep] = []
    held: list[DerivedHeldBase] = []
    for target in targets:
        for (base, stepping), segments in _swept(facts, known, target).items():
            for segment in merge_segments(segments):
                if stepping:
                    steps.append(_step(base, target, segment))
                else:
                    held.append(_held(base, target, segment))
    return steps, held


def _step(base: str, target: str, segment: "Segment[Any]") -> DerivedStep:
    listed, declaration, acceptance, by_twin, crossing = segment.payload
    return DerivedStep(
        base=base,
        target=target,
        listed=listed,
        declaration=declaration,
        acceptance=acceptance,
        by_twin=by_twin,
        identity_change=crossing,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )


def _held(base: str, target: str, segment: "Segment[Any]") -> DerivedHeldBase:
    code, declaration = segment.payload
    span = segment.span
    return DerivedHeldBase(
        base=base, target=target, code=code, declaration=declaration, valid_from=span.start, valid_to=span.end
    )


def _swept(facts: Facts, kin: TwinIndex, target: str) -> dict[tuple[str, bool], list[Segment[EdgePayload]]]:
    segments: dict[tuple[str, bool], list[Segment[EdgePayload]]] = defaultdict(list)
    mates = kin.of(target)
    declared = [row for mate in mates for row in facts.declarations.get(mate, ())]
    entries = sorted(mates.union(*(kin.of(base) for base in {base for row in declared for base in row.bases})))
    for span in stretches(_bearing_on(facts, mates, entries)):
        then = FactsAt(facts, span.start, entries)
        for base, said in _steps_at(then, target).items():
            segments[base, True].append(Segment(span, said))
        named = then.named_bases(target)
        for base, code in named.held.items():
            segments[base, False].append(Segment(span, (code, named.declaration)))
    return segments


def _bearing_on(facts: Facts, mates: Iterable[str], entries: Iterable[str]) -> Iterator[Fact]:
    """Every fact whose beginning or end may change what leads to a target and its twins; entries include the bases."""
    for entry in entries:
        yield from facts.revisions.get(entry, ())
    for mate in mates:
        for declaration in facts.declarations.get(mate, ()):
            yield declaration
            for base in declaration.bases:
                yield from facts.acceptances.get((base, mate), ())


def stretches(rows: Iterable[Fact]) -> list[Span]:
    """All of time, cut where one of these facts begins or ends."""
    edges = sorted({edge for row in rows for edge in (row.valid_from, row.valid_to)} | {BEGINNING, END})
    return [Span(start, end) for start, end in pairwise(edges)]


def _steps_at(then: FactsAt, target: str) -> dict[str, EdgePayload]:
    """Base → what its step into the target says. The pair that was declared comes before any by a twin."""
    members = then.twins(target)
    listed = any(member.listed for member in members)
    own = {member.entry for member in members}
    direct: dict[str, EdgePayload] = {}
    by_twin: dict[str, EdgePayload] = {}
    for member in members:
        named = then.named_bases(member.entry)
        for base, acceptance in sorted(named.steps.items()):
            for twin in then.twins(base):
                if twin.entry in own:
                    continue
                declared = member.entry == target and twin.entry == base
                crossing = twin.device_model != member.device_model
                said = (listed, named.declaration, acceptance, not declared, crossing)
                (direct if declared else by_twin).setdefault(twin.entry, said)
    return by_twin | direct
