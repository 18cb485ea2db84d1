"""The errors of a service that cannot work now, or with what it was given."""

from service.errors.base import PathwaysError


class NotReady(PathwaysError, status=503, slug="not-ready", title="The service is not ready", public=True):
    """Error: the service cannot answer questions now. The graph does not answer in time, or was emptied or replaced."""


class Overloaded(PathwaysError, status=503, slug="overloaded", title="The service is busy", public=True):
    """Error: the service is too busy for this request now. `extra['retry_after']` is the time to wait in seconds."""


class WorkStopped(PathwaysError, status=503, slug="stopped", title="The service is stopping", public=True):
    """Error: the service stopped the computation, because the service ends or because all its callers have gone."""


class ReceiptKeysInvalid(PathwaysError, slug="keys-refused", title="The receipt keys cannot be used"):
    """Error: the file of the keys that sign receipts (signed pathway answers) cannot be read or contains no keys.

    The service never creates a new key in place of a lost one: nobody could then verify the earlier receipts.
    """


class ClockBehind(
    PathwaysError,
    status=503,
    slug="clock-behind",
    title="The service's clock is behind the last recorded instant",
    public=True,
):
    """Error: the clock is more than a minute behind the last recorded instant, and nobody has accepted the clock."""


class ClockNotBehind(PathwaysError, status=409, slug="clock-not-behind", title="The clock needs no acceptance"):
    """Error: somebody asked to accept a clock that is behind, but the clock is right and writes are possible."""


class UnexpectedGraph(PathwaysError, slug="unexpected-graph", title="The graph is not the one that was served here"):
    """Error: the location of the graph is empty, or has another graph or an older state than the service served."""
