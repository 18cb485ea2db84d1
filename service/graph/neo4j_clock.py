"""Compares Neo4j's clock with the service's: records of two clocks that differ cannot be put in order."""

from datetime import UTC, datetime

TOLERANCE = 60.0
"""Seconds by which the two clocks may differ before writes are refused."""

SERVER_TIME = "RETURN datetime.realtime() AS now"


def machine_time() -> datetime:
    """Returns the time of the machine that the service runs on."""
    return datetime.now(UTC)


class ServerClock:
    """The last comparison of the clocks. `fault` says how far they differ; None where they agree or nobody compared."""

    def __init__(self) -> None:
        self.fault: str | None = None

    def compare(self, asked: datetime, server: datetime, answered: datetime) -> str | None:
        """Compares the server's time with the times at which the service asked and got the answer. Returns `fault`."""
        ahead = max((server - answered).total_seconds(), 0) or min((server - asked).total_seconds(), 0)
        self.fault = None
        if abs(ahead) > TOLERANCE:
            side = "ahead of" if ahead > 0 else "behind"
            self.fault = (
                f"Neo4j's clock is {abs(ahead):,.0f} s {side} the clock of this service. Set both clocks by one time "
                f"server: the graph accepts no writes while they differ by more than {TOLERANCE:.0f} s."
            )
        return self.fault
