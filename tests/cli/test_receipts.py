"""`pathways receipts`: verification, keys, and exit codes for scripts."""

import json

import pytest

from tests.cli.conftest import run_here


@pytest.fixture
def named(loading, tmp_path):
    """The settings of a graph of the examples, with keys of the test's own."""
    return {"PATHWAYS_GRAPH": f"ladybug:{loading[0]}/pathways.lbdb", "PATHWAYS_RECEIPT_KEYS": str(tmp_path / "keys")}


def test_verification_has_an_exit_code(named, tmp_path):
    """0 same, 1 not valid; a complete answer may be given instead of its receipt; a rotation keeps old receipts
    valid."""
    answer = json.loads(run_here("path", "1", "34", "--json", **named).out)
    (tmp_path / "answer").write_text(json.dumps(answer))
    (tmp_path / "receipt").write_text(json.dumps(answer["receipt"]))
    (tmp_path / "forged").write_text(json.dumps(answer["receipt"] | {"outcome": "none"}))
    (tmp_path / "none").write_text("{}")
    rotated = run_here("receipts", "rotate", **named)
    assert rotated.code == 0
    keys = json.loads(run_here("receipts", "key", **named).out)
    assert keys["current"]["key"] in rotated.out
    assert [key["key"] for key in keys["former"]] == [answer["receipt"]["key"]]
    results = {name: run_here("receipts", "verify", str(tmp_path / name), **named) for name in EXIT_CODES}
    assert {name: ran.code for name, ran in results.items()} == EXIT_CODES
    assert results["receipt"].out.startswith("same: ")
    assert results["forged"].out.startswith("not-ours: ")
    assert "Traceback" not in "".join(ran.err for ran in results.values())
    ran = run_here("receipts", "verify", str(tmp_path / "receipt"), "--json", **named)
    assert json.loads(ran.out)["result"] == "same"


EXIT_CODES = {"answer": 0, "receipt": 0, "forged": 1, "none": 1, "no-such-file": 1}


def test_a_damaged_key_ends_a_command_and_is_not_replaced(named, tmp_path):
    """Exit code 1 with the file of the key; commands that need no key still work."""
    assert run_here("path", "1", "34", **named).code == 0
    assert not (tmp_path / "keys").exists()
    assert run_here("receipts", "key", **named).code == 0
    (tmp_path / "keys" / "signing.pem").write_text("spoilt")
    for words in (("path", "1", "34", "--json"), ("receipts", "key"), ("serve", "--port", "0")):
        ran = run_here(*words, **named)
        assert (ran.code, ran.out) == (1, "")
        assert "receipt keys cannot be used" in ran.err
    assert (tmp_path / "keys" / "signing.pem").read_text() == "spoilt"


def test_verify_compares_a_given_head(named):
    """The head of a receipt is on the chain; any other head is a fault."""
    head = json.loads(run_here("path", "1", "34", "--json", **named).out)["receipt"]["head"]
    good, bad = (run_here("verify", "--pairs", "0", "--head", head_, **named) for head_ in (head, "f" * 64))
    assert (good.code, bad.code) == (0, 1)
    assert f"its head is {head}" in good.out
    assert "The head you kept is not in this chain" in bad.err


COMMANDS = (
    ("check", "1", "2"),
    ("check", "34", "1"),
    ("resolve", "--manufacturer", "FE99", "--device-model", "10010100"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_plan_and_a_device_have_receipts(named, tmp_path, words):
    """The lines name the id of the receipt that the same question at the same instants has as JSON; it verifies."""
    answer = json.loads(run_here(*words, "--json", **named).out)
    clocks = ("--at", answer["at"], "--known-at", answer["known_at"])
    (tmp_path / "answer").write_text(json.dumps(answer))
    ran = run_here("receipts", "verify", str(tmp_path / "answer"), "--json", **named)
    assert (ran.code, json.loads(ran.out)["result"]) == (0, "same")
    assert f"receipt {json.loads(ran.out)['id']}" in run_here(*words, *clocks, **named).out.splitlines()
    forged = answer["receipt"] | {"answer": {}}
    (tmp_path / "answer").write_text(json.dumps(forged))
    assert run_here("receipts", "verify", str(tmp_path / "answer"), **named).code == 1
