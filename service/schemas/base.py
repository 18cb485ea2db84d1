"""The base classes of the models in requests and responses."""

from pydantic import ConfigDict

from service.domain.models import FrozenModel


class _Schema(FrozenModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class RequestModel(_Schema):
    """A request body, the query parameters of a route, or a part of one. Unknown fields are refused."""


class ResponseModel(_Schema):
    """A response body or a part of one."""
