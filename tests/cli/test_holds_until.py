"""Commands say until when an answer holds: before the second list of the examples takes effect."""

import csv
import io

import pytest

from tests.cli.conftest import run_here

END = "holds until 2026-03-02T00:00:00Z, when list 1.002 takes effect; then the outcome is "


@pytest.fixture(scope="module")
def said(loading):
    """A function that runs a command on the examples as of a day before the second list."""
    return lambda *words: run_here(*words, "--at", "2026-02-01", PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (("path", "4", "25"), "none"),
        (("path", "6", "40"), "still route, with other entries"),
        (("check", "4", "15", "25"), "stop"),
        (("resolve", "--firmware", "21010000", "--to", "25"), "none"),
    ],
)
def test_a_line_says_until_when_the_answer_holds(said, words, outcome):
    """With the list that ends it and the outcome from then on; no line where nothing changes."""
    assert END + outcome in said(*words).out.splitlines()
    assert "holds until" not in said("path", "1", "5").out


def test_a_batch_has_columns_for_it(said, tmp_path):
    """The instant and the outcome from then on; blank where nothing changes."""
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("From,To\n4,25\n1,5\n")
    rows = list(csv.DictReader(io.StringIO(said("path", "--batch", str(pairs)).out)))
    assert [(row["holds_until"], row["outcome_then"]) for row in rows] == [("2026-03-02T00:00:00Z", "none"), ("", "")]
