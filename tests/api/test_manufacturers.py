"""Names of manufacturers over HTTP, on both engines: both clocks, the chain, and the search for a name."""

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
    json_of(name({"FE01": "Zephyrs", "FE03": "Gas by Zephyr"}))
    whole, part = (numbers(client, manufacturer=code) for code in ("FE03", "FE01"))
    assert numbers(client, q="zephyr") == whole + part
    assert numbers(client, q="zephyr current") == numbers(client, manufacturer="FE03", status="Current") + numbers(
        client, manufacturer="FE01", status="Current"
    )


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
    assert json_of(client.get(f"/v1/amendments/{first['id']}"), 200)["changes"] == []
    assert slug(client.get(f"/v1/amendments/{first['id']}/revert")) == (422, "changes-nothing")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"names": []}, "names"),
        ({"names": [{"code": "GEO", "name": "x"}]}, "names.0.code"),
        ({"names": [{"code": "FE01", "name": " "}]}, "names.0.name"),
        ({"names": [{"code": "FE01"}]}, "names.0.name"),
        ({"names": [{"code": "FE01", "name": "x"}, {"code": "fe01", "name": "y"}]}, "names"),
        ({"names": [{"code": "FE01", "name": "x"}], "impact": ""}, "impact"),
    ],
)
def test_a_malformed_request_is_refused(client, body, where):  # noqa: F811
    """With the field's name."""
    response = client.post(NAMES, json=AUTHORSHIP | body)
    assert slug(response) == (422, "invalid-question")
    assert [fault["where"] for fault in response.json()["errors"]] == [where]
