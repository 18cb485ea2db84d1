"""The errors of the graph engine."""

from service.errors.base import PathwaysError


class EngineError(PathwaysError, slug="engine-failed", title="The graph engine failed"):
    """Error: the graph engine (Ladybug or Neo4j) failed in an unexpected way."""


class EngineUnavailable(EngineError, status=503, slug="engine-unavailable", title="The graph engine cannot be reached"):
    """Error: the service cannot reach the graph engine. A later attempt may succeed."""


class GraphLocked(EngineUnavailable, slug="engine-held", title="Another process holds the graph"):
    """Error: another process has locked the file of the embedded graph."""


class OutcomeUnknown(EngineUnavailable, slug="outcome-unknown", title="The write is not confirmed", public=True):
    """Error: the engine did not confirm a commit. A retry with the id `extra['amendment']` finds its outcome."""


class WritesRefused(EngineUnavailable, slug="writes-refused", title="The graph accepts no writes now", public=True):
    """Error: the graph accepts no write for the reason that the message states. It still answers questions."""


class EngineMemoryExceeded(EngineError, status=503, slug="engine-memory", title="The engine lacks memory", public=True):
    """Error: a transaction exceeds the memory limit of the graph engine. The message names the setting."""


class SchemaMismatch(EngineError, slug="schema-refused", title="The graph's schema does not fit this program"):
    """Error: a schema file differs from the version that was applied to the graph, or this program lacks the file."""
