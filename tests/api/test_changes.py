"""`GET /v1/pathways/changes`, on both engines, on a past that was made over HTTP."""

import pytest

from tests.api.conftest import serving
from tests.api.test_uploads import BASES, FIRST, HEAD, SECOND, loaded
from tests.conftest import EXAMPLE_CLOCK, open_examples

CHANGES = "/v1/pathways/changes"


@pytest.fixture
def client(graph, clock, served):
    """A client of lists, bases, an amendment by file and its reversal, each an hour after the last."""
    with served(graph, clock) as found:
        for kind, path in (("lists", FIRST), ("lists", SECOND), ("bases", BASES)):
            loaded(found, kind, path)
            clock.forward(hours=1)
        taken_back(found, clock, f"{HEAD[:-1]},Accept\n46,10,10\n")
        yield found


def taken_back(client, clock, content):
    """Loads bases and takes them back, an hour apart."""
    (made,) = loaded(client, "bases", BASES, content.encode())["amendments"]
    clock.forward(hours=1)
    revert = f"/v1/amendments/{made}/revert"
    told = {"by": "tester", "reason": "taken back", "impact": client.get(revert).json()["id"]}
    assert client.post(revert, json=told).status_code == 201
    clock.forward(hours=1)


def asked(client, **parameters):
    """The page that is answered."""
    given = {name.rstrip("_"): value for name, value in parameters.items()}
    response = client.get(CHANGES, params=given)
    assert response.status_code == 200, response.text
    return response.json()


def test_every_change_is_told_with_its_cause(client):
    """From the list that brought the entries to the amendment that only ended an acceptance."""
    page = asked(client, from_="10", to="46")
    seen = [(item["at"], item["after"]["outcome"], cause(item)) for item in page["items"]]
    assert seen == [
        ("2026-06-01T12:00:00Z", "none", ["list 1.001"]),
        ("2026-06-01T15:00:00Z", "route", ["because"]),
        ("2026-06-01T16:00:00Z", "none", ["taken back"]),
    ]
    assert page["items"][1]["after"]["entries"] == ["000010", "000046"]
    assert (page["before"], page["items"][0]["before"], page["next"]) == (None, None, None)
    for item in page["items"]:
        then = client.get("/v1/pathways", params={"from": "10", "to": "46", "known_at": item["at"]}).json()
        assert then["outcome"] == item["after"]["outcome"]


def test_what_was_only_ended_is_told(graph, clock, served):
    """Taken back, the one thing ever said of an entry is believed no more, and nothing is said in its place."""
    with served(graph, clock) as client:
        loaded(client, "lists", FIRST)
        clock.forward(hours=1)
        taken_back(client, clock, f"{HEAD}2,1\n")
        seen = [(item["after"]["outcome"], cause(item)) for item in asked(client, from_="1", to="2")["items"]]
    assert seen == [("unknown", ["list 1.001"]), ("route", ["because"]), ("unknown", ["taken back"])]


def cause(item):
    """What caused a change, in short."""
    return [
        f"list {one['list_version']}" if one["kind"] == "list" else one["amendment"]["reason"] for one in item["causes"]
    ]


def test_since_and_pages(client):
    """What changed after an instant, beside what was told then; and each page goes on where the last one ended."""
    whole = asked(client, from_="10", to="46")
    late = asked(client, from_="10", to="46", since="2026-06-01T15:00:00Z")
    assert (late["before"]["outcome"], late["items"]) == ("route", whole["items"][2:])
    items, cursor = [], ""
    for _ in whole["items"]:
        page = asked(client, from_="10", to="46", limit=1, cursor=cursor)
        items += page["items"]
        cursor = page["next"]
    assert (items, cursor) == (whole["items"], None)
    quiet = asked(client, from_="10", to="46", since="2026-06-01T16:30:00Z")
    assert (quiet["before"]["outcome"], quiet["items"]) == ("none", [])


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("from=10", 422, "invalid-question"),
        ("from=10&to=x", 422, "invalid-question"),
        ("from=10&to=46&since=soon", 422, "invalid-question"),
        ("from=10&to=46&since=2026-06-02", 422, "invalid-question"),
        ("from=10&to=46&at=2026-05-01", 422, "invalid-question"),
        ("from=10&to=46&cursor=x", 422, "invalid-question"),
        ("from=10&to=99", 404, "unknown-entry"),
    ],
)
def test_what_cannot_be_asked(example_client, query, status, slug):
    """A future `since` too: nobody knows that yet."""
    response = example_client.get(f"{CHANGES}?{query}")
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (status, slug)


@pytest.fixture(scope="module")
def example_client(request, tmp_path_factory):
    """The examples on Ladybug alone: what is malformed reaches no engine."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("changes"))
    with serving(graph, EXAMPLE_CLOCK) as found:
        yield found
    graph.close()
