"""How much a request may send and how slowly: each is a problem, whatever reads the body."""

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
MOST = 3_000


@pytest.fixture(scope="module")
def graph(request, tmp_path_factory):
    """The examples, on Ladybug alone: no engine sees what is refused here."""
    found = open_examples("ladybug", request, tmp_path_factory.mktemp("bodies"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def client(graph):
    """A client of an application that takes little."""
    app = create_app(Settings(), graph, EXAMPLE_CLOCK, limits=Limits(body_bytes=MOST))
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def usual(graph):
    """A client of an application as it comes."""
    with TestClient(create_app(Settings(), graph, EXAMPLE_CLOCK), raise_server_exceptions=False) as found:
        yield found


def too_large(response):
    """Whether it is the problem of a body that is too large."""
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["type"].rpartition(":")[2]) == (413, "body-too-large"), problem
    return f"{MOST:,} bytes" in problem["detail"]


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_says_it_is_too_large(client, path):
    """By its `Content-Length`, on whatever route."""
    assert too_large(client.post(path, content=b" " * (MOST + 1), headers=JSON))


@pytest.mark.parametrize("path", POSTS[:-1])
def test_a_body_that_does_not_say_how_large_it_is(client, path):
    """By what comes of it."""
    parts = (b" " * 1_000 for _ in range(4))
    assert too_large(client.post(path, content=parts, headers=JSON))


def test_a_body_of_just_the_limit(client):
    """It is read: what is wrong with it is another thing."""
    body = json.dumps({"steps": ["1", "2"]}).encode()
    assert client.post("/v1/pathways/check", content=body.ljust(MOST), headers=JSON).status_code == 200
    parts = (part for part in (body, b" " * (MOST - len(body))))
    assert client.post("/v1/pathways/check", content=parts, headers=JSON).status_code == 200


def test_the_largest_questions_fit(usual):
    """10,000 pairs, and 10,000 edits each with two bases: they are judged, not refused for their size."""
    pairs = [[f"{nth:06}", "000034"] for nth in range(1, 10_001)]
    answers = usual.post("/v1/pathways", json={"pairs": pairs})
    assert (answers.status_code, len(answers.json()["items"])) == (200, 10_000)
    edits = [
        {"entry": f"{nth:06}", "bases": ["000001", "000002"], "accept": [], "effective_from": "2026-07-01T00:00:00Z"}
        for nth in range(100_001, 110_001)
    ]
    assert usual.post("/v1/impact", json={"edits": edits}).json()["type"].endswith("edits-refused")


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
def test_deeply_nested_json_is_a_problem_of_a_modest_size(usual, path, shape):
    """However deep: refused, never a failure of the server, and the answer does not grow with it."""
    for depth in DEPTHS:
        response = usual.post(path, content=shape(depth), headers=JSON)
        assert response.status_code == 422, (depth, response.text[:300])
        assert response.json()["type"].rpartition(":")[2] in {"invalid-question", "receipt-refused"}
        assert len(response.content) < 3_000


@pytest.mark.parametrize("media_type", ["text/plain", "text/csv", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("path", POSTS[:-2])
def test_json_that_is_not_sent_as_json_is_refused(usual, path, media_type):
    """What a page elsewhere can make a browser send without asking is not read as a question."""
    response = usual.post(path, content=b'{"steps": ["1", "2"]}', headers={"Content-Type": media_type})
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, "invalid-question")


async def reader(scope, receive, send):
    """An application that reads its body to the end, and answers."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


def ask(parts, patience, app=reader):
    """What is answered to a body of which each piece comes after so many seconds."""
    coming, sent = list(parts), []

    async def receive():
        wait, body = coming.pop(0)
        await asyncio.sleep(wait)
        return {"type": "http.request", "body": body, "more_body": bool(coming)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(BodyLimitMiddleware(app, 1_000_000, {}, patience)(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_a_body_that_stands_still_is_refused():
    """After as many seconds as are set."""
    status, body = ask([(0, b"x"), (5, b"y")], patience=0.05)
    assert (status, json.loads(body)["type"].rpartition(":")[2]) == (408, "body-too-slow")


def test_a_trickle_is_refused():
    """It never stands still for long, and yet would hold its place for ever."""
    assert ask([(0.04, b"x")] * 100, patience=0.2)[0] == 408


def test_a_large_body_may_take_longer():
    """What comes fast enough comes to its end, however long the whole takes."""
    assert ask([(0.04, b"x" * 10_000)] * 10, patience=0.2) == (200, b"read")


def test_a_whole_body_leaves_the_application_its_time():
    """Who waits for the caller to go away waits as long as it takes."""

    async def patient(scope, receive, send):
        await receive()
        await asyncio.wait_for(receive(), 5)
        await reader(scope, receive, send)

    assert ask_whole(patient) == 200


def ask_whole(app):
    """The status of an application that goes on receiving after the end of its body."""
    sent, asked = [], []

    async def receive():
        asked.append(1)
        if len(asked) > 1:
            await asyncio.sleep(0.2)
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(BodyLimitMiddleware(app, 1_000, {}, 0.05)(scope, receive, send))
    return sent[0]["status"]
