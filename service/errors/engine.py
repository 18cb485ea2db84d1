"""Errors of the service itself and of the graph engine."""

from service.errors.base import PathwaysError


class ReceiptKeysInvalid(PathwaysError):
    """The file of the keys that sign receipts cannot be read or contains no keys.

    The service never creates a new key in its place: earlier receipts could then not be verified.
    """

    slug = "keys-refused"
    title = "The receipt keys cannot be used"


class EngineError(PathwaysError):
    """The graph engine failed in an unexpected way."""

    slug = "engine-failed"
    title = "The graph engine failed"


class EngineUnavailable(EngineError):
    """The graph engine cannot be reached. A later attempt may succeed."""

    status = 503
    slug = "engine-unavailable"
    title = "The graph engine cannot be reached"


class GraphLocked(EngineUnavailable):
    """Another process has locked the file of the embedded graph."""

    slug = "engine-held"
    title = "Another process holds the graph"


class SchemaMismatch(EngineError):
    """A schema file that was applied to the graph has changed since, or this program does not have it."""

    slug = "schema-refused"
    title = "The graph's schema does not fit this program"
