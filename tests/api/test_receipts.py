"""Receipts over HTTP: the service verifies its own receipts and refuses every other."""

import base64
import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.application.pathways import receipts as receipts_asked
from service.rules.records.receipt import canonical_json, signed_content
from service.schemas.responses.receipts import Receipt
from service.security.receipt_keys import SIGNING_FILE, Keyring, key_id, rotate_signing_key
from tests.conftest import ROOT
from tests.store.crash_worker import raw

ASK = {"from": "1", "to": "34", "at": "2026-05-01", "known_at": "2026-06-01T11:00:00Z"}
VERIFY = "/v1/receipts/verify"


@pytest.fixture
def receipt(ask):
    """The receipt of a route."""
    return ask("/v1/pathways", **ASK)["receipt"]


def verify(client, receipt):
    """The verification result for a receipt."""
    response = client.post(VERIFY, json=receipt)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("pair", [("1", "34"), ("17", "28"), ("34", "1"), ("8", "50")])
@pytest.mark.parametrize("clocks", [{}, {"known_at": "2026-06-01T09:30:00Z"}, {"at": "2026-05-01"}])
def test_a_receipt_equals_the_answer_and_verifies(client, ask, pair, clocks):
    """For every outcome and both clocks; a repeated request at the same instants gets the same receipt."""
    answer = ask("/v1/pathways", from_=pair[0], to=pair[1], **clocks)
    original = answer["receipt"]
    assert [step["target"] for step in original["steps"]] == [step["target"] for step in answer["steps"]]
    assert (next(iter(original)), original["format"]) == ("format", 3)
    assert (original["outcome"], original["reasons"]) == (
        answer["outcome"],
        [reason["code"] for reason in answer["reasons"]],
    )
    result = verify(client, original)
    assert (result["result"], result["same"], result["differences"]) == ("same", True, [])
    again = ask("/v1/pathways", from_=pair[0], to=pair[1], at=answer["at"], known_at=answer["known_at"])
    assert again["receipt"] == original


def changed(receipt):
    """Copies of the receipt, each with one field changed to another valid value."""
    yield {name: value for name, value in receipt.items() if name not in ("format", "holds_until")}
    yield {name: value for name, value in receipt.items() if name != "holds_until"} | {"format": 2}
    cause = {"kind": "time", "list_version": None}
    yield receipt | {"holds_until": {"at": "2027-01-01T00:00:00Z", "outcome": "none", "cause": cause}}
    yield receipt | {"rules": 2}
    yield receipt | {"at": "2026-05-02T00:00:00Z"}
    yield receipt | {"known_at": "2026-06-01T09:30:00Z"}
    yield receipt | {"list_version": "1.001"}
    yield receipt | {"outcome": "none"}
    yield receipt | {"steps": receipt["steps"][:-1]}
    yield receipt | {"steps": [{**receipt["steps"][0], "image_hash": "0" * 64}, *receipt["steps"][1:]]}
    yield receipt | {"alternatives": [receipt["steps"]]}
    yield receipt | {"reasons": ["declared-none"]}
    yield receipt | {"head": "0" * 64}
    for name, value in (("from", "000002"), ("to", "000020"), ("through_removed", True), ("alternatives", 1)):
        yield receipt | {"question": receipt["question"] | {name: value}}
    yield receipt | {"signature": base64.b64encode(b"0" * 64).decode()}
    yield receipt | {"signature": receipt["signature"][:-3] + chr(ord(receipt["signature"][-3]) + 1) + "=="}


def test_a_changed_receipt_is_refused(client, receipt):
    """Any change of a field or of the signature, even to another encoding of the same bytes."""
    for forged in changed(receipt):
        result = verify(client, forged)
        assert (result["result"], result["reason"], result["same"]) == ("not-ours", "bad-signature", None), forged


def test_a_receipt_signed_with_another_key_is_refused(client, receipt):
    """With the id of the other key the key is unknown; with the service's id the signature is wrong."""
    foreign = Ed25519PrivateKey.generate()
    for key, reason in ((key_id(foreign.public_key()), "unknown-key"), (receipt["key"], "bad-signature")):
        forged = {name: value for name, value in receipt.items() if name != "signature"} | {"key": key}
        forged["signature"] = base64.b64encode(foreign.sign(canonical_json(forged))).decode()
        assert verify(client, forged)["reason"] == reason
    assert verify(client, receipt | {"key": "0" * 16})["reason"] == "unknown-key"


def test_key_order_and_white_space_do_not_matter(client, receipt):
    """The signature covers the content, not its JSON formatting."""
    text = json.dumps(dict(reversed(receipt.items())), indent=7)
    assert client.post(VERIFY, content=text).json()["result"] == "same"


REFUSED = [b"", b"{", b"null", b"[]", b"1", b"\xff\xfe", b"{}", b"[" * 200_000, b'{"a":' * 200_000]
REFUSED += [b'{"rules":1,"rules":1}', b'{"rules":NaN}', b'{"rules":' + b"9" * 5000 + b"}", b" " * 5_000_001]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:20]))
def test_an_invalid_receipt_is_refused(client, text):
    """Malformed, huge, deep or ambiguous documents get a short problem."""
    response = client.post(VERIFY, content=text)
    assert response.status_code == 422
    assert response.json()["type"] == "urn:firmware-pathways:problem:receipt-refused"
    assert response.json()["errors"]
    assert len(response.content) < 6000


WRONG = [
    *(("rules", value) for value in ("1", 1.0, True, 0, None)),
    *(("format", value) for value in ("3", 3.0, True, 0, 1, 4)),
    *(("at", value) for value in (5, "2026-05-01", "2026-05-01T00:00:00+00:00", "2" * 5000)),
    *(("steps", value) for value in ({}, [1] * 100_000)),
    *(("question", []), ("outcome", "maybe"), ("reasons", ["x"] * 100_000), ("list_version", "١.٠")),
    *(("head", "F" * 64), ("key", ""), ("signature", "x"), ("stray", 1)),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: repr(value)[:20])
def test_a_field_of_the_wrong_type_is_named(client, receipt, name, value):
    """The service converts no value to another type."""
    response = client.post(VERIFY, json=receipt | {name: value})
    assert (response.status_code, response.json()["errors"][0]["where"].split(".")[0]) == (422, name)
    assert len(response.content) < 6000


@pytest.mark.parametrize(("rules", "result"), [(0, "newer-rules"), (2, "older-rules")])
def test_a_receipt_of_another_rules_version_is_marked(client, receipt, monkeypatch, rules, result):
    """The result also states whether the answer is still the same."""
    monkeypatch.setattr(receipts_asked, "RULES_VERSION", rules)
    verified = verify(client, receipt)
    assert (verified["result"], verified["same"]) == (result, True)


def test_receipts_verify_offline_with_the_published_keys(client, receipt, tmp_path):
    """The documented script accepts the receipt and the complete answer, and refuses every other document."""
    (tmp_path / "keys.json").write_text(client.get("/v1/receipts/key").text)
    answers = {"good": receipt, "answer": {"receipt": receipt}, "forged": receipt | {"outcome": "none"}, "none": {}}
    exit_codes = {}
    for name, content in answers.items():
        (tmp_path / name).write_text(json.dumps(content))
        command = [sys.executable, ROOT / "docs/verify_receipt.py", tmp_path / name, tmp_path / "keys.json"]
        exit_codes[name] = subprocess.run(command, capture_output=True, timeout=60).returncode
    assert exit_codes == {"good": 0, "answer": 0, "forged": 1, "none": 2}


def test_a_changed_record_makes_the_receipt_differ(client, receipt, example_graph):
    """Another head of the chain gives a difference; with the original head the receipt verifies again."""
    statement = "MATCH (c:Compartment) SET c.head = $hash"
    raw(example_graph, statement, hash="e" * 64)
    try:
        result = verify(client, receipt)
    finally:
        raw(example_graph, statement, hash=receipt["head"])
    assert (result["result"], [difference["field"] for difference in result["differences"]]) == ("differs", ["head"])
    assert verify(client, receipt)["result"] == "same"


def test_old_receipts_verify_after_a_key_rotation(tmp_path):
    """The new key signs from the next start; a keyring opened before reads the new key as well."""
    old = Keyring(tmp_path / "keys")
    signature = old.sign(b"said")
    name = rotate_signing_key(tmp_path / "keys")
    new = Keyring(tmp_path / "keys")
    assert (new.id, new.verifies(old.id, signature, b"said"), old.has_key(name)) == (name, True, True)
    assert [key.key for key in new.public_keys().former] == [old.id]
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert not list((tmp_path / "keys").glob(".*"))
    assert (tmp_path / "keys" / SIGNING_FILE).exists()


def test_the_signed_content_is_the_receipt_without_its_signature(receipt):
    """The model reproduces the signed text, so that offline and online verification agree."""
    plain = {name: value for name, value in receipt.items() if name != "signature"}
    assert signed_content(Receipt.model_validate(receipt)) == plain
