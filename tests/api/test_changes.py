"""`GET /v1/pathways/changes`, on both engines, over a history that was loaded by HTTP."""

import pytest

from tests.api.conftest import serving
from tests.api.test_uploads import BASES, FIRST, HEAD, SECOND, loaded
from tests.conftest import EXAMPLE_CLOCK, open_examples

CHANGES = "/v1/pathways/changes"


@pytest.fixture
def client(graph, clock, served):
    """A test client after two lists, bases, an amendment by file and its revert, one hour apart."""
    with served(graph, clock) as client:
        for kind, path in (("lists", FIRST), ("lists", SECOND), ("bases", BASES)):
            loaded(client, kind, path)
            clock.forward(hours=1)
        load_and_revert(client, clock, f"{HEAD[:-1]},Accept\n46,10,10\n")
        yield client


def load_and_revert(client, clock, content):
    """Loads bases by file and reverts them an hour later."""
    (amendment,) = loaded(client, "bases", BASES, content.encode())["amendments"]
    clock.forward(hours=1)
    revert = f"/v1/amendments/{amendment}/revert"
    body = {"by": "tester", "reason": "taken back", "impact": client.get(revert).json()["id"]}
    assert client.post(revert, json=body).status_code == 201
    clock.forward(hours=1)


def changes(client, **parameters):
    """The JSON of a page of changes."""
    query = {name.rstrip("_"): value for name, value in parameters.items()}
    response = client.get(CHANGES, params=query)
    assert response.status_code == 200, response.text
    return response.json()


def test_every_change_names_its_cause(client):
    """Causes range from the list with the entries to the amendment that only ended an acceptance."""
    page = changes(client, from_="10", to="46")
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


def test_the_end_of_the_only_declaration_is_a_change(graph, clock, served):
    """A revert of an entry's only declaration leaves no declaration in its place."""
    with served(graph, clock) as client:
        loaded(client, "lists", FIRST)
        clock.forward(hours=1)
        load_and_revert(client, clock, f"{HEAD}2,1\n")
        seen = [(item["after"]["outcome"], cause(item)) for item in changes(client, from_="1", to="2")["items"]]
    assert seen == [("unknown", ["list 1.001"]), ("route", ["because"]), ("unknown", ["taken back"])]


def cause(item):
    """The causes of a change, as short texts."""
    return [
        f"list {one['list_version']}" if one["kind"] == "list" else one["amendment"]["reason"] for one in item["causes"]
    ]


def test_since_and_paging(client):
    """`since` lists later changes and the answer before them; each page continues the previous page."""
    everything = changes(client, from_="10", to="46")
    late = changes(client, from_="10", to="46", since="2026-06-01T15:00:00Z")
    assert (late["before"]["outcome"], late["items"]) == ("route", everything["items"][2:])
    items, cursor = [], ""
    for _ in everything["items"]:
        page = changes(client, from_="10", to="46", limit=1, cursor=cursor)
        items += page["items"]
        cursor = page["next"]
    assert (items, cursor) == (everything["items"], None)
    quiet = changes(client, from_="10", to="46", since="2026-06-01T16:30:00Z")
    assert (quiet["before"]["outcome"], quiet["items"]) == ("none", [])


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("from=10", 422, "invalid-question"),
        ("from=10&to=x", 422, "invalid-question"),
        ("from=10&to=46&since=soon", 422, "invalid-question"),
        ("from=10&to=46&at=2026-05-01", 422, "invalid-question"),
        ("from=10&to=46&cursor=x", 422, "invalid-question"),
        ("from=10&to=99", 404, "unknown-entry"),
    ],
)
def test_a_malformed_query_is_refused(example_client, query, status, slug):
    """As are unknown parameters and unknown entries."""
    response = example_client.get(f"{CHANGES}?{query}")
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (status, slug)


@pytest.fixture(scope="module")
def example_client(request, tmp_path_factory):
    """A test client over the examples on Ladybug alone; malformed queries reach no engine."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("changes"))
    with serving(graph, EXAMPLE_CLOCK) as client:
        yield client
    graph.close()
