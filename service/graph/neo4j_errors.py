"""Translates the failures of the Neo4j driver and of the server into errors of the service."""

import re

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConnectionPoolError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
)

from service.errors import EngineError, EngineMemoryExceeded, EngineUnavailable, OutcomeUnknown

DRIVER_FAILURES = (DriverError, Neo4jError, OSError, ValueError)
"""The exceptions of the driver's calls. It raises ValueError for an address that it cannot use."""

_MEMORY = ("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError")
_TIMED_OUT = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration")
_LIMIT = re.compile(r"\b(?:db|dbms|server)\.memory\.[\w.]*\w")


def engine_error(error: Exception, seconds: float) -> EngineError:
    """Returns the error of the service for a failure of the driver. `seconds`: the deadline of the transaction."""
    if isinstance(error, AuthError | ConfigurationError):
        return EngineUnavailable(f"Neo4j refused the connection: {error}")
    kind = (error.code or "").rpartition(".")[2] if isinstance(error, Neo4jError) else ""
    if kind in _MEMORY:
        return EngineMemoryExceeded(_memory_text(str(error)))
    if kind in _TIMED_OUT:
        return EngineUnavailable(f"Neo4j ended a transaction that ran for more than {seconds:g} s: {error}")
    if isinstance(error, OSError | ValueError | ServiceUnavailable | ConnectionPoolError) or _retryable(error):
        return EngineUnavailable(f"Neo4j cannot be reached: {error}")
    return EngineError(f"Neo4j: {error}")


def is_transient(error: EngineError) -> bool:
    """Returns whether the same transaction may succeed if it is repeated. A commit is never repeated."""
    return _retryable(error.__cause__) and not isinstance(error, OutcomeUnknown)


def _retryable(error: BaseException | None) -> bool:
    return isinstance(error, DriverError | Neo4jError) and error.is_retryable()


def _memory_text(message: str) -> str:
    named = _LIMIT.search(message)
    setting = named[0] if named else "dbms.memory.transaction.total.max or db.memory.transaction.max"
    return f"The transaction needs more memory than Neo4j allows. Raise {setting} in Neo4j's configuration."
