"""`POST /v1/resolve`: from what an inventory says to a pathway, on both engines, about the fictional list."""

import pytest

from service.schemas.responses.pathways import NOTICE

RESOLVE = "/v1/resolve"
TWO = {"manufacturer": "FE01", "device_model": "10020100", "firmware_version": "02010000"}
TWINS = {"DeviceManufacturer": "FE03", "DeviceModel": "30020000", "FirmwareVersion": "00000301"}


@pytest.fixture(scope="module")
def resolve(client):
    """The answer about a device; it must be one."""

    def asked(device, **rest):
        response = client.post(RESOLVE, json={"device": device} | rest)
        assert response.status_code == 200, response.text
        return response.json()

    return asked


def test_differing_answers_are_ambiguous(resolve):
    """The matches, what each of them would answer, and the one attribute to find out; no way is given."""
    answer = resolve(TWO, to="000052")
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
def test_the_value_that_separates_gives_the_answer(resolve, ask, value, outcome):
    """Asked again with it, the answer is the pathway's own, word for word."""
    answer = resolve(TWO | {"gbcs_version": value}, to="52")
    [match] = answer["matches"]
    assert (answer["outcome"], answer["separates"]) == (outcome, None)
    assert answer["pathway"] == ask("/v1/pathways", from_=match["number"], to="52")


def test_twins_are_one_answer_in_the_words_of_duis(resolve):
    """One image under two numbers is one match."""
    answer = resolve(TWINS | {"DeviceType": "GSME", "CPLStatus": "Active"}, to="64")
    assert (answer["outcome"], answer["remarks"]) == ("route", [])
    assert [(match["number"], match["twins"]) for match in answer["matches"]] == [("000017", ["000028"])]


def test_without_a_target_all_that_can_be_reached_is_told(resolve, ask):
    """With steps, as the entry's own targets are; and the heads among them."""
    answer = resolve(TWINS, to=None)
    assert (answer["outcome"], answer["to"], answer["pathway"]) == ("route", None, None)
    assert answer["targets"] == ask("/v1/entries/17/targets")["items"]
    assert answer["heads"] == ["000064"]
    assert resolve(TWINS) == answer


def test_a_hash_alone_is_enough(resolve, ask):
    """In any spelling."""
    digits = ask("/v1/entries/43")["image"]["hash"]
    spelled = ":".join(digits[n : n + 2].lower() for n in range(0, 64, 2))
    answer = resolve({"image_hash": spelled}, to="52")
    assert (answer["outcome"], [match["number"] for match in answer["matches"]]) == ("route", ["000043"])


def test_every_answer_carries_its_moment_and_the_notice(resolve):
    """Whatever the outcome."""
    stated = {"at": "2026-06-01T12:00:00Z", "known_at": "2026-06-01T10:00:00Z", "list_version": "1.002"}
    for device in (TWO, TWINS, {"image_hash": "0" * 64}, TWINS | {"FirmwareVersion": "0000FFFF"}):
        answer = resolve(device, to="52")
        assert {name: answer[name] for name in stated} == stated
        assert (answer["list_issued"], answer["notice"]) == ("2026-03-02", NOTICE)


def test_both_clocks_and_removed_entries_are_asked_for(resolve):
    """The same device: before a declaration took effect, before anything was declared, and through what is removed."""
    twins = TWINS | {"FirmwareVersion": "00000302"}
    assert resolve(twins, to="64")["outcome"] == "route"
    assert resolve(twins, to="64", at="2026-03-15")["outcome"] == "unknown"
    assert resolve(twins, to="64", known_at="2026-06-01T09:30:00Z")["outcome"] == "unknown"
    device = {"image_hash": resolve(TWINS)["matches"][0]["image_hash"]}
    assert resolve(device)["matches"][0]["number"] == "000017"


def test_removed_entries_are_stepped_to_on_request(resolve, ask):
    """And a removed entry is what a meter may run."""
    device = {"image_hash": ask("/v1/entries/15")["image"]["hash"]}
    assert [resolve(device, to="55", through_removed=flag)["outcome"] for flag in (False, True)] == ["none", "route"]
    removed = {"image_hash": ask("/v1/entries/25")["image"]["hash"]}
    answer = resolve(removed | {"status": "Active"}, to="55")
    assert (answer["outcome"], answer["matches"][0]["status"]) == ("route", "Removed")
    assert [remark["code"] for remark in answer["remarks"]] == ["status-differs"]
    assert [warning["code"] for warning in answer["matches"][0]["warnings"]] == ["removed-base"]


def test_what_is_not_known_is_told_apart(resolve):
    """The device, or its firmware; with what is known, and the advice to read the meter."""
    answer = resolve({"firmware_version": "0000FFFF"}, to="52")
    assert (answer["outcome"], answer["matches"], answer["known"]) == ("unknown-device", [], [])
    answer = resolve(TWO | {"firmware_version": "0000FFFF"})
    assert (answer["outcome"], answer["possible"]) == ("unknown-firmware", [])
    assert {entry["device_model"] for entry in answer["known"]} == {"10020100"}
    assert {"000018", "000031", "000043", "000052"} <= {entry["number"] for entry in answer["known"]}
    assert "service request 11.2" in answer["advice"]


def test_a_target_that_no_list_has_is_not_found(client):
    """404, naming it, whether or not the device is known."""
    for device in (TWO, {"image_hash": "0" * 64}):
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
    ('{"device": {"colour": "red"}}', "device.colour"),
    ('{"device": {"DeviceModel": "10020100", "device_model": "10020100"}}', "device"),
    ('{"device": {"image_hash": "\\ud800"}}', "device.image_hash"),
    ('{"device": {"DeviceModel": "10020100"}, "at": 1767225600}', "at"),
    ('{"device": {"DeviceModel": "10020100"}, "to": 52}', "to"),
    ('{"device": {"DeviceModel": "10020100"}, "to": "0"}', "to"),
    ('{"device": {"DeviceModel": "10020100"}, "through_removed": 1}', "through_removed"),
    ('{"device": {"DeviceModel": "10020100"}, "stray": 1}', "stray"),
    ('{"device": {"DeviceModel": "' + "1" * 5000 + '"}}', "device.DeviceModel"),
]


@pytest.mark.parametrize(("body", "where"), MALFORMED, ids=[body[:50] for body, _ in MALFORMED])
def test_a_malformed_device_is_refused(client, body, where):
    """By the name of what is wrong, in short."""
    response = client.post(RESOLVE, content=body, headers={"content-type": "application/json"})
    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, "urn:firmware-pathways:problem:invalid-question")
    assert where in [fault["where"] for fault in problem["errors"]]
    assert len(response.content) < 3000


@pytest.mark.parametrize("body", ["[" * 100_000, '{"device":' * 20_000, b"\xff\xfe", '{"device": NaN', "{'device': 1}"])
def test_a_body_that_is_no_json_is_refused(client, body):
    """However deep it is nested: a problem, and never a failure of the server."""
    response = client.post(RESOLVE, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["type"]) == (422, "urn:firmware-pathways:problem:invalid-question")
    assert response.json()["errors"]
    assert len(response.content) < 3000
