"""Log lines: their fields, and the secrets and restricted data that they must not have."""

import json
import logging
import sys
import warnings

import pytest
import structlog

from service import observability
from tests.conftest import reset_logging

SECRET = "A" * 21 + "-_" + "z9" * 10
KEY = f"pathways_abcdefgh_{SECRET}"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJlLW9m"
OPAQUE = "opaqueTokenOfAProvider"


def own_handlers():
    """The handlers that `configure` added to Python's logging."""
    return [handler for handler in logging.getLogger().handlers if type(handler).__module__ == observability.__name__]


@pytest.fixture(autouse=True)
def restored_logging():
    """Logging is global to the process, so each test restores it; a server that another test ran left its own."""
    root, shown = logging.getLogger(), warnings.showwarning
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate, logger.disabled = True, False
        logger.setLevel(logging.NOTSET)
    level = root.level
    yield
    for handler in own_handlers():
        root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)
    logging.captureWarnings(False)
    warnings.showwarning = shown
    structlog.contextvars.clear_contextvars()
    reset_logging()


@pytest.fixture
def lines(capsys):
    """Every line on stderr since the last look, each of them JSON with what every line has."""
    observability.configure("info")

    def written():
        found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        assert all(list(line)[:3] == ["time", "level", "event"] for line in found)
        return found

    return written


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"the key {KEY} is bad", "the key pathways_abcdefgh_[redacted] is bad"),
        (f"{KEY[:-30]}", "pathways_abcdefgh_[redacted]"),
        (f"Bearer {KEY}", "Bearer [redacted]"),
        (f"bearer {OPAQUE}, and more", "bearer [redacted], and more"),
        (f"Authorization: Basic {OPAQUE}\nAccept: a", "Authorization: [redacted]\nAccept: a"),
        (f"(b'authorization', b'Bearer {TOKEN}'), (b'a', b'b')", "(b'authorization', b'[redacted]'), (b'a', b'b')"),
        (f"{{'cookie': 'a={OPAQUE}; b=2', 'x': 1}}", "{'cookie': '[redacted]', 'x': 1}"),
        (f"Set-Cookie: a={OPAQUE}; Path=/", "Set-Cookie: [redacted]"),
        (f"__Host-pathways={OPAQUE}; Path=/", "__Host-pathways=[redacted]; Path=/"),
        (f"it was {TOKEN}.", "it was [redacted]"),
        (f"GET /v1/entries?q=a&api_key={OPAQUE}&x=1", "GET /v1/entries?q=a&api_key=[redacted]&x=1"),
        (f"GET /?access_token={TOKEN}", "GET /?access_token=[redacted]"),
        (f"GET /?key={KEY.replace('_', '%5F')}", "GET /?key=[redacted]"),
        (f"GET /{KEY.replace('_', '%5F')} and", "GET /pathways%5Fabcdefgh%5F[redacted] and"),
        (f"bolt://neo4j:{OPAQUE}@host:7687 is away", "bolt://neo4j:[redacted]@host:7687 is away"),
        ("PATHWAYS_PATHWAYS_VISIBLE_TO and /v1/pathways on http://127.0.0.1:80", None),
        ("pathways_request_seconds, pathways_receipt_keys", None),
    ],
)
def test_secrets_are_redacted_in_any_text(text, left):
    """In the forms in which headers and errors repeat secrets; other text stays."""
    assert observability.redact(text) == (text if left is None else left)


def test_no_field_of_a_line_has_a_secret(lines):
    """Not in the event, a list, a field name or an object, nor under a name such as token."""
    log = structlog.get_logger()
    log.info(f"no {KEY}", a=[{"b": (KEY, TOKEN)}], c={KEY: 1}, d=ValueError(KEY), **{"Set-Cookie": OPAQUE}, token=7)
    (line,) = lines()
    assert line["event"] == "no pathways_abcdefgh_[redacted]"
    assert line["a"] == [{"b": ["pathways_abcdefgh_[redacted]", "[redacted]"]}]
    assert (line["Set-Cookie"], line["token"]) == ("[redacted]", "[redacted]")
    assert not any(secret in json.dumps(line) for secret in (SECRET, TOKEN, OPAQUE))


def failing(message):
    """An error with another error as its cause."""
    try:
        try:
            raise KeyError(message)
        except KeyError as cause:
            raise ValueError(f"because of {message}") from cause
    except ValueError as error:
        return error


def test_a_traceback_has_no_secret(lines):
    """The rest of the messages stays."""
    structlog.get_logger().error("unforeseen", exc_info=failing(f"{KEY} of entry 12"))
    (line,) = lines()
    assert SECRET not in json.dumps(line)
    assert "because of pathways_abcdefgh_[redacted] of entry 12" in line["exception"]
    assert "KeyError" in line["exception"]


def test_a_restricted_request_logs_where_it_failed_and_no_message(lines):
    """No detail of errors or the engine, and no values in the lines of libraries."""
    structlog.contextvars.bind_contextvars(request_id="r1")
    observability.restrict()
    asked = "Chipset X"
    structlog.get_logger().error("unforeseen", exc_info=failing(asked))
    structlog.get_logger().error("failed", slug="engine", detail=asked)
    logging.getLogger("neo4j").warning("retried in %ss (%s)", 1, asked)
    logging.getLogger("neo4j").warning(f"failed with {asked}")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=failing(asked))
    found = lines()
    assert asked not in json.dumps(found)
    assert [line["request_id"] for line in found] == ["r1"] * 5
    assert [line["event"] for line in found[:3]] == ["unforeseen", "failed", "retried in %ss (%s)"]
    assert [line["event"] for line in found[3:]] == [observability.LEFT_OUT] * 2
    for line in (found[0], found[4]):
        assert "KeyError: [left out" in line["exception"]
        assert "ValueError: [left out" in line["exception"]
        assert "in failing" in line["exception"]


def test_libraries_and_warnings_write_the_same_lines(lines):
    """With the name of the logger. Below warnings, only uvicorn writes lines."""
    logging.getLogger("uvicorn.error").info("running on %s", "http://127.0.0.1:1")
    logging.getLogger("neo4j.io").info("RUN 'MATCH …' {'vendor': 'X'}")
    logging.getLogger("neo4j.pool").warning("no connection: %s", KEY)
    (handler,) = own_handlers()
    handler.handle(logging.LogRecord("strange", logging.WARNING, "", 0, "%d", ("no number",), None))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old driver", UserWarning, stacklevel=1)
    found = lines()
    assert [(line["level"], line["logger"]) for line in found] == [
        ("info", "uvicorn.error"),
        ("warning", "neo4j.pool"),
        ("error", "strange"),
        ("warning", "py.warnings"),
    ]
    assert found[0]["event"] == "running on http://127.0.0.1:1"
    assert found[1]["event"] == "no connection: pathways_abcdefgh_[redacted]"
    assert "UserWarning: old driver" in found[3]["event"]


@pytest.mark.parametrize("level", ["debug", "notset"])
def test_no_level_lets_the_driver_log_parameters(lines, level, capsys):
    """At the level debug, the driver would log every query with its parameters."""
    observability.configure(level)
    structlog.get_logger().debug("own")
    logging.getLogger("neo4j.io").debug("RUN {'vendor': 'X'}")
    logging.getLogger("uvicorn.error").log(5, "a trace of the query string")
    assert [line["event"] for line in lines()] == ["own"]


def test_values_without_a_json_form_are_logged_as_text(lines):
    """A lone surrogate, a large number, a line separator, an object: one ASCII line."""
    structlog.get_logger().info("odd", half="\ud800", large=1 << 80, lines="a\u2028b\nc", thing=object)
    (line,) = lines()
    assert (line["half"], line["large"], line["lines"]) == ("\ud800", 1 << 80, "a\u2028b\nc")
    assert line["thing"] == "<class 'object'>"


def test_a_closed_stderr_causes_no_error(monkeypatch):
    """The reader of the log is gone, and the service still answers requests."""
    observability.configure("info")

    class Closed:
        tried = 0

        def write(self, text):
            Closed.tried += 1
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    structlog.get_logger().info("lost")
    logging.getLogger("uvicorn.error").warning("lost")
    assert Closed.tried == 2


def test_an_unknown_level_is_refused():
    """The error names the setting."""
    with pytest.raises(ValueError, match=r"PATHWAYS_LOG_LEVEL must be .*, not 'loud'"):
        observability.configure("loud")
