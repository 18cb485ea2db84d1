"""`pathways changes`, on the loaded examples."""

import json

import pytest

from tests.cli.conftest import run_here


@pytest.fixture(scope="module")
def said(loading):
    """A function that runs a command on the examples."""
    return lambda *words: run_here(*words, PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")


def test_changes_as_text(said):
    """One line for each change, and one line for each cause."""
    ran = said("changes", "1", "2")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("000001 → 000002: the answer over time, as known ")
    assert [line.partition("Z  ")[2] for line in lines[1:5:2]] == ["unknown", "000001 → 000002"]
    assert lines[2] == "   list 1.001 of 2026-01-05 was loaded"
    assert lines[4].startswith("   amendment ")
    assert lines[4].endswith(": example (bases.csv)")


def test_changes_as_json(said):
    """One document with all pages; `--since` selects later changes."""
    complete = json.loads(said("changes", "1", "2", "--json").out)
    assert [item["after"]["outcome"] for item in complete["items"]] == ["unknown", "route"]
    last = complete["items"][-1]["at"]
    late = json.loads(said("changes", "1", "2", "--since", last, "--through-removed", "--json").out)
    assert (late["items"], late["before"]["entries"]) == ([], ["000001", "000002"])
    assert "No change." in said("changes", "1", "2", "--since", last).out


@pytest.mark.parametrize(("words", "code"), [("1 99", 1), ("1", 2), ("1 x", 2), ("1 2 --since soon", 2)])
def test_wrong_usage_and_refusals_have_their_exit_codes(said, words, code):
    """Exit codes follow the contract in the design."""
    assert said("changes", *words.split()).code == code
