"""`pathways findings` and `pathways export fir`, as users run them."""

import json
import subprocess
from io import BytesIO

import pytest
from openpyxl import load_workbook

from service.domain.fir_columns import COLUMNS
from tests.cli.conftest import COMMAND, environment, run_here


@pytest.fixture
def graph(loading):
    """The setting of the loaded examples."""
    return {"PATHWAYS_GRAPH": f"ladybug:{loading[0]}/pathways.lbdb"}


def test_findings_as_text_and_json(graph):
    """Exit code 0, most severe first; `--json` prints all findings and nothing else on stdout."""
    ran = run_here("findings", **graph)
    assert ran.code == 0
    assert ran.out.index("- undeclared:") < ran.out.index("- cycle:") < ran.out.index("- islands:")
    everything = json.loads(run_here("findings", "--json", **graph).out)
    assert (len(everything["items"]), everything["next"]) == (26, None)
    filtered = json.loads(run_here("findings", "--code", "cycle", "--entry", "36", "--json", **graph).out)
    assert [item["entries"] for item in filtered["items"]] == [["000036", "000048"]]


def test_the_device_types_with_a_duty_to_declare_are_a_setting(graph):
    """With another device type the undeclared hubs of the examples are findings; an unknown type ends the command."""
    ran = run_here("findings", "--code", "undeclared", PATHWAYS_OBLIGED_TYPES="communications hub", **graph)
    assert "000008" in ran.out
    assert "000039" not in ran.out
    wrong = run_here("findings", PATHWAYS_OBLIGED_TYPES="Comms Hub", **graph)
    assert (wrong.code, "PATHWAYS_OBLIGED_TYPES" in wrong.err) == (2, True)


@pytest.mark.parametrize("words", [("--code", "x"), ("--severity", "bad"), ("--entry", "x"), ("--manufacturer", "1")])
def test_an_invalid_filter_is_wrong_usage(graph, words):
    """The message is a sentence without a traceback."""
    ran = run_here("findings", *words, **graph)
    assert (ran.code, "Traceback" in ran.err) == (2, False)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_loads_again_and_changes_nothing(folder, kind):
    """From the file that `--out` names."""
    graph = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    file = str(folder / f"fir.{kind}")
    assert run_here("export", "fir", "--format", kind, "--out", file, **graph).code == 0
    loaded = run_here("load", "bases", file, "--reason", "again", **graph)
    assert (loaded.code, loaded.out.splitlines()[-1]) == (0, "Nothing to change.")


def exported(folder, kind):
    """The bytes that the command writes to a pipe."""
    words = [*COMMAND, "export", "fir", "--format", kind]
    completed = subprocess.run(words, cwd=folder, env=environment(), capture_output=True, timeout=120, check=True)
    file = folder / f"fir.{kind}"
    graph = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    assert run_here("export", "fir", "--format", kind, "--out", str(file), **graph).code == 0
    assert completed.stdout == file.read_bytes()
    return completed


def test_an_export_goes_to_stdout_byte_for_byte(folder):
    """Through a pipe the bytes equal the file that `--out` writes."""
    assert exported(folder, "csv").stdout.startswith(b"Version,Entry.number,")
    completed = exported(folder, "xlsx")
    (header, *lines) = load_workbook(BytesIO(completed.stdout)).worksheets[0].iter_rows(values_only=True)
    assert (header, bool(lines)) == (COLUMNS, True)


def test_an_export_to_a_missing_folder_is_refused(folder):
    """The command states the error, and leaves no file behind."""
    graph = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    ran = run_here("export", "fir", "--out", str(folder / "no/such/folder/fir.csv"), **graph)
    assert (ran.code, "cannot be written" in ran.err, "Traceback" in ran.err) == (1, True, False)
