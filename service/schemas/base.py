"""Defines the base classes of all pydantic models of request bodies, query parameters and response bodies."""

from pydantic import ConfigDict

from service.domain.models import FrozenModel


class _Schema(FrozenModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class RequestModel(_Schema):
    """A request body, the query parameters of a route, or a part of either. Validation refuses unknown fields."""


class ResponseModel(_Schema):
    """A response body, or an object inside one."""
