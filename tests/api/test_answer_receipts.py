"""Receipts of checked plans and of answers for devices: whatever the outcome, with the question as asked."""

import json
import subprocess
import sys

import pytest

from service.rules.records.receipt import canonical_json
from tests.conftest import ROOT

VERIFY = "/v1/receipts/verify"
DEVICE = {"DeviceManufacturer": "FE01", "DeviceModel": "10010100", "FirmwareVersion": "0B010000"}
QUESTIONS = {
    "a plan": ("/v1/pathways/check", {"steps": ["1", "2", "5"]}),
    "a wrong plan": ("/v1/pathways/check", {"steps": ["34", "1"], "through_removed": True}),
    "a plan of a device": ("/v1/pathways/check", {"device": DEVICE, "targets": ["2", "5"]}),
    "a device": ("/v1/resolve", {"device": DEVICE, "to": "34"}),
    "a device without a target": ("/v1/resolve", {"device": DEVICE, "at": "2026-05-01"}),
    "several matches": ("/v1/resolve", {"device": {"manufacturer": "FE01", "device_model": "10010100"}, "to": "34"}),
    "an unknown device": ("/v1/resolve", {"device": DEVICE | {"DeviceManufacturer": "FE99"}, "to": "34"}),
    "an unknown firmware": ("/v1/resolve", {"device": DEVICE | {"FirmwareVersion": "FFFFFFFF"}}),
    "another spelling": (
        "/v1/resolve",
        {"device": {"image_hash": "a8:" * 31 + "a8", "device_type": "ESME"}, "to": "1"},
    ),
}


def answered(client, name):
    """The answer to one of the questions."""
    path, body = QUESTIONS[name]
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def verify(client, receipt, status=200):
    """The verification result for a receipt."""
    response = client.post(VERIFY, content=json.dumps(receipt))
    assert response.status_code == status, response.text
    return response.json()


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_has_a_receipt_that_verifies(client, name):
    """It holds the question as asked, both instants, the list, and the outcome or verdict."""
    path, body = QUESTIONS[name]
    answer = answered(client, name)
    receipt = answer["receipt"]
    assert receipt["kind"] == path.rpartition("/")[2]
    assert {field: receipt[field] for field in ("at", "known_at", "list_version")} == {
        field: answer[field] for field in ("at", "known_at", "list_version")
    }
    said = receipt["answer"]
    assert said["verdict" if "verdict" in answer else "outcome"] == answer.get("verdict", answer.get("outcome"))
    asked = receipt["question"].get("device", {})
    assert asked.keys() == body.get("device", {}).keys()
    if name != "another spelling":
        assert asked == body.get("device", {})
    verdict = verify(client, receipt)
    assert (verdict["result"], verdict["differences"]) == ("same", [])


def test_the_outcomes_are_those_that_the_questions_are_made_for(client):
    """Among them those without a pathway, which had no receipt."""
    outcomes = {answered(client, name).get("outcome") for name in QUESTIONS}
    assert outcomes >= {"route", "ambiguous", "unknown-device", "unknown-firmware"}


HOME = {"DeviceID": "00-0A-95-00-00-9D-68-16", "UPRN": 100023336956, "PropertyFilter": {"PostCode": "ZZ1 1ZZ"}}


@pytest.mark.parametrize(("path", "rest"), [("/v1/resolve", {"to": "34"}), ("/v1/pathways/check", {"targets": ["2"]})])
def test_no_receipt_names_a_home(client, path, rest):
    """Fields of an inventory that no answer uses are in no receipt, which verifies all the same."""
    receipts = [
        client.post(
            path, json={"device": device, "at": "2026-05-01", "known_at": "2026-06-01T11:00:00Z"} | rest
        ).json()["receipt"]
        for device in (DEVICE | HOME, DEVICE)
    ]
    assert receipts[0] == receipts[1]
    assert receipts[0]["question"]["device"] == DEVICE
    assert verify(client, receipts[0])["result"] == "same"


def test_receipts_of_both_kinds_verify_offline(client, tmp_path):
    """With the documented script; a changed one does not."""
    (tmp_path / "keys.json").write_text(client.get("/v1/receipts/key").text)
    for name in ("a plan", "an unknown device"):
        answer = answered(client, name)
        for document, code in ((answer, 0), (answer["receipt"] | {"question": {}}, 1)):
            (tmp_path / "answer.json").write_text(json.dumps(document))
            script = [ROOT / "docs/verify_receipt.py", tmp_path / "answer.json", tmp_path / "keys.json"]
            assert subprocess.run([sys.executable, *script], capture_output=True, timeout=60).returncode == code


@pytest.mark.parametrize("name", ["a wrong plan", "several matches"])
def test_a_changed_receipt_is_refused(client, name):
    """Any change of a field, even deep in the question or the answer."""
    receipt = answered(client, name)["receipt"]
    end = {"at": "2027-01-01T00:00:00Z", "outcome": "none", "cause": {"kind": "time", "list_version": None}}
    changes = {
        "kind": "check" if receipt["kind"] == "resolve" else "resolve",
        "rules": 2,
        "question": receipt["question"] | {"through_removed": not receipt["question"]["through_removed"]},
        "at": "2026-05-02T00:00:00Z",
        "known_at": "2026-05-02T00:00:00Z",
        "list_version": "1.001",
        "answer": receipt["answer"] | {"steps": [{}]},
        "holds_until": end,
        "head": "0" * 64,
        "signature": f"A{receipt['signature'][1:]}",
    }
    assert receipt.keys() - changes.keys() == {"format", "key"}
    for field, value in changes.items():
        assert verify(client, receipt | {field: value})["reason"] == "bad-signature", field
    for part in ("question", "answer"):
        for field, value in receipt[part].items():
            changed = receipt | {part: receipt[part] | {field: [value]}}
            assert verify(client, changed)["reason"] == "bad-signature", field
    assert verify(client, receipt | {"key": "0" * 16})["reason"] == "unknown-key"


def test_an_answer_that_the_record_no_longer_gives_differs(client):
    """The service signed another answer: the difference names it. The signature alone does not make it the same."""
    keys = client.app.state.services.keyring
    receipt = answered(client, "several matches")["receipt"]
    content = {name: value for name, value in receipt.items() if name != "signature"}
    content["answer"] = content["answer"] | {"outcome": "none"}
    verdict = verify(client, content | {"signature": keys.sign(canonical_json(content))})
    assert (verdict["result"], [row["field"] for row in verdict["differences"]]) == ("differs", ["answer"])


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "stray"},
        {"format": 2},
        {"holds_until": {"at": "2027-01-01T00:00:00Z", "outcome": "maybe", "cause": {"kind": "time"}}},
        {"question": []},
        {"answer": None},
        {"stray": 1},
        {"list_version": "x"},
        {"question": {"device": "\ud800"}},
    ],
    ids=str,
)
def test_an_invalid_receipt_is_refused(client, change):
    """With a short problem."""
    receipt = answered(client, "a device")["receipt"] | change
    assert verify(client, receipt, 422)["type"].endswith("receipt-refused")


def test_a_receipt_that_is_nested_too_deeply_is_refused(client):
    """Below the depth at which reading fails, and above it."""
    receipt = json.dumps(answered(client, "a device")["receipt"] | {"answer": {"deep": 0}})
    for depth in (300, 900, 990, 1_000, 5_000):
        text = receipt.replace('"deep": 0', f'"deep": {"[" * depth}{"]" * depth}')
        response = client.post(VERIFY, content=text)
        assert (response.status_code == 200) == (response.json().get("result") == "not-ours")
        assert response.status_code in (200, 422), depth
