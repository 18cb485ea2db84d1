"""`POST /v1/pathways/check`: a plan judged step by step, on the examples."""

import json

import pytest

CHECK, JSON = "/v1/pathways/check", {"content-type": "application/json"}
DEVICE = {"DeviceManufacturer": "FE01", "DeviceModel": "10020100", "FirmwareVersion": "02010000"}


@pytest.fixture(scope="module")
def judge(client):
    """The judgement on a plan; it must be an answer."""

    def judged(*plan, **asked):
        response = client.post(CHECK, json={"steps": [str(entry) for entry in plan]} | asked)
        assert response.status_code == 200, response.text
        return response.json()

    return judged


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
    """Every code and every verdict, the verdict before all else and in one line."""
    answer = judge(*plan)
    assert list(answer)[:3] == ["verdict", "text", "steps"]
    assert (answer["verdict"], " ".join(step["code"] for step in answer["steps"])) == (verdict, codes)
    assert answer["text"].startswith(f"{verdict}: ")
    assert "\n" not in answer["text"]
    assert (answer["list_version"], answer["known_at"]) == ("1.002", "2026-06-01T10:00:00Z")
    assert "Release Notes" in answer["notice"]


def test_the_missing_stops_are_those_of_the_pathway(judge, ask):
    """The way of a step that leaves something out is that of `GET /v1/pathways`."""
    (step,) = judge(6, 58)["steps"]
    way = ask("/v1/pathways", from_="6", to="58")["steps"]
    assert step["steps"] == ["000006", *(each["target"] for each in way)]
    assert step["entries"] == step["steps"][1:-1]
    assert step["warnings"] == []


def test_warnings_are_those_of_the_pathway(judge, ask):
    """Of a step that is ok, as the pathway tells them."""
    (step, _) = judge(16, 33, 42)["steps"]
    assert step["warnings"] == ask("/v1/pathways", from_="16", to="42")["steps"][0]["warnings"] != []


def test_a_fragment_to_end_on_is_told(judge):
    """k of n, and that the meter must not be left there."""
    assert judge(3, 13)["unfinished"] | {"text": ""} == {
        "entry": "000013",
        "fragment": 1,
        "fragments": 2,
        "text": "",
    }
    assert judge(3, 13, 14)["unfinished"] is None


def test_a_plan_is_judged_as_of_both_clocks(judge):
    """At another time, as known at another, and through removed entries."""
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
    ({"steps": [1, 2]}, "steps.0"),
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
    """By the name of what is wrong."""
    response = client.post(CHECK, content=json.dumps(body), headers=JSON)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert where in {fault["where"] for fault in response.json()["errors"]}
    assert len(response.content) < 3000


def test_a_body_that_does_not_say_that_it_is_json_is_refused(client):
    """It is not guessed at."""
    response = client.post(CHECK, content=b'{"steps": ["1", "2"]}', headers={"content-type": "text/plain"})
    assert response.status_code == 422


@pytest.mark.parametrize("content", [b"", b"{", b'{"steps": ["1", "2"', b"\xff", b"[" * 100_000, b"steps=1"])
def test_what_is_no_json_is_refused(client, content):
    """A problem as any other, and nothing of the service's inside."""
    response = client.post(CHECK, content=content, headers=JSON)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert response.json()["type"].endswith(":invalid-question")
    assert len(response.json()["errors"]) == 1


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ({"at": "soon"}, "invalid-question"),
        ({"stray": "1"}, "invalid-question"),
        ({"at": "2020-01-01"}, "before-first-list"),
        ({"known_at": "2020-01-01"}, "before-first-record"),
        ({"known_at": "2030-01-01"}, "known-at-in-future"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(client, asked, slug):
    """As any question of both clocks."""
    response = client.post(CHECK, json={"steps": ["1", "2"]} | asked)
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, slug)


def test_an_unknown_entry_is_named(client):
    """Wherever it stands in the plan; the list knows none of them, so nothing is judged."""
    response = client.post(CHECK, json={"steps": ["1", "2", "99"]})
    assert (response.status_code, response.json()["entry"]) == (404, "000099")


def test_a_parameter_in_the_address_is_refused(client):
    """All that is asked stands in the body."""
    response = client.post(CHECK, json={"steps": ["1", "2"]}, params={"at": "2026-05-01"})
    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "at")


def of_device(client, device, *targets):
    """The judgement on a plan for a device."""
    response = client.post(CHECK, json={"device": device, "targets": [str(target) for target in targets]})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_plan_for_a_device(client, judge):
    """As for the entry that the device runs, with what was found of the device beside it."""
    answer = of_device(client, DEVICE | {"GBCSVersion": "2.1"}, 52)
    (start,) = [match["number"] for match in answer["device"]["matches"]]
    alone = judge(start, 52)
    assert (answer["verdict"], answer["text"], answer["steps"]) == (alone["verdict"], alone["text"], alone["steps"])


def test_a_plan_for_a_device_of_which_it_matters_what_it_runs(client, judge):
    """Two entries fit, and the plan is right for one of them: ask, and each is judged in the text."""
    answer = of_device(client, DEVICE, 52)
    starts = [match["number"] for match in answer["device"]["matches"]]
    assert {judge(start, 52)["verdict"] for start in starts} == {"go", "stop"}
    assert (answer["verdict"], answer["steps"], answer["device"]["outcome"]) == ("ask", [], "ambiguous")
    assert all(f"if it runs {start}, " in answer["text"] for start in starts)


def test_a_plan_for_a_device_that_nobody_knows(client):
    """Nobody can say: ask, and the advice to read the version from the device."""
    answer = of_device(client, DEVICE | {"FirmwareVersion": "99999999"}, 52)
    assert (answer["verdict"], answer["steps"], answer["device"]["outcome"]) == ("ask", [], "unknown-firmware")
    assert "service request 11.2" in answer["text"]
