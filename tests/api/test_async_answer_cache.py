"""The threads in which the answer cache computes: they carry the request's id, and end with the application."""

import threading
import time

from starlette.testclient import TestClient
from structlog.contextvars import get_contextvars

from service.api.request_log import RequestLog
from service.app import create_app
from service.application.pathways.answer_cache import AnswerCache
from service.domain.clock import now
from service.settings import Settings
from tests.api.conftest import serving

QUESTION = "/v1/pathways?from=1&to=34"


def answer_threads():
    """The threads that compute answers or read the last state."""
    return [thread for thread in threading.enumerate() if thread.name.startswith(("answers", "last state"))]


def test_an_answer_is_computed_in_a_thread_that_has_the_context_of_the_request(example_graph, monkeypatch):
    """The log line of a failure in the thread has the id of the request."""
    seen, compute = [], AnswerCache.pathway

    def spy(*arguments):
        seen.append((threading.current_thread().name, get_contextvars()))
        return compute(*arguments)

    monkeypatch.setattr(AnswerCache, "pathway", spy)
    with TestClient(RequestLog(create_app(Settings(), example_graph), [])) as client:
        answer = client.get(QUESTION)
    assert answer.status_code == 200
    [(name, context)] = seen
    assert name.startswith("answers")
    assert context == {"request_id": answer.headers["X-Request-ID"]}


def test_the_threads_end_with_the_application(example_graph):
    """Python would wait for them otherwise, and `serve` would take them for work under way."""
    before = set(answer_threads())
    with serving(example_graph, now) as client:
        assert client.get(QUESTION).status_code == 200
        started = set(answer_threads()) - before
        assert {thread.name.rsplit("_", 1)[0] for thread in started} == {"answers", "last state"}
    until = time.monotonic() + 10
    for thread in started:
        thread.join(max(0, until - time.monotonic()))
        assert not thread.is_alive()
