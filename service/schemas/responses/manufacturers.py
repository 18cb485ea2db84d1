"""Defines responses about the names of the companies behind manufacturer codes."""

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.responses.pathways import AsOfPage


class NamedManufacturer(ResponseModel):
    """A manufacturer code with the name of the company behind it. Several codes may have one name."""

    code: str = Field(description="The manufacturer, four hex digits.")
    name: str = Field(description="The name of the company.")
    effective_from: Instant | None = Field(description="From when the name holds; null: from the beginning.")
    list_version: str | None = Field(description="The list whose notes give the name; null: SECAS recorded it.")
    amendment: str


class ManufacturerPage(AsOfPage[NamedManufacturer]):
    """A page of the manufacturer codes that have a name, in the order of the codes."""
