"""Probes, failures of the engine as a caller sees them, and bodies that are not sent twice."""

import hashlib

import pytest

from service.errors import EngineError, EngineUnavailable, GraphLocked
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate

ASK = {"from": "1", "to": "34", "at": "2026-05-01", "known_at": "2026-06-01T11:00:00Z"}


class Failing:
    """A graph that answers until it is told to fail."""

    def __init__(self, graph):
        self._graph = graph
        self.error = None

    def __getattr__(self, name):
        return getattr(self._graph, name)

    def rows(self, query, **given):
        if self.error:
            raise self.error
        return self._graph.rows(query, **given)


@pytest.fixture
def failing(tmp_path):
    """An empty graph that can be made to fail."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    yield Failing(graph)
    graph.close()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_gets_a_word(client, path):
    """While all is well."""
    response = client.get(path)
    assert (response.status_code, response.json()["status"]) == (200, {"/healthz": "alive", "/readyz": "ready"}[path])


@pytest.mark.parametrize("error", [EngineUnavailable("bolt://inside:7687 refuses"), GraphLocked("/inside holds it")])
@pytest.mark.parametrize("path", ["/readyz", "/v1/pathways?from=1&to=2", "/v1/entries", "/v1/lists"])
def test_an_engine_that_is_away_is_503(failing, served, clock, error, path):
    """A problem that says when to try again and nothing of where the engine is; the process lives, and recovers."""
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
def test_an_unforeseen_failure_tells_nothing_of_the_inside(failing, served, clock, error, slug):
    """500 as a problem, without a trace; no promise that another try would help."""
    with served(failing, clock) as client:
        failing.error = error
        response = client.get("/v1/entries")
        assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
        assert response.json()["type"] == f"urn:firmware-pathways:problem:{slug}"
        assert "retry-after" not in response.headers
        assert not any(word in response.text for word in ("inside", "Traceback", "ZeroDivision", "entry/search"))


def test_an_etag_is_a_digest_of_the_body(client):
    """The same question, the same tag; another answer, another tag."""
    response = client.get("/v1/pathways", params=ASK)
    assert response.headers["etag"] == f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    assert client.get("/v1/pathways", params=ASK).headers["etag"] == response.headers["etag"]
    assert client.get("/v1/pathways", params=ASK | {"to": "20"}).headers["etag"] != response.headers["etag"]


@pytest.mark.parametrize("known", ["{tag}", "W/{tag}", '"other", {tag}', '"a" ,W/{tag} , "b"', "*"])
def test_a_body_that_the_caller_has_is_not_sent(client, known):
    """304 with the tag and no body, however the tag is named."""
    tag = client.get("/v1/pathways", params=ASK).headers["etag"]
    response = client.get("/v1/pathways", params=ASK, headers={"If-None-Match": known.format(tag=tag)})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize("known", ['"other"', "", "W/", '"*"', "{bare}"])
def test_a_body_that_the_caller_has_not_is_sent(client, known):
    """Another tag, or what is no tag at all."""
    tag = client.get("/v1/pathways", params=ASK).headers["etag"]
    response = client.get("/v1/pathways", params=ASK, headers={"If-None-Match": known.format(bare=tag.strip('"'))})
    assert response.status_code == 200
    assert response.json()["outcome"] == "route"


def test_a_problem_has_no_etag(client):
    """A refusal is told every time."""
    response = client.get("/v1/pathways", params={"from": "1"}, headers={"If-None-Match": "*"})
    assert response.status_code == 422
    assert "etag" not in response.headers


@pytest.mark.parametrize(
    "path", ["/v1/entries", "/v1/entries/1", "/v1/entries/1/targets", "/v1/lists", "/openapi.json"]
)
def test_every_get_has_an_etag(client, path):
    """And is spared a second time."""
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
