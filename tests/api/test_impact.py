"""`POST /v1/impact`, on both engines, over the examples: content, paging, refusals, and no write."""

import pytest

from service.repositories import compartments

IMPACT = "/v1/impact"
WITHDRAWN = {"entry": "2", "bases": None}


@pytest.fixture(scope="module")
def foresee(client):
    """A function that returns the JSON of the impact of edits."""

    def preview(*edits, **more):
        response = client.post(IMPACT, json={"edits": list(edits), **more})
        assert response.status_code == 200, response.text
        return response.json()

    return preview


def ends(changes):
    """The base and target of each changed pathway."""
    return {(change["from"], change["to"]) for change in changes}


def test_an_impact_lists_the_lost_pathways(foresee, ask):
    """After a withdrawal the entry is undeclared: each current route through the entry is lost."""
    impact = foresee(WITHDRAWN, limit=1000)
    targets = {item["entry"] for item in ask("/v1/entries/1/targets")["items"]}
    assert ends(impact["lost"]) == {("000001", target) for target in targets}
    change = next(change for change in impact["lost"] if change["to"] == "000034")
    assert change["before"]["entries"] == ["000001", "000002", "000005", "000010", "000020", "000034"]
    assert change["after"] == {"outcome": "unknown", "entries": []}
    assert impact["counts"]["lost"] == len(impact["lost"])
    assert {row["entry"] for row in impact["stranded"]} == {"000001"}
    assert impact["summary"].startswith("1 step is withdrawn and 0 added. 000001 loses its pathway to ")
    assert (impact["manufacturers"], impact["at"], impact["next"]) == (["FE01"], "2026-06-01T12:00:00Z", None)
    (replaced,) = impact["replaces"]
    assert replaced == {"entry": "000002", "kind": "bases", "bases": ["000001"], "valid_from": None, "valid_to": None}


def test_nothing_is_written(foresee, example_graph):
    """The revision does not change, so no cached answer expires."""
    before = compartments.read_state(example_graph)
    foresee(WITHDRAWN)
    assert compartments.read_state(example_graph) == before


def test_an_impact_comes_in_pages(foresee):
    """The same body with the cursor gives every difference once, and the same id and counts on each page."""
    complete, cursor, lost = foresee(WITHDRAWN, limit=1000), "", []
    for _ in range(100):
        page = foresee(WITHDRAWN, limit=2, cursor=cursor)
        assert (page["id"], page["counts"], page["summary"]) == (
            complete["id"],
            complete["counts"],
            complete["summary"],
        )
        lost += page["lost"]
        cursor = page["next"]
        if cursor is None:
            break
    assert lost == complete["lost"]


def test_a_hypothetical_status_has_an_impact(foresee):
    """The edit assumes the status that a future list would have; a removed entry is no target of a step."""
    impact = foresee({"entry": "000002", "status": "Removed"}, limit=1000)
    assert ("000001", "000002") in ends(impact["lost"])


def test_a_held_base_gives_a_remark(foresee):
    """A held base gives no step, so no pathway changes; an accepted base does."""
    edit = {"entry": "46", "bases": ["10"]}
    held = foresee(edit)
    assert [(r["code"], r["entry"], r["base"]) for r in held["remarks"] if r["code"] == "held"]
    assert ("000010", "000046") not in ends(held["gained"])
    accepted = foresee({**edit, "accept": ["10"]}, limit=1000)
    assert ("000010", "000046") in ends(accepted["gained"])


def test_an_impact_lists_new_and_gone_findings(foresee, ask):
    """A withdrawal gives a new finding `undeclared`, with the same text as in `GET /v1/findings`."""
    changes = foresee(WITHDRAWN, limit=1000)["findings"]
    assert (changes["counts"]["new"], changes["counts"]["gone"]) == (len(changes["new"]), len(changes["gone"]))
    (new,) = (finding for finding in changes["new"] if finding["code"] == "undeclared")
    assert "000002" in new["entries"]
    assert "No Firmware Upgrade Path was supplied for " in new["text"]
    current = {(finding["code"], finding["text"]) for finding in ask("/v1/findings?limit=1000")["items"]}
    assert {(finding["code"], finding["text"]) for finding in changes["gone"]} <= current
    assert not current & {(finding["code"], finding["text"]) for finding in changes["new"]}
    assert foresee(WITHDRAWN, findings=False)["findings"] is None


def test_findings_are_paged_after_the_rest(foresee):
    """The last pages hold the findings, each once."""
    complete, cursor, new = foresee(WITHDRAWN, limit=1000)["findings"], "", []
    while cursor is not None:
        page = foresee(WITHDRAWN, limit=3, cursor=cursor)
        assert page["findings"]["counts"] == complete["counts"]
        new += page["findings"]["new"]
        cursor = page["next"]
    assert new == complete["new"]


REFUSED = [
    ({"edits": [{"entry": "2", "bases": ["1"]}]}, "changes-nothing", {"000002"}),
    ({"edits": [{"entry": "2", "bases": ["2"]}]}, "edits-refused", {"000002"}),
    ({"edits": [{"entry": "999999", "bases": []}]}, "edits-refused", {"999999"}),
    ({"edits": [WITHDRAWN, {"entry": "2", "bases": []}]}, "edits-refused", {"000002"}),
    ({"edits": [{"entry": "1", "bases": ["2"], "accept": ["3"]}]}, "edits-refused", {"000001"}),
]


@pytest.mark.parametrize(("body", "slug", "entries"), REFUSED)
def test_invalid_edits_are_refused(client, body, slug, entries):
    """The problem has a type, and each refusal names entry, place and code."""
    response = client.post(IMPACT, json=body)
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, slug)
    assert {refusal["entry"] for refusal in response.json()["refusals"]} == entries


MALFORMED = [
    ({}, "edits"),
    ({"edits": []}, "edits"),
    ({"edits": [{"entry": "2"}]}, "edits.0.bases"),
    ({"edits": [{"entry": "2", "bases": ["x"]}]}, "edits.0.bases.0"),
    ({"edits": [{"entry": "2", "bases": "1"}]}, "edits.0.bases"),
    ({"edits": [{"entry": "2", "bases": [], "stray": 1}]}, "edits.0.stray"),
    ({"edits": [{"entry": "2", "status": "Pending"}]}, "edits.0.status"),
    ({"edits": [{"entry": "2", "status": "Removed", "bases": []}]}, "edits.0.bases"),
    ({"edits": [{"entry": "2", "bases": [], "effective_from": "soon"}]}, "edits.0.effective_from"),
    ({"edits": [WITHDRAWN], "cursor": "x"}, "cursor"),
    ({"edits": [WITHDRAWN], "limit": 0}, "limit"),
]


@pytest.mark.parametrize(("body", "where"), MALFORMED)
def test_a_malformed_body_is_refused(client, body, where):
    """The problem names the place of the error; a missing `bases` is an error, not a withdrawal."""
    response = client.post(IMPACT, json=body)
    assert response.status_code == 422, response.text
    assert where in {fault["where"] for fault in response.json()["errors"]}


def test_a_cursor_belongs_to_its_edits(client, foresee):
    """The service refuses a cursor with other edits."""
    cursor = foresee(WITHDRAWN, limit=1)["next"]
    response = client.post(IMPACT, json={"edits": [{"entry": "5", "bases": None}], "cursor": cursor})
    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "cursor")
