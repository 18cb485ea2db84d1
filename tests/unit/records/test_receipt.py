"""The signed content of receipts, its canonical JSON, and the differences of two receipts."""

import hashlib
import json

import pytest

from service.application.pathways import receipts
from service.errors import ReceiptRefused
from service.rules.records.receipt import (
    canonical_json,
    receipt_content,
    receipt_differences,
    receipt_id,
    signed_content,
)
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.responses import receipts as model
from service.schemas.responses.receipts import FORMAT, Receipt
from tests.store.former import former
from tests.unit.questions import ask
from tests.worlds import NOW, declaration, revision, world

GIVEN = former("ladybug", "whole").receipts[0]
DIGEST = "aa00269399e670f22b3191557cdce9965344195d51964616c18bc699b7956d6e"
"""SHA-256 over what the first former receipt is signed over."""
SECOND = {**GIVEN, "format": 2}
HOLDS_UNTIL = {
    "at": "2027-01-01T00:00:00Z",
    "outcome": "none",
    "cause": {"kind": "time", "list_version": "2.053"},
}
NEW = {**GIVEN, "format": FORMAT, "holds_until": HOLDS_UNTIL}


def read(receipt):
    """A receipt, read from JSON."""
    return receipts.read_receipt(json.dumps(receipt).encode())


def test_a_receipt_is_signed_over_the_fields_of_its_own_format():
    """Of the first format without `format`, of the second with it, of the third with `holds_until`, also if null."""
    assert hashlib.sha256(canonical_json(signed_content(read(GIVEN)))).hexdigest() == DIGEST
    assert signed_content(read(GIVEN)) == {name: value for name, value in GIVEN.items() if name != "signature"}
    for given in (SECOND, NEW, NEW | {"holds_until": None}):
        assert signed_content(read(given)) == {name: value for name, value in given.items() if name != "signature"}
    for wrong in (SECOND | {"holds_until": None}, {**GIVEN, "format": FORMAT}):
        with pytest.raises(ReceiptRefused):
            read(wrong)


class LaterReceipt(Receipt):
    """A receipt of a later format, with a field more."""

    format: int | None = None
    later: str | None = None


def test_a_later_format_leaves_earlier_receipts_as_they_are(monkeypatch):
    """Its field is no part of them, is asked of its own format alone, and is not compared where a receipt lacks it."""
    monkeypatch.setitem(model.ADDED, 4, ("later",))
    for earlier in (GIVEN, SECOND, NEW):
        found = LaterReceipt.model_validate(earlier)
        assert signed_content(found) == {name: value for name, value in earlier.items() if name != "signature"}
        with pytest.raises(ValueError, match="has no field `later`"):
            LaterReceipt.model_validate(earlier | {"later": "x"})
    assert signed_content(LaterReceipt.model_validate(NEW | {"format": 4, "later": "x"}))["later"] == "x"
    with pytest.raises(ValueError, match="of format 4 has a field `later`"):
        LaterReceipt.model_validate(NEW | {"format": 4})
    then = signed_content(read(GIVEN))
    del then["head"]
    assert receipt_differences(then, signed_content(read(NEW)) | {"head": "f" * 64}) == []


@pytest.mark.parametrize("number", [4, 10**30])
def test_a_receipt_of_a_newer_format_is_refused_with_that_reason(number):
    """Whatever other fields it has: only a later version can judge it."""
    with pytest.raises(ReceiptRefused) as refused:
        read(NEW | {"format": number, "stray": 1})
    assert refused.value.extra["errors"] == [
        {"where": "format", "detail": f"format {str(number)[:20]} is newer than 3, the newest that this version reads"}
    ]


@pytest.mark.parametrize("value", [None, 1, 0, -1, "2", 2.0, True])
def test_no_other_format_is_read(value):
    """A receipt of the first format says none, and a number is not read from something else."""
    with pytest.raises(ReceiptRefused):
        read(GIVEN | {"format": value})


FOUR = world(*map(revision, (1, 2, 3, 4)), declaration(1), declaration(2, 1), declaration(3, 2, 1), declaration(4))


def step(base, target, image):
    """A step as a receipt has it."""
    return {"base": f"{base:06}", "target": f"{target:06}", "image_hash": image}


def test_the_content_of_a_route():
    """The question, both instants, the steps with their images, the alternatives, and the head of the chain."""
    image = {number: f"{number:0>64}" for number in (2, 3)}
    assert receipt_content(ask(FOUR, 1, 3, alternatives=2), False, 2, "c" * 64) == {
        "format": 3,
        "rules": RULES_VERSION,
        "question": {"from": "000001", "to": "000003", "through_removed": False, "alternatives": 2},
        "at": "2024-01-01T00:00:00Z",
        "known_at": "2024-01-01T00:00:00Z",
        "list_version": "1.0",
        "outcome": "route",
        "steps": [step(1, 3, image[3])],
        "alternatives": [[step(1, 2, image[2]), step(2, 3, image[3])]],
        "reasons": [],
        "holds_until": None,
        "head": "c" * 64,
    }


def test_the_content_of_an_answer_without_a_route():
    """The codes of the reasons stand in place of the steps, in the order of the answer."""
    answer = ask(FOUR, 1, 4, at=NOW)
    content = receipt_content(answer, True, 0, "c" * 64)
    assert (content["outcome"], content["steps"], content["alternatives"]) == ("none", [], [])
    assert content["reasons"] == [reason.code for reason in answer.reasons] != []
    assert content["question"]["through_removed"] is True


def test_a_step_without_an_image_has_a_null_hash():
    """The image hash of an entry is null where the list has none."""
    blank = world(revision(1), revision(2, image=""), declaration(2, 1))
    assert receipt_content(ask(blank, 1, 2), False, 0, "c" * 64)["steps"] == [step(1, 2, None)]


def test_canonical_json_has_sorted_names_no_white_space_and_utf_8():
    """At every depth: the signature covers these bytes."""
    value = {"b": [1, {"z": None, "a": True}], "a": "Zoë → β"}
    assert canonical_json(value) == '{"a":"Zoë → β","b":[1,{"a":true,"z":null}]}'.encode()


COMPARED = ["known_at", "list_version", "outcome", "steps", "alternatives", "reasons", "head"]


def test_differences_are_listed_in_the_order_of_a_receipt():
    """Each compared field with both values. `at`, the question and the version of the rules are never compared."""
    then = {name: "then" for name in (*reversed(COMPARED), "at", "question", "rules", "format")}
    now = {name: "now" for name in then}
    found = receipt_differences(then, now)
    assert [(row.field, row.then, row.now) for row in found] == [(name, "then", "now") for name in COMPARED]
    assert receipt_differences(then, now | dict.fromkeys(COMPARED[1:], "then"))[0].field == "known_at"
    assert receipt_differences(then, then) == []
    assert receipt_differences({"outcome": "then"}, now)[0].field == "outcome"


def test_the_id_is_a_digest_of_all_but_the_signature():
    """Another signature gives the same id, another content or key another one."""
    content = {
        "format": 2, "rules": 1,
        "question": {"from": "000001", "to": "000002", "through_removed": False, "alternatives": 0},
        "at": "2026-06-01T00:00:00Z", "known_at": "2026-06-01T00:00:00Z", "list_version": "1.1", "outcome": "none",
        "steps": [], "alternatives": [], "reasons": [], "head": "0" * 64, "key": "0" * 16,
    }  # fmt: skip
    due = hashlib.sha256(canonical_json(content)).hexdigest()[:32]
    first, second = (Receipt.model_validate(content | {"signature": 86 * sign + "=="}) for sign in "AB")
    assert receipt_id(first) == receipt_id(second) == due
    other = Receipt.model_validate(content | {"key": "1" * 16, "signature": 86 * "A" + "=="})
    assert receipt_id(other) != due
