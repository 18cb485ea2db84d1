"""`POST /v1/resolve`: from inventory data to a pathway, on both engines, over the examples."""

import pytest

from service.schemas.responses.pathways import NOTICE

RESOLVE = "/v1/resolve"
AMBIGUOUS = {"manufacturer": "FE01", "device_model": "10020100", "firmware_version": "02010000"}
TWINS = {"DeviceManufacturer": "FE03", "DeviceModel": "30020000", "FirmwareVersion": "00000301"}


@pytest.fixture(scope="module")
def resolve(client):
    """A function that returns the JSON of the answer for a device."""

    def post(device, **rest):
        response = client.post(RESOLVE, json={"device": device} | rest)
        assert response.status_code == 200, response.text
        return response.json()

    return post


def test_matches_with_different_answers_are_ambiguous(resolve):
    """The answer has the matches, the outcome of each, and the one attribute that separates them, but no pathway."""
    answer = resolve(AMBIGUOUS, to="000052")
    assert (answer["outcome"], answer["pathway"], answer["targets"]) == ("ambiguous", None, None)
    assert [(match["number"], match["outcome"]) for match in answer["matches"]] == [
        ("000031", "none"),
        ("000043", "route"),
    ]
    assert answer["separates"] == {
        "attribute": "gbcs_version",
        "values": [{"value": "2.0", "matches": ["000031"]}, {"value": "2.1", "matches": ["000043"]}],
    }


@pytest.mark.parametrize(("value", "outcome"), [("GBCS Version 2.1", "route"), ("2.0", "none")])
def test_the_separating_attribute_resolves_the_device(resolve, ask, value, outcome):
    """With this attribute the answer contains the pathway of `GET /v1/pathways`."""
    answer = resolve(AMBIGUOUS | {"gbcs_version": value}, to="52")
    [match] = answer["matches"]
    assert (answer["outcome"], answer["separates"]) == (outcome, None)
    assert answer["pathway"] == ask("/v1/pathways", from_=match["number"], to="52")


def test_twins_are_one_match_with_duis_names(resolve):
    """One image under two entry numbers is one match."""
    answer = resolve(TWINS | {"DeviceType": "GSME", "CPLStatus": "Active"}, to="64")
    assert (answer["outcome"], answer["remarks"]) == ("route", [])
    assert [(match["number"], match["twins"]) for match in answer["matches"]] == [("000017", ["000028"])]


def test_without_a_target_the_answer_lists_every_target(resolve, ask):
    """`targets` equals that of the entry; `heads` are the targets without further steps."""
    answer = resolve(TWINS, to=None)
    assert (answer["outcome"], answer["to"], answer["pathway"]) == ("route", None, None)
    assert answer["targets"] == ask("/v1/entries/17/targets")["items"]
    assert answer["heads"] == ["000064"]
    assert resolve(TWINS) == answer


def test_an_image_hash_identifies_the_entry(resolve, ask):
    """In any spelling of the hash."""
    digits = ask("/v1/entries/43")["image"]["hash"]
    spelled = ":".join(digits[n : n + 2].lower() for n in range(0, 64, 2))
    answer = resolve({"image_hash": spelled}, to="52")
    assert (answer["outcome"], [match["number"] for match in answer["matches"]]) == ("route", ["000043"])


def test_every_answer_has_its_instants_and_the_notice(resolve):
    """Whatever the outcome."""
    stated = {"at": "2026-06-01T12:00:00Z", "known_at": "2026-06-01T10:00:00Z", "list_version": "1.002"}
    for device in (AMBIGUOUS, TWINS, {"image_hash": "0" * 64}, TWINS | {"FirmwareVersion": "0000FFFF"}):
        answer = resolve(device, to="52")
        assert {name: answer[name] for name in stated} == stated
        assert (answer["list_issued"], answer["notice"]) == ("2026-03-02", NOTICE)


def test_resolve_honours_both_clocks(resolve):
    """Before a declaration is in force, and before any declaration is recorded, the outcome is `unknown`."""
    twins = TWINS | {"FirmwareVersion": "00000302"}
    assert resolve(twins, to="64")["outcome"] == "route"
    assert resolve(twins, to="64", at="2026-03-15")["outcome"] == "unknown"
    assert resolve(twins, to="64", known_at="2026-06-01T09:30:00Z")["outcome"] == "unknown"
    device = {"image_hash": resolve(TWINS)["matches"][0]["image_hash"]}
    assert resolve(device)["matches"][0]["number"] == "000017"


def test_through_removed_allows_removed_targets(resolve, ask):
    """A removed entry may also be the base: a meter may still run its image."""
    device = {"image_hash": ask("/v1/entries/15")["image"]["hash"]}
    assert [resolve(device, to="55", through_removed=flag)["outcome"] for flag in (False, True)] == ["none", "route"]
    removed = {"image_hash": ask("/v1/entries/25")["image"]["hash"]}
    answer = resolve(removed | {"status": "Active"}, to="55")
    assert (answer["outcome"], answer["matches"][0]["status"]) == ("route", "Removed")
    assert [remark["code"] for remark in answer["remarks"]] == ["status-differs"]
    assert [warning["code"] for warning in answer["matches"][0]["warnings"]] == ["removed-base"]


def test_unknown_device_and_unknown_firmware_are_distinguished(resolve):
    """The answer lists known entries of the device model, and advises to read the version from the meter."""
    answer = resolve({"firmware_version": "0000FFFF"}, to="52")
    assert (answer["outcome"], answer["matches"], answer["known"]) == ("unknown-device", [], [])
    answer = resolve(AMBIGUOUS | {"firmware_version": "0000FFFF"})
    assert (answer["outcome"], answer["possible"]) == ("unknown-firmware", [])
    assert {entry["device_model"] for entry in answer["known"]} == {"10020100"}
    assert {"000018", "000031", "000043", "000052"} <= {entry["number"] for entry in answer["known"]}
    assert "service request 11.2" in answer["advice"]


def test_a_device_that_is_known_is_not_unknown(resolve):
    """Another GBCS version than the only match has is a remark, and so are the fields that no answer uses."""
    answer = resolve(TWINS | {"DeviceGBCSVersion": "9.9", "DeviceType": "ESME", "UPRN": "1"}, to="64")
    assert answer["outcome"] == "route"
    assert [remark["code"] for remark in answer["remarks"]] == [
        "device-type-differs", "gbcs-version-differs", "not-used"
    ]  # fmt: skip
    assert {name: value for name, value in answer.items() if name not in ("remarks", "receipt")} == {
        name: value for name, value in resolve(TWINS, to="64").items() if name not in ("remarks", "receipt")
    }


def test_another_manufacturer_code_is_named(resolve):
    """The device model stands on the list under another code; the answer does not use it."""
    answer = resolve(TWINS | {"DeviceManufacturer": "FE09"}, to="64")
    assert (answer["outcome"], answer["matches"]) == ("unknown-device", [])
    assert {entry["manufacturer"] for entry in answer["known"]} == {"FE03"}
    assert [entry["number"] for entry in answer["possible"]] == ["000017", "000028"]
    assert "manufacturer code FE03" in answer["advice"]


def test_an_unknown_target_is_not_found(client):
    """The service answers 404 and names the target, whether or not the device is known."""
    for device in (AMBIGUOUS, {"image_hash": "0" * 64}):
        response = client.post(RESOLVE, json={"device": device, "to": "99"})
        assert (response.status_code, response.json()["entry"]) == (404, "000099")


MALFORMED = [
    ("{}", "device"),
    ("", "request"),
    ("null", "request"),
    ("[]", "request"),
    ('{"device": {}}', "device"),
    ('{"device": []}', "device"),
    ('{"device": {"image_hash": 5}}', "device.image_hash"),
    ('{"device": {"DeviceModel": "9001"}}', "device.DeviceModel"),
    ('{"device": {"DeviceType": "IHD"}}', "device.DeviceType"),
    ('{"device": {"DeviceID": "00-00"}}', "device"),
    ('{"device": {"image_hash": "0", "UPRN": []}}', "device.UPRN"),
    ('{"device": {"colour": "red"}}', "device.colour"),
    ('{"device": {"DeviceModel": "10020100", "device_model": "10020100"}}', "device"),
    ('{"device": {"image_hash": "\\ud800"}}', "device.image_hash"),
    ('{"device": {"DeviceModel": "10020100"}, "at": 1767225600}', "at"),
    ('{"device": {"DeviceModel": "10020100"}, "to": 52.5}', "to"),
    ('{"device": {"DeviceModel": "10020100"}, "to": "0"}', "to"),
    ('{"device": {"DeviceModel": "10020100"}, "through_removed": 1}', "through_removed"),
    ('{"device": {"DeviceModel": "10020100"}, "stray": 1}', "stray"),
    ('{"device": {"DeviceModel": "' + "1" * 5000 + '"}}', "device.DeviceModel"),
]


@pytest.mark.parametrize(("body", "where"), MALFORMED, ids=[body[:50] for body, _ in MALFORMED])
def test_a_malformed_device_is_refused(client, body, where):
    """The problem names the wrong field, and is short."""
    response = client.post(RESOLVE, content=body, headers={"content-type": "application/json"})
    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, "urn:firmware-pathways:problem:invalid-question")
    assert where in [fault["where"] for fault in problem["errors"]]
    assert len(response.content) < 3000


@pytest.mark.parametrize("body", ["[" * 100_000, '{"device":' * 20_000, b"\xff\xfe", '{"device": NaN', "{'device': 1}"])
def test_a_body_that_is_not_json_is_refused(client, body):
    """At any depth the response is a problem, not a server error."""
    response = client.post(RESOLVE, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["type"]) == (422, "urn:firmware-pathways:problem:invalid-question")
    assert response.json()["errors"]
    assert len(response.content) < 3000
