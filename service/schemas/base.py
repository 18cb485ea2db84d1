"""The base of all response models."""

from pydantic import BaseModel, ConfigDict


class ResponsePart(BaseModel):
    """A piece of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
