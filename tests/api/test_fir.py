"""`GET /v1/fir`: the Firmware Information Repository as CSV and workbook, at both clocks, and loaded again."""

import csv
import io

import pytest
from openpyxl import load_workbook

from loaders.bases import read_bases
from service.application.files.load import LoadOptions, load_bases
from service.application.files.spreadsheets import as_csv, as_xlsx, escape_formula
from service.domain.fir_columns import COLUMNS
from service.domain.limits import Limits
from tests.api.test_search import MODELS, SOURCE
from tests.conftest import EXAMPLE_CLOCK

TYPES = ("Gas Smart Meter", "Element Electricity", "Polyphase")
DUE = [n for n, row in sorted(SOURCE.items()) if any(t in MODELS[row["device_model"]]["device_type"] for t in TYPES)]


@pytest.fixture(scope="module")
def fir(client):
    """A function that returns the rows of the repository by entry number."""

    def fetch(**query):
        response = client.get("/v1/fir", params=query)
        assert response.status_code == 200, response.text
        return {row["Entry.number"]: row for row in csv.DictReader(io.StringIO(response.text, newline=""))}

    return fetch


def test_the_repository_has_every_meter_with_a_duty_to_declare(fir):
    """Only ESME and GSME, in order, with the column names of the list and the notice on each row."""
    rows = fir()
    assert list(rows) == DUE
    assert all(tuple(row) == COLUMNS for row in rows.values())
    assert all("does not replace the Release Notes" in row["Notice"] for row in rows.values())
    row_ = rows["000027"]
    assert (row_["Firmware_Upgrade_Path"], row_["Device_Model.hardware_version.version"]) == ("000011;000019", "02")
    assert row_["Version"] == "Version 1.002 Issued on 02-03-2026"
    assert row_["Last_Changed"] == "2026-06-01T10:00:00Z"


def test_the_upgrade_path_distinguishes_kinds(fir):
    """`N/A`, not supplied, and bases that give no step in columns of their own."""
    rows = fir()
    assert rows["000001"]["Firmware_Upgrade_Path"] == "N/A"
    assert rows["000039"]["Firmware_Upgrade_Path"] == ""
    assert (rows["000046"]["Firmware_Upgrade_Path"], rows["000046"]["Held_Bases"]) == ("000038", "000010")
    assert (rows["000064"]["Firmware_Upgrade_Path"], rows["000064"]["Effective_From"]) == (
        "000062",
        "2026-04-01T00:00:00Z",
    )


def test_the_repository_honours_both_clocks(fir):
    """`known_at` before the bases were loaded, and `at` while another list was in force."""
    before = fir(known_at="2026-06-01T09:30:00Z")
    assert {row["Firmware_Upgrade_Path"] for row in before.values()} == {""}
    assert "000061" not in fir(at="2026-02-01")
    assert fir(at="2026-02-01")["000025"]["Entry.status"] == "Current"
    assert "at 2026-02-01T00:00:00Z" in fir(at="2026-02-01")["000025"]["Notice"]


def test_a_workbook_equals_the_csv_as_text(client, fir):
    """Every cell is text, with leading zeros; the workbook has a sheet with the notice."""
    book = load_workbook(io.BytesIO(client.get("/v1/fir?format=xlsx").content))
    header, *lines = book.worksheets[0].iter_rows(values_only=True)
    assert [dict(zip(header, (cell or "" for cell in line), strict=True)) for line in lines] == list(fir().values())
    assert {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line} <= {"s", "n"}
    assert not any(isinstance(cell, int | float) for line in lines for cell in line)
    assert "Release Notes" in book["Notice"]["A1"].value


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_request_gives_the_same_file(client, kind):
    """The files are equal byte for byte, so that the ETag holds, and have a safe file name."""
    first, second = (client.get(f"/v1/fir?format={kind}") for _ in range(2))
    assert first.content == second.content
    unchanged = client.get(f"/v1/fir?format={kind}", headers={"If-None-Match": first.headers["etag"]})
    assert unchanged.status_code == 304
    name = f'attachment; filename="firmware-information-repository-1.002.{kind}"'
    assert first.headers["content-disposition"] == name


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_loading_the_export_again_changes_nothing(client, example_graph, tmp_path, kind):
    """The export is a file of bases, with held, pending and dated bases."""
    path = tmp_path / f"fir.{kind}"
    path.write_bytes(client.get(f"/v1/fir?format={kind}").content)
    bases = read_bases(path, Limits(), None)
    report = load_bases(example_graph, EXAMPLE_CLOCK, bases, LoadOptions(reason="again", made_by="test"))
    assert (bases.refusals, report.refusals, report.applied) == ([], [], False)
    assert (report.counts["declared"], report.counts["unchanged"]) == (0, len(DUE) - len(rows_not_supplied(client)))


def rows_not_supplied(client):
    """The rows for which no upgrade path was supplied."""
    rows = csv.DictReader(io.StringIO(client.get("/v1/fir").text, newline=""))
    return [row for row in rows if not row["Firmware_Upgrade_Path"] + row["Held_Bases"] + row["Pending_Bases"]]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"])
def test_no_cell_is_a_formula(cell):
    """CSV cells with a formula prefix are escaped; workbook cells have the type text."""
    assert escape_formula(cell) == f"'{cell}"
    (row,) = csv.reader(io.StringIO(as_csv([[cell, "000001"]]).decode(), newline=""))
    assert row == [f"'{cell}", "000001"]
    sheet = load_workbook(io.BytesIO(as_xlsx({"one": [[cell]]}))).active
    assert sheet["A1"].data_type == "s"


@pytest.mark.parametrize("query", ["format=pdf", "at=soon", "stray=1"])
def test_an_invalid_query_is_refused(client, query):
    """The response is a problem, not a file."""
    response = client.get(f"/v1/fir?{query}")
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
