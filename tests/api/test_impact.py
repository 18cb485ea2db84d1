"""`POST /v1/impact`, on both engines, about the fictional list: told, paged, refused, and nothing written."""

import pytest

from service.repositories import compartments

IMPACT = "/v1/impact"
WITHDRAWN = {"entry": "2", "bases": None}


@pytest.fixture(scope="module")
def foresee(client):
    """The impact of edits."""

    def asked(*edits, **more):
        response = client.post(IMPACT, json={"edits": list(edits), **more})
        assert response.status_code == 200, response.text
        return response.json()

    return asked


def ends(changes):
    """The ends of pathways that differ."""
    return {(change["from"], change["to"]) for change in changes}


def test_an_impact_is_what_the_answers_would_lose(foresee, ask):
    """Withdrawn, nobody can say whether the entry is reached: each way through it is lost, as it is answered now."""
    found = foresee(WITHDRAWN, limit=1000)
    targets = {item["entry"] for item in ask("/v1/entries/1/targets")["items"]}
    assert ends(found["lost"]) == {("000001", target) for target in targets}
    change = next(change for change in found["lost"] if change["to"] == "000034")
    assert change["before"]["entries"] == ["000001", "000002", "000005", "000010", "000020", "000034"]
    assert change["after"] == {"outcome": "unknown", "entries": []}
    assert found["counts"]["lost"] == len(found["lost"])
    assert {row["entry"] for row in found["stranded"]} == {"000001"}
    assert found["summary"].startswith("1 step is withdrawn and 0 added. 000001 loses its way to ")
    assert (found["manufacturers"], found["at"], found["next"]) == (["FE01"], "2026-06-01T12:00:00Z", None)
    (replaced,) = found["replaces"]
    assert replaced == {"entry": "000002", "kind": "bases", "bases": ["000001"], "valid_from": None, "valid_to": None}


def test_nothing_is_written(foresee, example_graph):
    """Not even the revision moves: nobody's answer grows old."""
    before = compartments.read_state(example_graph)
    foresee(WITHDRAWN)
    assert compartments.read_state(example_graph) == before


def test_pages(foresee):
    """The same body with the cursor: all differences once, the same id and counts on each page."""
    whole, cursor, lost = foresee(WITHDRAWN, limit=1000), "", []
    for _ in range(100):
        page = foresee(WITHDRAWN, limit=2, cursor=cursor)
        assert (page["id"], page["counts"], page["summary"]) == (whole["id"], whole["counts"], whole["summary"])
        lost += page["lost"]
        cursor = page["next"]
        if cursor is None:
            break
    assert lost == whole["lost"]


def test_a_status_that_is_supposed(foresee):
    """What a list would do is asked; a removed entry is not stepped to."""
    found = foresee({"entry": "000002", "status": "Removed"}, limit=1000)
    assert ("000001", "000002") in ends(found["lost"])


def test_a_held_base_is_remarked(foresee):
    """It gives no step, so nothing changes; accepted by name it does."""
    edit = {"entry": "46", "bases": ["10"]}
    held = foresee(edit)
    assert [(r["code"], r["entry"], r["base"]) for r in held["remarks"] if r["code"] == "held"]
    assert ("000010", "000046") not in ends(held["gained"])
    accepted = foresee({**edit, "accept": ["10"]}, limit=1000)
    assert ("000010", "000046") in ends(accepted["gained"])


def test_findings_are_told(foresee, ask):
    """What is undeclared then is a finding that there is not yet; the text is that of the finding itself."""
    found = foresee(WITHDRAWN, limit=1000)["findings"]
    assert (found["counts"]["new"], found["counts"]["gone"]) == (len(found["new"]), len(found["gone"]))
    (new,) = (one for one in found["new"] if one["code"] == "undeclared")
    assert "000002" in new["entries"]
    assert "No Firmware Upgrade Path was supplied for " in new["text"]
    there = {(one["code"], one["text"]) for one in ask("/v1/findings?limit=1000")["items"]}
    assert {(one["code"], one["text"]) for one in found["gone"]} <= there
    assert not there & {(one["code"], one["text"]) for one in found["new"]}
    assert foresee(WITHDRAWN, findings=False)["findings"] is None


def test_findings_are_paged_after_the_rest(foresee):
    """The last pages are of them; all of them come once."""
    whole, cursor, new = foresee(WITHDRAWN, limit=1000)["findings"], "", []
    while cursor is not None:
        page = foresee(WITHDRAWN, limit=3, cursor=cursor)
        assert page["findings"]["counts"] == whole["counts"]
        new += page["findings"]["new"]
        cursor = page["next"]
    assert new == whole["new"]


REFUSED = [
    ({"edits": [{"entry": "2", "bases": ["1"]}]}, "changes-nothing", {"000002"}),
    ({"edits": [{"entry": "2", "bases": ["2"]}]}, "edits-refused", {"000002"}),
    ({"edits": [{"entry": "999999", "bases": []}]}, "edits-refused", {"999999"}),
    ({"edits": [WITHDRAWN, {"entry": "2", "bases": []}]}, "edits-refused", {"000002"}),
    ({"edits": [{"entry": "1", "bases": ["2"], "accept": ["3"]}]}, "edits-refused", {"000001"}),
]


@pytest.mark.parametrize(("body", "slug", "entries"), REFUSED)
def test_edits_that_cannot_be_taken(client, body, slug, entries):
    """Refused with their type, and each with the entry, the place and the code."""
    response = client.post(IMPACT, json=body)
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, slug)
    assert {refusal["entry"] for refusal in response.json()["refusals"]} == entries


MALFORMED = [
    ({}, "edits"),
    ({"edits": []}, "edits"),
    ({"edits": [{"entry": "2"}]}, "edits.0.bases.bases"),
    ({"edits": [{"entry": "2", "bases": ["x"]}]}, "edits.0.bases.bases.0"),
    ({"edits": [{"entry": "2", "bases": "1"}]}, "edits.0.bases.bases"),
    ({"edits": [{"entry": "2", "bases": [], "stray": 1}]}, "edits.0.bases.stray"),
    ({"edits": [{"entry": "2", "status": "Pending"}]}, "edits.0.status.status"),
    ({"edits": [{"entry": "2", "status": "Removed", "bases": []}]}, "edits.0.status.bases"),
    ({"edits": [{"entry": "2", "bases": [], "effective_from": "soon"}]}, "edits.0.bases.effective_from"),
    ({"edits": [WITHDRAWN], "cursor": "x"}, "cursor"),
    ({"edits": [WITHDRAWN], "limit": 0}, "limit"),
]


@pytest.mark.parametrize(("body", "where"), MALFORMED)
def test_a_malformed_body_is_refused(client, body, where):
    """With the place of what is wrong: a missing `bases` is an error, never a withdrawal."""
    response = client.post(IMPACT, json=body)
    assert response.status_code == 422, response.text
    assert where in {fault["where"] for fault in response.json()["errors"]}


def test_a_cursor_belongs_to_its_edits(client, foresee):
    """With other edits it is refused."""
    cursor = foresee(WITHDRAWN, limit=1)["next"]
    response = client.post(IMPACT, json={"edits": [{"entry": "5", "bases": None}], "cursor": cursor})
    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "cursor")
