"""Chipsets and stacks over HTTP: access, exposure, changes, audit and uploads."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from service.api import deps
from service.app import create_app
from service.application.verify import verify
from service.domain.callers import Caller
from service.domain.limits import Limits
from service.graph.protocol import Graph
from service.rules.permissions import Access, build_rights
from service.settings import Settings
from tests.api.conftest import Served
from tests.conftest import Ticking, open_examples
from tests.loaders.zigbee_files import load_zigbee_examples

pytestmark = pytest.mark.seconds(9)

OLD = {"stack_vendor": "Larkspur Radio", "stack_version_to": "5.8.2"}
ADA = Caller("ada", "SSC", frozenset({"ssc"}))
MAKER = Caller("bob", "Fiction", frozenset({"manufacturer"}), frozenset({"FE03"}))
BLANK = {"chipset": None, "stack": None, "reason": "withdrawn"}


@pytest.fixture(scope="module")
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The module's graph, once on each engine."""
    graph = open_examples(engine, request, tmp_path_factory.mktemp("zigbee-api"))
    load_zigbee_examples(graph, Ticking(datetime(2026, 6, 1, 10, tzinfo=UTC)))
    yield graph
    graph.close()


@pytest.fixture
def client(opened: Graph, served: Served, clock: Ticking) -> Iterator[TestClient]:
    """A test client without sign-in."""
    with served(opened, clock) as client:
        yield client


def as_caller(client: TestClient, caller: Caller) -> TestClient:
    """The client with its access replaced by that of a caller; test_access_matrix covers sign-in."""
    overrides = client.app.dependency_overrides  # type: ignore[attr-defined]
    overrides[deps.get_access] = lambda: Access(caller, build_rights())
    return client


@pytest.fixture
def ssc(client: TestClient) -> TestClient:
    """A client of the SSC."""
    return as_caller(client, ADA)


@pytest.fixture
def maker(client: TestClient) -> TestClient:
    """A client of a manufacturer."""
    return as_caller(client, MAKER)


def get(client: TestClient, path: str, **query: Any) -> Any:
    """The JSON of a 200 response."""
    response = client.get(f"/v1/{path}", params=query)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return response.json()


def test_entries_are_filtered_by_zigbee_facts(ssc):
    """Filters by vendor in any spelling, part, version, range, band and state, with paging."""
    page = get(ssc, "zigbee/entries", chipset_vendor="larkspur radio LTD", chipset_part="lr 2410")
    assert [item["entry"] for item in page["items"]] == ["000034", "000054"]
    assert page["items"][0]["chipset"] | {"recorded": "", "amendment": ""} == {
        "vendor": "LARKSPUR RADIO",
        "part": "LR2410",
        "given_vendor": "Larkspur Radio",
        "given_part": "LR-2410",
        "effective_from": None,
        "recorded": "",
        "amendment": "",
    }
    assert (page["classification"], page["zigbee_known_at"][:13]) == ("Amber", "2026-06-01T10")
    ranged = get(ssc, "zigbee/entries", stack_vendor="Larkspur Radio", stack_version_from="6.1.0")
    assert {item["stack"]["version"] for item in ranged["items"]} == {"6.1.0", "6.4.1"}
    banded = get(ssc, "zigbee/entries", band="Single Band (Sub-GHz)")
    assert [item["entry"] for item in banded["items"]] == ["000017", "000044"]
    unknown = [item["entry"] for item in paged(ssc, "zigbee/entries", state="unknown", limit=7)]
    known_entries = [item["entry"] for item in paged(ssc, "zigbee/entries", limit=7)]
    assert sorted(unknown + known_entries) == [item["number"] for item in paged(ssc, "entries", limit=50)]
    assert "000028" in unknown and len(known_entries) == 26


def paged(client: TestClient, path: str, **query: Any) -> list[Any]:
    """The items of all pages."""
    page = client.get(f"/v1/{path}", params=query).json()
    items = page["items"]
    while page["next"]:
        page = client.get(f"/v1/{path}", params={**query, "cursor": page["next"]}).json()
        items += page["items"]
    return items


def test_a_declared_band_is_visible_with_declarations(client):
    """The declared band is beside the band of the descriptor, and honours both clocks."""
    assert [
        client.get(f"/v1/entries/{n}").json()[field] for n in (20, 34, 1) for field in ("band", "declared_band")
    ] == [
        None,
        "Single Band (2.4 GHz)",
        "Dual Band",
        "Dual Band",
        None,
        None,
    ]
    before = client.get("/v1/entries/20", params={"known_at": "2026-06-01T09:59:59Z"}).json()
    assert before["declared_band"] is None
    page = client.get("/v1/entries", params={"number": "20"}).json()
    assert page["items"][0]["declared_band"] == "Single Band (2.4 GHz)"
    assert "as declared" in client.get("/?from=20").text


def test_exposure_lists_coverage_then_groups_then_entries(ssc):
    """Each exposed entry has its pathway to an unexposed entry, or the reasons against one."""
    exposure = get(ssc, "zigbee/exposure", **OLD)
    assert [name for name in exposure if isinstance(exposure[name], list | dict)] == [
        "coverage",
        "groups",
        "spellings",
        "items",
    ]
    assert [exposure["coverage"][state] for state in ("exposed", "clear", "unknown")] == [13, 14, 36]
    assert [row["manufacturer"] for row in exposure["coverage"]["by_manufacturer"]] == ["FE01", "FE02", "FE03", "FE04"]
    items = {item["entry"]: item for item in exposure["items"]}
    assert (items["000001"]["steps"], items["000001"]["nearest"]) == (3, ["000010"])
    assert items["000006"]["nearest"] == ["000040", "000049"]
    assert items["000015"]["steps"] is None
    assert [reason["code"] for reason in items["000015"]["blocked_by"]] == ["only-through-removed", "no-declared-way"]
    assert (items["000028"]["by_twin"], items["000028"]["steps"]) == (True, 1)
    assert sum(group["exposed"] for group in exposure["groups"]) == 13 == len(items)
    assert paged(ssc, "zigbee/exposure", **OLD, limit=4) == exposure["items"]


def test_exposure_in_meters(ssc):
    """The devices of an entry are as exposed as the entry; each device is counted once."""
    devices = [{"entry": "1", "count": 1200}, {"entry": "000015", "count": 60}, {"entry": "20", "count": 5}]
    body = {**OLD, "devices": devices}
    exposure = ssc.post("/v1/zigbee/exposure", json=body).json()
    assert [exposure["coverage"][f"meters_{state}"] for state in ("exposed", "clear", "unknown")] == [1260, 0, 5]
    assert {group["device_model"]: (group["meters"], group["meters_blocked"]) for group in exposure["groups"]} == {
        "10010100": (1200, 0),
        "10010200": (0, 0),
        "20020100": (60, 60),
        "30010103": (0, 0),
        "30020000": (0, 0),
    }
    for devices in ([{"entry": "1", "count": 1}] * 2, [{"entry": "9999", "count": 1}], [{"entry": "1", "count": -1}]):
        assert ssc.post("/v1/zigbee/exposure", json={**OLD, "devices": devices}).status_code == 422


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({}, "stack_vendor"),
        ({"stack_version_to": "5.8.2"}, "stack_vendor"),
        ({**OLD, "stack_version": "5.8.2"}, "stack_version"),
        ({"stack_vendor": "Larkspur Radio", "stack_version_to": "5.9"}, "no place in the declared order"),
        ({"stack_vendor": "Nobody", "stack_version_to": "5.9"}, "no order of the versions"),
        ({"stack_vendor": "unknown"}, "left blank"),
        ({"stack_vendor": "x", "avoid": "all"}, "avoid"),
        ({"stack_vendor": "x", "known_at": "2030-01-01"}, "known_at"),
    ],
)
def test_an_invalid_exposure_query_is_refused(ssc, query, where):
    """The problem names the missing or contradictory parameter; the service guesses no range."""
    response = ssc.get("/v1/zigbee/exposure", params=query)
    assert response.status_code == 422
    assert where in response.text


def test_the_export_has_its_class_on_every_row(ssc):
    """As CSV and as workbook; no cell is a formula."""
    response = ssc.get("/v1/zigbee/exposure/file", params=OLD)
    assert response.headers["content-disposition"] == 'attachment; filename="zigbee-exposure-amber-1.002.csv"'
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 13
    assert {row["Classification"] for row in rows} == {"Amber"}
    assert rows[0]["Way"] == "000001;000002;000005;000010"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(ssc.get("/v1/zigbee/exposure/file", params={**OLD, "format": "xlsx"}).content)
    )
    assert book.sheet_names == ["Exposure", "Coverage", "Device models", "Notice"]
    for name in book.sheet_names[:3]:
        head, *lines = book.get_sheet_by_name(name).to_python()
        assert head[0] == "Classification" and lines and {line[0] for line in lines} == {"Amber"}


def test_a_put_replaces_the_facts_of_an_entry(opened, ssc):
    """Null means unknown from then on. A repeated PUT changes nothing."""
    body = {"chipset": {"vendor": "Osprey", "part": None}, "stack": None, "reason": "told by letter", "evidence": "L1"}
    first, again = (ssc.put("/v1/entries/18/zigbee", json=body).json() for _ in range(2))
    assert (first["entry"], first["changed"], again["changed"], again["amendment"]) == ("000018", True, False, None)
    (item,) = [i for i in paged(ssc, "zigbee/entries") if i["entry"] == "000018"]
    assert (item["chipset"]["vendor"], item["chipset"]["part"], item["stack"]) == ("OSPREY", None, None)
    assert item["chipset"]["amendment"] == first["amendment"]
    assert ssc.put("/v1/entries/18/zigbee", json={**BLANK}).json()["changed"]
    assert "000018" not in [i["entry"] for i in paged(ssc, "zigbee/entries")]
    assert verify(opened, ssc.app.state.services.clock, 0).faults == []


@pytest.mark.parametrize(
    ("number", "body", "status", "where"),
    [
        ("9999", BLANK, 404, "unknown-entry"),
        ("1", {**BLANK, "reason": " "}, 422, "reason"),
        ("1", {"chipset": None, "reason": "x"}, 422, "stack"),
        ("1", {**BLANK, "chipset": {"vendor": "?", "part": None}}, 422, "one value"),
        ("1", {**BLANK, "band": "Dual Band"}, 422, "band"),
        ("x", BLANK, 422, "number"),
    ],
)
def test_an_invalid_put_is_refused(ssc, number, body, status, where):
    """The problem names the error."""
    response = ssc.put(f"/v1/entries/{number}/zigbee", json=body)
    assert (response.status_code, where in response.text) == (status, True)


def test_a_manufacturer_reads_and_changes_only_its_own_entries(maker):
    """Counts, groups and items cover its own entries, and no field reveals when others wrote."""
    exposure = get(maker, "zigbee/exposure", stack_vendor="Larkspur Radio", stack_version="5.8.0")
    assert [row["manufacturer"] for row in exposure["coverage"]["by_manufacturer"]] == ["FE03"]
    assert {item["manufacturer"] for item in exposure["items"]} == {"FE03"}
    assert exposure["zigbee_known_at"] == "2026-06-01T12:00:00Z"
    assert {item["manufacturer"] for item in paged(maker, "zigbee/entries")} == {"FE03"}
    assert {item["manufacturer"] for item in paged(maker, "zigbee/entries", state="unknown")} == {"FE03"}
    refused = maker.put("/v1/entries/1/zigbee", json=BLANK)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "not-allowed")
    # The order of stack versions would reveal the entries of other manufacturers.
    assert maker.get("/v1/zigbee/exposure", params=OLD).status_code == 422


def test_every_read_is_in_the_audit(ssc):
    """A record has the caller, role, organisation, query and number of entries; reads of the audit are recorded too."""
    before = get(ssc, "audit", limit=1)["records"]
    get(ssc, "zigbee/exposure", **OLD)
    get(ssc, "zigbee/entries", chipset_part="OS7", limit=2)
    ssc.get("/v1/zigbee/exposure/file", params=OLD)
    ssc.put("/v1/entries/18/zigbee", json=BLANK)
    records = paged(ssc, "audit", limit=3)[before:]
    assert [(r["act"], r["asked"].split(" ", 1)[0], r["entries"]) for r in records] == [
        ("read", "audit", 0),
        ("read", "exposure", 13),
        ("read", "entries", 2),
        ("read", "exposure", 13),
        ("read", "write", 0),
    ]
    assert {(r["who"], r["role"], r["organisation"]) for r in records} == {("ada", "ssc", "SSC")}
    assert '"stack_vendor":"LARKSPUR RADIO"' in records[1]["asked"]


def test_without_an_audit_record_there_is_no_answer(ssc, monkeypatch):
    """The service returns no restricted data that it cannot record."""

    def raise_disk_full(*args: object, **kwargs: object) -> None:
        raise OSError("no room left")

    monkeypatch.setattr("service.repositories.audit.record_access", raise_disk_full)
    response = ssc.get("/v1/zigbee/entries")
    assert response.status_code == 500
    assert "LARKSPUR" not in response.text


FILE = b"Entry.number,ZigBee.chipset_vendor,ZigBee.chipset_part\n18,Osprey,OS9\n"


def upload(client: TestClient, path: str, content: bytes, kind: str = "text/csv", **parameters: Any) -> Any:
    """The response to a file in the body."""
    query = {"file": "facts.csv", "reason": "told by letter"} | parameters
    return client.post(f"/v1/{path}", params=query, content=content, headers={"Content-Type": kind})


def test_an_upload_reports_like_the_command_line(ssc):
    """A dry run changes nothing, and the same file a second time changes nothing."""
    dry = upload(ssc, "zigbee", FILE, dry_run=True).json()
    assert (dry["applied"], dry["dry_run"], dry["counts"]["stated"], dry["file"]) == (False, True, 1, "facts.csv")
    assert upload(ssc, "zigbee", FILE).json()["applied"]
    assert not upload(ssc, "zigbee", FILE).json()["applied"]
    (item,) = [i for i in paged(ssc, "zigbee/entries") if i["entry"] == "000018"]
    assert item["chipset"]["part"] == "OS9"
    ssc.put("/v1/entries/18/zigbee", json=BLANK)


def test_an_order_of_versions_is_uploaded_as_a_file(ssc):
    """Afterwards a range of that vendor's versions can be queried."""
    query = {"stack_vendor": "Newcomer", "stack_version_to": "2"}
    assert ssc.get("/v1/zigbee/exposure", params=query).status_code == 422
    content = b"ZigBee.stack_vendor,ZigBee.stack_version,Order\nNewcomer,1,1\nNewcomer,2,2\n"
    assert upload(ssc, "zigbee/orders", content).json()["applied"]
    assert get(ssc, "zigbee/exposure", **query)["coverage"]["exposed"] == 0


@pytest.mark.parametrize(
    ("path", "content", "parameters", "where"),
    [
        ("zigbee", FILE + b"9999,Osprey,OS9\n", {}, "facts.csv, line 3, column Entry.number"),
        ("zigbee", b"", {}, "empty-file"),
        ("zigbee", b"Entry.number,other\n1,2\n", {}, "unknown-column"),
        ("zigbee", FILE, {"file": "../facts.csv"}, "file"),
        ("zigbee", FILE, {"file": "facts.exe"}, "file"),
        ("zigbee", FILE, {"file": "é" * 250 + ".csv"}, "file"),
        ("zigbee", FILE, {"reason": " "}, "reason"),
        ("zigbee/orders", b"ZigBee.stack_vendor,ZigBee.stack_version,Order\nA,1,x\n", {}, "bad-order"),
        ("zigbee/orders", FILE, {"skip_refused": True}, "skip_refused"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(ssc, path, content, parameters, where):
    """The problem names file, line, column and reason."""
    response = upload(ssc, path, content, **parameters)
    assert (response.status_code, where in response.text) == (422, True), response.text
    assert "000018" not in [i["entry"] for i in paged(ssc, "zigbee/entries")]


def test_a_zigbee_file_with_the_wrong_media_type_is_refused(ssc):
    """Pages on other sites cannot make a browser send an accepted media type without a CORS preflight."""
    assert upload(ssc, "zigbee", FILE, kind="text/plain").status_code == 415


def test_a_zigbee_file_over_the_limit_is_not_read_to_its_end(opened, clock):
    """The limit is that of files on the command line."""
    with TestClient(create_app(Settings(), opened, clock, limits=Limits(file_bytes=20))) as client:
        assert upload(client, "zigbee", FILE).status_code == 413
