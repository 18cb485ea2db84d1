"""Request bodies that describe a device, in the spelling of the list or of DUIS."""

from functools import partial
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    model_validator,
)

from service.domain import duis
from service.domain.devices import Device, DeviceAttribute
from service.domain.names import parse_hex
from service.schemas.base import RequestModel
from service.schemas.requests.bodies import AsOfBody
from service.schemas.requests.queries import EntryNumber


def _device_model(text: str) -> str:
    """Eight digits, or twelve that begin with the manufacturer's four."""
    try:
        return parse_hex(text, 8)
    except ValueError as wrong:
        try:
            return parse_hex(text, 12)
        except ValueError:
            raise ValueError(f"{wrong}, nor such as 106C-433100AC") from wrong


DeviceTypeValue = Annotated[str, Field(max_length=100), AfterValidator(duis.parse_device_type)]


ManufacturerCode = Annotated[str, Field(max_length=20), AfterValidator(partial(parse_hex, digits=4))]


DeviceModelCode = Annotated[str, Field(max_length=40), AfterValidator(_device_model)]


FirmwareVersionHex = Annotated[str, Field(max_length=40), AfterValidator(partial(parse_hex, digits=8))]


GbcsVersion = Annotated[str, Field(max_length=40), AfterValidator(duis.parse_gbcs_version)]


ImageHashHex = Annotated[str, Field(max_length=200), AfterValidator(partial(parse_hex, digits=64))]


CplStatus = Annotated[str, Field(max_length=20), AfterValidator(duis.parse_status)]


_SAME = (
    ("device_type", "DeviceType"),
    ("manufacturer", "DeviceManufacturer"),
    ("device_model", "DeviceModel"),
    ("firmware_version", "FirmwareVersion", "DeviceFirmwareVersion"),
    ("gbcs_version", "GBCSVersion", "DeviceGBCSVersion"),
    ("status", "CPLStatus"),
    ("status", "DeviceFirmwareVersionStatus"),
)
"""Spellings of one attribute: at most one of each row may be given."""


_REFUSED = {
    "DeviceID": "leave it out: no answer depends on which single device is meant",
    "DeviceStatus": "leave it out: it tells how far a device is set up, not what it runs",
}


class DuisAliases(RequestModel):
    """The attributes of a device as DUIS spells them."""

    DeviceType: DeviceTypeValue | None = Field(None, description="DUIS for `device_type`.")
    DeviceManufacturer: ManufacturerCode | None = Field(None, description="DUIS for `manufacturer`.")
    DeviceModel: DeviceModelCode | None = Field(None, description="DUIS for `device_model`.")
    FirmwareVersion: FirmwareVersionHex | None = Field(None, description="DUIS for `firmware_version`.")
    DeviceFirmwareVersion: FirmwareVersionHex | None = Field(None, description="DUIS for `firmware_version`.")
    GBCSVersion: GbcsVersion | None = Field(None, description="DUIS for `gbcs_version`.")
    DeviceGBCSVersion: GbcsVersion | None = Field(None, description="DUIS for `gbcs_version`.")
    CPLStatus: CplStatus | None = Field(None, description="DUIS for `status`.")
    DeviceFirmwareVersionStatus: CplStatus | None = Field(None, description="DUIS for `status`.")


class DeviceRequest(DuisAliases):
    """A device as an inventory names it: by device model, firmware version or image hash, and by what else is known.

    An attribute may be given in the spelling of DUIS instead, never in both.
    """

    device_type: DeviceTypeValue | None = Field(
        None, description="As the list has it, or in the words of DUIS: ESME, GSME, CHF, GPF, HCALCS, PPMID."
    )
    manufacturer: ManufacturerCode | None = Field(None, description="Four hex digits.", examples=["FE01"])
    device_model: DeviceModelCode | None = Field(
        None, description="`10020100` as DUIS has it, or `FE01-10020100`.", examples=["10020100"]
    )
    firmware_version: FirmwareVersionHex | None = Field(None, description="Eight hex digits.", examples=["02010000"])
    gbcs_version: GbcsVersion | None = Field(None, description="`2.0` or `GBCS Version 2.0`.", examples=["2.0"])
    image_hash: ImageHashHex | None = Field(None, description="SHA-256; alone it is enough to ask.")
    status: CplStatus | None = Field(
        None,
        description="Current or Removed, or in the words of DUIS Active, Cancelled, Expired or Withdrawn. It is "
        "compared with the list's and told where it differs; it chooses nothing.",
    )

    @model_validator(mode="before")
    @classmethod
    def _nothing_refused(cls, given: Any) -> Any:
        wrong = [f"{name}: {why}" for name, why in _REFUSED.items() if isinstance(given, dict) and name in given]
        if wrong:
            raise ValueError("; ".join(wrong))
        return given

    @model_validator(mode="after")
    def _one_device(self) -> "DeviceRequest":
        """Nothing twice, nothing that contradicts itself, and enough to ask by. Raises ValueError."""
        for names in _SAME:
            twice = [name for name in names if getattr(self, name) is not None]
            if len(twice) > 1:
                raise ValueError(f"{' and '.join(twice)} are one attribute: give one of them")
        whole, manufacturer = self._said("device_model"), self._said("manufacturer")
        if manufacturer and len(whole) == 12 and whole[:4] != manufacturer:
            raise ValueError(f"the device model is of manufacturer {whole[:4]}, and {manufacturer} is given")
        if not (whole or self._said("firmware_version") or self.image_hash):
            raise ValueError("give at least one of device_model, firmware_version and image_hash")
        return self

    def _said(self, ours: str) -> str:
        """An attribute in whichever spelling it was given; blank where it was not."""
        names = next(names for names in _SAME if names[0] == ours)
        return next((value for name in names if (value := getattr(self, name)) is not None), "")

    @property
    def device(self) -> Device:
        """The same, as the rules take it."""
        model, kind = self._said("device_model"), self._said("device_type")
        single: dict[DeviceAttribute, str] = {
            "manufacturer": model[:-8] or self._said("manufacturer"),
            "device_model": model[-8:],
            "firmware_version": self._said("firmware_version"),
            "gbcs_version": self._said("gbcs_version"),
            "image_hash": self.image_hash or "",
        }
        given = {attribute: frozenset({value}) for attribute, value in single.items() if value}
        if kind:
            given["device_type"] = frozenset(duis.listed_device_types(kind))
        words = (self.status, self.CPLStatus, self.DeviceFirmwareVersionStatus)
        return Device(given, tuple(dict.fromkeys(word for word in words if word)))


class ResolveQuestion(AsOfBody):
    """From what an inventory says of a device, to a target or to all that can be reached."""

    device: DeviceRequest
    to: EntryNumber | None = Field(
        None, description="The entry it shall run. Null or left out: all that can be reached."
    )
