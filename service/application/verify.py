"""Verifies the graph (design 3): computes derived rows and hash chains again, and compares two pathway searches."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from service.application.clock_acceptance import clock_remarks
from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import BEGINNING, Clock, iso
from service.domain.facts import Fact
from service.domain.frozen_model import FrozenModel
from service.domain.zigbee_facts import RecordedZigbeeFact
from service.graph.deadlines import long_work
from service.graph.protocol import Graph
from service.repositories import amendment_chain, compartments, facts, zigbee
from service.repositories import audit as zigbee_audit
from service.repositories.engine_shortest_path import shortest_pathway_length
from service.rules.answers.question import Question, QuestionContext
from service.rules.facts.derive_edges import derive_edges
from service.rules.facts.grouped_facts import Facts
from service.rules.pathfinding.shortest_path import costs_to
from service.rules.records import amendment_chain as chains
from service.rules.records.audit_chain import check_audit

LADYBUG_MAX_DEPTH = 255


class VerificationReport(FrozenModel):
    """The result of verifying the graph: how much of it was verified, the faults, and remarks on the clock."""

    instants: int
    entries: int
    steps: int
    held: int
    pairs: int
    amendments: int
    before_chain: int
    head: str
    faults: list[str]
    remarks: list[str]


@dataclass(frozen=True)
class ExpectedHeads:
    """Hashes that somebody noted earlier as the last ones of the hash chains of restricted data. Each of them must be
    in its chain.
    """

    zigbee: str | None = None
    audit: str | None = None


@long_work()
def verify(
    graph: Graph, clock: Clock, pairs: int, head: str | None = None, heads: ExpectedHeads | None = None
) -> VerificationReport:
    """Verifies the derived rows of the graph at each instant at which the service recorded facts, and the links of the
    three hash chains. Returns a report.

    Compares the length of the shortest pathway by the rules with that by the database's own search, for the number
    `pairs` of entry pairs. `head` is a hash noted earlier as the last of the public chain; `heads` has those of the
    other chains. The report has the faults of restricted data, but not how much of it there is.
    """
    state = compartments.read_state(graph)
    last_recorded = state.recorded
    instants = facts.recorded_instants(graph)
    faults = [fault for instant in instants for fault in _faults_at(graph, instant)]
    faults += [
        f"A fact was recorded at {iso(t)}, after the last instant issued." for t in instants if t > last_recorded
    ]
    chain = chains.check_chain(amendment_chain.fetch_chain(graph, state), head)
    faults += [*chain.faults, *_clock_faults(graph, state)]
    expected = heads or ExpectedHeads()
    faults += _zigbee_faults(graph, expected.zigbee)
    faults += _audit_faults(graph, expected.audit)
    known = facts.all_facts(graph, last_recorded)
    steps, held = facts.derived_rows(graph, last_recorded)
    sample = _sample_pairs(known, pairs)
    cache = GraphCache(graph, clock)  # pairs of connected device models share a temporal graph
    faults += [fault for base, target in sample for fault in _search_faults(cache, last_recorded, base, target)]
    return VerificationReport(
        instants=len(instants),
        entries=len(known.revisions),
        steps=len(steps),
        held=len(held),
        pairs=len(sample),
        amendments=chain.linked,
        before_chain=chain.before,
        head=state.head,
        faults=faults,
        remarks=list(clock_remarks(graph, clock)),
    )


def _faults_at(graph: Graph, instant: datetime) -> Iterator[str]:
    known = facts.all_facts(graph, instant)
    for kind, rows in (("revision", known.revisions), ("declaration", known.declarations)):
        for subject, timeline in rows.items():
            yield from _overlap_faults(kind, subject, timeline, instant)
    stored_steps, stored_held = facts.derived_rows(graph, instant)
    steps, held = derive_edges(known, known.revisions)
    for name, stored, derived in (("UPGRADES_TO", stored_steps, steps), ("HELD_BASE", stored_held, held)):
        yield from _row_faults(name, stored, derived, instant)


def _clock_faults(graph: Graph, state: compartments.Compartment) -> Iterator[str]:
    """Yields a fault where the public data accepts a clock without an acceptance of it on the chain."""
    recorded = max((row.last for row in graph.rows(amendment_chain.CLOCK_ACCEPTANCES)), default=BEGINNING)
    if state.clock_accepted != recorded:
        yield f"The graph accepts a clock behind {iso(state.clock_accepted)}, and the chain one behind {iso(recorded)}."


def _overlap_faults(kind: str, subject: str, timeline: Sequence[Fact], instant: datetime) -> Iterator[str]:
    ordered = sorted(timeline, key=lambda row: row.span)
    for earlier, later in pairwise(ordered):
        if later.valid_from < earlier.valid_to:
            yield f"{subject} has two {kind}s for one time, as recorded at {iso(instant)}."


def _row_faults(name: str, stored: Sequence[Fact], derived: Sequence[Fact], instant: datetime) -> Iterator[str]:
    stored_rows, due_rows = set(stored), set(derived)
    if len(stored_rows) != len(stored):
        yield f"{name} has rows twice, as recorded at {iso(instant)}."
    for row in sorted(due_rows - stored_rows, key=repr):
        yield f"{name} lacks a row, as recorded at {iso(instant)}: {row!r}"
    for row in sorted(stored_rows - due_rows, key=repr):
        yield f"{name} has a row that no fact gives, as recorded at {iso(instant)}: {row!r}"


def _zigbee_faults(graph: Graph, head: str | None) -> Iterator[str]:
    """Yields the faults in the hash chain of ZigBee facts, and facts of one entry whose effective intervals overlap."""
    yield from (f"ZigBee: {fault}" for fault in chains.check_chain(zigbee.fetch_zigbee_chain(graph), head).faults)
    by_subject: dict[tuple[str, str], list[RecordedZigbeeFact]] = defaultdict(list)
    for row in zigbee.recorded_zigbee_facts(graph):
        by_subject[row.entry, row.kind].append(row)
    for (entry, kind), rows in sorted(by_subject.items()):
        for instant in sorted({row.recorded_from for row in rows}):
            known = [row for row in rows if row.recorded_from <= instant < row.recorded_to]
            yield from (f"ZigBee: {fault}" for fault in _overlap_faults(kind, entry, known, instant))


def _audit_faults(graph: Graph, head: str | None) -> list[str]:
    """Returns the faults in the hash chain of the audit."""
    state = zigbee_audit.audit_state(graph)
    faults = check_audit(zigbee_audit.all_records(graph), state.sequence, state.head, head)
    return [f"Audit: {fault}" for fault in faults]


def _sample_pairs(known: Facts, pairs: int) -> list[tuple[str, str]]:
    """Returns random pairs of entries of one device model; the same graph gives the same pairs."""
    models: dict[str, list[str]] = {}
    for entry, revisions in sorted(known.revisions.items()):
        models.setdefault(revisions[-1].device_model, []).append(entry)
    pairs_of_models = [(a, b) for entries in models.values() for a in entries[:40] for b in entries[:40] if a != b]
    return random.Random(0).sample(pairs_of_models, min(pairs, len(pairs_of_models)))


def _search_faults(cache: GraphCache, known_at: datetime, base: str, target: str) -> Iterator[str]:
    graph, at = cache.graph, cache.clock()
    temporal_graph = cache.temporal_graph({base, target}, known_at)
    for through_removed in (False, True):
        context = QuestionContext(Question(base, target, at, known_at, through_removed), temporal_graph)
        if context.start is not None and context.start == context.goal:
            continue
        by_rules, by_engine = steps_by_rules(context), steps_by_engine(graph, context.question)
        if by_rules != by_engine and not (graph.dialect == "ladybug" and (by_rules or 0) > LADYBUG_MAX_DEPTH):
            removed = " through removed entries" if through_removed else ""
            yield f"{base} → {target}{removed}: the rules find {by_rules} steps, the engine {by_engine}."


def steps_by_rules(context: QuestionContext) -> int | None:
    """Returns the fewest steps of a pathway between two entries by the rules of this service; None if there is no
    pathway.
    """
    if context.start is None or context.goal is None:
        return None
    costs = costs_to(context.network.before, 0, context.goal, context.enterable)
    return next((steps for (_, steps), vertices in costs.items() if vertices >> context.start & 1), None)


def steps_by_engine(graph: Graph, question: Question) -> int | None:
    """Returns the fewest steps of a pathway between two entries by the database's own search; None if there is no
    pathway.
    """
    return shortest_pathway_length(
        graph, question.base, question.target, question.at, question.known_at, question.through_removed
    )
