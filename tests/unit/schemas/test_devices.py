"""What may be asked of a device: spellings, contradictions, and what is refused."""

import pytest
from pydantic import ValidationError

from service.schemas.requests.devices import DeviceRequest, ResolveQuestion

HASH = "ab" * 32
METERS = {
    "Single Element Electricity Metering Equipment",
    "Twin Element Electricity Metering Equipment",
    "Polyphase Electricity Metering Equipment",
}


def given(**said):
    """What is asked for, as the rules take it."""
    return {name: set(values) for name, values in DeviceRequest(**said).device.given.items()}


def refusal(**said):
    """Why a device is refused: the place and the words of each fault."""
    with pytest.raises(ValidationError) as wrong:
        ResolveQuestion.model_validate({"device": said})
    return [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in wrong.value.errors()]


def test_both_spellings_ask_the_same():
    """Every attribute in the words of the list, and in those of DUIS."""
    ours = {
        "device_type": "esme",
        "manufacturer": "fe:01",
        "device_model": "10:02:01:00",
        "firmware_version": "02.01.00.0a",
        "gbcs_version": "GBCS Version 2.0",
    }
    theirs = {
        "DeviceType": "ESME",
        "DeviceManufacturer": "FE01",
        "DeviceModel": "10020100",
        "FirmwareVersion": "0201000A",
        "GBCSVersion": "2.0",
    }
    inventory = {**theirs, "DeviceFirmwareVersion": theirs["FirmwareVersion"], "DeviceGBCSVersion": "2.0"}
    del inventory["FirmwareVersion"], inventory["GBCSVersion"]
    expected = {
        "device_type": METERS,
        "manufacturer": {"FE01"},
        "device_model": {"10020100"},
        "firmware_version": {"0201000A"},
        "gbcs_version": {"2.0"},
    }
    assert given(**ours) == given(**theirs) == given(**inventory) == expected


def test_a_whole_device_model_names_its_manufacturer():
    """`FE01-10020100` is both; the manufacturer may be said again, not otherwise."""
    expected = {"manufacturer": {"FE01"}, "device_model": {"10020100"}}
    assert given(device_model="FE01-10020100") == given(DeviceModel="fe0110020100") == expected
    assert given(device_model="FE01-10020100", DeviceManufacturer="FE01") == expected
    assert refusal(device_model="FE01-10020100", manufacturer="FE02") == [
        ("device", "Value error, the device model is of manufacturer FE01, and FE02 is given")
    ]
    assert DeviceRequest(device_model="10020100").device.model == "-10020100"
    assert DeviceRequest(device_model="10020100", manufacturer="FE01").device.model == "FE01-10020100"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"manufacturer": "FE01", "DeviceManufacturer": "FE01", "image_hash": HASH}, "manufacturer and DeviceManufa"),
        ({"device_model": "10020100", "DeviceModel": "10020100"}, "device_model and DeviceModel"),
        ({"firmware_version": "00000001", "FirmwareVersion": "00000001"}, "firmware_version and FirmwareVersion"),
        ({"FirmwareVersion": "00000001", "DeviceFirmwareVersion": "00000001"}, "FirmwareVersion and DeviceFirm"),
        ({"image_hash": HASH, "GBCSVersion": "2.0", "DeviceGBCSVersion": "2.0"}, "GBCSVersion and DeviceGBCSVersion"),
        ({"image_hash": HASH, "device_type": "CHF", "DeviceType": "GPF"}, "device_type and DeviceType"),
        ({"image_hash": HASH, "status": "Current", "CPLStatus": "Active"}, "status and CPLStatus"),
    ],
)
def test_an_attribute_in_two_spellings_is_refused(said, names):
    """Even where both say the same: which of them counts is nobody's guess to make."""
    [(place, why)] = refusal(**said)
    assert place == "device"
    assert why.startswith(f"Value error, {names}")


def test_an_inventory_may_say_two_statuses():
    """DUIS says one of the entry and one of the version; both are words to compare."""
    said = {"CPLStatus": "ACTIVE", "DeviceFirmwareVersionStatus": "withdrawn", "image_hash": HASH}
    assert DeviceRequest(**said).device.statuses == ("Active", "Withdrawn")
    assert DeviceRequest(image_hash=HASH, CPLStatus="Active", DeviceFirmwareVersionStatus="Active").device.statuses == (
        "Active",
    )


@pytest.mark.parametrize("said", [{}, {"manufacturer": "FE01"}, {"gbcs_version": "2.0", "device_type": "ESME"}])
def test_what_could_be_nearly_anything_is_refused(said):
    """A device model, a version or an image is needed; any one of them is enough."""
    assert "at least one of device_model, firmware_version and image_hash" in refusal(**said)[0][1]
    for name, value in (("DeviceModel", "10020100"), ("FirmwareVersion", "02010000"), ("image_hash", HASH)):
        assert given(**said, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("manufacturer", "GEO", "not 4 hex digits"),
        ("DeviceManufacturer", "", "not 4 hex digits"),
        ("manufacturer", "FE012", "not 4 hex digits"),
        ("DeviceModel", "9001", "not 8 hex digits"),
        ("device_model", "1002010", "nor such as 106C-433100AC"),
        ("firmware_version", "9001", "not 8 hex digits"),
        ("FirmwareVersion", "V2.1", "not 8 hex digits"),
        ("image_hash", HASH[1:], "not 64 hex digits"),
        ("image_hash", "f" * 201, "at most 200 characters"),
        ("gbcs_version", "two", "not a GBCS version"),
        ("DeviceType", "IHD", "Type 2 device"),
        ("DeviceType", "meter", "not a device type"),
        ("CPLStatus", "Commissioned", "not a status"),
        ("firmware_version", 1010101, "valid string"),
        ("device_model", ["10020100"], "valid string"),
        ("image_hash", "\ud800" * 8, "valid string"),
        ("colour", "red", "not permitted"),
    ],
)
def test_a_malformed_value_is_refused_by_its_name(name, value, why):
    """With the reason; nothing is filled up, cut off or passed over."""
    faults = refusal(**{"firmware_version": "00000001"} | {name: value})
    assert f"device.{name}" in [place for place, _ in faults]
    assert any(why in said for _, said in faults)


RECORD = {
    "DeviceID": "00-DB-12-34-56-78-90-A0",
    "DeviceType": "ESME",
    "DeviceStatus": "Commissioned",
    "DeviceManufacturer": "FE01",
    "DeviceModel": "10020100",
    "SMETSCHTSVersion": "SMETS V5.0",
    "DeviceFirmwareVersion": "02010000",
    "DeviceFirmwareVersionStatus": "Active",
    "CPLStatus": "Active",
    "DateCommissioned": "2021-06-01Z",
    "ImportMPxN": 1200000000000,
    "SecondaryImportMPAN": "1200000000001",
    "ExportMPAN": "1200000000002",
    "ESMEVariant": "ADE",
    "UPRN": "100000000000",
    "PropertyFilter": {"PostCode": "AA1 1AA", "AddressIdentifier": "1,,EXAMPLE STREET"},
    "CSPRegion": "Central",
    "DeviceGBCSVersion": "2.0",
    "HANVariant": "Single Band",
    "Connectivity": "Cellular",
}
USED = {"DeviceType", "DeviceManufacturer", "DeviceModel", "DeviceFirmwareVersion", "DeviceGBCSVersion"} | {
    "DeviceFirmwareVersionStatus", "CPLStatus"
}  # fmt: skip


def test_a_whole_inventory_record_is_accepted():
    """Every field of a record of service request 8.2 is used, or named as not used."""
    device = DeviceRequest(**RECORD).device
    assert set(device.given) == {"device_type", "manufacturer", "device_model", "firmware_version", "gbcs_version"}
    assert set(device.unused) == RECORD.keys() - USED
    assert DeviceRequest(image_hash=HASH, UPRN=None).device.unused == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("UPRN", "1" * 201), ("DeviceID", ["x"]), ("PropertyFilter", "AA1"), ("PropertyFilter", {"Street": "x"})],
)
def test_an_unused_field_is_still_a_field(name, value):
    """It has a length and a kind."""
    assert refusal(**{name: value, "image_hash": HASH})[0][0].startswith(f"device.{name}")


@pytest.mark.parametrize(
    "said", [{"at": 1767225600}, {"at": "soon"}, {"known_at": True}, {"through_removed": "yes"}, {"to": 9.5}, {"x": 1}]
)
def test_the_rest_of_a_question_is_read_strictly(said):
    """A number is no date, a word no yes or no."""
    with pytest.raises(ValidationError):
        ResolveQuestion.model_validate({"device": {"image_hash": HASH}} | said)


def test_a_question_says_little():
    """A hash alone is enough; null is not said."""
    asked = ResolveQuestion.model_validate({"device": {"image_hash": HASH, "manufacturer": None}, "to": None})
    assert asked.device.device.given == {"image_hash": {HASH.upper()}}
    assert (asked.to, asked.at, asked.known_at, asked.through_removed) == (None, None, None, False)
    assert ResolveQuestion.model_validate({"device": {"image_hash": HASH}, "to": "9"}).to == "000009"
