"""Names of manufacturers over HTTP, on both engines: both clocks, the chain, and the search for a name."""

import csv
import io
import json

import pytest

from service.application.verify import verify
from service.domain.clock import iso
from service.repositories import compartments
from tests.api.test_amendments import AUTHORSHIP, client, graph, json_of, slug  # noqa: F401  # fixtures
from tests.store.crash_worker import raw

pytestmark = pytest.mark.seconds(20)

NAMES = "/v1/manufacturers"


@pytest.fixture
def name(client):  # noqa: F811
    """A function that names manufacturers by code, and returns the response."""

    def post(names, **more):
        items = [{"code": code, "name": text} for code, text in names.items()]
        return client.post(NAMES, json=AUTHORSHIP | {"names": items} | more)

    return post


def numbers(client, **query):  # noqa: F811
    """The entries that a search finds."""
    return [item["number"] for item in json_of(client.get("/v1/entries", params=query), 200)["items"]]


def names(client, **query):  # noqa: F811
    """The names in force, by code."""
    return {item["code"]: item["name"] for item in json_of(client.get(NAMES, params=query), 200)["items"]}


@pytest.mark.deep_on_neo4j("a write, an amendment and a whole verification")
def test_names_have_both_clocks_and_stand_on_the_chain(client, name, graph, clock):  # noqa: F811
    """A search finds the entries of all codes with the name, each from the instant of its record on."""
    state = compartments.read_state(graph)
    before, answer = iso(state.recorded), client.get("/v1/pathways?from=1&to=34").json()
    assert (names(client), numbers(client, q="zephyr")) == ({}, [])
    made = json_of(name({"fe:01": "Zephyr Metering", "FE03": "Zephyr Metering"}, id="names-0001"))
    assert (made["source"], made["sequence"], made["by"]) == ("http", state.sequence + 1, "A. Person")
    assert compartments.read_state(graph).revision == state.revision + 1
    of_both = sorted(numbers(client, manufacturer="FE01") + numbers(client, manufacturer="FE03"))
    assert sorted(numbers(client, q="zephyr")) == sorted(numbers(client, q="ZEPH")) == of_both
    assert numbers(client, q="zephyr", manufacturer="FE01") == numbers(client, manufacturer="FE01")
    assert numbers(client, q="zephyr gas") == numbers(client, q="gas", manufacturer="FE03")
    item = json_of(client.get("/v1/entries?q=zephyr&limit=1"), 200)["items"][0]
    assert (item["manufacturer_name"], item["matched"]) == ("Zephyr Metering", ["manufacturer_name"])
    assert (names(client, known_at=before), numbers(client, q="zephyr", known_at=before)) == ({}, [])
    changed = {"receipt", "known_at", "at"}
    after = client.get("/v1/pathways?from=1&to=34").json()
    assert {k: v for k, v in after.items() if k not in changed} == {k: v for k, v in answer.items() if k not in changed}
    clock.forward(minutes=1)
    json_of(name({"FE01": None, "FE03": "Zephyr Gas"}, effective_from="2026-07-01"))
    assert names(client) == {"FE01": "Zephyr Metering", "FE03": "Zephyr Metering"}
    assert names(client, at="2026-07-01") == {"FE03": "Zephyr Gas"}
    assert verify(graph, clock, 0).faults == []


def test_a_whole_word_of_a_name_ranks_before_a_part(client, name):  # noqa: F811
    """As for the words of the list, with which it may be mixed."""
    json_of(name({"FE01": "Zephyrs", "FE03": " Gas  by\nZephyr\tLtd "}))
    assert names(client)["FE03"] == "Gas by Zephyr Ltd"
    whole, part = (numbers(client, manufacturer=code) for code in ("FE03", "FE01"))
    assert numbers(client, q="zephyr") == whole + part
    assert numbers(client, q="zephyr current") == numbers(client, manufacturer="FE03", status="Current") + numbers(
        client, manufacturer="FE01", status="Current"
    )


def test_reasons_entries_and_pages_name_whom_to_ask(client, name):  # noqa: F811
    """By the instants of the question: after the code, which stays. Nothing else of an answer changes."""
    question = "/v1/pathways?from=8&to=26"
    before = json_of(client.get(question), 200)
    assert "(FE03)" in str(before["reasons"])
    plan = {"steps": ["000008", "000026"]}
    (step,) = json_of(client.post("/v1/pathways/check", json=plan), 200)["steps"]
    listed = json_of(client.get("/v1/entries/8"), 200)
    device = {"device": {key: listed[key] for key in ("manufacturer", "device_model", "firmware_version")}}
    standing = json_of(client.post("/v1/resolve", json=device), 200)["reasons"]
    json_of(name({"FE03": "<b>Zephyr</b>"}, effective_from="2026-05-01"))
    assert named(json_of(client.post("/v1/resolve", json=device), 200)["reasons"]) == standing
    after = json_of(client.get(question), 200)
    for receipt in (before["receipt"], after["receipt"]):
        assert json_of(client.post("/v1/receipts/verify", json=receipt), 200)["result"] == "same"
    assert named(after["reasons"]) == before["reasons"]
    assert named(json_of(client.post("/v1/pathways/check", json=plan), 200)["steps"]) == [step]
    assert json_of(client.get(f"{question}&at=2026-04-30"), 200)["reasons"] == before["reasons"]
    assert json_of(client.get(f"{question}&known_at={before['known_at']}"), 200)["reasons"] == before["reasons"]
    assert json_of(client.get("/v1/entries/8"), 200)["manufacturer_name"] == "<b>Zephyr</b>"
    assert json_of(client.get("/v1/entries/8?at=2026-04-30"), 200)["manufacturer_name"] is None
    page = client.get("/?from=8&to=26&q=zephyr").text
    assert page.count("<code>FE03</code> &lt;b&gt;Zephyr&lt;/b&gt;") > 1
    assert "(FE03 &lt;b&gt;Zephyr&lt;/b&gt;)" in page


def test_findings_and_the_repository_name_manufacturers(client, name):  # noqa: F811
    """A page names those of its findings; the FIR has a column, since it says whom to ask for firmware."""
    query = {"manufacturer": "FE03", "limit": 200}
    before = json_of(client.get("/v1/findings", params=query), 200)
    assert (before["manufacturer_names"], bool(before["items"])) == ({}, True)
    json_of(name({"FE03": "Zephyr", "FE99": "Nobody"}, effective_from="2026-05-01"))
    after = json_of(client.get("/v1/findings", params=query), 200)
    assert after["manufacturer_names"] == {"FE03": "Zephyr"}
    assert after["items"] == before["items"]
    assert json_of(client.get("/v1/findings?manufacturer=FE01"), 200)["manufacturer_names"] == {}
    for at, zephyr in (("2026-05-01", "Zephyr"), ("2026-04-30", "")):
        rows = csv.DictReader(io.StringIO(client.get(f"/v1/fir?at={at}").text, newline=""))
        makers = {(row["Device_Model.manufacturer_identifier"], row["Manufacturer_Name"]) for row in rows}
        assert {pair for pair in makers if pair[0] == "FE03"} == {("FE03", zephyr)}
        assert {text for code, text in makers if code != "FE03"} == {""}


def named(answers):
    """The answers without the name, which they must have."""
    assert "(FE03 <b>Zephyr</b>)" in str(answers)
    return json.loads(json.dumps(answers).replace("(FE03 <b>Zephyr</b>)", "(FE03)"))


def test_a_name_altered_by_hand_breaks_the_chain(name, graph, clock):  # noqa: F811
    """The hash of the amendment covers it."""
    json_of(name({"FE01": "Zephyr"}))
    raw(graph, "MATCH (n:ManufacturerName) SET n.name = 'Others'")
    assert [fault for fault in verify(graph, clock, 0).faults if "is not as it was recorded" in fault]


def test_a_retry_finds_its_amendment_and_what_changes_nothing_is_refused(name, client, graph):  # noqa: F811
    """As with amendments of declarations."""
    first = json_of(name({"FE01": "Zephyr"}, id="names-0001"))
    revision = compartments.read_state(graph).revision
    assert json_of(name({"FE01": "Zephyr"}, id="names-0001"), 200) == first
    assert compartments.read_state(graph).revision == revision
    assert slug(name({"FE01": "Others"}, id="names-0001")) == (409, "amendment-id-taken")
    assert slug(name({"FE01": "Zephyr"})) == (422, "changes-nothing")
    assert json_of(name({"FE02": None}))["sequence"] == first["sequence"] + 1
    assert slug(name({"FE02": None})) == (422, "changes-nothing")
    detail = json_of(client.get(f"/v1/amendments/{first['id']}"), 200)
    always = {"valid_from": None, "valid_to": None}
    given = {"name": "Zephyr", "list_version": None} | always
    assert (detail["changes"], detail["names"]) == ([], [{"code": "FE01", "before": [], "after": [given]}])
    later = json_of(name({"FE01": None}, effective_from="2026-05-01"))
    since = {"valid_from": "2026-05-01T00:00:00Z", "valid_to": None}
    assert json_of(client.get(f"/v1/amendments/{later['id']}"), 200)["names"] == [
        {"code": "FE01", "before": [given | since], "after": [{"name": None, "list_version": None} | since]}
    ]
    assert slug(client.get(f"/v1/amendments/{first['id']}/revert")) == (422, "changes-nothing")


def test_a_malformed_request_is_refused(client):  # noqa: F811
    """With the field's name."""
    for body, where in (
        ({"names": []}, "names"),
        ({"names": [{"code": "GEO", "name": "x"}]}, "names.0.code"),
        ({"names": [{"code": "FE01", "name": " "}]}, "names.0.name"),
        ({"names": [{"code": "FE01"}]}, "names.0.name"),
        ({"names": [{"code": "FE01", "name": "x"}, {"code": "fe01", "name": "y"}]}, "names"),
        ({"names": [{"code": "FE01", "name": "x"}], "impact": ""}, "impact"),
    ):
        response = client.post(NAMES, json=AUTHORSHIP | body)
        assert slug(response) == (422, "invalid-question"), body
        assert [fault["where"] for fault in response.json()["errors"]] == [where]
