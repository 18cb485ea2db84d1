"""Whether the graph says what its facts say (design 3): derived rows recomputed, and ways found twice."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import Clock, iso
from service.domain.facts import Fact
from service.domain.zigbee_facts import RecordedZigbeeFact
from service.graph.protocol import Graph
from service.repositories import amendment_chain, compartments, facts, zigbee
from service.repositories import audit as zigbee_audit
from service.repositories.pathways import shortest_pathway_length
from service.rules.answers.question import Question, QuestionContext
from service.rules.facts.derive_edges import Facts, derive_edges
from service.rules.pathfinding.shortest_path import costs_to
from service.rules.records import amendment_chain as chains
from service.rules.records.audit_chain import check_audit

LADYBUG_MAX_DEPTH = 255


class VerificationReport(BaseModel):
    """What was checked, and what was found wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instants: int
    entries: int
    steps: int
    held: int
    pairs: int
    amendments: int
    before_chain: int
    head: str
    faults: list[str]


@dataclass(frozen=True)
class ExpectedHeads:
    """Heads of the chains of restricted data that were told earlier, each of which must be one that its chain had."""

    zigbee: str | None = None
    audit: str | None = None


def verify(
    graph: Graph, clock: Clock, pairs: int, head: str | None = None, heads: ExpectedHeads | None = None
) -> VerificationReport:
    """Recomputes every derived row at every recorded instant and every link of the three chains, and finds ways by the
    engine's own search too. `head`: one of the public chain that was told earlier; `heads`: of the others too.

    Of restricted data it tells what is wrong, and nothing else: not even how much of it there is.
    """
    state = compartments.read_state(graph)
    last = state.recorded
    instants = facts.recorded_instants(graph)
    faults = [fault for instant in instants for fault in _at(graph, instant)]
    faults += [f"A fact was recorded at {iso(t)}, after the last instant issued." for t in instants if t > last]
    linked = chains.check_chain(amendment_chain.fetch_chain(graph, state), head)
    faults += linked.faults
    kept = heads or ExpectedHeads()
    faults += _zigbee_faults(graph, kept.zigbee)
    faults += _audit_faults(graph, kept.audit)
    believed = facts.all_facts(graph, last)
    steps, held = facts.derived_rows(graph, last)
    asked = _sample(believed, pairs)
    memory = GraphCache(graph, clock)  # pairs of joined device models share what is fetched
    faults += [fault for base, target in asked for fault in _crossed(memory, last, base, target)]
    return VerificationReport(
        instants=len(instants),
        entries=len(believed.revisions),
        steps=len(steps),
        held=len(held),
        pairs=len(asked),
        amendments=linked.linked,
        before_chain=linked.before,
        head=state.head,
        faults=faults,
    )


def _at(graph: Graph, instant: datetime) -> Iterator[str]:
    believed = facts.all_facts(graph, instant)
    for kind, rows in (("revision", believed.revisions), ("declaration", believed.declarations)):
        for subject, timeline in rows.items():
            yield from _overlaps(kind, subject, timeline, instant)
    stored_steps, stored_held = facts.derived_rows(graph, instant)
    steps, held = derive_edges(believed, believed.revisions)
    for name, have, want in (("UPGRADES_TO", stored_steps, steps), ("HELD_BASE", stored_held, held)):
        yield from _differences(name, have, want, instant)


def _overlaps(kind: str, subject: str, timeline: Sequence[Fact], instant: datetime) -> Iterator[str]:
    ordered = sorted(timeline, key=lambda row: row.span)
    for earlier, later in pairwise(ordered):
        if later.valid_from < earlier.valid_to:
            yield f"{subject} has two {kind}s for one time, as recorded at {iso(instant)}."


def _differences(name: str, have: Sequence[Fact], want: Sequence[Fact], instant: datetime) -> Iterator[str]:
    there, due = set(have), set(want)
    if len(there) != len(have):
        yield f"{name} has rows twice, as recorded at {iso(instant)}."
    for row in sorted(due - there, key=repr):
        yield f"{name} lacks a row, as recorded at {iso(instant)}: {row!r}"
    for row in sorted(there - due, key=repr):
        yield f"{name} has a row that no fact gives, as recorded at {iso(instant)}: {row!r}"


def _zigbee_faults(graph: Graph, head: str | None) -> Iterator[str]:
    """What is wrong with the chain of the zigbee compartment, and facts of one entry that hold at the same time."""
    yield from (f"ZigBee: {fault}" for fault in chains.check_chain(zigbee.fetch_zigbee_chain(graph), head).faults)
    by_subject: dict[tuple[str, str], list[RecordedZigbeeFact]] = defaultdict(list)
    for row in zigbee.recorded_zigbee_facts(graph):
        by_subject[row.entry, row.kind].append(row)
    for (entry, kind), rows in sorted(by_subject.items()):
        for instant in sorted({row.recorded_from for row in rows}):
            believed = [row for row in rows if row.recorded_from <= instant < row.recorded_to]
            yield from (f"ZigBee: {fault}" for fault in _overlaps(kind, entry, believed, instant))


def _audit_faults(graph: Graph, head: str | None) -> list[str]:
    """What is wrong with the chain of the audit."""
    state = zigbee_audit.audit_state(graph)
    faults = check_audit(zigbee_audit.all_records(graph), state.sequence, state.head, head)
    return [f"Audit: {fault}" for fault in faults]


def _sample(believed: Facts, pairs: int) -> list[tuple[str, str]]:
    """Pairs within a device model, the same ones for the same graph."""
    models: dict[str, list[str]] = {}
    for entry, revisions in sorted(believed.revisions.items()):
        models.setdefault(revisions[-1].device_model, []).append(entry)
    every = [(a, b) for entries in models.values() for a in entries[:40] for b in entries[:40] if a != b]
    return random.Random(0).sample(every, min(pairs, len(every)))


def _crossed(memory: GraphCache, known_at: datetime, base: str, target: str) -> Iterator[str]:
    graph, at = memory.graph, memory.clock()
    terrain = memory.temporal_graph({base, target}, known_at)
    for through_removed in (False, True):
        here = QuestionContext(Question(base, target, at, known_at, through_removed), terrain)
        if here.start is not None and here.start == here.goal:
            continue
        ours, engines = steps_by_rules(here), steps_by_engine(graph, here.question)
        if ours != engines and not (graph.dialect == "ladybug" and (ours or 0) > LADYBUG_MAX_DEPTH):
            removed = " through removed entries" if through_removed else ""
            yield f"{base} → {target}{removed}: the rules find {ours} steps, the engine {engines}."


def steps_by_rules(here: QuestionContext) -> int | None:
    """The fewest steps that the rules find; None where there is no way."""
    if here.start is None or here.goal is None:
        return None
    left = costs_to(here.network.before, 0, here.goal, here.enterable)
    return next((steps for (_, steps), found in left.items() if found >> here.start & 1), None)


def steps_by_engine(graph: Graph, asked: Question) -> int | None:
    """The fewest steps that the engine's own search finds; None where it finds no way."""
    return shortest_pathway_length(graph, asked.base, asked.target, asked.at, asked.known_at, asked.through_removed)
