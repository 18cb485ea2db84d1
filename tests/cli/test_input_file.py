"""Files from stdin (`-`), and how many lines a command prints about a file."""

import csv
import io
import json
import sys

import pytest

from tests.cli.conftest import ACCEPT, LISTS, run_here


@pytest.fixture
def piped(folder, monkeypatch):
    """A function that runs a command on the examples with bytes on stdin."""

    def run_piped(content, *words, **settings):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return run_here(*words, PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb", **settings)

    return run_piped


def test_a_csv_file_from_stdin_gives_the_same_answer(piped):
    """Pairs, bases and the number of devices, each read by another command."""
    pairs = list(csv.DictReader(io.StringIO(piped(b"From;To\n1;34\n", "path", "--batch", "-").out)))
    assert [pair["outcome"] for pair in pairs] == ["route"]
    impact = json.loads(piped(ACCEPT.read_bytes(), "impact", "-", "--json").out)
    assert impact["id"] == json.loads(piped(b"", "impact", str(ACCEPT), "--json").out)["id"]
    exposed = ("zigbee", "exposure", "--stack-vendor", "Acme", "--devices", "-", "--json")
    counted = json.loads(piped(b"Entry.number,Devices\n1,7\n", *exposed).out)
    assert counted["coverage"]["meters_unknown"] == 7


def test_a_file_from_stdin_is_loaded(piped):
    """A workbook and a CSV file, which their content tells apart."""
    again = piped(LISTS[1].read_bytes(), "load", "list", "-")
    assert (again.code, again.out.startswith("stdin.xlsx, sheet ")) == (0, True), again.err
    loaded = piped(ACCEPT.read_bytes(), "load", "bases", "-", "--reason", "x")
    assert (loaded.code, loaded.out.startswith("stdin.csv: bases: ")) == (0, True), loaded.err
    assert loaded.out.endswith("Loaded.\n")


@pytest.mark.parametrize(
    ("content", "settings", "reason"),
    [
        (b"", {}, "stdin.csv: the file is empty"),
        (b"Entry.number,Firmware_Upgrade_Path\n1,2\n", {"PATHWAYS_MAX_FILE_BYTES": "9"}, "more than 9 bytes"),
        (b"PK\3\4nothing", {}, "stdin.xlsx"),
        (bytes.fromhex("D0CF11E0A1B11AE1"), {}, "a workbook of the old kind"),
    ],
)
def test_a_file_from_stdin_is_refused_as_a_file_is(piped, content, settings, reason):
    """Exit code 1, with the reason on stderr."""
    ran = piped(content, "load", "bases", "-", "--reason", "x", **settings)
    assert (ran.code, ran.out, reason in ran.err) == (1, "", True), ran.err


def test_at_most_ten_remarks_are_printed_and_the_others_counted(folder):
    """By their code. The JSON has all of them."""
    lines = [
        f"{number:06},{target}" for number, target in zip(range(1, 13), ["000901"] * 8 + ["000902"] * 4, strict=True)
    ]
    (folder / "bases.csv").write_text("\n".join(["Entry.number,Firmware_Upgrade_Path", *lines]) + "\n")
    graph = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    words = ("load", "bases", str(folder / "bases.csv"), "--reason", "x", "--dry-run")
    remarks = json.loads(run_here(*words, "--json", **graph).out)["remarks"]
    ran = run_here(*words, **graph)
    printed = ran.err.splitlines()
    assert len(remarks) == 12
    assert [line.partition(":")[0] for line in printed[:10]] == [remark["code"] for remark in remarks[:10]]
    assert printed[10:] == ["and 2 more remarks (2 pending): see the JSON answer."]
