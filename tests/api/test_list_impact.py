"""The impact of a list: before it is loaded (a dry run) and afterwards (`GET /v1/lists/{number}/impact`)."""

from urllib.parse import urlencode

import pytest

from tests.api.test_disclosures_impact import CHAIN, ask_pathway, begin, opened
from tests.disclosure_client import SUPPLIERS, disclosure_client, wait_until_written
from tests.loaders.files import entry, heading, list_csv

SUPPLIER, OTHER = SUPPLIERS
assert opened
NUMBER, TOMORROW = "1.002", "2026-06-02"
ROWS = [entry(1), entry(2, status="Removed"), entry(3), entry(4), entry(8)]
LISTS = ("lost", "gained", "longer", "shorter", "rerouted", "now-unknown", "now-known", "stranded")


@pytest.fixture
def api(opened, tmp_path):
    """A client over a chain of four entries, and three entries without a declaration."""
    clock = begin(opened, tmp_path, CHAIN)
    with disclosure_client(opened, clock) as client:
        client.folder = tmp_path
        yield client


def send(api, issued, rows=ROWS, **parameters):
    """Posts a list as SECAS, and returns the report."""
    wait_until_written(api.client)
    path = list_csv(api.folder / "list.csv", heading(NUMBER, issued), rows)
    query = urlencode({"file": path.name, "by": "tester", "allow_absent": True, **parameters})
    headers = api.sent["secas"] | {"Content-Type": "text/csv"}
    response = api.client.post(f"/v1/lists?{query}", content=path.read_bytes(), headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def date(impact, at):
    """An instant of an impact; None for the present one."""
    return None if at == impact["at"] else at


def alike(impact):
    """The parts of an impact that a dry run and the service afterwards have in common; None stands for the present."""
    same = {name: impact[name] for name in ("id", "counts", "summary", "manufacturers", "device_models", "replaces")}
    for name in LISTS:
        same[name] = [row | {"at": date(impact, row["at"])} for row in impact[name]]
    same["by_date"] = [(date(impact, row["at"]), row["counts"]) for row in impact["by_date"]]
    told = impact["disclosures"]
    for name in ("answers", "exports"):
        same[name] = [
            row | {"after": [after | {"at": date(impact, after["at"])} for after in row["after"]]} for row in told[name]
        ]
    same["disclosures"] = told["counts"], [(date(impact, row["at"]), row["counts"]) for row in told["by_date"]]
    return same


@pytest.mark.parametrize("issued", ["2026-05-01", TOMORROW], ids=["in force", "tomorrow"])
def test_the_impact_of_a_list_is_the_same_before_and_after(api, issued):
    """Lost, gained and stranded, and whose answers change, at the date from which the list is in force."""
    ask_pathway(api, SUPPLIER, "1", "4")
    ask_pathway(api, OTHER, "3", "4")
    api.ask(OTHER, "/v1/fir")
    foreseen = send(api, issued, dry_run=True, limit=1000)["impact"]
    api.clock.forward(minutes=1)
    assert send(api, issued)["applied"]
    api.clock.forward(minutes=1)
    ask_pathway(api, OTHER, "1", "4")
    wait_until_written(api.client)
    recorded = api.ask("secas", f"/v1/lists/{NUMBER}/impact", params={"limit": 1000}).json()
    told = alike(recorded)
    assert told == alike(foreseen)
    since = f"{TOMORROW}T00:00:00Z" if issued == TOMORROW else None
    assert [(row["from"], row["to"], row["at"]) for row in told["lost"]] == [
        ("000001", "000002", since), ("000001", "000003", since), ("000001", "000004", since),
    ]  # fmt: skip
    assert [row["entry"] for row in told["stranded"]] == ["000001"]
    (item,) = told["answers"]
    assert (item["organisation"], item["told"]["outcome"]) == (SUPPLIER, "route")
    assert [(after["at"], after["outcome"]) for after in item["after"]] == [(since, "none")]
    assert (recorded["findings"], recorded["next"]) == (None, None)


def test_whose_answers_change_is_for_secas_alone(api):
    """Everybody who reads amendments gets the impact; the public gets the list version."""
    ask_pathway(api, SUPPLIER, "1", "4")
    send(api, "2026-05-01")
    path = f"/v1/lists/{NUMBER}/impact"
    whole = api.ask("secas", path).json()
    assert whole.pop("disclosures")["counts"] == {SUPPLIER: 1}
    for who in ("ssc", "own", OTHER, "nobody"):
        assert api.ask(who, path).json() == whole
    api.ask("public", path, status=401)
    shown = api.ask("public", f"/v1/lists/{NUMBER}").json()
    (listed,) = [row for row in api.ask("public", "/v1/lists").json()["items"] if row["number"] == NUMBER]
    assert {name: shown[name] for name in listed} == listed
    assert shown["known_at"] == listed["recorded"]


def test_the_impact_of_a_list_comes_in_pages(api):
    """Each difference once; the cursor belongs to this list."""
    send(api, "2026-05-01")
    path = f"/v1/lists/{NUMBER}/impact"
    whole, page = (api.ask("ssc", path, params={"limit": limit}).json() for limit in (1000, 2))
    pages, first = [page], page["next"]
    while page["next"]:
        page = api.ask("ssc", path, params={"limit": 2, "cursor": page["next"]}).json()
        pages.append(page)
    assert {name: [row for page in pages for row in page[name]] for name in LISTS} == {n: whole[n] for n in LISTS}
    assert len(pages) > 1
    problem = api.ask("ssc", "/v1/lists/1.001/impact", params={"limit": 2, "cursor": first}, status=422).json()
    assert [error["where"] for error in problem["errors"]] == ["cursor"]


def test_a_corrected_list_has_an_impact_at_each_recording(api):
    """That of the correction, and with `known_at` that of the first load."""
    send(api, "2026-05-01")
    first = api.ask("ssc", f"/v1/lists/{NUMBER}").json()
    api.clock.forward(minutes=1)
    send(api, "2026-05-01", [entry(number) for number in (1, 2, 3, 4, 8)], correction=True)
    path = f"/v1/lists/{NUMBER}/impact"
    corrected = api.ask("ssc", path, params={"limit": 1000}).json()
    assert {(row["from"], row["to"]) for row in corrected["gained"]} >= {("000001", "000002"), ("000001", "000004")}
    assert corrected["lost"] == []
    asked = {"limit": 1000, "known_at": first["recorded"]}
    assert {row["to"] for row in api.ask("ssc", path, params=asked).json()["lost"]} == {"000002", "000003", "000004"}
    assert api.ask("public", f"/v1/lists/{NUMBER}", params={"known_at": first["recorded"]}).json() == first


def test_a_list_that_changes_no_entry_has_an_empty_impact(api):
    """The first list of a graph has an impact too."""
    send(api, "2026-05-01", [entry(number) for number in range(1, 8)])
    impact = api.ask("ssc", f"/v1/lists/{NUMBER}/impact").json()
    assert (any(impact["counts"].values()), impact["manufacturers"]) == (False, [])
    assert api.ask("ssc", "/v1/lists/1.001/impact").json()["manufacturers"] == ["FE01"]


def test_an_export_is_named_where_a_list_makes_a_pending_base_a_step(opened, tmp_path):
    """The declaration names an entry that no list has yet, so that the list changes the path of another entry."""
    clock = begin(opened, tmp_path, [("1", "N/A"), ("2", "1;8")])
    with disclosure_client(opened, clock) as api:
        api.folder = tmp_path
        api.ask(SUPPLIER, "/v1/fir")
        clock.forward(minutes=1)
        told = send(api, TOMORROW, [entry(8)], dry_run=True)["impact"]["disclosures"]
    changes = [(i["entry"], i["told"], i["after"]) for i in told["exports"]]
    assert changes == [("000002", "000001", [{"at": f"{TOMORROW}T00:00:00Z", "path": "000001;000008"}])]


def test_the_dry_run_of_a_bases_file_names_whose_answers_change_later(api):
    """Rows with a date and rows without one; the amendment names the same afterwards."""
    ask_pathway(api, SUPPLIER, "1", "4")
    ask_pathway(api, OTHER, "1", "2")
    wait_until_written(api.client)
    query = "file=bases.csv&by=tester&reason=r"
    content = b"Entry.number,Firmware_Upgrade_Path,Effective_From\n4,2,2026-09-01\n2,N/A,2027-01-01\n"
    headers = api.sent["secas"] | {"Content-Type": "text/csv"}
    told, report = (
        api.client.post(f"/v1/bases?{query}{more}", content=content, headers=headers).json()
        for more in ("&dry_run=true", "")
    )
    (name,) = report["amendments"]
    assert [(i["organisation"], [(a["at"][:10], a["outcome"]) for a in i["after"]])
            for i in told["impact"]["disclosures"]["answers"]] == [
        (SUPPLIER, [("2026-09-01", "route"), ("2027-01-01", "none")]), (OTHER, [("2027-01-01", "none")]),
    ]  # fmt: skip
    recorded = api.ask("secas", f"/v1/amendments/{name}/impact").json()["disclosures"]
    assert recorded == told["impact"]["disclosures"]
