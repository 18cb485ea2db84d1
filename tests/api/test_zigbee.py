"""Chipsets and stacks over HTTP: closed to whom it does not concern, and what is told to the others."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from service.api import authorisation
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

pytestmark = pytest.mark.seconds(11)

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
    """A client of whoever is at the machine."""
    with served(opened, clock) as found:
        yield found


def known(client: TestClient, caller: Caller) -> TestClient:
    """The same, to which this caller is known; who is let in at all is told in test_access_matrix."""
    overrides = client.app.dependency_overrides  # type: ignore[attr-defined]
    overrides[authorisation._access] = lambda: Access(caller, build_rights())
    return client


@pytest.fixture
def ssc(client: TestClient) -> TestClient:
    """The same, admitted as the SSC."""
    return known(client, ADA)


@pytest.fixture
def maker(client: TestClient) -> TestClient:
    """The same, admitted as a manufacturer."""
    return known(client, MAKER)


def get(client: TestClient, path: str, **asked: Any) -> Any:
    """The JSON of an answer; it must be one."""
    response = client.get(f"/v1/{path}", params=asked)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return response.json()


def test_entries_by_what_is_told_of_them(ssc):
    """By vendor in any spelling, part, version, range, band, or unknown; in pages."""
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
    told = [item["entry"] for item in paged(ssc, "zigbee/entries", limit=7)]
    assert sorted(unknown + told) == [item["number"] for item in paged(ssc, "entries", limit=50)]
    assert "000028" in unknown and len(told) == 26


def paged(client: TestClient, path: str, **asked: Any) -> list[Any]:
    """The items of all pages."""
    page = client.get(f"/v1/{path}", params=asked).json()
    items = page["items"]
    while page["next"]:
        page = client.get(f"/v1/{path}", params={**asked, "cursor": page["next"]}).json()
        items += page["items"]
    return items


def test_a_band_is_told_to_those_who_see_declarations(client):
    """Beside what the descriptor says, which is left as it is; as of both clocks."""
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


def test_exposure_tells_coverage_first(ssc):
    """Then by device model, then entry by entry with the way off it, or what blocks it."""
    found = get(ssc, "zigbee/exposure", **OLD)
    assert [name for name in found if isinstance(found[name], list | dict)] == [
        "coverage",
        "groups",
        "spellings",
        "items",
    ]
    assert [found["coverage"][state] for state in ("exposed", "clear", "unknown")] == [13, 14, 36]
    assert [one["manufacturer"] for one in found["coverage"]["by_manufacturer"]] == ["FE01", "FE02", "FE03", "FE04"]
    items = {item["entry"]: item for item in found["items"]}
    assert (items["000001"]["steps"], items["000001"]["nearest"]) == (3, ["000010"])
    assert items["000006"]["nearest"] == ["000040", "000049"]
    assert items["000015"]["steps"] is None
    assert [why["code"] for why in items["000015"]["blocked_by"]] == ["only-through-removed", "no-declared-way"]
    assert (items["000028"]["by_twin"], items["000028"]["steps"]) == (True, 1)
    assert sum(group["exposed"] for group in found["groups"]) == 13 == len(items)
    assert paged(ssc, "zigbee/exposure", **OLD, limit=4) == found["items"]


def test_exposure_in_meters(ssc):
    """Devices counted under an entry are as exposed as the entry; each is counted once."""
    devices = [{"entry": "1", "count": 1200}, {"entry": "000015", "count": 60}, {"entry": "20", "count": 5}]
    body = {**OLD, "devices": devices}
    found = ssc.post("/v1/zigbee/exposure", json=body).json()
    assert [found["coverage"][f"meters_{state}"] for state in ("exposed", "clear", "unknown")] == [1260, 0, 5]
    assert {group["device_model"]: (group["meters"], group["meters_blocked"]) for group in found["groups"]} == {
        "10010100": (1200, 0),
        "10010200": (0, 0),
        "20020100": (60, 60),
        "30010103": (0, 0),
        "30020000": (0, 0),
    }
    for devices in ([{"entry": "1", "count": 1}] * 2, [{"entry": "9999", "count": 1}], [{"entry": "1", "count": -1}]):
        assert ssc.post("/v1/zigbee/exposure", json={**OLD, "devices": devices}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "where"),
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
def test_a_question_that_cannot_be_answered_is_refused(ssc, asked, where):
    """What is missing or makes no sense is told; no range is ever guessed."""
    response = ssc.get("/v1/zigbee/exposure", params=asked)
    assert response.status_code == 422
    assert where in response.text


def test_the_file_is_marked_on_every_row(ssc):
    """As CSV and as a workbook; no cell is a formula."""
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


def test_what_is_put_takes_the_place_of_what_was_told(opened, ssc):
    """Whole: what is null is not known any more. The same twice changes nothing."""
    said = {"chipset": {"vendor": "Osprey", "part": None}, "stack": None, "reason": "told by letter", "evidence": "L1"}
    first, again = (ssc.put("/v1/entries/18/zigbee", json=said).json() for _ in range(2))
    assert (first["entry"], first["changed"], again["changed"], again["amendment"]) == ("000018", True, False, None)
    (item,) = [i for i in paged(ssc, "zigbee/entries") if i["entry"] == "000018"]
    assert (item["chipset"]["vendor"], item["chipset"]["part"], item["stack"]) == ("OSPREY", None, None)
    assert item["chipset"]["amendment"] == first["amendment"]
    assert ssc.put("/v1/entries/18/zigbee", json={**BLANK}).json()["changed"]
    assert "000018" not in [i["entry"] for i in paged(ssc, "zigbee/entries")]
    assert verify(opened, ssc.app.state.clock, 0).faults == []


@pytest.mark.parametrize(
    ("number", "said", "status", "where"),
    [
        ("9999", BLANK, 404, "unknown-entry"),
        ("1", {**BLANK, "reason": " "}, 422, "reason"),
        ("1", {"chipset": None, "reason": "x"}, 422, "stack"),
        ("1", {**BLANK, "chipset": {"vendor": "?", "part": None}}, 422, "one value"),
        ("1", {**BLANK, "band": "Dual Band"}, 422, "band"),
        ("x", BLANK, 422, "number"),
    ],
)
def test_what_cannot_be_put_is_refused(ssc, number, said, status, where):
    """With what is wrong."""
    response = ssc.put(f"/v1/entries/{number}/zigbee", json=said)
    assert (response.status_code, where in response.text) == (status, True)


def test_a_maker_sees_and_says_of_its_own_entries_alone(maker):
    """No count, no group, no item is of another's, and when others wrote is not told either."""
    found = get(maker, "zigbee/exposure", stack_vendor="Larkspur Radio", stack_version="5.8.0")
    assert [one["manufacturer"] for one in found["coverage"]["by_manufacturer"]] == ["FE03"]
    assert {item["manufacturer"] for item in found["items"]} == {"FE03"}
    assert found["zigbee_known_at"] == "2026-06-01T12:00:00Z"
    assert {item["manufacturer"] for item in paged(maker, "zigbee/entries")} == {"FE03"}
    assert {item["manufacturer"] for item in paged(maker, "zigbee/entries", state="unknown")} == {"FE03"}
    refused = maker.put("/v1/entries/1/zigbee", json=BLANK)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "not-allowed")
    # The order of a stack's versions tells of whose entries they are.
    assert maker.get("/v1/zigbee/exposure", params=OLD).status_code == 422


def test_every_reading_is_in_the_audit(ssc):
    """Who, as what, of whom, what was asked, of how many entries; the reading of the audit too."""
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


def test_what_cannot_be_recorded_is_not_told(ssc, monkeypatch):
    """An answer without a record of it would be one that nobody knows was given."""

    def full(*given: object, **more: object) -> None:
        raise OSError("no room left")

    monkeypatch.setattr("service.repositories.audit.record_access", full)
    response = ssc.get("/v1/zigbee/entries")
    assert response.status_code == 500
    assert "LARKSPUR" not in response.text


FILE = b"Entry.number,ZigBee.chipset_vendor,ZigBee.chipset_part\n18,Osprey,OS9\n"


def sent(client: TestClient, path: str, content: bytes, kind: str = "text/csv", **asked: Any) -> Any:
    """The answer to a file that is the body."""
    given = {"file": "facts.csv", "reason": "told by letter"} | asked
    return client.post(f"/v1/{path}", params=given, content=content, headers={"Content-Type": kind})


def test_a_file_is_sent_as_it_is(ssc):
    """The report of the command line; a dry run changes nothing, and the same file twice changes nothing."""
    dry = sent(ssc, "zigbee", FILE, dry_run=True).json()
    assert (dry["applied"], dry["dry_run"], dry["counts"]["told"], dry["file"]) == (False, True, 1, "facts.csv")
    assert sent(ssc, "zigbee", FILE).json()["applied"]
    assert not sent(ssc, "zigbee", FILE).json()["applied"]
    (item,) = [i for i in paged(ssc, "zigbee/entries") if i["entry"] == "000018"]
    assert item["chipset"]["part"] == "OS9"
    ssc.put("/v1/entries/18/zigbee", json=BLANK)


def test_an_order_is_sent_as_a_file(ssc):
    """Then a range of that vendor's versions can be asked for."""
    asked = {"stack_vendor": "Newcomer", "stack_version_to": "2"}
    assert ssc.get("/v1/zigbee/exposure", params=asked).status_code == 422
    content = b"ZigBee.stack_vendor,ZigBee.stack_version,Order\nNewcomer,1,1\nNewcomer,2,2\n"
    assert sent(ssc, "zigbee/orders", content).json()["applied"]
    assert get(ssc, "zigbee/exposure", **asked)["coverage"]["exposed"] == 0


@pytest.mark.parametrize(
    ("path", "content", "asked", "where"),
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
def test_a_file_that_is_refused_changes_nothing(ssc, path, content, asked, where):
    """With file, line, column and reason."""
    response = sent(ssc, path, content, **asked)
    assert (response.status_code, where in response.text) == (422, True), response.text
    assert "000018" not in [i["entry"] for i in paged(ssc, "zigbee/entries")]


def test_a_file_that_is_sent_as_something_else_is_not_read(ssc):
    """No page elsewhere can make a browser send what is taken."""
    assert sent(ssc, "zigbee", FILE, kind="text/plain").status_code == 415


def test_a_file_that_is_too_large_is_not_read_to_its_end(opened, clock):
    """By the limit that holds for files on the command line."""
    with TestClient(create_app(Settings(), opened, clock, limits=Limits(file_bytes=20))) as client:
        assert sent(client, "zigbee", FILE).status_code == 413
