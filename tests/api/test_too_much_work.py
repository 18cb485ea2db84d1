"""A request for alternatives that exceeds the work limit: the service refuses it, and still answers for the pathway."""

from itertools import pairwise

import pytest

from tests.loaders.files import Desk, entry

STOPS = range(1, 1_001)


@pytest.mark.deep("a graph of 2,000 entries")
def test_alternatives_beyond_the_work_limit_are_refused(graph, clock, tmp_path, served):
    """With 1,000 mandatory stops and from each stop a detour back to the stop before there is no alternative, but the
    proof needs a search from each stop. The refusal is the same for one and for ten alternatives; the pathway alone is
    answered."""
    detours = range(1_002, 2_000)
    bases_of = {n: [n - 1] for n in STOPS[1:]} | {detour: [detour - 1_000] for detour in detours} | {1: [1_002]}
    for detour, stop in pairwise(detours):
        bases_of[detour - 1_000].append(stop)
    desk = Desk(graph, clock, tmp_path)
    assert desk.issue("1.001", "2026-01-10", [entry(n) for n in [*STOPS, *detours]], form="csv").applied
    assert desk.bases(*((str(n), ";".join(map(str, bases))) for n, bases in bases_of.items())).applied
    with served(graph, clock) as client:
        question = {"from": "1", "to": "1000"}
        single, ten = (client.get("/v1/pathways", params=question | {"alternatives": k}) for k in (1, 10))
        assert [single.status_code, ten.status_code] == [422, 422]
        assert single.headers["content-type"] == "application/problem+json"
        assert single.json()["type"] == "urn:firmware-pathways:problem:too-much-work"
        assert single.json() == ten.json()
        assert "Ask for fewer alternatives" in single.json()["detail"]
        answer = client.get("/v1/pathways", params=question).json()
        assert [int(step["target"]) for step in answer["steps"]] == list(STOPS[1:])


def test_the_work_limit_is_a_setting(graph, clock, tmp_path, served, monkeypatch):
    """The limit decides whether alternatives are answered; the pathway alone is always answered."""
    desk = Desk(graph, clock, tmp_path)
    assert desk.issue("1.001", "2026-01-10", [entry(n) for n in range(1, 5)], form="csv").applied
    assert desk.bases(("2", "1"), ("3", "1"), ("4", "2;3")).applied
    question, statuses = {"from": "1", "to": "4"}, {}
    for work in ("1", "1000"):
        monkeypatch.setenv("PATHWAYS_ALTERNATIVES_WORK", work)
        with served(graph, clock) as client:
            responses = [client.get("/v1/pathways", params=question | {"alternatives": k}) for k in (0, 1)]
            statuses[work] = [response.status_code for response in responses]
    assert statuses == {"1": [200, 422], "1000": [200, 200]}
