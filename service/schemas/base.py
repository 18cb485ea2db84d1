"""Defines the base classes of all pydantic models of request bodies, query parameters and response bodies."""

from typing import Generic, TypeVar

from pydantic import ConfigDict, Field

from service.domain.frozen_model import FrozenModel

Item = TypeVar("Item")


class _Schema(FrozenModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class RequestModel(_Schema):
    """The base class of request bodies, of the query parameters of a route, and of parts of both. Validation refuses
    unknown fields.
    """


class ResponseModel(_Schema):
    """The base class of response bodies, and of objects inside them."""


class Page(ResponseModel, Generic[Item]):
    """The base class of pages of items. Each endpoint has a subclass of its own, so that the OpenAPI schema gets a
    plain name.
    """

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last page.")
