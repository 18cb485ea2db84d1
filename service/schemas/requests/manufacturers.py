"""Defines the request body that names manufacturers."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from service.schemas.base import RequestModel
from service.schemas.requests.amendments import AmendmentAuthorship
from service.schemas.requests.bodies import BodyInstant
from service.schemas.requests.devices import ManufacturerCode

MAX_NAMES = 1000


def _single_spaced(name: str) -> str:
    """Returns a name with one space between words, as the search for whole words and lines of text need it."""
    return " ".join(name.split())


CompanyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_single_spaced)
]


class ManufacturerNameRequest(RequestModel):
    """A manufacturer code, and the name of the company behind it."""

    code: ManufacturerCode = Field(description="The manufacturer: four hex digits.", examples=["FE01"])
    name: CompanyName | None = Field(description="The name of the company; null takes the name away.")


class ManufacturerNamesRequest(AmendmentAuthorship):
    """A request to name manufacturers, as one amendment. Several codes may have one name."""

    names: list[ManufacturerNameRequest] = Field(min_length=1, max_length=MAX_NAMES, description="The names.")
    effective_from: BodyInstant = Field(None, description="From when the names hold. Default: the beginning.")

    @field_validator("names")
    @classmethod
    def _once(cls, names: list[ManufacturerNameRequest]) -> list[ManufacturerNameRequest]:
        codes = [name.code for name in names]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is named twice")
        return names
