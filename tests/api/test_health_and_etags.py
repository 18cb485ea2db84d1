"""Probes, engine failures as a caller sees them, and conditional requests with ETags."""

import hashlib

import pytest

from service.errors import EngineError, EngineUnavailable, GraphLocked, OutcomeUnknown
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from tests.conftest import open_examples

ASK = {"from": "1", "to": "34", "at": "2026-05-01", "known_at": "2026-06-01T11:00:00Z"}


class Failing:
    """A graph that raises `error` on reads once it is set."""

    def __init__(self, graph):
        self._graph = graph
        self.error = None

    def __getattr__(self, name):
        return getattr(self._graph, name)

    def open_probe(self):
        """The readiness check sees the failures too."""
        return self

    def rows(self, query, **parameters):
        if self.error:
            raise self.error
        return self._graph.rows(query, **parameters)


@pytest.fixture
def failing(tmp_path):
    """An empty graph that can be made to fail."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    yield Failing(graph)
    graph.close()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_reports_its_status(client, path):
    """With the service and engine available."""
    response = client.get(path)
    assert (response.status_code, response.json()["status"]) == (200, {"/healthz": "alive", "/readyz": "ready"}[path])


@pytest.mark.parametrize("error", [EngineUnavailable("bolt://inside:7687 refuses"), GraphLocked("/inside holds it")])
@pytest.mark.parametrize("path", ["/readyz", "/v1/pathways?from=1&to=2", "/v1/entries", "/v1/lists"])
def test_an_unavailable_engine_is_503(failing, served, clock, error, path):
    """The problem has a retry time and not the engine's address; the process stays alive and recovers."""
    with served(failing, clock) as client:
        failing.error = error
        response = client.get(path)
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        assert int(response.headers["retry-after"]) > 0
        assert response.json()["type"] == f"urn:firmware-pathways:problem:{error.slug}"
        assert "inside" not in response.text
        assert client.get("/healthz").status_code == 200
        failing.error = None
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("error", "slug"),
    [(EngineError("entry/search returned inside"), "engine-failed"), (ZeroDivisionError("inside"), "internal")],
)
def test_an_unexpected_failure_reveals_no_internals(failing, served, clock, error, slug):
    """The service answers 500 with a problem, without a traceback and without Retry-After."""
    with served(failing, clock) as client:
        failing.error = error
        response = client.get("/v1/entries")
        assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
        assert response.json()["type"] == f"urn:firmware-pathways:problem:{slug}"
        assert "retry-after" not in response.headers
        assert not any(word in response.text for word in ("inside", "Traceback", "ZeroDivision", "entry/search"))


class AwayAfterWrite(Failing):
    """A graph that is away after its next write, once `armed` is set: before it confirms the commit, or thereafter."""

    armed = confirms = False

    def write(self, work):
        result = self._graph.write(work)
        if self.armed:
            self.error = EngineUnavailable("away")
            if not self.confirms:
                raise OutcomeUnknown("not confirmed")
        return result


@pytest.mark.parametrize("confirms", [False, True])
def test_an_amendment_that_may_be_recorded_is_named(request, tmp_path, served, clock, confirms):
    """The engine goes away before it confirms the commit, or before the answer is read: the problem has the amendment's
    id, and the same request with that id finds the amendment.
    """
    graph = AwayAfterWrite(open_examples("ladybug", request, tmp_path))
    body = {"edits": [{"entry": "2", "bases": None}], "by": "A. Person", "reason": "The maker says so."}
    with served(graph, clock) as client:
        body["impact"] = client.post("/v1/impact", json={"edits": body["edits"]}).json()["id"]
        graph.armed, graph.confirms = True, confirms
        unknown = client.post("/v1/amendments", json=body)
        assert (unknown.status_code, unknown.json()["type"].rpartition(":")[2]) == (503, "outcome-unknown")
        graph.armed, graph.error = False, None
        found = client.post("/v1/amendments", json=body | {"id": unknown.json()["amendment"]})
        assert (found.status_code, found.json()["amendment"]["id"]) == (200, unknown.json()["amendment"])
    graph.close()


def test_an_etag_is_a_digest_of_the_body(client):
    """The same request has the same tag; another answer has another tag."""
    response = client.get("/v1/pathways", params=ASK)
    assert response.headers["etag"] == f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    assert client.get("/v1/pathways", params=ASK).headers["etag"] == response.headers["etag"]
    assert client.get("/v1/pathways", params=ASK | {"to": "20"}).headers["etag"] != response.headers["etag"]


@pytest.mark.parametrize("header", ["{tag}", "W/{tag}", '"other", {tag}', '"a" ,W/{tag} , "b"', "*"])
def test_a_matching_if_none_match_is_304(client, header):
    """The service answers 304 with the tag and no body, in every syntax of the header."""
    tag = client.get("/v1/pathways", params=ASK).headers["etag"]
    response = client.get("/v1/pathways", params=ASK, headers={"If-None-Match": header.format(tag=tag)})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize("header", ['"other"', "", "W/", '"*"', "{bare}"])
def test_a_different_if_none_match_is_200(client, header):
    """The header holds another tag, or no valid tag."""
    tag = client.get("/v1/pathways", params=ASK).headers["etag"]
    response = client.get("/v1/pathways", params=ASK, headers={"If-None-Match": header.format(bare=tag.strip('"'))})
    assert response.status_code == 200
    assert response.json()["outcome"] == "route"


def test_a_problem_has_no_etag(client):
    """The service sends every refusal in full."""
    response = client.get("/v1/pathways", params={"from": "1"}, headers={"If-None-Match": "*"})
    assert response.status_code == 422
    assert "etag" not in response.headers


@pytest.mark.parametrize(
    "path", ["/v1/entries", "/v1/entries/1", "/v1/entries/1/targets", "/v1/lists", "/openapi.json"]
)
def test_every_get_has_an_etag(client, path):
    """A second request with the tag is answered 304."""
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
