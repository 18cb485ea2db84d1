"""ZigBee facts on the command line: load, query, export, and the audit of each access."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import LOADS, run, run_here
from tests.conftest import EXAMPLES
from tests.loaders.files import write_csv

OLD = ("--stack-vendor", "larkspur radio", "--stack-version-to", "5.8.2")
LOAD = ("load", "zigbee", str(EXAMPLES / "zigbee.csv"), "--reason", "told by the makers", "--by", "ada")
ORDER = ("load", "stack-order", str(EXAMPLES / "stack-order.csv"), "--reason", "as published", "--by", "ada")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The setting of a graph with the examples and their restricted ZigBee data."""
    graph_setting = f"ladybug:{tmp_path_factory.mktemp('zigbee')}/graph.lbdb"
    for words in (*LOADS, LOAD, ORDER):
        assert run_here(*words, PATHWAYS_GRAPH=graph_setting).code == 0
    return graph_setting


def test_a_second_load_changes_nothing(place):
    """A load without a reason is wrong usage."""
    again = run_here(*LOAD, PATHWAYS_GRAPH=place)
    assert (again.code, again.out.splitlines()[-1]) == (0, "Nothing to change.")
    assert "zigbee.csv: zigbee: 0 stated, 0 bands, 26 unchanged" in again.out
    assert run_here(*ORDER, PATHWAYS_GRAPH=place).out.splitlines()[-1] == "Nothing to change."
    assert run_here("load", "zigbee", LOAD[2], PATHWAYS_GRAPH=place).code == 2
    assert run_here("load", "zigbee", LOAD[2], "--reason", " ", PATHWAYS_GRAPH=place).code == 2


def test_the_history_shows_a_declared_band(place):
    """As text and as JSON."""
    with (EXAMPLES / "zigbee.csv").open() as file:
        row = next(row for row in csv.DictReader(file) if row["ZigBee.band"])
    entry, band = row["Entry.number"], row["ZigBee.band"]
    assert f"  band: {band} (ZigBee bands as declared)" in run_here("history", entry, PATHWAYS_GRAPH=place).out
    items = json.loads(run_here("history", entry, "--json", PATHWAYS_GRAPH=place).out)["items"]
    assert [item["declared_band"] for item in items if item["kind"] == "band"] == [band]


def test_a_refusal_names_its_place(place, tmp_path):
    """On stderr, with exit code 1; a dry run of a valid file reports what would change."""
    bad = write_csv(tmp_path / "bad.csv", [["Entry.number", "ZigBee.stack_vendor"], ["1", "unknown"]])
    ran = run(tmp_path, "load", "zigbee", str(bad), "--reason", "x", PATHWAYS_GRAPH=place)
    assert ran.code == 1
    assert "refused: bad.csv, line 2, column ZigBee.stack_vendor: 'unknown':" in ran.err
    good = write_csv(tmp_path / "good.csv", [["Entry.number", "ZigBee.band"], ["1", "Dual Band"]])
    ran = run_here("load", "zigbee", str(good), "--reason", "x", "--dry-run", "--json", PATHWAYS_GRAPH=place)
    assert (ran.code, json.loads(ran.out)["counts"]["bands"], json.loads(ran.out)["applied"]) == (0, 1, False)


def test_exposure_as_text(place):
    """Coverage first, then each entry with its route or the reasons against one, with counts of devices where given."""
    ran = run_here("zigbee", "exposure", *OLD, "--devices", str(EXAMPLES / "devices.csv"), PATHWAYS_GRAPH=place)
    lines = ran.out.splitlines()
    assert (ran.code, lines[0].split(".")[0]) == (0, "Amber")
    assert lines[1] == "13 known exposed, 14 known clear, 36 unknown (6707 devices)"
    assert "000001 (1200 devices): 3 steps: 000001 → 000002 → 000005 → 000010" in lines
    assert "000015 (60 devices): blocked" in lines


def test_exposure_as_json_and_as_files(place, tmp_path):
    """The same answer in three formats; a file is written completely or not at all."""
    exposure = json.loads(run_here("zigbee", "exposure", *OLD, "--json", PATHWAYS_GRAPH=place).out)
    out = tmp_path / "exposure.csv"
    devices = ("--devices", str(EXAMPLES / "devices.csv"))
    assert run_here("zigbee", "exposure", *OLD, *devices, "--out", str(out), PATHWAYS_GRAPH=place).code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"), newline="")))
    assert [row["Entry.number"] for row in rows] == [item["entry"] for item in exposure["items"]]
    assert {row["Entry.number"]: row["Devices"] for row in rows}["000001"] == "1200"
    book = tmp_path / "exposure.xlsx"
    assert run_here("zigbee", "exposure", *OLD, "--out", str(book), PATHWAYS_GRAPH=place).code == 0
    assert book.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "give a chipset or a stack"),
        (("--stack-version-to", "1"), "stack_vendor"),
        (("--stack-vendor", "unknown"), "left blank"),
        ((*OLD, "--out", "exposure.pdf"), ".csv or .xlsx"),
    ],
)
def test_an_invalid_exposure_query_is_wrong_usage(place, words, expected):
    """Exit code 2, with the error."""
    ran = run_here("zigbee", "exposure", *words, PATHWAYS_GRAPH=place)
    assert (ran.code, expected in " ".join(ran.err.replace("│", " ").split())) == (2, True), ran.err


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([["Entry.number"], ["1"]], "missing-column"),
        ([["Entry.number", "Devices", "devices"], ["1", "1", "1"]], "column-twice"),
        ([["Entry.number", "Devices"], ["x", "1"]], "bad-number"),
        ([["Entry.number", "Devices"], ["1", "1.5"]], "bad-count"),
        ([["Entry.number", "Devices"], ["1", "1"], ["000001", "2"]], "entry-twice"),
    ],
)
def test_a_devices_file_with_a_bad_line_is_refused(place, tmp_path, lines, code):
    """A sum without the bad line would be wrong."""
    path = write_csv(tmp_path / "devices.csv", lines)
    ran = run_here("zigbee", "exposure", *OLD, "--devices", str(path), PATHWAYS_GRAPH=place)
    assert (ran.code, f"[{code}]" in ran.err) == (1, True), ran.err


def test_a_range_outside_the_declared_order_is_refused(place):
    """The service guesses no order."""
    ran = run_here("zigbee", "exposure", *OLD[:2], "--stack-version-to", "5.9", PATHWAYS_GRAPH=place)
    assert (ran.code, "no place in the declared order" in ran.err) == (1, True)


def test_every_query_is_in_the_audit(place, tmp_path: Path):
    """By name, with the role operator; `verify` confirms the audit by its heads."""
    run_here("zigbee", "exposure", *OLD, "--by", "eve", PATHWAYS_GRAPH=place)
    audit = json.loads(run_here("zigbee", "audit", "--json", "--by", "eve", PATHWAYS_GRAPH=place).out)
    last = audit["items"][-1]
    assert (last["who"], last["role"], last["act"], last["entries"]) == ("eve", "operator", "read", 13)
    assert audit["items"][0]["act"] == "write"
    assert "records; the head is" in run_here("zigbee", "audit", PATHWAYS_GRAPH=place).out
    heads = ("--audit-head", audit["head"], "--zigbee-head", audit["zigbee_head"])
    assert run_here("verify", "--pairs", "0", *heads, PATHWAYS_GRAPH=place).code == 0
    ran = run_here("verify", "--pairs", "0", "--audit-head", "f" * 64, PATHWAYS_GRAPH=place)
    assert (ran.code, "Audit: The head you kept is not in this audit" in ran.err) == (1, True)
