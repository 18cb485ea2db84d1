"""A request that the server cancels when it stops: 503 before its response has begun, and the cancellation after it."""

import asyncio
import json

import pytest

from service.api.stopped_requests import StoppedRequests

START = {"type": "http.response.start", "status": 200, "headers": []}


def cancelled(kind, *first):
    """What a caller is sent when a request is cancelled that has sent the messages given."""
    sent = []

    async def send(message):
        sent.append(message)

    async def application(scope, receive, send):
        for message in first:
            await send(message)
        await asyncio.sleep(60)

    async def run():
        task = asyncio.create_task(StoppedRequests(application)({"type": kind}, None, send))
        await asyncio.sleep(0)
        task.cancel()
        await task

    return sent, run


def test_a_request_without_a_response_gets_503():
    """As a problem that says why."""
    sent, run = cancelled("http")
    asyncio.run(run())
    start, body = sent
    assert start["status"] == 503
    assert json.loads(body["body"])["detail"] == "The service is stopping."


@pytest.mark.parametrize(("kind", "first"), [("http", (START,)), ("lifespan", ())])
def test_a_response_that_has_begun_is_cut(kind, first):
    """Nothing is sent after it. What is no request is cancelled as it was."""
    sent, run = cancelled(kind, *first)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert sent == list(first)
