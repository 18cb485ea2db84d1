"""Defines how a request body describes a device: with the attribute names of the Central Products List, or with those
of DUIS (the DCC User Interface Specification).
"""

from functools import partial
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    StrictInt,
    model_validator,
)

from service.domain import duis
from service.domain.devices import Device, DeviceAttribute
from service.domain.names import parse_hex
from service.schemas.base import RequestModel
from service.schemas.requests.bodies import AsOfRequestBody
from service.schemas.requests.queries import EntryNumber


def _device_model(text: str) -> str:
    """Returns a device model as 8 hex digits, or as 12 that begin with the manufacturer's four. Raises ValueError."""
    try:
        return parse_hex(text, 8)
    except ValueError as error:
        try:
            return parse_hex(text, 12)
        except ValueError:
            raise ValueError(f"{error}, nor such as 106C-433100AC") from error


DeviceTypeValue = Annotated[str, Field(max_length=100), AfterValidator(duis.parse_device_type)]


ManufacturerCode = Annotated[str, Field(max_length=20), AfterValidator(partial(parse_hex, digits=4))]


DeviceModelCode = Annotated[str, Field(max_length=40), AfterValidator(_device_model)]


FirmwareVersionHex = Annotated[str, Field(max_length=40), AfterValidator(partial(parse_hex, digits=8))]


GbcsVersion = Annotated[str, Field(max_length=40), AfterValidator(duis.parse_gbcs_version)]


ImageHashHex = Annotated[str, Field(max_length=200), AfterValidator(partial(parse_hex, digits=64))]


CplStatus = Annotated[str, Field(max_length=20), AfterValidator(duis.parse_status)]


_SPELLINGS = (
    ("device_type", "DeviceType"),
    ("manufacturer", "DeviceManufacturer"),
    ("device_model", "DeviceModel"),
    ("firmware_version", "FirmwareVersion", "DeviceFirmwareVersion"),
    ("gbcs_version", "GBCSVersion", "DeviceGBCSVersion"),
    ("status", "CPLStatus"),
    ("status", "DeviceFirmwareVersionStatus"),
)
"""Lists the names of each attribute, ours first, then those of DUIS. A request may use one name from each row."""


_UNUSED = "DUIS: accepted and not used; a remark of the answer says so."


UnusedField = Annotated[Annotated[str, Field(max_length=200)] | StrictInt | None, Field(description=_UNUSED)]


class UnusedAddressFields(RequestModel):
    """The address in an inventory record of DUIS (the DCC User Interface Specification), which no answer uses."""

    PostCode: UnusedField = None
    AddressIdentifier: UnusedField = None


class UnusedInventoryFields(RequestModel):
    """The fields of an inventory record (DUIS, service request 8.2) on which no answer depends."""

    DeviceID: UnusedField = None
    DeviceStatus: UnusedField = None
    SMETSCHTSVersion: UnusedField = None
    DateCommissioned: UnusedField = None
    ImportMPxN: UnusedField = None
    SecondaryImportMPAN: UnusedField = None
    ExportMPAN: UnusedField = None
    ESMEVariant: UnusedField = None
    UPRN: UnusedField = None
    PropertyFilter: UnusedAddressFields | None = Field(None, description=_UNUSED)
    CSPRegion: UnusedField = None
    HANVariant: UnusedField = None
    Connectivity: UnusedField = None


class DuisAliases(UnusedInventoryFields):
    """The attributes of a device under the names that DUIS (the DCC User Interface Specification) gives them."""

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
    """A device as the caller's inventory describes it: device model, firmware version or image hash, and other
    attributes.

    A request names each attribute either as this model does or as DUIS (the DCC User Interface Specification) does,
    never both.
    """

    device_type: DeviceTypeValue | None = Field(
        None, description="The device type as on the list, or its DUIS code: ESME, GSME, CHF, GPF, HCALCS, PPMID."
    )
    manufacturer: ManufacturerCode | None = Field(
        None, description="The manufacturer: four hex digits.", examples=["FE01"]
    )
    device_model: DeviceModelCode | None = Field(
        None, description="The device model: `10020100` as in DUIS, or `FE01-10020100`.", examples=["10020100"]
    )
    firmware_version: FirmwareVersionHex | None = Field(
        None, description="The firmware version: eight hex digits.", examples=["02010000"]
    )
    gbcs_version: GbcsVersion | None = Field(
        None, description="The GBCS version: `2.0` or `GBCS Version 2.0`.", examples=["2.0"]
    )
    image_hash: ImageHashHex | None = Field(
        None, description="The SHA-256 of the image. It is sufficient without other attributes."
    )
    status: CplStatus | None = Field(
        None,
        description="Current or Removed, or the DUIS word: Active, Cancelled, Expired or Withdrawn. The answer has a "
        "remark where the status differs from the list; the status does not select entries.",
    )

    @model_validator(mode="after")
    def _one_device(self) -> "DeviceRequest":
        """Raises ValueError for an attribute under two names, for contradictory ones, and for too few attributes."""
        for names in _SPELLINGS:
            twice = [name for name in names if getattr(self, name) is not None]
            if len(twice) > 1:
                raise ValueError(f"{' and '.join(twice)} are one attribute: give one of them")
        model, manufacturer = self._value("device_model"), self._value("manufacturer")
        if manufacturer and len(model) == 12 and model[:4] != manufacturer:
            raise ValueError(f"the device model is of manufacturer {model[:4]}, and {manufacturer} is given")
        if not (model or self._value("firmware_version") or self.image_hash):
            raise ValueError("give at least one of device_model, firmware_version and image_hash")
        return self

    def _value(self, attribute: str) -> str:
        """Returns the value of an attribute under whichever name the request gives it; blank where the request has
        none.
        """
        names = next(names for names in _SPELLINGS if names[0] == attribute)
        return next((value for name in names if (value := getattr(self, name)) is not None), "")

    @property
    def device(self) -> Device:
        """Converts the device in the request to the form with which the matching rules work."""
        model, kind = self._value("device_model"), self._value("device_type")
        single: dict[DeviceAttribute, str] = {
            "manufacturer": model[:-8] or self._value("manufacturer"),
            "device_model": model[-8:],
            "firmware_version": self._value("firmware_version"),
            "gbcs_version": self._value("gbcs_version"),
            "image_hash": self.image_hash or "",
        }
        given = {attribute: frozenset({value}) for attribute, value in single.items() if value}
        if kind:
            given["device_type"] = frozenset(duis.listed_device_types(kind))
        words = (self.status, self.CPLStatus, self.DeviceFirmwareVersionStatus)
        unused = tuple(name for name in UnusedInventoryFields.model_fields if getattr(self, name) is not None)
        return Device(given, tuple(dict.fromkeys(word for word in words if word)), unused)


class ResolveQuestion(AsOfRequestBody):
    """A device as the caller's inventory describes it, and the target entry of its upgrade. Without a target the answer
    lists all reachable entries.
    """

    device: DeviceRequest = Field(description="The device.")
    to: EntryNumber | None = Field(
        None, description="The entry that the device is to run. Null or left out: all reachable entries."
    )
