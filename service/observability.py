"""Writes the log: one line of JSON per event, on stderr, without secrets and without data of restricted requests.

Records of Python's `logging` get the same form: those of uvicorn, of the Neo4j driver and Python's warnings.
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
    r"|(?P<encoded>pathways(?:_[a-z0-9]{8}%5f|%5f[a-z0-9]{8}(?:_|%5f)))[\w%-]+"
    r"|(?P<parameter>[?&][\w-]{0,30}(?:key|token|secret|password)=)[^&\s'\"]+"
    r"|(?P<header>\b(?:authorization|cookie)['\"]?\s*[:=,]\s*(?:b(?=['\"]))?['\"]?)[^'\"\r\n]+"
    r"|(?P<scheme>\b(?:bearer|basic)\s+)[^\s'\",;)]+"
    r"|(?P<cookie>__Host-pathways=)[^\s'\";,]+"
    r"|(?P<url>\w://[^\s/:@'\"]*:)[^\s/@'\"]+(?=@)"
    r"|\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*",
    re.IGNORECASE | re.ASCII,
)
_SECRET_FIELDS = frozenset({"authorization", "cookie", "set-cookie", "set_cookie", "password", "secret", "token"})
# A line without any of these markers matches neither of the two above; this test takes a twentieth of their time.
_MARKERS = (
    "pathways_",
    "pathways%5f",
    "key=",
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
    """Sets up structlog and Python's `logging`. Raises ValueError for an unknown level."""
    levels = logging.getLevelNamesMapping()
    if level.upper() not in levels:
        raise ValueError(f"PATHWAYS_LOG_LEVEL must be debug, info, warning or error, not {level!r}")
    threshold = max(levels[level.upper()], logging.DEBUG)
    structlog.configure(
        processors=[merge_contextvars, structlog.processors.add_log_level, _TIME, *_LAST],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=lambda *_: _Stderr(),
    )
    _configure_libraries(threshold)


def _configure_libraries(threshold: int) -> None:
    """Sends the records of libraries to stderr in the same form.

    Only uvicorn may log below warnings: at debug level the Neo4j driver logs the parameters of every query.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(handler)
    root.addHandler(_Handler())
    root.setLevel(max(threshold, logging.WARNING))
    logging.getLogger("uvicorn.error").setLevel(threshold)
    logging.captureWarnings(True)


def log_uncaught() -> None:
    """Installs hooks that log an exception that ends a thread or the process, or that Python cannot raise."""
    log = structlog.get_logger()
    threading.excepthook = lambda args: log.critical("a thread failed", exc_info=args.exc_value)
    sys.excepthook = lambda _, error, traceback: log.critical("the process failed", exc_info=error)
    sys.unraisablehook = lambda args: log.error("an exception was ignored", exc_info=args.exc_value)


def restrict() -> None:
    """Marks the current request as restricted: its log lines contain no error messages."""
    structlog.contextvars.bind_contextvars(restricted=True)


def redact(text: str) -> str:
    """Returns a text without API keys (except their prefix), bearer tokens, cookies, and passwords in URLs."""
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
    """Returns an event as a line of JSON that begins with the time, the level and the event (a structlog processor).

    Redacts secrets as a last resort: an error message may repeat one.
    """
    ordered = {name: event.pop(name) for name in ("time", "level", "event") if name in event} | dict(event)
    line = _json(ordered)
    lower = line.lower()
    if any(marker in lower for marker in _MARKERS):
        return _json({name: _redacted_field(name, value) for name, value in ordered.items()})
    return line


def _json(fields: dict[str, Any]) -> str:
    """Returns fields as JSON in ASCII, which every stderr can encode."""
    with suppress(TypeError):  # a lone surrogate, a number of more than 64 bits, a name that is not a string
        line = orjson.dumps(fields, default=repr)
        if line.isascii():
            return line.decode()
    return json.dumps(fields, default=repr, skipkeys=True)


def render_exception(_: object, method: str, event: EventDict) -> EventDict:
    """Adds the traceback of `exc_info` to an event (a structlog processor).

    In a restricted request the traceback has no messages.
    """
    error = _exception(event.pop("exc_info", None))
    if error is not None:
        restricted = event.get("restricted", False)
        lines = _without_messages(error) if restricted else traceback.format_exception(error)
        event["exception"] = "".join(lines).rstrip()
    return event


def _exception(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _without_messages(error: BaseException) -> Iterator[str]:
    """Yields the lines of a traceback without messages: engines and validators repeat values of the request."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _without_messages(cause)
        yield "\nThis exception caused the next one, or the next one occurred while handling it:\n\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__qualname__}: {LEFT_OUT}\n"


def leave_out_restricted(_: object, method: str, event: EventDict) -> EventDict:
    """Drops error details and values of a library's record in a restricted request (a structlog processor)."""
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
    """Writes a whole line on stderr. A closed stderr must not make a request fail."""
    with suppress(OSError, ValueError), _writing:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


class _Stderr:
    """The logger that structlog writes to: the stderr at the time of writing."""

    def msg(self, line: str) -> None:
        """Writes a line on stderr."""
        _write(line)

    debug = info = warning = error = critical = msg


class _Handler(logging.Handler):
    """The handler for records of Python's `logging`."""

    def __init__(self) -> None:
        super().__init__()
        foreign: list[Processor] = [merge_contextvars, structlog.processors.add_log_level, _name_library, _TIME]
        final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_LAST]
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(foreign_pre_chain=foreign, processors=final, pass_foreign_args=True)
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record; replaces one whose arguments do not fit its format by a line that names the logger."""
        try:
            line = self.format(record)
        except Exception:
            text = "a log record could not be formatted"
            line = self.format(logging.LogRecord(record.name, logging.ERROR, record.pathname, 0, text, (), None))
        _write(line)
