"""Random declared graphs, asked of the engines: the rules on what Cypher fetched, the engine's own shortest path and
a plain networkx oracle say the same. Hypothesis draws several worlds at once; they share a graph, and nothing else."""

import random
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.application.pathways import pathways, plan_check, reachability
from service.application.pathways import temporal_graphs as terrains
from service.application.pathways.graph_cache import GraphCache
from service.application.verify import steps_by_engine, verify
from service.domain.as_of import AsOf
from service.domain.devices import Device
from service.domain.listings import ListVersion
from service.graph.protocol import Graph
from service.repositories import device_models
from service.rules.answers.pathway import build_pathway as by_rules
from service.rules.answers.plan_check import common_judgement, judge_plan
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.temporal_graph import TemporalGraph
from service.schemas.responses.plan_check import PlanVerdict
from tests.properties import share
from tests.store.packed import moved, written
from tests.unit.oracles.pathway import Oracle
from tests.unit.oracles.plan_check import Conditions, verdict
from tests.worlds import DATES, NOW, World, declaration, revision, situations, six, terrain, world

TOGETHER = 6
TURNS = share(25, least=3)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
NOT_COMPARED = {"known_at", "updated"}


@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(situations(most=7), min_size=TOGETHER, max_size=TOGETHER), seed=st.integers(0, 999))
def test_random_worlds_are_answered_alike(afresh, drawn, seed) -> None:
    """Outcome, steps, warnings and reasons as the pure rules have them; steps and preference as the oracle has them."""
    graph = afresh()
    worlds = [(moved(found, nth), at) for nth, (found, at) in enumerate(drawn)]
    written(graph, [found for found, _ in worlds])
    memory = GraphCache(graph, lambda: NOW)
    for found, at in worlds:
        moment = AsOf(at, NOW, LIST)
        for through_removed in (False, True):
            oracle = Oracle(found, at, through_removed=through_removed)
            for base, target in some_pairs(found, seed):
                one_question(memory, found, oracle, moment, base, target)
            one_plan(memory, found, oracle, moment, random.Random(seed).choices(found.numbers, k=4))
            one_entry(memory, oracle, moment, found.numbers[seed % len(found.numbers)])
    together(memory, [found for found, _ in worlds], seed)
    assert verify(graph, lambda: NOW, 20).faults == []
    many_at_once(graph, [number for found, _ in worlds for number in found.numbers])


def many_at_once(graph: Graph, numbers: list[str]) -> None:
    """Terrains that are fetched together, by the statements for many, are those fetched one by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device_models, "_FEW", 0)
        together = {
            number: rows(one) for one in terrains.fetch_temporal_graphs(graph, numbers, NOW) for number in one.entries
        }
    assert together == {number: rows(terrains.fetch_temporal_graph(graph, {number}, NOW)) for number in numbers}


def rows(one: TemporalGraph) -> list[frozenset[object]]:
    """What a terrain has, in whatever order."""
    said = [one.listings, one.declared, one.steps, one.held, one.beliefs, one.accepted.items()]
    assert all(len(set(some)) == len(some) for some in said), "a row is there twice"
    return [frozenset(some) for some in said]


def some_pairs(found: World, seed: int) -> list[tuple[str, str]]:
    """Some of the ordered pairs of a world."""
    every = [(a, b) for a in found.numbers for b in found.numbers]
    return random.Random(seed).sample(every, min(8, len(every)))


def one_question(memory: GraphCache, found: World, oracle: Oracle, moment: AsOf, base: str, target: str) -> None:
    """One question, answered four ways."""
    asked = Question(base, target, moment.at, NOW, oracle.through_removed)
    answer = pathways.find_pathway(memory, moment, base, target, oracle.through_removed)
    expected = by_rules(QuestionContext(asked, terrain(found)), "1.0", "2022-01-01")
    assert answer.model_dump(exclude=NOT_COMPARED) == expected.model_dump(exclude=NOT_COMPARED)
    assert answer.outcome == oracle.outcome(base, target)
    there = {base, target} <= oracle.entries.keys()
    if answer.outcome == "route":
        assert [base, *(step.target for step in answer.steps)] == oracle.preferred(base, target)
    if there and answer.outcome != "already-there":
        start, goal = oracle.vertex(base), oracle.vertex(target)
        fewest = nx.shortest_path_length(oracle.graph, start, goal) if nx.has_path(oracle.graph, start, goal) else None
        assert steps_by_engine(memory.graph, asked) == fewest


def one_plan(memory: GraphCache, found: World, oracle: Oracle, moment: AsOf, plan: list[str]) -> None:
    """One plan, judged three ways."""
    answer = plan_check.check_entries(memory, moment, plan, oracle.through_removed)
    there, at, through_removed = terrain(found), moment.at, oracle.through_removed
    asking = lambda a, b: QuestionContext(Question(a, b, at, NOW, through_removed), there)  # noqa: E731
    expected = judge_plan(plan, asking)
    assert answer.model_dump(include=PlanVerdict.model_fields.keys()) == expected.model_dump()
    one_plan_of_a_device(memory, oracle, moment, plan)
    assert [step.code for step in answer.steps] == [Conditions(oracle, *pair).code for pair in pairwise(plan)]
    assert answer.verdict == verdict(oracle, plan, at)
    assert (answer.at, answer.known_at, answer.list_version) == (at, NOW, "1.0")
    dated = [pathways.find_pathway(memory, moment, entry, entry, through_removed).updated for entry in plan]
    assert answer.updated == max((when for when in dated if when), default=None)


def one_plan_of_a_device(memory: GraphCache, oracle: Oracle, moment: AsOf, plan: list[str]) -> None:
    """A device that is named as its entry is named is judged as that entry is."""
    if plan[0] not in oracle.entries:
        return
    row = oracle.entries[plan[0]]
    named = {"manufacturer": row.manufacturer, "device_model": row.device_model[-8:], "device_type": row.device_type}
    named |= {"firmware_version": row.firmware_version, "image_hash": row.image_hash}
    device = Device({name: frozenset({value}) for name, value in named.items() if value})
    answer = plan_check.check_device(memory, moment, device, plan[1:], oracle.through_removed)
    starts = [match.number for match in answer.device.matches]
    alone = [plan_check.check_entries(memory, moment, [start, *plan[1:]], oracle.through_removed) for start in starts]
    assert oracle.vertex(plan[0]) & set(starts)
    if common_judgement(alone):
        assert answer.steps == alone[0].steps
    else:
        assert (answer.verdict == "stop") == all(each.verdict == "stop" for each in alone)


def together(memory: GraphCache, worlds: list[World], seed: int) -> None:
    """A plan over the entries of several worlds: device models that nothing joins are judged all the same."""
    whole = World(*([row for each in worlds for row in rows(each)] for rows in FACTS))
    plan = random.Random(seed).choices(whole.numbers, k=8)
    one_plan(memory, whole, Oracle(whole, NOW), AsOf(NOW, NOW, LIST), plan)


FACTS = (lambda w: w.revisions, lambda w: w.declarations, lambda w: w.acceptances)


def one_entry(memory: GraphCache, oracle: Oracle, moment: AsOf, entry: str) -> None:
    """All that can be reached, and all that can reach, are the pairs whose answer is a route."""
    if entry not in oracle.entries:
        return
    targets = reachability.reachable_targets(memory, moment, entry, oracle.through_removed)
    assert {item.entry: item.steps for item in targets} == oracle.targets(entry)
    origins = reachability.reaching_origins(memory, moment, entry, oracle.through_removed)
    assert {item.entry: item.steps for item in origins} == oracle.origins(entry)


def test_a_chain_of_600_steps(afresh) -> None:
    """No depth bound anywhere in what answers; Ladybug's own search stops at 255, which `verify` knows."""
    graph = afresh()
    chain = world(*(revision(n) for n in range(1, 602)), *(declaration(n, n - 1) for n in range(2, 602)))
    written(graph, [chain])
    answer = pathways.find_pathway(GraphCache(graph, lambda: NOW), AsOf(NOW, NOW, LIST), six(1), six(601), False)
    assert [step.target for step in answer.steps] == [six(n) for n in range(2, 602)]
    asked = Question(six(1), six(601), NOW, NOW)
    assert steps_by_engine(graph, asked) == (600 if graph.dialect == "neo4j" else None)
    assert steps_by_engine(graph, Question(six(1), six(201), NOW, NOW)) == 200
    assert verify(graph, lambda: NOW, 10).faults == []


def test_verify_sees_what_no_fact_gives(afresh) -> None:
    """A step drawn by hand, and one taken away, are faults: the check can fail."""
    graph = afresh()
    written(graph, [world(revision(1), revision(2), revision(3), declaration(2, 1))])
    graph.define(
        [
            "MATCH (a:Entry {number: '000001'})-[s:UPGRADES_TO]->(b:Entry {number: '000002'}) DELETE s",
        ]
    )
    assert any("lacks a row" in fault for fault in verify(graph, lambda: NOW, 10).faults)
