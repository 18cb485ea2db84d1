"""`holds_until`: answers say until when they hold, on both engines, with tomorrow's list loaded today."""

import pytest

from tests.api.test_uploads import HEAD, loaded
from tests.loaders.files import entry, heading, list_csv
from tests.web.reading import read

ROUTE = ["000001", "000002", "000003"]
END = {"at": "2026-06-02T00:00:00Z", "outcome": "none", "cause": {"kind": "time", "list_version": "1.002"}}
BASES = f"{HEAD}1,N/A\n2,1\n3,2\n"


@pytest.fixture
def client(graph, clock, served, tmp_path):
    """A test client at noon: tomorrow's list, loaded already, removes the middle of the route 1 → 2 → 3."""
    rows = [entry(1), entry(2), entry(3)]
    with served(graph, clock) as client:
        for version, issued, second in (("1.001", "2026-05-01", "Current"), ("1.002", "2026-06-02", "Removed")):
            rows[1] = entry(2, status=second)
            loaded(client, "lists", list_csv(tmp_path / f"{version}.csv", heading(version, issued), rows))
            clock.forward(seconds=1)
            if version == "1.001":
                loaded(client, "bases", tmp_path / "bases.csv", BASES.encode())
        yield client


def pathway(client, base="1", target="3", **times):
    """The JSON of a pathway answer."""
    return client.get("/v1/pathways", params={"from": base, "to": target, **times}).json()


def test_every_answer_says_that_tomorrow_there_is_no_route(client):
    """The pathway, its receipt, the item of a batch, the check of a plan, the answer for a device, and the page."""
    today = pathway(client)
    assert (today["outcome"], today["holds_until"], today["receipt"]["holds_until"]) == ("route", END, END)
    assert pathway(client, target="2")["holds_until"] == END
    assert pathway(client, base="2")["holds_until"] is None
    assert client.post("/v1/receipts/verify", json=today["receipt"]).json()["result"] == "same"
    for receipts in (True, False):
        batch = client.post("/v1/pathways", json={"pairs": [["1", "3"], ["2", "3"]], "receipts": receipts}).json()
        assert [item["holds_until"] for item in batch["items"]] == [END, None]
    plan = client.post("/v1/pathways/check", json={"steps": ROUTE}).json()
    assert (plan["verdict"], plan["holds_until"]) == ("go", END | {"outcome": "stop"})
    assert plan["receipt"]["holds_until"] == plan["holds_until"]
    assert client.post("/v1/receipts/verify", json=plan["receipt"]).json()["result"] == "same"
    device = {"device": {"firmware_version": "00000001"}, "to": "3"}
    resolution = client.post("/v1/resolve", json=device).json()
    assert (resolution["holds_until"], resolution["pathway"]["holds_until"]) == (END, END)
    assert resolution["receipt"]["holds_until"] == END
    assert client.post("/v1/receipts/verify", json=resolution["receipt"]).json()["result"] == "same"
    assert client.post("/v1/resolve", json=device | {"to": None}).json()["holds_until"] == END
    page = read(client.get("/?from=1&to=3")).one(klass="holds-until").text
    assert (
        page
        == "This answer holds until 02/06/2026 00:00:00 UTC, when list 1.002 takes effect; then the outcome is none."
    )


def test_an_answer_in_the_cache_is_not_given_past_its_end(client, clock):
    """The same question has another answer from the very instant on."""
    clock.now = clock.now.replace(hour=23, minute=59, second=59)
    assert [pathway(client)["outcome"] for _ in range(2)] == ["route", "route"]
    clock.forward(seconds=1)
    tomorrow = pathway(client)
    assert (tomorrow["at"], tomorrow["outcome"], tomorrow["holds_until"]) == (END["at"], END["outcome"], None)
    assert pathway(client, at="2026-06-01")["holds_until"] == END


def test_the_changes_list_what_is_still_to_come(client, clock):
    """Later than the page's `at`, in pages too; once the date has passed, the change is the same."""
    query = {"from": "1", "to": "3", "since": "2026-06-01"}
    page = client.get("/v1/pathways/changes", params=query).json()
    last = page["items"][-1]
    assert (last["at"] > page["at"], last["at"], last["causes"]) == (True, END["at"], [END["cause"]])
    assert (last["before"]["entries"], last["after"]["outcome"]) == (ROUTE, "none")
    cursor, items = "", []
    while cursor is not None:
        part = client.get("/v1/pathways/changes", params=query | {"limit": 1, "cursor": cursor}).json()
        items, cursor = items + part["items"], part["next"]
    assert items == page["items"]
    late = client.get("/v1/pathways/changes", params=query | {"since": "2026-07-01"}).json()
    assert (late["before"]["outcome"], late["items"]) == ("none", [])
    clock.forward(days=2)
    assert client.get("/v1/pathways/changes", params=query).json()["items"] == page["items"]
