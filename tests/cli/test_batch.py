"""`pathways path --batch FILE`: the answers for many pairs, from a file, as CSV or NDJSON."""

import csv
import io
import json

import pytest

from service.cli import batch
from tests.cli.conftest import run_here

PAIRS = "From,To,Site\n1,34,a\n000034,1,b\n1,999999,c\n=1,34,d\n8,50,e\n17,28,f\n"


@pytest.fixture(scope="module")
def run_batch(loading, tmp_path_factory):
    """A function that runs a batch over the examples."""
    folder = tmp_path_factory.mktemp("pairs")

    def run(*words, text=PAIRS, name="pairs.csv", **settings):
        (folder / name).write_text(text, encoding="utf-8")
        settings |= {"PATHWAYS_GRAPH": f"ladybug:{loading[0]}/pathways.lbdb"}
        return run_here("path", "--batch", str(folder / name), *words, **settings)

    return run


def test_a_batch_is_answered_in_order_as_csv(run_batch):
    """One row for each pair, with its own outcome. A pair that cannot be asked has a problem and makes the exit code
    1."""
    ran = run_batch()
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["outcome"] for row in rows] == ["route", "none", "", "", "unknown", "already-there"]
    assert rows[0]["entries"] == "000002;000005;000010;000020;000034"
    assert (rows[0]["steps"], rows[0]["image_hashes"].count(";")) == ("5", 4)
    assert rows[1]["reasons"].split(";")[0] == "declared-none"
    assert "999999" in rows[2]["problem"]
    assert rows[3]["from"] == "'=1", "what a spreadsheet would run is made harmless"
    assert all("does not replace the Release Notes" in row["notice"] for row in rows if row["outcome"])
    assert (ran.code, ran.err) == (1, "2 of 6 pairs have no answer: see the column or field `problem`.\n")


def test_a_row_names_its_instants_its_list_and_its_receipt(run_batch, loading, tmp_path):
    """The question asked again at these instants gives the receipt with that id; a pair without an answer has none."""
    rows = list(csv.DictReader(io.StringIO(run_batch().out)))
    graph = f"ladybug:{loading[0]}/pathways.lbdb"
    names = ("at", "known_at", "list_version", "receipt")
    for row in rows:
        assert bool(row["outcome"]) == all(row[name] for name in names) == any(row[name] for name in names)
    assert len({row["receipt"] for row in rows if row["outcome"]}) == 4
    for row in rows[:2]:
        words = ("path", row["from"], row["to"], "--at", row["at"], "--known-at", row["known_at"], "--json")
        answer = run_here(*words, PATHWAYS_GRAPH=graph).out
        (tmp_path / "answer.json").write_text(answer)
        verdict = json.loads(
            run_here("receipts", "verify", str(tmp_path / "answer.json"), "--json", PATHWAYS_GRAPH=graph).out
        )
        assert (verdict["id"], verdict["result"]) == (row["receipt"], "same")
        assert json.loads(answer)["list_version"] == row["list_version"]


def test_ndjson_lines_equal_single_answers(run_batch, loading):
    """NDJSON contains the complete answer, with its receipt."""
    ran = run_batch("--format", "ndjson", "--at", "2026-05-01", text="From,To\n1,34\n34,1\n")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    graph = f"ladybug:{loading[0]}/pathways.lbdb"
    single = [
        run_here("path", *pair, "--json", "--at", "2026-05-01", PATHWAYS_GRAPH=graph)
        for pair in (("1", "34"), ("34", "1"))
    ]
    assert lines == [json.loads(each.out) for each in single]
    assert ran.code == 0


@pytest.mark.parametrize(
    ("words", "text", "name", "code"),
    [
        ((), "From,Target\n1,2\n", "pairs.csv", 1),
        ((), "From,To,To\n1,2,3\n", "pairs.csv", 1),
        ((), "", "pairs.csv", 1),
        ((), PAIRS, "pairs.txt", 1),
        (("1", "34"), PAIRS, "pairs.csv", 2),
        (("--json",), PAIRS, "pairs.csv", 2),
        (("--alternatives", "2"), PAIRS, "pairs.csv", 2),
        (("--format", "xml"), PAIRS, "pairs.csv", 2),
        (("--at", "soon"), PAIRS, "pairs.csv", 2),
        (("--at", "1999-01-01"), PAIRS, "pairs.csv", 1),
    ],
)
def test_a_batch_that_cannot_be_read_is_refused(run_batch, words, text, name, code):
    """The command names the error on stderr, and prints no answer."""
    ran = run_batch(*words, text=text, name=name)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err


def test_two_entries_or_a_file_are_needed(loading):
    """One entry alone is wrong usage."""
    for words in ((), ("1",)):
        assert run_here("path", *words, PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb").code == 2


def test_a_batch_of_any_length_is_one_output(run_batch, monkeypatch):
    """Beyond the rows and bytes of an upload, and beyond the pairs of a request: cut into requests of that size."""
    asked = []

    def batch_pathways(cache, as_of, question, keys):
        asked.append(len(question.pairs))
        return answered(cache, as_of, question, keys)

    answered = batch.batches.batch_pathways
    monkeypatch.setattr(batch.batches, "batch_pathways", batch_pathways)
    monkeypatch.setattr(batch, "MAX_PAIRS", 4)
    text = "From,To\n" + "1,34\n" * 10
    ran = run_batch(text=text, PATHWAYS_MAX_ROWS="3", PATHWAYS_MAX_FILE_BYTES="20")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert (ran.code, ran.err, asked) == (0, "", [4, 4, 2])
    assert [row["outcome"] for row in rows] == ["route"] * 10
