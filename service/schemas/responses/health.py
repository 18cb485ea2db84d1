"""Defines the responses to probes: whether the process runs, whether it can answer questions, and from which data."""

from pydantic import BaseModel, Field

from service.domain.frozen_model import FrozenModel


class Health(BaseModel):
    """The response to a liveness probe: that the process runs."""

    status: str = Field(description="`alive`.")


class ServedData(FrozenModel):
    """The version of the public data from which the service answers. Restricted ZigBee data and the audit are not
    counted here.
    """

    revision: int = Field(description="The number of writes to the public data; 0 for an empty graph.")
    list_version: str | None = Field(description="The list version in force now; null: none is in force yet.")
    entries: int = Field(description="The number of entries on that list version.")


class Readiness(FrozenModel):
    """The response to a readiness probe of a service that can answer questions: which list version and revision of the
    public data it answers from, and whether it accepts writes.
    """

    status: str = Field(description="`ready`.")
    writes_refused: str | None = Field(description="Why the graph accepts no writes now; null: it accepts them.")
    clock_behind_seconds: float = Field(
        description="By how many seconds the service's clock is behind the last recorded instant; 0: it is not behind."
    )
    schema_version: int = Field(description="The number of the last schema migration that the graph has.")
    data: ServedData = Field(description="Which public data the service answers from.")
