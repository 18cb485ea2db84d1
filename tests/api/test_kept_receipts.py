"""Receipts of every format that the service gave earlier: they verify, and the answers are as they were."""

import json
import shutil

import pytest

from service.schemas.responses.answer_receipts import ANSWER_FORMAT
from service.schemas.responses.receipts import FORMAT
from tests.conftest import ROOT

KEPT = ROOT / "tests" / "data" / "receipts"
RECEIPTS = json.loads((KEPT / "receipts.json").read_text("utf-8"))


def name(receipt):
    """The kind, the format and the outcome of a receipt, by which a test of it is named."""
    said = receipt.get("answer", receipt)
    return f"{receipt.get('kind', 'pathway')} {receipt['format']} {said.get('verdict', said.get('outcome'))}"


def test_there_are_receipts_of_every_format():
    """The first format of pathways is in the graphs of earlier releases."""
    formats = {(receipt.get("kind", "pathway"), receipt["format"]) for receipt in RECEIPTS}
    pathways = {("pathway", number) for number in range(2, FORMAT + 1)}
    answers = {(kind, number) for kind in ("check", "resolve") for number in range(1, ANSWER_FORMAT + 1)}
    assert formats == pathways | answers


@pytest.mark.parametrize("receipt", RECEIPTS, ids=name)
def test_a_kept_receipt_verifies(client, receipt_keys, receipt):
    """Nothing differs but the head of the chain; a changed receipt does not verify."""
    shutil.copy(KEPT / "key.pem", receipt_keys / f"{receipt['key']}.pub.pem")
    verdict = client.post("/v1/receipts/verify", json=receipt).json()
    assert verdict["reason"] is None
    assert {difference["field"] for difference in verdict["differences"]} <= {"head"}
    changed = client.post("/v1/receipts/verify", json=receipt | {"list_version": "1.009"}).json()
    assert changed["reason"] == "bad-signature"
