"""`pathways receipts`: the twin of the interface, with exit codes for scripts."""

import json

import pytest

from tests.cli.conftest import run_here


@pytest.fixture
def named(loading, tmp_path):
    """The settings of a graph of the examples, with keys of the test's own."""
    return {"PATHWAYS_GRAPH": f"ladybug:{loading[0]}/pathways.lbdb", "PATHWAYS_RECEIPT_KEYS": str(tmp_path / "keys")}


def test_a_receipt_is_verified_by_its_exit_code(named, tmp_path):
    """0 alike, 1 not ours or no receipt; an answer is taken for the receipt that it has; a rotation changes nothing."""
    answer = json.loads(run_here("path", "1", "34", "--json", **named).out)
    (tmp_path / "answer").write_text(json.dumps(answer))
    (tmp_path / "receipt").write_text(json.dumps(answer["receipt"]))
    (tmp_path / "forged").write_text(json.dumps(answer["receipt"] | {"outcome": "none"}))
    (tmp_path / "none").write_text("{}")
    rotated = run_here("receipts", "rotate", **named)
    assert rotated.code == 0
    told = json.loads(run_here("receipts", "key", **named).out)
    assert told["current"]["key"] in rotated.out
    assert [key["key"] for key in told["former"]] == [answer["receipt"]["key"]]
    ended = {name: run_here("receipts", "verify", str(tmp_path / name), **named) for name in WANTED}
    assert {name: ran.code for name, ran in ended.items()} == WANTED
    assert ended["receipt"].out.startswith("same: ")
    assert ended["forged"].out.startswith("not-ours: ")
    assert "Traceback" not in "".join(ran.err for ran in ended.values())
    ran = run_here("receipts", "verify", str(tmp_path / "receipt"), "--json", **named)
    assert json.loads(ran.out)["result"] == "same"


WANTED = {"answer": 0, "receipt": 0, "forged": 1, "none": 1, "no-such-file": 1}


def test_a_spoilt_key_ends_a_command_and_is_left(named, tmp_path):
    """Exit 1 with the place; no other key comes in its place; a question that needs no key is answered."""
    assert run_here("path", "1", "34", **named).code == 0
    assert not (tmp_path / "keys").exists()
    assert run_here("receipts", "key", **named).code == 0
    (tmp_path / "keys" / "signing.pem").write_text("spoilt")
    for words in (("path", "1", "34", "--json"), ("receipts", "key"), ("serve", "--port", "0")):
        ran = run_here(*words, **named)
        assert (ran.code, ran.out) == (1, "")
        assert "receipt keys cannot be used" in ran.err
    assert (tmp_path / "keys" / "signing.pem").read_text() == "spoilt"


def test_a_head_that_was_kept_is_compared(named):
    """The one that a receipt has is on the chain; another is a fault."""
    head = json.loads(run_here("path", "1", "34", "--json", **named).out)["receipt"]["head"]
    good, bad = (run_here("verify", "--pairs", "0", "--head", kept, **named) for kept in (head, "f" * 64))
    assert (good.code, bad.code) == (0, 1)
    assert f"its head is {head}" in good.out
    assert "The head you kept is not in this chain" in bad.err
