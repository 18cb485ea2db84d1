"""Random declared graphs on both engines: the rules on the fetched facts, the engine's shortest path and a networkx
oracle give the same answers. Hypothesis draws several worlds that share one graph and do not interact.
"""

import random
from datetime import datetime
from functools import partial
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.application.pathways import pathways, plan_check
from service.application.pathways import temporal_graphs as terrains
from service.application.pathways.graph_cache import GraphCache
from service.application.verify import steps_by_engine, verify
from service.domain.as_of import AsOf
from service.domain.devices import Device
from service.domain.listings import ListVersion
from service.graph.protocol import Graph
from service.repositories import device_models
from service.rules.answers.plan_check import common_judgement, judge_plan
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.temporal_graph import TemporalGraph
from service.schemas.responses.holds_until import HoldsUntil
from service.schemas.responses.plan_check import PlanVerdict
from tests.properties import share
from tests.store.packed import moved, written
from tests.unit.oracles.holds_until import first_difference, later_instants, pathway_answer
from tests.unit.oracles.pathway import Oracle
from tests.unit.oracles.plan_check import Conditions, verdict
from tests.unit.questions import build_pathway as by_rules
from tests.worlds import DATES, NOW, World, declaration, revision, situations, six, terrain, world

TOGETHER = 6
TURNS = share(25, least=3)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
NOT_COMPARED = {"known_at", "updated"}


@pytest.mark.quick_on_neo4j
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(situations(most=7), min_size=TOGETHER, max_size=TOGETHER), seed=st.integers(0, 999))
def test_engines_rules_and_oracle_give_the_same_answers(afresh, drawn, seed) -> None:
    """Outcome, steps, warnings and reasons equal those of the rules; steps and preference those of the oracle."""
    graph = afresh()
    worlds = [(moved(world_, nth), at) for nth, (world_, at) in enumerate(drawn)]
    written(graph, [world_ for world_, _ in worlds])
    memory = GraphCache(graph, lambda: NOW)
    for world_, at in worlds:
        moment = AsOf(at, NOW, LIST)
        for through_removed in (False, True):
            oracle = Oracle(world_, at, through_removed=through_removed)
            for base, target in some_pairs(world_, seed):
                check_pathway(memory, world_, oracle, moment, base, target)
            check_plan(memory, world_, oracle, moment, random.Random(seed).choices(world_.numbers, k=4))
            check_entry(memory, oracle, moment, world_.numbers[seed % len(world_.numbers)])
    check_plan_across_worlds(memory, [world_ for world_, _ in worlds], seed)
    assert verify(graph, lambda: NOW, 20).faults == []
    check_bulk_fetch(graph, [number for world_, _ in worlds for number in world_.numbers])


def check_bulk_fetch(graph: Graph, numbers: list[str]) -> None:
    """Temporal graphs fetched together with the bulk statements equal those fetched one by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device_models, "MAX_STATEMENTS", 0)
        together = {
            number: rows(one) for one in terrains.fetch_temporal_graphs(graph, numbers, NOW) for number in one.entries
        }
    assert together == {number: rows(terrains.fetch_temporal_graph(graph, {number}, NOW)) for number in numbers}


def rows(graph: TemporalGraph) -> list[frozenset[object]]:
    """The rows of a temporal graph as sets; asserts that no row is there twice."""
    groups = [graph.listings, graph.declared, graph.steps, graph.held, graph.beliefs, graph.accepted.items()]
    assert all(len(set(group)) == len(group) for group in groups), "a row is there twice"
    return [frozenset(group) for group in groups]


def some_pairs(world_: World, seed: int) -> list[tuple[str, str]]:
    """A sample of the ordered pairs of a world."""
    every = [(a, b) for a in world_.numbers for b in world_.numbers]
    return random.Random(seed).sample(every, min(8, len(every)))


def check_pathway(memory: GraphCache, world_: World, oracle: Oracle, moment: AsOf, base: str, target: str) -> None:
    """Asserts that a pathway equals the results of the rules, the oracle and the engine's search."""
    question = Question(base, target, moment.at, NOW, oracle.through_removed)
    answer = pathways.find_pathway(memory, moment, base, target, oracle.through_removed)
    expected = by_rules(QuestionContext(question, terrain(world_)), "1.0", "2022-01-01")
    assert answer.model_dump(exclude=NOT_COMPARED) == expected.model_dump(exclude=NOT_COMPARED)
    assert answer.outcome == oracle.outcome(base, target)
    known = {base, target} <= oracle.entries.keys()
    pair = partial(pathway_answer, base=base, target=target)
    changed = first_difference(world_, moment.at, pair, oracle.through_removed)
    check_end(answer.holds_until, changed and (changed[0], changed[1][0]))
    if answer.outcome == "route":
        assert [base, *(step.target for step in answer.steps)] == oracle.preferred(base, target)
    if known and answer.outcome != "already-there":
        start, goal = oracle.vertex(base), oracle.vertex(target)
        fewest = nx.shortest_path_length(oracle.graph, start, goal) if nx.has_path(oracle.graph, start, goal) else None
        assert steps_by_engine(memory.graph, question) == fewest


def check_end(end: HoldsUntil | None, expected: tuple[datetime, str] | None) -> None:
    """Asserts that an answer holds until the first later instant at which the oracle's answer differs."""
    assert (end and (end.at, end.outcome)) == expected
    assert end is None or end.cause.list_version is None


def check_plan(memory: GraphCache, world_: World, oracle: Oracle, moment: AsOf, plan: list[str]) -> None:
    """Asserts that the check of a plan equals the results of the rules and the oracle."""
    answer = plan_check.check_entries(memory, moment, plan, oracle.through_removed)
    graph, at, through_removed = terrain(world_), moment.at, oracle.through_removed
    context = lambda a, b: QuestionContext(Question(a, b, at, NOW, through_removed), graph)  # noqa: E731
    expected = judge_plan(plan, context)
    assert answer.model_dump(include=PlanVerdict.model_fields.keys()) == expected.model_dump()
    check_device_plan(memory, world_, oracle, moment, plan)
    assert [step.code for step in answer.steps] == [Conditions(oracle, *pair).code for pair in pairwise(plan)]
    assert answer.verdict == verdict(oracle, plan, at)
    judge = partial(verdict, plan=plan, at=at)
    check_end(answer.holds_until, first_difference(world_, at, judge, through_removed))
    assert (answer.at, answer.known_at, answer.list_version) == (at, NOW, "1.0")
    dated = [pathways.find_pathway(memory, moment, entry, entry, through_removed).updated for entry in plan]
    assert answer.updated == max((when for when in dated if when), default=None)


def check_device_plan(memory: GraphCache, world_: World, oracle: Oracle, moment: AsOf, plan: list[str]) -> None:
    """Asserts that a device with the attributes of an entry gets the same plan check as that entry, and that its
    verdict holds until the first later instant at which the same question gets another one.
    """
    if plan[0] not in oracle.entries:
        return
    row = oracle.entries[plan[0]]
    named = {"manufacturer": row.manufacturer, "device_model": row.device_model[-8:], "device_type": row.device_type}
    named |= {"firmware_version": row.firmware_version, "image_hash": row.image_hash}
    device = Device({name: frozenset({value}) for name, value in named.items() if value})
    check = partial(plan_check.check_device, memory, device=device, targets=plan[1:])
    answer = check(moment, through_removed=oracle.through_removed)
    verdicts = (
        (at, check(AsOf(at, NOW, LIST), through_removed=oracle.through_removed).verdict)
        for at in later_instants(world_, moment.at)
    )
    check_end(answer.holds_until, next((later for later in verdicts if later[1] != answer.verdict), None))
    starts = [match.number for match in answer.device.matches]
    alone = [plan_check.check_entries(memory, moment, [start, *plan[1:]], oracle.through_removed) for start in starts]
    assert oracle.vertex(plan[0]) & set(starts)
    if common_judgement(alone):
        assert answer.steps == alone[0].steps
    else:
        assert (answer.verdict == "stop") == all(each.verdict == "stop" for each in alone)


def check_plan_across_worlds(memory: GraphCache, worlds: list[World], seed: int) -> None:
    """Checks a plan over entries of several worlds, whose device models are not connected."""
    combined = World(*([row for each in worlds for row in rows(each)] for rows in FACTS))
    plan = random.Random(seed).choices(combined.numbers, k=8)
    check_plan(memory, combined, Oracle(combined, NOW), AsOf(NOW, NOW, LIST), plan)


FACTS = (lambda w: w.revisions, lambda w: w.declarations, lambda w: w.acceptances)


def check_entry(memory: GraphCache, oracle: Oracle, moment: AsOf, entry: str) -> None:
    """Asserts that reachable targets and reaching origins are the pairs whose answer is a route."""
    if entry not in oracle.entries:
        return
    targets = pathways.reachable_targets(memory, moment, entry, oracle.through_removed)
    assert {item.entry: item.steps for item in targets} == oracle.targets(entry)
    origins = pathways.reaching_origins(memory, moment, entry, oracle.through_removed)
    assert {item.entry: item.steps for item in origins} == oracle.origins(entry)


def test_a_chain_of_600_steps_is_found(afresh) -> None:
    """The pathfinding has no depth limit. Ladybug's own search stops at 255 steps, and `verify` allows for that."""
    graph = afresh()
    chain = world(*(revision(n) for n in range(1, 602)), *(declaration(n, n - 1) for n in range(2, 602)))
    written(graph, [chain])
    answer = pathways.find_pathway(GraphCache(graph, lambda: NOW), AsOf(NOW, NOW, LIST), six(1), six(601), False)
    assert [step.target for step in answer.steps] == [six(n) for n in range(2, 602)]
    question = Question(six(1), six(601), NOW, NOW)
    assert steps_by_engine(graph, question) == (600 if graph.dialect == "neo4j" else None)
    assert steps_by_engine(graph, Question(six(1), six(201), NOW, NOW)) == 200
    assert verify(graph, lambda: NOW, 10).faults == []


def test_verification_finds_a_missing_step(afresh) -> None:
    """A missing step is a fault, so the verification can fail."""
    graph = afresh()
    written(graph, [world(revision(1), revision(2), revision(3), declaration(2, 1))])
    graph.define(
        [
            "MATCH (a:Entry {number: '000001'})-[s:UPGRADES_TO]->(b:Entry {number: '000002'}) DELETE s",
        ]
    )
    assert any("lacks a row" in fault for fault in verify(graph, lambda: NOW, 10).faults)
