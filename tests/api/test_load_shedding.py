"""Questions that find too many others waiting, as the protocol refuses them, driven without sockets."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from service.api.http_protocol import HttpBounds
from service.api.load_shedding import WaitingQuestions
from tests.api.test_http_protocol import HEAD, LIMIT, OK, SECONDS, Site, run, send

MOST = 2
QUESTION = HEAD + b"\r\n"
REFUSED = b"HTTP/1.1 503 Service Unavailable"


@pytest.fixture
def site():
    """A server whose application answers when the test sets `answer`."""
    return Site(HttpBounds(LIMIT, SECONDS, 100, WaitingQuestions(MOST)), asyncio.Event(), read_body=False)


def asked(site, request=QUESTION):
    """A connection on which a request has arrived, before the event loop runs anything."""
    transport = site.connect()
    transport.protocol.data_received(request)
    return transport


@pytest.fixture
def asks(site):
    """Runs a coroutine while as many questions wait as may."""

    def run_beside(test):
        async def beside():
            site.answer.clear()
            waiting = [asked(site) for _ in range(MOST)]
            await test()
            site.answer.set()
            for transport in waiting:
                await send(transport)
                assert transport.written.startswith(OK)

        run(beside)

    return run_beside


def test_a_question_beyond_the_limit_is_refused_before_the_event_loop_runs(site, asks):
    """The whole problem is there at once, with Retry-After, and the connection stays open for the next attempt."""

    async def test():
        refused = asked(site)
        head, _, body = refused.written.partition(b"\r\n\r\n")
        assert head.startswith(REFUSED)
        assert b"retry-after: 2" in head.lower()
        assert b"content-length: %d" % len(body) in head.lower()
        assert json.loads(body)["type"] == "urn:firmware-pathways:problem:overloaded"
        assert not refused.closed
        site.answer.set()
        await send(refused)
        await send(refused, QUESTION)
        assert refused.written.count(OK) == 1

    asks(test)
    assert len(site.scopes) == MOST + 1


def test_a_refused_connection_is_bounded_like_any_that_waits_for_a_head(site, asks):
    """It closes after the time for a head."""

    async def test():
        refused = asked(site)
        assert refused.protocol in site.bounds.waiting
        await asyncio.sleep(SECONDS * 2)
        assert refused.closed

    asks(test)


@pytest.mark.parametrize(
    "passes",
    [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_probes_and_requests_with_bodies_pass(site, asks, passes):
    """They are neither refused nor counted."""

    async def test():
        for _ in range(2 * MOST):
            transport = asked(site, passes)
            assert not transport.written
        await send(transport)

    asks(test)
    assert len(site.scopes) == MOST + 2 * MOST


def test_the_refusal_of_head_has_no_body(site, asks):
    """Its length is that of the body which GET would get."""

    async def test():
        written = asked(site, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").written
        assert written.startswith(REFUSED)
        assert written.endswith(b"\r\n\r\n")

    asks(test)


def test_a_client_that_wants_to_close_is_closed(site, asks):
    """After the refusal."""

    async def test():
        transport = asked(site, HEAD + b"Connection: close\r\n\r\n")
        assert transport.written.startswith(REFUSED)
        assert transport.closed

    asks(test)


def test_questions_sent_ahead_are_refused_one_by_one(site, asks):
    """Each has an answer of its own, in order."""

    async def test():
        transport = asked(site, QUESTION * 3)
        await send(transport)
        assert transport.written.count(REFUSED) == 3

    asks(test)


def test_refusals_are_counted_and_logged_once_a_minute(site, asks):
    """The metrics get each, and the log one line."""
    counted = []
    site.bounds.questions.on_refusal = counted.append

    async def test():
        for _ in range(5):
            asked(site)

    with capture_logs() as logs:
        asks(test)
    assert counted == ["GET"] * 5
    assert [(line["most"], line["refused"]) for line in logs] == [(MOST, 1)]


def test_an_answer_that_is_read_slowly_does_not_count(site):
    """A question counts until its answer begins."""

    async def test():
        site.answer.set()
        for _ in range(3 * MOST):
            transport = asked(site)
            await send(transport)
            assert transport.written.startswith(OK)
        assert site.bounds.questions.refusal(site.scopes[0]) is None

    run(test)
