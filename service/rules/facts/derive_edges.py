"""Steps and held bases, derived from the facts (design 3, 4).

One rule judges a pair at an instant; the sweep asks it once for each stretch in which no fact changes,
and joins neighbouring stretches that answer alike. Nothing here knows engines or recorded time: what is
given is what is believed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

from service.domain.clock import BEGINNING, END, Span
from service.domain.facts import Acceptance, Declaration, DerivedHeldBase, DerivedStep, Fact, HeldCode, Revision
from service.rules.facts.intervals import Segment, merge_segments

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
            _grouped((r.entry, r) for r in revisions),
            _grouped((d.entry, d) for d in declarations),
            _grouped(((a.base, a.target), a) for a in acceptances),
        )

    @property
    def named_bases(self) -> set[str]:
        """Every base that is declared or accepted."""
        declared = {base for rows in self.declarations.values() for row in rows for base in row.bases}
        return declared | {base for base, _ in self.acceptances}


K = TypeVar("K")
V = TypeVar("V")


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def row_in_force(rows: Iterable[F], at: datetime) -> F | None:
    """The row that holds at an instant; rows of one subject never overlap."""
    return next((row for row in rows if row.valid_from <= at < row.valid_to), None)


def hardware_kind(revision: Revision) -> tuple[str, str, str]:
    """Manufacturer, device type and device model: between entries of one kind no base is held."""
    return revision.manufacturer, revision.device_type, revision.device_model


def held_code(base: Revision, target: Revision) -> HeldCode | None:
    """Why a base is held: a meter keeps its hardware (design 4). None: it gives a step."""
    if base.manufacturer != target.manufacturer:
        return "other-manufacturer"
    if base.device_type != target.device_type:
        return "other-device-type"
    return "other-device-model" if base.device_model != target.device_model else None


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

    def twins(self, entry: str, at: datetime) -> list[Revision]:
        """The revisions in force of the entry's twins and itself, the entry first, then by number."""
        own = row_in_force(self._facts.revisions.get(entry, ()), at)
        if own is None:
            return []
        others = (self._in_force(number, at) for number in sorted(self._sharing[own.twin_key] - {entry}))
        return [own, *(r for r in others if r is not None and r.twin_key == own.twin_key)]

    def _in_force(self, entry: str, at: datetime) -> Revision | None:
        return row_in_force(self._facts.revisions[entry], at)


EntryPair = tuple[str, str]
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
    found: dict[tuple[str, bool], list[Segment[EdgePayload]]] = defaultdict(list)
    for span in _stretches(_bearing_on(facts, kin, target)):
        for base, said in _steps_at(facts, kin, target, span.start).items():
            found[base, True].append(Segment(span, said))
        for base, why in held_bases_at(facts, target, span.start).items():
            found[base, False].append(Segment(span, why))
    return found


def _bearing_on(facts: Facts, kin: TwinIndex, target: str) -> Iterator[Fact]:
    """Every fact whose beginning or end may change what leads to the target."""
    for member in kin.of(target):
        yield from facts.revisions.get(member, ())
        for declaration in facts.declarations.get(member, ()):
            yield declaration
            for base in declaration.bases:
                yield from facts.acceptances.get((base, member), ())
                for other in kin.of(base):
                    yield from facts.revisions.get(other, ())


def _stretches(rows: Iterable[Fact]) -> list[Span]:
    edges = sorted({edge for row in rows for edge in (row.valid_from, row.valid_to)} | {BEGINNING, END})
    return [Span(start, end) for start, end in pairwise(edges)]


def _steps_at(facts: Facts, kin: TwinIndex, target: str, at: datetime) -> dict[str, EdgePayload]:
    """Base → what its step into the target says. The pair that was declared comes before any by a twin."""
    members = kin.twins(target, at)
    listed = any(member.listed for member in members)
    own = {member.entry for member in members}
    direct: dict[str, EdgePayload] = {}
    by_twin: dict[str, EdgePayload] = {}
    for member, base, declaration, acceptance in step_pairs(facts, members, at):
        for twin in kin.twins(base.entry, at):
            if twin.entry in own:
                continue
            declared = member.entry == target and twin.entry == base.entry
            crossing = twin.device_model != member.device_model
            said = (listed, declaration.id, acceptance, not declared, crossing)
            (direct if declared else by_twin).setdefault(twin.entry, said)
    return by_twin | direct


def step_pairs(
    facts: Facts, members: list[Revision], at: datetime
) -> Iterator[tuple[Revision, Revision, Declaration, str]]:
    """Each target among these with a base from which a declaration in force gives a step, and by what acceptance."""
    for member, base, declaration in _named(facts, members, at):
        if held_code(base, member) is None:
            yield member, base, declaration, ""
        elif row := acceptance_in_effect(facts, base, member, at):
            yield member, base, declaration, row.id


def _named(facts: Facts, members: list[Revision], at: datetime) -> Iterator[tuple[Revision, Revision, Declaration]]:
    """Each pair that a declaration in force names. A base with no revision in force is pending: no pair."""
    for member in members:
        declaration = row_in_force(facts.declarations.get(member.entry, ()), at)
        for number in sorted(declaration.bases) if declaration else ():
            base = row_in_force(facts.revisions.get(number, ()), at)
            if base is not None and declaration is not None:
                yield member, base, declaration


def acceptance_in_effect(facts: Facts, base: Revision, target: Revision, at: datetime) -> Acceptance | None:
    """The acceptance by which a held base gives a step. It belongs to the pair and to its two device models."""
    acceptance = row_in_force(facts.acceptances.get((base.entry, target.entry), ()), at)
    if acceptance is None:
        return None
    models = (acceptance.base_model, acceptance.target_model)
    return acceptance if models == (base.device_model, target.device_model) else None


def held_bases_at(facts: Facts, target: str, at: datetime) -> dict[str, tuple[HeldCode, str]]:
    """Base → why it is held for a target at an instant, and by which declaration it is named."""
    own = row_in_force(facts.revisions.get(target, ()), at)
    found: dict[str, tuple[HeldCode, str]] = {}
    for member, base, declaration in _named(facts, [own] if own else [], at):
        code = held_code(base, member)
        if code and not acceptance_in_effect(facts, base, member, at):
            found[base.entry] = (code, declaration.id)
    return found


def lapse_instant(before: Facts, after: Facts, acceptance: Acceptance) -> datetime | None:
    """The instant from which a change makes an acceptance lapse, or None.

    It lapses where it was in effect before and is not after: the declaration dropped the base, or either
    device model changed (design 4). What has lapsed does not revive when the models change back.
    """
    pair = _history_of(before, acceptance) + _history_of(after, acceptance)
    for span in _stretches([acceptance, *pair]):
        inside = acceptance.span.contains(span.start)
        if inside and _in_effect(before, acceptance, span.start) and not _in_effect(after, acceptance, span.start):
            return span.start
    return None


def _history_of(facts: Facts, acceptance: Acceptance) -> list[Fact]:
    return [
        *facts.revisions.get(acceptance.base, ()),
        *facts.revisions.get(acceptance.target, ()),
        *facts.declarations.get(acceptance.target, ()),
    ]


def _in_effect(facts: Facts, acceptance: Acceptance, at: datetime) -> bool:
    base = row_in_force(facts.revisions.get(acceptance.base, ()), at)
    target = row_in_force(facts.revisions.get(acceptance.target, ()), at)
    declaration = row_in_force(facts.declarations.get(acceptance.target, ()), at)
    return (
        base is not None
        and target is not None
        and declaration is not None
        and acceptance.base in declaration.bases
        and (base.device_model, target.device_model) == (acceptance.base_model, acceptance.target_model)
    )
