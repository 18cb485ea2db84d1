"""Logging: one line of JSON for each event, on stderr. No secret and nothing asked of a restricted route is in it.

Everything that logs through Python's `logging` goes the same way: uvicorn, the Neo4j driver, Python's warnings.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, Processor

REDACTED = "[redacted]"
LEFT_OUT = "[left out: the request is restricted]"

_SECRET = re.compile(
    r"(?P<key>(?-i:pathways_[a-z0-9]{8}_))[\w-]+"
    r"|(?P<header>\b(?:authorization|cookie)['\"]?\s*[:=,]\s*(?:b(?=['\"]))?['\"]?)[^'\"\r\n]+"
    r"|(?P<scheme>\b(?:bearer|basic)\s+)[^\s'\",;)]+"
    r"|(?P<cookie>__Host-pathways=)[^\s'\";,]+"
    r"|(?P<url>\w://[^\s/:@'\"]*:)[^\s/@'\"]+(?=@)"
    r"|\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*",
    re.IGNORECASE | re.ASCII,
)
_SECRET_FIELDS = frozenset({"authorization", "cookie", "set-cookie", "set_cookie", "password", "secret", "token"})
# A line without any of these holds no secret that the two above would find: to look for them costs a twentieth.
_MARKERS = (
    "pathways_",
    "__host-",
    "authorization",
    "cookie",
    "bearer",
    "basic",
    "://",
    "eyj",
    "password",
    "secret",
    "token",
)
_TIME = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")


def configure(level: str) -> None:
    """Sets up structlog and Python's `logging`. Raises ValueError for a level that there is not."""
    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise ValueError(f"PATHWAYS_LOG_LEVEL is {level!r}: debug, info, warning or error is expected")
    least = max(known[level.upper()], logging.DEBUG)
    structlog.configure(
        processors=[merge_contextvars, structlog.processors.add_log_level, _TIME, *_LAST],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: _Stderr(),
    )
    _configure_libraries(least)


def _configure_libraries(least: int) -> None:
    """Sends what libraries log to stderr in the same form.

    Below warnings only uvicorn is heard: at the level debug the Neo4j driver logs the parameters of every query.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(handler)
    root.addHandler(_Handler())
    root.setLevel(max(least, logging.WARNING))
    logging.getLogger("uvicorn.error").setLevel(least)
    logging.captureWarnings(True)


def log_uncaught() -> None:
    """Logs an exception that ends a thread or the process, or that Python can only print, from now on."""
    log = structlog.get_logger()
    threading.excepthook = lambda given: log.critical("a thread failed", exc_info=given.exc_value)
    sys.excepthook = lambda kind, failure, places: log.critical("the process failed", exc_info=failure)
    sys.unraisablehook = lambda given: log.error("an exception was ignored", exc_info=given.exc_value)


def restrict() -> None:
    """Marks the request that is answered now as restricted: its log lines give no message of an error."""
    structlog.contextvars.bind_contextvars(restricted=True)


def redact(text: str) -> str:
    """A text without API keys, bearer tokens, cookies and passwords in addresses. The prefix of a key stays."""
    return _SECRET.sub(lambda match: (match[match.lastgroup] if match.lastgroup else "") + REDACTED, text)


def _redacted(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {redact(str(key)): _redacted_field(key, field) for key, field in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(part) for part in value]
    return redact(value if isinstance(value, str) else repr(value))


def _redacted_field(name: object, value: Any) -> Any:
    return REDACTED if str(name).lower() in _SECRET_FIELDS else _redacted(value)


def render(_: object, method: str, event: EventDict) -> str:
    """Processor: the event as a line of JSON, what every line has first.

    Redacts secrets, as the last resort: some error's message may repeat one.
    """
    ordered = {name: event.pop(name) for name in ("time", "level", "event") if name in event} | dict(event)
    line = _json(ordered)
    lower = line.lower()
    if any(marker in lower for marker in _MARKERS):
        return _json({name: _redacted_field(name, value) for name, value in ordered.items()})
    return line


def _json(fields: dict[str, Any]) -> str:
    """JSON in ASCII, which every stderr can write."""
    with suppress(TypeError):  # half a character, a number of more than 64 bits, a name that is no text
        line = orjson.dumps(fields, default=repr)
        if line.isascii():
            return line.decode()
    return json.dumps(fields, default=repr, skipkeys=True)


def render_exception(_: object, method: str, event: EventDict) -> EventDict:
    """Processor: writes the traceback of `exc_info`. In a restricted request it gives types and places alone."""
    failure = _failure(event.pop("exc_info", None))
    if failure is not None:
        bare = event.get("restricted", False)
        lines = _places(failure) if bare else traceback.format_exception(failure)
        event["exception"] = "".join(lines).rstrip()
    return event


def _failure(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _places(failure: BaseException) -> Iterator[str]:
    """A traceback without messages: an engine's or a validator's message repeats the values that it was given."""
    cause = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
    if cause is not None:
        yield from _places(cause)
        yield "\nThe next exception was raised because of it, or while it was handled:\n\n"
    yield from traceback.format_tb(failure.__traceback__)
    yield f"{type(failure).__qualname__}: {LEFT_OUT}\n"


def leave_out_restricted(_: object, method: str, event: EventDict) -> EventDict:
    """Processor: drops the detail of an error in a restricted request, and the values in a library's line."""
    arguments = event.pop("positional_args", None)
    if event.pop("restricted", False):
        if "detail" in event:
            event["detail"] = LEFT_OUT
        if "logger" in event:
            event["event"] = event.pop("template") if arguments else LEFT_OUT
    event.pop("template", None)
    return event


def _name_library(_: object, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    event["logger"], event["template"] = record.name, str(record.msg)
    return event


_LAST: list[Processor] = [
    render_exception,
    leave_out_restricted,
    render,
]


_writing = threading.Lock()


def _write(line: str) -> None:
    """Writes a line whole. A stderr that nobody reads any more must not fail a request."""
    with suppress(OSError, ValueError), _writing:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


class _Stderr:
    """What structlog hands its lines to: whatever stderr is at the time."""

    def msg(self, line: str) -> None:
        """Writes a line."""
        _write(line)

    debug = info = warning = error = critical = msg


class _Handler(logging.Handler):
    """What Python's `logging` hands its records to."""

    def __init__(self) -> None:
        super().__init__()
        before: list[Processor] = [merge_contextvars, structlog.processors.add_log_level, _name_library, _TIME]
        after = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_LAST]
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after, pass_foreign_args=True)
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record; one whose arguments do not fit its text is named, and not printed as Python would."""
        try:
            line = self.format(record)
        except Exception:
            unfit = "a log record could not be formatted"
            line = self.format(logging.LogRecord(record.name, logging.ERROR, record.pathname, 0, unfit, (), None))
        _write(line)
