"""What fails in the service itself, and in the engine under it."""

from service.errors.base import PathwaysError


class ReceiptKeysInvalid(PathwaysError):
    """The keys that sign receipts cannot be read, or are not keys. A new one is never made in their place."""

    slug = "keys-refused"
    title = "The keys of the receipts cannot be used"


class EngineError(PathwaysError):
    """The graph engine failed in a way nobody foresaw."""

    slug = "engine-failed"
    title = "The graph engine failed"


class EngineUnavailable(EngineError):
    """The graph engine cannot be reached now; trying again later may help."""

    status = 503
    slug = "engine-unavailable"
    title = "The graph engine cannot be reached"


class GraphLocked(EngineUnavailable):
    """Another process owns the embedded graph's file."""

    slug = "engine-held"
    title = "Another process holds the graph"


class SchemaMismatch(EngineError):
    """A migration that was applied has changed since, or is newer than this program."""

    slug = "schema-refused"
    title = "The graph's schema does not fit this program"
