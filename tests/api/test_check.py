"""`POST /v1/pathways/check`: the judgement of a plan step by step, on the examples."""

import json

import pytest

CHECK, JSON = "/v1/pathways/check", {"content-type": "application/json"}
DEVICE = {"DeviceManufacturer": "FE01", "DeviceModel": "10020100", "FirmwareVersion": "02010000"}


@pytest.fixture(scope="module")
def judge(client):
    """A function that returns the JSON of the judgement of a plan."""

    def check(*plan, **parameters):
        response = client.post(CHECK, json={"steps": [str(entry) for entry in plan]} | parameters)
        assert response.status_code == 200, response.text
        return response.json()

    return check


@pytest.mark.parametrize(
    ("plan", "verdict", "codes"),
    [
        ((1, 2, 5, 10, 20, 34), "go", "ok ok ok ok ok"),
        ((1, 2, 34), "stop", "ok not-a-base"),
        ((34, 1), "stop", "wrong-order"),
        ((10, 46), "stop", "held"),
        ((14, 29), "stop", "not-listed"),
        ((1, 50), "stop", "other-device-model"),
        ((8, 50), "ask", "not-declared"),
        ((42, 53), "stop", "no-way"),
        ((17, 28, 44), "go", "already-there ok"),
        ((3, 13, 14), "go", "ok ok"),
        ((3, 13), "stop", "ok"),
        ((7, 51), "stop", "ok"),
        ((9, 47, 34), "stop", "not-declared other-device-model"),
    ],
)
def test_a_plan_is_judged(judge, plan, verdict, codes):
    """The examples cover every code and verdict; the verdict and a text of one line come first."""
    answer = judge(*plan)
    assert list(answer)[:3] == ["verdict", "text", "steps"]
    assert (answer["verdict"], " ".join(step["code"] for step in answer["steps"])) == (verdict, codes)
    assert answer["text"].startswith(f"{verdict}: ")
    assert "\n" not in answer["text"]
    assert (answer["list_version"], answer["known_at"]) == ("1.002", "2026-06-01T10:00:00Z")
    assert "Release Notes" in answer["notice"]


def test_the_missing_stops_equal_those_of_the_pathway(judge, ask):
    """For a step that skips entries, `steps` equals the route of `GET /v1/pathways`."""
    (step,) = judge(6, 58)["steps"]
    pathway = ask("/v1/pathways", from_="6", to="58")["steps"]
    assert step["steps"] == ["000006", *(leg["target"] for leg in pathway)]
    assert step["entries"] == step["steps"][1:-1]
    assert step["warnings"] == []


def test_warnings_equal_those_of_the_pathway(judge, ask):
    """The warnings of a step with code `ok` equal those of the pathway's step."""
    (step, _) = judge(16, 33, 42)["steps"]
    assert step["warnings"] == ask("/v1/pathways", from_="16", to="42")["steps"][0]["warnings"] != []


def test_a_plan_that_ends_on_a_fragment_is_unfinished(judge):
    """`unfinished` names fragment k of n; a meter must not remain on a fragment."""
    assert judge(3, 13)["unfinished"] | {"text": ""} == {
        "entry": "000013",
        "fragment": 1,
        "fragments": 2,
        "text": "",
    }
    assert judge(3, 13, 14)["unfinished"] is None


def test_a_plan_is_judged_as_of_both_clocks(judge):
    """`at`, `known_at` and `through_removed` apply to a plan as to a pathway."""
    assert judge(62, 64)["verdict"] == "go"
    assert judge(62, 64, at="2026-03-15")["steps"][0]["code"] == "not-declared"
    assert judge(61, 63, at="2026-02-01")["steps"][0]["code"] == "not-listed"
    assert judge(1, 2, known_at="2026-06-01T09:00:00Z")["verdict"] == "ask"
    assert judge(15, 25)["steps"][0]["code"] == "not-listed"
    assert judge(15, 25, through_removed=True)["verdict"] == "go"


REFUSED = [
    ({}, "request"),
    ({"steps": []}, "steps"),
    ({"steps": ["1"]}, "steps"),
    ({"steps": ["1"] * 1001}, "steps"),
    ({"steps": "1"}, "steps"),
    ({"steps": None}, "request"),
    ({"steps": [True, 2]}, "steps.0"),
    ({"steps": ["\ud800", "2"]}, "steps.0"),
    ({"steps": ["1", None]}, "steps.1"),
    ({"steps": ["1", "x"]}, "steps.1"),
    ({"steps": ["1", "1234567"]}, "steps.1"),
    ({"steps": ["1", "2"], "at": 5}, "at"),
    ({"steps": ["1", "2"], "targets": ["3"]}, "request"),
    ({"steps": ["1", "2"], "device": DEVICE, "targets": ["3"]}, "request"),
    ({"device": DEVICE}, "request"),
    ({"targets": ["3"]}, "request"),
    ({"device": DEVICE, "targets": []}, "targets"),
    ({"device": {"FirmwareVersion": "1"}, "targets": ["3"]}, "device.FirmwareVersion"),
    ({"device": {}, "targets": ["3"]}, "device"),
    ({"steps": ["1", "2"], "\ud800": 1}, "request"),
    ([["1", "2"]], "request"),
    (None, "request"),
    ("1", "request"),
]


@pytest.mark.parametrize(("body", "where"), REFUSED, ids=lambda value: str(value)[:40])
def test_a_malformed_plan_is_refused(client, body, where):
    """The problem names the field of the error."""
    response = client.post(CHECK, content=json.dumps(body), headers=JSON)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert where in {fault["where"] for fault in response.json()["errors"]}
    assert len(response.content) < 3000


def test_a_body_without_the_json_media_type_is_refused(client):
    """The service does not guess the media type."""
    response = client.post(CHECK, content=b'{"steps": ["1", "2"]}', headers={"content-type": "text/plain"})
    assert response.status_code == 422


@pytest.mark.parametrize("content", [b"", b"{", b'{"steps": ["1", "2"', b"\xff", b"[" * 100_000, b"steps=1"])
def test_a_body_that_is_not_json_is_refused(client, content):
    """The problem names one error and no internals of the service."""
    response = client.post(CHECK, content=content, headers=JSON)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert response.json()["type"].endswith(":invalid-question")
    assert len(response.json()["errors"]) == 1


@pytest.mark.parametrize(
    ("parameters", "slug"),
    [
        ({"at": "soon"}, "invalid-question"),
        ({"stray": "1"}, "invalid-question"),
        ({"at": "2020-01-01"}, "before-first-list"),
        ({"known_at": "2020-01-01"}, "before-first-record"),
        ({"known_at": "2030-01-01"}, "known-at-in-future"),
    ],
)
def test_an_invalid_instant_or_parameter_is_refused(client, parameters, slug):
    """With the same problem types as for every request with both clocks."""
    response = client.post(CHECK, json={"steps": ["1", "2"]} | parameters)
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, slug)


def test_an_unknown_entry_is_named(client):
    """The problem names the unknown entry wherever it stands in the plan; the service judges no step."""
    response = client.post(CHECK, json={"steps": ["1", "2", "99"]})
    assert (response.status_code, response.json()["entry"]) == (404, "000099")


def test_a_query_parameter_is_refused(client):
    """All parameters belong in the body."""
    response = client.post(CHECK, json={"steps": ["1", "2"]}, params={"at": "2026-05-01"})
    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "at")


def judge_device(client, device, *targets):
    """The judgement of a plan for a device."""
    response = client.post(CHECK, json={"device": device, "targets": [str(target) for target in targets]})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_plan_for_a_device(client, judge):
    """The judgement equals that of the entry on the device; `device` holds the match."""
    answer = judge_device(client, DEVICE | {"GBCSVersion": "2.1"}, 52)
    (start,) = [match["number"] for match in answer["device"]["matches"]]
    same = judge(start, 52)
    assert (answer["verdict"], answer["text"], answer["steps"]) == (same["verdict"], same["text"], same["steps"])


def test_a_plan_for_an_ambiguous_device_asks(client, judge):
    """Two entries match, and the plan is right for one only: the verdict is `ask`, and the text judges each."""
    answer = judge_device(client, DEVICE, 52)
    starts = [match["number"] for match in answer["device"]["matches"]]
    assert {judge(start, 52)["verdict"] for start in starts} == {"go", "stop"}
    assert (answer["verdict"], answer["steps"], answer["device"]["outcome"]) == ("ask", [], "ambiguous")
    assert all(f"if it runs {start}, " in answer["text"] for start in starts)


def test_a_plan_for_unknown_firmware_asks(client):
    """The verdict is `ask`, with the advice to read the version from the device."""
    answer = judge_device(client, DEVICE | {"FirmwareVersion": "99999999"}, 52)
    assert (answer["verdict"], answer["steps"], answer["device"]["outcome"]) == ("ask", [], "unknown-firmware")
    assert "service request 11.2" in answer["text"]
