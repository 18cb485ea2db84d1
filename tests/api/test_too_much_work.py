"""A question for alternatives that would take too much work: a clear problem over HTTP, and the way beside it."""

from itertools import pairwise

from tests.loaders.files import Desk, entry

STOPS = range(1, 1_001)


def test_a_question_that_takes_too_much_work_is_refused(graph, clock, tmp_path, served):
    """1,000 mandatory stops, from each another entry that leads back to the stop before: no alternative, but to be
    sure of it takes a search from each. Refused alike each time, for one and for ten; the pathway alone is told."""
    asides = range(1_002, 2_000)
    said = {n: [n - 1] for n in STOPS[1:]} | {aside: [aside - 1_000] for aside in asides} | {1: [1_002]}
    for aside, stop in pairwise(asides):
        said[aside - 1_000].append(stop)
    desk = Desk(graph, clock, tmp_path)
    assert desk.issue("1.001", "2026-01-10", [entry(n) for n in [*STOPS, *asides]], form="csv").applied
    assert desk.bases(*((str(n), ";".join(map(str, bases))) for n, bases in said.items())).applied
    with served(graph, clock) as client:
        question = {"from": "1", "to": "1000"}
        one, ten = (client.get("/v1/pathways", params=question | {"alternatives": k}) for k in (1, 10))
        assert [one.status_code, ten.status_code] == [422, 422]
        assert one.headers["content-type"] == "application/problem+json"
        assert one.json()["type"] == "urn:firmware-pathways:problem:too-much-work"
        assert one.json() == ten.json()
        assert "Ask for fewer alternatives" in one.json()["detail"]
        answer = client.get("/v1/pathways", params=question).json()
        assert [int(step["target"]) for step in answer["steps"]] == list(STOPS[1:])


def test_what_is_too_much_is_a_setting(graph, clock, tmp_path, served, monkeypatch):
    """The same question is answered or refused by it; the pathway alone is always told."""
    desk = Desk(graph, clock, tmp_path)
    assert desk.issue("1.001", "2026-01-10", [entry(n) for n in range(1, 5)], form="csv").applied
    assert desk.bases(("2", "1"), ("3", "1"), ("4", "2;3")).applied
    question, found = {"from": "1", "to": "4"}, {}
    for work in ("1", "1000"):
        monkeypatch.setenv("PATHWAYS_ALTERNATIVES_WORK", work)
        with served(graph, clock) as client:
            asked = [client.get("/v1/pathways", params=question | {"alternatives": k}) for k in (0, 1)]
            found[work] = [answer.status_code for answer in asked]
    assert found == {"1": [200, 422], "1000": [200, 200]}
