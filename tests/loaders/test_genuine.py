"""The genuine list, where available: only counts and comparisons read from the graph; no row of the list."""

import datetime

import pytest
from python_calamine import CalamineWorkbook

from service.domain.as_of import AsOf
from service.domain.entry_filters import EntryFilters
from service.repositories import compartments, facts
from service.repositories.entry_search import search_listed_entries
from service.repositories.manufacturers import names_in_force
from tests.conftest import Ticking
from tests.loaders.files import CSV_VIEW, Desk, asked, midnight, refusals, write_csv
from tests.templates import emptied

pytestmark = pytest.mark.deep_on_neo4j("the whole genuine list loaded four times")

VIEW = "CPL - saveable in CSV"
SHARED = tuple(name for name in CSV_VIEW if name not in ("number", "joined"))
COUNTS = {
    "entries": "MATCH (e:Entry) RETURN count(e) AS n",
    "revisions": "MATCH (r:Revision)-[:OF_ENTRY]->(:Entry) RETURN count(r) AS n",
    "current": "MATCH (r:Revision) WHERE r.status = 'Current' RETURN count(r) AS n",
    "removed": "MATCH (r:Revision) WHERE r.status = 'Removed' RETURN count(r) AS n",
    "device models": "MATCH (m:DeviceModel) RETURN count(m) AS n",
    "device models of entries": "MATCH (:Revision)-[:`OF`]->(m:DeviceModel) RETURN count(DISTINCT m.id) AS n",
    "manufacturers": "MATCH (:DeviceModel)-[:MADE_BY]->(f:Manufacturer) RETURN count(DISTINCT f.code) AS n",
    "hashes": "MATCH (:Revision)-[:CARRIES]->(i:Image) RETURN count(DISTINCT i.hash) AS n",
    "images": "MATCH (i:Image) RETURN count(i) AS n",
}
EXPECTED = {
    "entries": 729,
    "revisions": 729,
    "current": 694,
    "removed": 35,
    "device models": 162,
    "device models of entries": 162,
    "manufacturers": 19,
    "hashes": 305,
    "images": 305,
}


def as_saved(value):
    """A cell as a spreadsheet program saves it in CSV."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else str(value)


@pytest.fixture(scope="module")
def view(genuine, tmp_path_factory):
    """The workbook's sheet for CSV export, saved as CSV."""
    rows = CalamineWorkbook.from_path(genuine).get_sheet_by_name(VIEW).to_python()
    return write_csv(tmp_path_factory.mktemp("view") / "view.csv", [[as_saved(cell) for cell in row] for row in rows])


def contents(desk):
    """The revisions of every entry in the graph."""
    revisions = facts.all_facts(desk.graph, desk.now).revisions
    return {number: [(row.span, row.content) for row in rows] for number, rows in revisions.items()}


def counted(desk):
    """The counts, read from the graph."""
    return {name: asked(desk.graph, statement)[0]["n"] for name, statement in COUNTS.items()}


@pytest.fixture(scope="module")
def from_view(opened, genuine, view, tmp_path_factory):
    """Loads the CSV, then the workbook (refused), then the workbook as a correction; returns each result."""
    desk = Desk(emptied(opened), Ticking(midnight("2026-06-01")), tmp_path_factory.mktemp("from_view"))
    desk.load_list(view)
    first, state = contents(desk), compartments.read_state(desk.graph)
    refused = refusals(lambda: desk.load_list(genuine))
    unwritten = compartments.read_state(desk.graph) == state
    corrected = desk.load_list(genuine, correction=True)
    return first, refused, unwritten, corrected, contents(desk)


@pytest.fixture(scope="module")
def loaded(opened, genuine, from_view, tmp_path_factory):
    """The workbook loaded into an emptied graph, and the load report."""
    desk = Desk(emptied(opened), Ticking(midnight("2026-06-01")), tmp_path_factory.mktemp("loaded"))
    return desk, desk.load_list(genuine)


def test_the_workbook_loads_completely(loaded):
    """Every entry is loaded and none refused; the counts are read from the graph."""
    desk, report = loaded
    assert (report.applied, report.refusals, report.counts["new"]) == (True, [], 729)
    assert counted(desk) == EXPECTED
    assert [version.entries for version in desk.versions()] == [729]
    assert desk.faults(2) == []


def test_a_search_finds_manufacturers_by_the_names_in_the_notes(loaded):
    """All 19 codes are named. A search for a name finds the entries of its codes, and whole words rank first."""
    desk, report = loaded
    names = names_in_force(desk.graph, AsOf(desk.now, desk.now, None))
    assert len(names) == report.counts["manufacturer-named"] == EXPECTED["manufacturers"]
    found = {word: search(desk, word, names) for word in ("toshiba", "toshi", "edmi", "flonidan", "landis gyr")}
    assert {word: len(rows) for word, rows in found.items()} == {
        "toshiba": 76, "toshi": 76, "edmi": 89, "flonidan": 16, "landis gyr": 86
    }  # fmt: skip
    assert {row.row.manufacturer for row in found["toshiba"]} == {"1086"}
    assert [{row.position[0] for row in found[word]} for word in ("toshiba", "toshi")] == [{"1"}, {"2"}]
    assert search(desk, "toshiba", {}) == []


def search(desk, words, names):
    """What a search for words finds by the names given."""
    filters = EntryFilters(words=tuple(words.split()))
    return search_listed_entries(desk.graph, AsOf(desk.now, desk.now, None), filters, "", 999, names)


def test_the_csv_sheet_gives_the_same_entries(loaded, from_view):
    """Equal entries, equal periods and equal attributes in the shared columns; the other attributes are blank."""
    desk, _ = loaded
    full, narrow = contents(desk), from_view[0]
    assert len(full) == 729
    assert {n: shared(rows) for n, rows in full.items()} == {n: shared(rows) for n, rows in narrow.items()}
    assert not any(content.cpa_number or content.image_descriptor for [(_, content)] in narrow.values())
    assert any(content.cpa_number and content.image_descriptor for [(_, content)] in full.values())


def shared(rows):
    return [(span, *(getattr(content, name) for name in SHARED)) for span, content in rows]


def test_the_workbook_after_its_csv_is_refused_unless_a_correction(loaded, from_view):
    """The same version with more columns; after the correction the graph equals one loaded from the workbook."""
    _, refused, unwritten, corrected, after = from_view
    assert ([refusal.code for refusal in refused], unwritten) == (["other-content"], True)
    assert (corrected.applied, corrected.counts["new"], corrected.counts["absent"]) == (True, 0, 0)
    assert after == contents(loaded[0])


def test_loading_it_again_changes_nothing(loaded, genuine, view):
    """Loading the workbook or its CSV sheet again leaves all 729 entries unchanged."""
    desk, _ = loaded
    state = compartments.read_state(desk.graph)
    for path in (genuine, view):
        report = desk.load_list(path)
        assert (report.applied, report.counts["unchanged"]) == (False, 729)
    assert (compartments.read_state(desk.graph), counted(desk)) == (state, EXPECTED)
