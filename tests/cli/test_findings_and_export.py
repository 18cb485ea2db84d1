"""`pathways findings` and `pathways export fir`, as their users have them."""

import json
import subprocess
from io import BytesIO

import pytest
from openpyxl import load_workbook

from service.domain.fir_columns import COLUMNS
from tests.cli.conftest import COMMAND, environment, run, run_here


@pytest.fixture
def graph(loading):
    """The setting that names the loaded examples."""
    return {"PATHWAYS_GRAPH": f"ladybug:{loading[0]}/pathways.lbdb"}


def test_findings_are_an_answer(graph):
    """Exit 0, the gravest first; JSON alone on stdout has all of them."""
    ran = run_here("findings", **graph)
    assert ran.code == 0
    assert ran.out.index("- undeclared:") < ran.out.index("- cycle:") < ran.out.index("- islands:")
    told = json.loads(run_here("findings", "--json", **graph).out)
    assert (len(told["items"]), told["next"]) == (26, None)
    one = json.loads(run_here("findings", "--code", "cycle", "--entry", "36", "--json", **graph).out)
    assert [item["entries"] for item in one["items"]] == [["000036", "000048"]]


def test_who_is_obliged_is_a_setting(graph):
    """Another device type, and the undeclared of the examples' hubs are due; a name that is none ends the command."""
    ran = run_here("findings", "--code", "undeclared", PATHWAYS_OBLIGED_TYPES="communications hub", **graph)
    assert "000008" in ran.out
    assert "000039" not in ran.out
    wrong = run_here("findings", PATHWAYS_OBLIGED_TYPES="Comms Hub", **graph)
    assert (wrong.code, "PATHWAYS_OBLIGED_TYPES" in wrong.err) == (2, True)


@pytest.mark.parametrize("words", [("--code", "x"), ("--severity", "bad"), ("--entry", "x"), ("--manufacturer", "1")])
def test_a_filter_that_means_nothing_is_wrong_usage(graph, words):
    """Said in a sentence, never as a trace."""
    ran = run_here("findings", *words, **graph)
    assert (ran.code, "Traceback" in ran.err) == (2, False)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_loads_again_and_changes_nothing(folder, kind):
    """Written to a file and to stdout alike."""
    assert run(folder, "export", "fir", "--format", kind, "--out", f"fir.{kind}").code == 0
    loaded = run(folder, "load", "bases", f"fir.{kind}", "--reason", "again")
    assert (loaded.code, loaded.out.splitlines()[-1]) == (0, "Nothing to change.")
    if kind == "csv":
        written = (folder / "fir.csv").read_text(encoding="utf-8")
        assert run(folder, "export", "fir").out == written.replace("\r\n", "\n")


def test_a_workbook_goes_to_stdout_byte_for_byte(folder):
    """Into a pipe, with nothing before or after it: the very file that `--out` writes."""
    words = [*COMMAND, "export", "fir", "--format", "xlsx"]
    done = subprocess.run(words, cwd=folder, env=environment(), capture_output=True, timeout=120, check=True)
    assert run(folder, "export", "fir", "--format", "xlsx", "--out", "fir.xlsx").code == 0
    assert done.stdout == (folder / "fir.xlsx").read_bytes()
    (header, *lines) = load_workbook(BytesIO(done.stdout)).worksheets[0].iter_rows(values_only=True)
    assert (header, bool(lines)) == (COLUMNS, True)


def test_an_export_that_cannot_be_written(folder):
    """Says so, and leaves nothing behind."""
    ran = run(folder, "export", "fir", "--out", "no/such/folder/fir.csv")
    assert (ran.code, "cannot be written" in ran.err, "Traceback" in ran.err) == (1, True, False)
