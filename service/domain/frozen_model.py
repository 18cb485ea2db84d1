"""The base class of immutable pydantic models: values of the domain, rows of queries, requests and responses."""

from pydantic import BaseModel, ConfigDict


class FrozenModel(BaseModel):
    """An immutable pydantic model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
