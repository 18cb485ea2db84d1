"""Logging: one line of JSON an event, on stderr. No secret is ever a field."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Sets up structlog. Raises ValueError for a level that there is not."""
    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise ValueError(f"PATHWAYS_LOG_LEVEL is {level!r}: debug, info, warning or error is expected")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(known[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
