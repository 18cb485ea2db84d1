"""The example files: written by their script, entirely fictional, and as the README describes them."""

import csv
import os
import re
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
GENUINE = ROOT / os.environ.get("PATHWAYS_CPL", "../shared/cpl/central-products-list-v2.051.xlsx")
LATEST, EARLIER = (EXAMPLES / f"central-products-list-v{version}.xlsx" for version in ("1.002", "1.001"))
HEADER = (
    "Version,Entry.number,Entry.status,Device_Type.name,Device_Model.manufacturer_identifier,"
    "Device_Model.model_identifier,Device_Model.hardware_version.version,Device_Model.hardware_version.revision,"
    "Device_Model.model_identifier_concatenated_with_hardware_version,Device_Model.firmware_version,"
    "SMETS_CHTS Version.Version_number_and_effective_date,GBCS Version.version_number,Manufacturer_Image.hash"
)
PENDING = "000070"
QUESTION = re.compile(r"^\| `pathways path (\d{6}) (\d{6})[^`]*` \| ([a-z-]+) \|([^|]*)\|", re.MULTILINE)


def plain(value):
    return str(int(value)) if isinstance(value, float) else value


def sheet(path, name):
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[plain(value) for value in row] for row in rows]


def entries(path):
    """number → the 20 attributes in the main sheet of a workbook."""
    rows = sheet(path, "Central Products List")
    names = [f"{group}.{attribute}" for group, attribute in zip(rows[0][1:], rows[1][1:], strict=True)]
    return {row[1]: dict(zip(names, row[1:], strict=True)) for row in rows[7:]}


def read_csv(name):
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hardware(entry):
    keys = ("manufacturer_identifier", "model_identifier", "hardware_version.version", "hardware_version.revision")
    return tuple(entry[f"Device_Model.{key}"] for key in keys)


def image(entry):
    return hardware(entry), entry["Device_Model.firmware_version"], entry["Manufacturer_Image.hash"]


@pytest.fixture(scope="module")
def latest():
    return entries(LATEST)


@pytest.fixture(scope="module")
def genuine():
    if not GENUINE.exists():
        pytest.skip(f"NOT CHECKED against the genuine list: nothing at {GENUINE} (set PATHWAYS_CPL)")
    return entries(GENUINE)


@pytest.fixture(scope="module")
def words():
    """All text of the examples, in upper case and without colons."""
    files = [path for path in EXAMPLES.rglob("*") if path.suffix in {".csv", ".md", ".py"}]
    texts = [path.read_text(encoding="utf-8") for path in files]
    for book in EXAMPLES.glob("*.xlsx"):
        for name in CalamineWorkbook.from_path(book).sheet_names:
            texts += [str(value) for row in sheet(book, name) for value in row]
    return "\n".join(texts).upper().replace(":", "")


def test_the_script_writes_what_is_committed(tmp_path):
    """The script writes the same bytes, and there is no other list or bases file."""
    subprocess.run([sys.executable, EXAMPLES / "make.py", tmp_path], check=True)
    committed = {path.name: path.read_bytes() for path in EXAMPLES.iterdir() if path.suffix in {".xlsx", ".csv"}}
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written.keys() == committed.keys()
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_list_has_the_size_in_the_readme(latest):
    """63 entries in 12 device models of all seven types; one number in between was never issued."""
    numbers = sorted(map(int, latest))
    assert len(latest) == 63
    assert set(range(1, numbers[-1] + 1)) - set(numbers) == {37}
    assert len({hardware(entry) for entry in latest.values()}) == 12
    assert len({entry["Device_Type.name"] for entry in latest.values()}) == 7


def test_the_earlier_list_differs_as_the_readme_says(latest):
    """Four entries fewer, one other status and one other hash, and nothing else."""
    before = entries(EARLIER)
    assert latest.keys() - before.keys() == {"000061", "000062", "000063", "000064"}
    changed = {(number, key) for number, was in before.items() for key in was if was[key] != latest[number][key]}
    assert changed == {("000025", "Entry.status"), ("000042", "Manufacturer_Image.hash")}


def test_all_formats_have_the_same_content(latest):
    """The CSV file, the workbook's CSV sheet and its main sheet agree in the 13 columns."""
    rows = read_csv("central-products-list-v1.002.csv")
    view = sheet(LATEST, "CPL - saveable in CSV")
    assert view[0] == HEADER.split(",") == list(rows[0])
    assert view[1:] == [list(row.values()) for row in rows]
    title = sheet(LATEST, "Version Control")[2][0]
    for row, entry in zip(rows, latest.values(), strict=True):
        said = {key: value.replace(":", "") for key, value in entry.items() if isinstance(value, str)}
        said["Version"] = title
        joined = HEADER.split(",")[8]
        said[joined] = "".join(hardware(said)[1:])
        assert row == {key: said[key] for key in row}


def test_the_list_has_the_irregularities_of_genuine_lists():
    """A trailing space, a numeric cell, dates as dates and as text, both certificate prefixes, blanks, a band."""
    rows = CalamineWorkbook.from_path(LATEST).get_sheet_by_name("Central Products List")
    columns = list(zip(*rows.to_python(skip_empty_area=False)[7:], strict=True))
    assert "SMETS V2.0 " in columns[9]
    assert 12.0 in columns[6]
    assert "12" in columns[6]
    assert {type(value) for value in columns[13]} == {date, str}
    assert {value[:4] for value in columns[11]} == {"", "[E] ", "[R] "}
    assert "" in columns[19]
    assert "" in columns[20]
    assert any("Dual Band" in value for value in columns[20])


def test_every_number_in_the_bases_is_on_the_list(latest):
    """All but the pending one; the accepted base is the only base of another device model."""
    rows = read_csv("bases.csv")
    bases = [(row["Entry.number"], base) for row in rows for base in row["Firmware_Upgrade_Path"].split(";")]
    pairs = [(entry, base) for entry, base in bases if base.upper() not in {"", "N/A"}]
    assert {number for pair in pairs for number in pair} - latest.keys() == {PENDING}
    known = [pair for pair in pairs if PENDING not in pair]
    held = [(entry, base) for entry, base in known if hardware(latest[entry]) != hardware(latest[base])]
    accepted = [(row["Entry.number"], row["Accept"]) for row in read_csv("bases-accept.csv")]
    assert held == accepted == [("000046", "000010")]


def test_the_readme_has_a_query_for_every_outcome(latest):
    """At least twelve queries about entries of the list, with all four outcomes."""
    queries = QUESTION.findall((EXAMPLES / "README.md").read_text(encoding="utf-8"))
    assert len(queries) >= 12
    assert {outcome for _, _, outcome, _ in queries} == {"route", "already-there", "none", "unknown"}
    assert {number for start, end, *_ in queries for number in (start, end)} <= latest.keys()


def test_the_routes_of_the_readme_are_declared_step_by_step(latest):
    """Each starts and ends as asked, and each step is declared for its target or its twin."""
    declared = {row["Entry.number"]: row["Firmware_Upgrade_Path"] for row in read_csv("bases.csv")}
    bases = {
        (image(latest[base]), image(latest[entry]))
        for entry, given in declared.items()
        for base in given.split(";")
        if base in latest
    }
    queries = QUESTION.findall((EXAMPLES / "README.md").read_text(encoding="utf-8"))
    routes = [(start, end, path.strip().split(" → ")) for start, end, outcome, path in queries if outcome == "route"]
    assert [(path[0], path[-1]) for *_, path in routes] == [(start, end) for start, end, _ in routes]
    steps = {step for *_, path in routes for step in pairwise(path)}
    assert [step for step in steps if (image(latest[step[0]]), image(latest[step[1]])) not in bases] == []


def test_the_examples_contain_no_genuine_data(genuine, latest, words):
    """No image hash, certificate, creator, or manufacturer and model of the genuine list occurs."""
    hashes = {entry["Manufacturer_Image.hash"].replace(":", "").upper() for entry in genuine.values()} - {""}
    certificates = {entry["CPA_Certificate.identification_number"][4:].upper() for entry in genuine.values()} - {""}
    assert len(hashes) > 100
    assert len(certificates) > 10
    assert [value for value in hashes | certificates if value in words] == []
    assert {hardware(entry)[:2] for entry in latest.values()} & {
        hardware(entry)[:2] for entry in genuine.values()
    } == set()
    creators = [{entry["Manufacturer_Image.creator"] for entry in said.values()} - {""} for said in (latest, genuine)]
    assert creators[0] & creators[1] == set()


def test_the_explanatory_rows_are_not_copied(genuine):
    """The explanatory rows share only labels and names with the genuine sheet."""
    assert genuine
    ours, theirs = (sheet(path, "Central Products List")[2:7] for path in (LATEST, GENUINE))
    said = [{value for row in rows for value in row[1:]} - {""} for rows in (ours, theirs)]
    assert said[0] & said[1] == set()
