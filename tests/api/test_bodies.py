"""Limits on the size and the duration of request bodies: each violation is a problem, whichever handler reads the
body."""

import asyncio
import json

import pytest
from starlette.testclient import TestClient

from service.api.body_limits import BodyLimitMiddleware
from service.app import create_app
from service.domain.limits import Limits
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, open_examples

POSTS = ["/v1/pathways", "/v1/pathways/check", "/v1/resolve", "/v1/impact", "/v1/receipts/verify", "/v1/nowhere"]
JSON = {"Content-Type": "application/json"}
LIMIT = 3_000


@pytest.fixture(scope="module")
def graph(request, tmp_path_factory):
    """The examples on Ladybug alone; no engine receives the bodies refused here."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("bodies"))
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def client(graph):
    """A test client of an application with a small body limit."""
    app = create_app(Settings(), graph, EXAMPLE_CLOCK, limits=Limits(body_bytes=LIMIT))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def default_client(graph):
    """A test client of an application with the default limits, but for the seconds that a busy machine may need."""
    settings = Settings(work_seconds=600)
    with TestClient(create_app(settings, graph, EXAMPLE_CLOCK), raise_server_exceptions=False) as client:
        yield client


def is_too_large(response):
    """Whether the response is the problem for a body over the limit, and names the limit."""
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["type"].rpartition(":")[2]) == (413, "body-too-large"), problem
    return f"{LIMIT:,} bytes" in problem["detail"]


@pytest.mark.parametrize("path", POSTS)
def test_a_body_with_too_large_a_content_length_is_refused(client, path):
    """On every route, known or not."""
    assert is_too_large(client.post(path, content=b" " * (LIMIT + 1), headers=JSON))


@pytest.mark.parametrize("path", POSTS[:-1])
def test_a_chunked_body_over_the_limit_is_refused(client, path):
    """The service counts the bytes that it receives."""
    parts = (b" " * 1_000 for _ in range(4))
    assert is_too_large(client.post(path, content=parts, headers=JSON))


def test_a_body_of_exactly_the_limit_is_read(client):
    """With and without a Content-Length."""
    body = json.dumps({"steps": ["1", "2"]}).encode()
    assert client.post("/v1/pathways/check", content=body.ljust(LIMIT), headers=JSON).status_code == 200
    parts = (part for part in (body, b" " * (LIMIT - len(body))))
    assert client.post("/v1/pathways/check", content=parts, headers=JSON).status_code == 200


def test_the_largest_questions_fit(default_client):
    """A request of 10,000 pairs or 10,000 edits with two bases each is not refused for its size.

    The pairs are of ten entries, since other pairs of six digits take as much room and more time.
    """
    pairs = [[f"{nth % 10 + 1:06}", "000034"] for nth in range(10_000)]
    answers = default_client.post("/v1/pathways", json={"pairs": pairs})
    assert (answers.status_code, len(answers.json()["items"])) == (200, 10_000)
    edits = [
        {"entry": f"{nth:06}", "bases": ["000001", "000002"], "accept": [], "effective_from": "2026-07-01T00:00:00Z"}
        for nth in range(100_001, 110_001)
    ]
    assert default_client.post("/v1/impact", json={"edits": edits}).json()["type"].endswith("edits-refused")


DEPTHS = [10, 100, 900, 950, 1_000, 2_000, 100_000]
SHAPES = {
    "bare": lambda n: "[" * n + "]" * n,
    "objects": lambda n: '{"edits":' * n + "1" + "}" * n,
    "edits": lambda n: '{"edits":' + "[" * n + "]" * n + "}",
    "in an edit": lambda n: '{"edits":[{"entry":' + "[" * n + "]" * n + "}]}",
    "unknown field": lambda n: '{"edits":[{"entry":"1","status":"Removed","x":' + '{"a":' * n + "1" + "}" * n + "}]}",
    "pairs": lambda n: '{"pairs":' + "[" * n + "]" * n + "}",
    "device": lambda n: '{"device":{"manufacturer":' + "[" * n + "]" * n + "}}",
    "cut off": lambda n: "[" * n,
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("path", POSTS[:-1])
def test_deeply_nested_json_is_refused_with_a_short_problem(default_client, path, shape):
    """The service never fails, and the length of the response does not depend on the depth."""
    for depth in DEPTHS:
        response = default_client.post(path, content=shape(depth), headers=JSON)
        assert response.status_code == 422, (depth, response.text[:300])
        assert response.json()["type"].rpartition(":")[2] in {"invalid-question", "receipt-refused"}
        assert len(response.content) < 3_000


@pytest.mark.parametrize("media_type", ["text/plain", "text/csv", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("path", POSTS[:-2])
def test_json_that_is_not_sent_as_json_is_refused(default_client, path, media_type):
    """A page on another site can make a browser send these media types without a CORS preflight."""
    response = default_client.post(path, content=b'{"steps": ["1", "2"]}', headers={"Content-Type": media_type})
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, "invalid-question")


async def reader(scope, receive, send):
    """An ASGI application that reads its body to the end, and answers 200."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


def ask(chunks, patience, app=reader):
    """Status and body of the response to chunks, each a pair of delay in seconds and bytes."""
    remaining, sent = list(chunks), []

    async def receive():
        wait, body = remaining.pop(0)
        await asyncio.sleep(wait)
        return {"type": "http.request", "body": body, "more_body": bool(remaining)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(BodyLimitMiddleware(app, 1_000_000, {}, patience)(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_a_stalled_body_is_refused():
    """The service answers 408 after the set number of seconds without data."""
    status, body = ask([(0, b"x"), (5, b"y")], patience=0.05)
    assert (status, json.loads(body)["type"].rpartition(":")[2]) == (408, "body-too-slow")


def test_a_body_that_trickles_is_refused():
    """No single pause is long, but the request would occupy its slot without end."""
    assert ask([(0.04, b"x")] * 100, patience=0.2)[0] == 408


def test_a_large_body_may_take_longer():
    """A body that arrives fast enough is read to its end, whatever the total time."""
    assert ask([(0.04, b"x" * 10_000)] * 10, patience=0.2) == (200, b"read")


def test_the_time_limit_ends_with_the_body():
    """An application that waits for the client's disconnection after the body has no time limit."""

    async def patient(scope, receive, send):
        await receive()
        await asyncio.wait_for(receive(), 5)
        await reader(scope, receive, send)

    assert status_after_full_body(patient) == 200


def status_after_full_body(app):
    """The status of an application that calls `receive` after the end of its body."""
    sent, calls = [], []

    async def receive():
        calls.append(1)
        if len(calls) > 1:
            await asyncio.sleep(0.2)
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(BodyLimitMiddleware(app, 1_000, {}, 0.05)(scope, receive, send))
    return sent[0]["status"]
