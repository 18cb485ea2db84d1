"""The kept findings: those that would be computed anew at each instant, computed once for an interval."""

import threading
from datetime import timedelta

import pytest

from service.application import findings
from service.application.findings import FindingCache
from service.application.pathways.graph_cache import GraphCache
from service.domain.work import WorkLimits, working
from service.errors import BeforeFirstList, TooMuchWork
from service.repositories.facts_in_force import ENTRIES, instants_of_change
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK
from tests.whole_findings import compute_findings

MOMENT = timedelta(microseconds=1)


class Counting:
    """A graph that counts how often all entries in force are fetched."""

    def __init__(self, graph):
        self._graph, self.fetches = graph, 0

    def rows(self, query, **arguments):
        self.fetches += query is ENTRIES
        return self._graph.rows(query, **arguments)


@pytest.fixture
def counting(example_graph):
    return Counting(example_graph)


def computed(graph, as_of):
    """The findings computed anew, as JSON."""
    return [finding.model_dump_json() for finding in compute_findings(graph, as_of, Settings())]


def test_kept_findings_are_those_of_each_instant(example_graph, counting):
    """On both sides of each instant at which a fact begins or ends; an interval is computed once."""
    memory, cache = GraphCache(example_graph, EXAMPLE_CLOCK), FindingCache(counting, Settings())
    known_at = memory.last().recorded
    compared, results = 0, set()
    for change in instants_of_change(example_graph, known_at)[1:-1]:
        for at in (change - MOMENT, change, change + MOMENT):
            try:
                as_of = memory.as_of(at, None)
            except BeforeFirstList:
                continue
            kept = [finding.json for finding in cache.findings(as_of)]
            assert kept == computed(example_graph, as_of)
            compared, results = compared + 1, results | {tuple(kept)}
    assert len(results) > 1
    assert len(results) <= counting.fetches <= 1 + compared / 3 + 1


def test_a_recorded_fact_has_its_own_findings(example_graph, counting):
    """As known before the declarations, other findings; as known now, the kept ones again."""
    memory, cache = GraphCache(example_graph, EXAMPLE_CLOCK), FindingCache(counting, Settings())
    now_, before = memory.as_of(None, None), memory.as_of(None, EXAMPLE_CLOCK() - timedelta(hours=2.5))
    assert len({tuple(finding.json for finding in cache.findings(as_of)) for as_of in (now_, before, now_)}) == 2
    assert counting.fetches == 2


def test_callers_at_once_share_a_computation(example_graph, counting):
    """Of eight threads, the first one computes."""
    memory, cache = GraphCache(example_graph, EXAMPLE_CLOCK), FindingCache(counting, Settings())
    as_of, found = memory.as_of(None, None), []
    threads = [threading.Thread(target=lambda: found.append(cache.findings(as_of))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counting.fetches == 1
    assert len(found) == 8
    assert all(findings is found[0] for findings in found)


def test_findings_of_another_instant_keep_those_of_unchanged_components(example_graph, monkeypatch):
    """Computed in turn, later ones from earlier ones and the other way round: each as if computed anew."""
    memory, cache = GraphCache(example_graph, EXAMPLE_CLOCK), FindingCache(example_graph, Settings())
    kept = []
    compute = findings.encode_findings

    def record(facts, digests):
        computed = compute(facts, digests)
        kept.append(sum(found is None for found in computed.values()))
        return computed

    monkeypatch.setattr(findings, "encode_findings", record)
    instants = [EXAMPLE_CLOCK() - timedelta(hours=hours) for hours in (0, 2.5, 1, 0.5)]
    for as_of in [memory.as_of(None, instant) for instant in instants]:
        assert [finding.json for finding in cache.findings(as_of)] == computed(example_graph, as_of)
    assert kept[0] == 0
    assert any(kept[1:])


def test_a_caller_without_time_leaves_nothing_behind(example_graph, counting):
    """It gets no findings, and the next caller gets all."""
    memory, cache = GraphCache(example_graph, EXAMPLE_CLOCK), FindingCache(counting, Settings())
    as_of = memory.as_of(None, None)
    with pytest.raises(TooMuchWork), working(WorkLimits(0)):
        cache.findings(as_of)
    assert [finding.json for finding in cache.findings(as_of)] == computed(example_graph, as_of)
