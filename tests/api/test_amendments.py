"""Amendments over HTTP, on both engines: create, read, revert, and refuse when the previewed impact is outdated."""

import pytest

from service.application.verify import verify
from service.domain.clock import iso
from service.repositories import compartments, facts
from tests.conftest import open_examples

pytestmark = pytest.mark.seconds(10)

AMENDMENTS = "/v1/amendments"
WITHDRAWN = {"entry": "2", "bases": None}
AUTHORSHIP = {"by": "A. Person", "reason": "The maker says so."}
EVIDENCE = {"reference": "REF-7", "date": "2026-05-30", "sha256": "ab" * 32}
PATHWAY = "/v1/pathways?from=1&to=34&at=2026-06-01"


@pytest.fixture
def graph(engine, request, tmp_path):
    """The examples, in a graph of the test's own."""
    graph = open_examples(engine, request, tmp_path)
    yield graph
    graph.close()


@pytest.fixture
def client(graph, clock, served):
    """A test client over the examples, at noon, in a graph of the test's own."""
    with served(graph, clock) as client:
        yield client


@pytest.fixture
def foresee(client):
    """A function that returns the impact id of edits."""
    return lambda *edits: client.post("/v1/impact", json={"edits": list(edits)}).json()["id"]


@pytest.fixture
def amend(client, foresee):
    """A function that creates an amendment with the current impact id, and returns the response."""

    def create(*edits, headers=None, **more):
        body = {"edits": list(edits), **AUTHORSHIP, **more}
        body["impact"] = more["impact"] if "impact" in more else foresee(*edits)
        return client.post(AMENDMENTS, json=body, headers=headers)

    return create


def json_of(response, status=201):
    """The JSON of a response that must have this status."""
    assert response.status_code == status, response.text
    return response.json()


def slug(response):
    """Status and type of a problem."""
    return response.status_code, response.json()["type"].rpartition(":")[2]


def entries(pathway):
    """The entries of a pathway, in order."""
    return [pathway["from"], *(step["target"] for step in pathway["steps"])]


def test_an_amendment_has_the_impact_that_was_previewed(client, amend, graph, clock):
    """Answers change from the amendment's instant on and not before. The record holds author, reason, evidence and
    changes."""
    before = json_of(client.get(PATHWAY), 200)
    impact = json_of(client.post("/v1/impact", json={"edits": [WITHDRAWN], "limit": 1000}), 200)
    made = json_of(amend(WITHDRAWN, evidence=EVIDENCE, id="request-0001"))
    for name in ("id", "counts", "summary", "replaces", "manufacturers"):
        assert made["impact"][name] == impact[name]
    amendment = made["amendment"]
    assert amendment["impact"] == {"id": impact["id"], "counts": impact["counts"]}
    assert (amendment["id"], amendment["by"], amendment["reason"]) == ("request-0001", *AUTHORSHIP.values())
    assert (amendment["evidence"], amendment["source"]) == (EVIDENCE, "http")
    after = json_of(client.get(PATHWAY), 200)
    assert (before["outcome"], after["outcome"]) == ("route", "unknown")
    lost = next(change for change in impact["lost"] if change["to"] == "000034")
    assert lost["before"]["entries"] == entries(before)
    earlier = json_of(client.get(f"{PATHWAY}&known_at={amendment['known_before']}"), 200)
    assert (earlier["outcome"], entries(earlier)) == ("route", entries(before))
    answer = json_of(client.get(f"{AMENDMENTS}/request-0001"), 200)
    assert answer["changes"] == [
        {
            "entry": "000002",
            "before": [{"kind": "bases", "bases": ["000001"], "valid_from": None, "valid_to": None}],
            "after": [{"kind": "not-supplied", "bases": [], "valid_from": None, "valid_to": None}],
            "accepted_before": [],
            "accepted_after": [],
            "confirmed_before": [],
            "confirmed_after": [],
            "evidence": [],
        }
    ]
    assert answer["together_with"] == []
    clock.forward(days=9)
    recorded = json_of(client.get(f"{AMENDMENTS}/request-0001/impact?limit=1000"), 200)
    assert {name: recorded[name] for name in ("id", "counts", "summary")} == {
        name: impact[name] for name in ("id", "counts", "summary")
    }
    ends = [{(c["from"], c["to"], c["before"]["outcome"]) for c in each["lost"]} for each in (recorded, impact)]
    assert ends[0] == ends[1]
    assert verify(graph, clock, 5).faults == []


def test_an_amendment_must_quote_the_current_impact(client, amend, foresee, graph):
    """An empty, unknown or outdated impact id answers 409 with the current impact, and changes nothing."""
    state = compartments.read_state(graph)
    stale = foresee(WITHDRAWN, {"entry": "5", "bases": None})
    for quoted in ("", "0" * 64, stale):
        response = amend(WITHDRAWN, impact=quoted)
        assert slug(response) == (409, "impact-moved")
        assert response.json()["impact"]["id"] == foresee(WITHDRAWN)
        assert response.json()["impact"]["counts"]["lost"]
    assert compartments.read_state(graph) == state
    seen = foresee(WITHDRAWN)
    json_of(amend({"entry": "5", "bases": None}))
    moved = amend(WITHDRAWN, impact=seen)
    assert slug(moved) == (409, "impact-moved")
    json_of(amend(WITHDRAWN, impact=moved.json()["impact"]["id"]))


def test_an_amendment_without_impact_needs_no_impact_id(client, amend):
    """A pending base changes no answer; the amendment is recorded nevertheless."""
    made = json_of(amend({"entry": "1", "bases": ["999999"]}, impact=""))
    assert not any(made["impact"]["counts"].values())
    assert [remark["code"] for remark in made["impact"]["remarks"]][:1] == ["pending"]
    assert json_of(client.get("/v1/entries/1"), 200)["declaration"]["pending"] == ["999999"]


def test_a_retry_returns_the_amendment_already_recorded(client, amend, graph):
    """A repeated request with the same id is recorded once; a different request with that id is refused."""
    first = json_of(amend(WITHDRAWN, id="retry-000001"))
    state = compartments.read_state(graph)
    again = json_of(amend(WITHDRAWN, id="retry-000001", impact=first["impact"]["id"]), 200)
    assert (again["amendment"], again["impact"]) == (first["amendment"], None)
    other = amend({"entry": "5", "bases": None}, id="retry-000001")
    assert slug(other) == (409, "amendment-id-taken")
    assert compartments.read_state(graph) == state
    assert len(json_of(client.get(AMENDMENTS), 200)["items"]) == state.sequence


def test_if_match_compares_the_declaration_tag(client, amend):
    """Only a change of the declaration changes the tag; other changes to the entry do not."""
    seen = json_of(client.get("/v1/entries/2"), 200)["declaration_tag"]
    other = json_of(client.get("/v1/entries/5"), 200)["declaration_tag"]
    assert seen != other
    assert slug(amend(WITHDRAWN, headers={"If-Match": f'"{other}"'})) == (412, "declaration-moved")
    json_of(amend(WITHDRAWN, headers={"If-Match": f'"{other}", "{seen}"'}))
    moved = amend({"entry": "2", "bases": ["1"]}, headers={"If-Match": f'"{seen}"'})
    assert slug(moved) == (412, "declaration-moved")
    assert moved.json()["declaration_tag"] == json_of(client.get("/v1/entries/2"), 200)["declaration_tag"]
    json_of(amend({"entry": "2", "bases": ["1"]}, headers={"If-Match": "*"}))


@pytest.mark.parametrize("header", ["", "abc", 'W/"abc"', '"abc', '"a" "b"', '"a",,"b"'])
def test_a_malformed_if_match_is_refused(amend, header):
    """Weak tags are refused as well. With several entries If-Match is ambiguous, and refused."""
    response = amend(WITHDRAWN, headers={"If-Match": header})
    assert (slug(response), response.json()["errors"][0]["where"]) == ((422, "invalid-question"), "If-Match")
    several = amend(WITHDRAWN, {"entry": "5", "bases": None}, headers={"If-Match": '"abc"'})
    assert several.status_code == 422


def test_a_revert_restores_the_earlier_answers(client, amend, graph, clock):
    """A revert is an amendment with an impact that must be quoted, and can itself be reverted."""
    before = json_of(client.get(PATHWAY), 200)
    first = json_of(amend(WITHDRAWN))["amendment"]
    name = first["id"]
    clock.forward(hours=1)
    preview = json_of(client.get(f"{AMENDMENTS}/{name}/revert?limit=1000"), 200)
    assert preview["counts"]["gained"] == first["impact"]["counts"]["lost"]
    unquoted = client.post(f"{AMENDMENTS}/{name}/revert", json=AUTHORSHIP)
    assert slug(unquoted) == (409, "impact-moved")
    body = {**AUTHORSHIP, "impact": preview["id"], "id": "revert-00001"}
    made = json_of(client.post(f"{AMENDMENTS}/{name}/revert", json=body))
    assert (made["amendment"]["reverts"], made["impact"]["id"]) == (name, preview["id"])
    again = json_of(client.post(f"{AMENDMENTS}/{name}/revert", json=body), 200)
    assert again["amendment"] == made["amendment"]
    after = json_of(client.get(PATHWAY), 200)
    moving = ("known_at", "receipt", "updated")
    assert {k: v for k, v in after.items() if k not in moving} == {k: v for k, v in before.items() if k not in moving}
    items = json_of(client.get(f"{AMENDMENTS}?entry=2"), 200)["items"]
    assert [(item["id"], item["reverts"], item["reverted_by"]) for item in items[:2]] == [
        ("revert-00001", name, None),
        (name, None, "revert-00001"),
    ]
    assert slug(client.get(f"{AMENDMENTS}/{name}/revert")) == (409, "amended-since")
    back = json_of(client.get(f"{AMENDMENTS}/revert-00001/revert"), 200)
    json_of(client.post(f"{AMENDMENTS}/revert-00001/revert", json={**AUTHORSHIP, "impact": back["id"]}))
    assert json_of(client.get(PATHWAY), 200)["outcome"] == "unknown"
    assert json_of(client.get(f"{AMENDMENTS}/{name}/revert"), 200)["id"] == preview["id"]
    assert verify(graph, clock, 5).faults == []


def test_a_revert_preview_lists_new_and_gone_findings(client, amend, clock):
    """The preview equals the difference of the findings before and after, except findings that state their own date."""
    name = json_of(amend(WITHDRAWN))["amendment"]["id"]
    clock.forward(hours=1)

    def all_findings():
        items = json_of(client.get("/v1/findings?limit=1000"), 200)["items"]
        return {(item["code"], item["text"], *item["entries"]) for item in items}

    before = all_findings()
    preview = json_of(client.get(f"{AMENDMENTS}/{name}/revert?limit=1000"), 200)
    bare = json_of(client.get(f"{AMENDMENTS}/{name}/revert?limit=1000&findings=false"), 200)
    assert (bare["findings"], bare["id"]) == (None, preview["id"])
    json_of(client.post(f"{AMENDMENTS}/{name}/revert", json={**AUTHORSHIP, "impact": preview["id"]}))
    after = all_findings()
    now = [
        finding for kind in ("new", "gone") for finding in preview["findings"][kind] if finding["at"] == preview["at"]
    ]
    assert {(finding["code"], finding["text"], *finding["entries"]) for finding in now} == before ^ after != set()


def test_a_revert_is_refused_after_a_later_amendment(client, amend):
    """After a revert of the later amendment, the earlier amendment can be reverted."""
    first = json_of(amend({"entry": "2", "bases": ["7"]}))["amendment"]["id"]
    later = json_of(amend(WITHDRAWN))["amendment"]["id"]
    refused = client.get(f"{AMENDMENTS}/{first}/revert")
    assert (slug(refused), refused.json()["entries"]) == ((409, "amended-since"), ["000002"])
    impact_id = json_of(client.get(f"{AMENDMENTS}/{later}/revert"), 200)["id"]
    json_of(client.post(f"{AMENDMENTS}/{later}/revert", json={**AUTHORSHIP, "impact": impact_id}))
    impact_id = json_of(client.get(f"{AMENDMENTS}/{first}/revert"), 200)["id"]
    json_of(client.post(f"{AMENDMENTS}/{first}/revert", json={**AUTHORSHIP, "impact": impact_id}))
    assert json_of(client.get("/v1/entries/2"), 200)["declaration"]["bases"] == ["000001"]


def test_the_acceptance_of_a_held_base_belongs_to_its_amendment(client, amend, graph):
    """A revert of the amendment ends the acceptance, and the base is held again."""
    edit = {"entry": "46", "bases": ["10"]}
    json_of(amend(edit))
    made = json_of(amend({**edit, "accept": ["10"]}))
    assert made["impact"]["counts"]["gained"]
    (change,) = json_of(client.get(f"{AMENDMENTS}/{made['amendment']['id']}"), 200)["changes"]
    assert (change["entry"], change["accepted_before"]) == ("000046", [])
    assert [item["base"] for item in change["accepted_after"]] == ["000010"]
    assert json_of(client.get("/v1/entries/46"), 200)["declaration"]["held"] == []
    name = made["amendment"]["id"]
    impact_id = json_of(client.get(f"{AMENDMENTS}/{name}/revert"), 200)["id"]
    json_of(client.post(f"{AMENDMENTS}/{name}/revert", json={**AUTHORSHIP, "impact": impact_id}))
    assert [item["base"] for item in json_of(client.get("/v1/entries/46"), 200)["declaration"]["held"]] == ["000010"]
    current_facts = facts.declared_facts(graph, {"000046"}, compartments.read_state(graph).recorded)
    assert not current_facts.acceptances


def test_amendments_are_paged_newest_first(client, amend, clock):
    """Each amendment appears once; `known_at` and amendments by file are included."""
    json_of(amend(WITHDRAWN))
    items = json_of(client.get(AMENDMENTS), 200)["items"]
    assert [item["sequence"] for item in items] == sorted((item["sequence"] for item in items), reverse=True)
    assert {item["source"] for item in items} == {"http", "bases.csv"}
    seen, cursor = [], ""
    while cursor is not None:
        page = json_of(client.get(AMENDMENTS, params={"limit": 2, "cursor": cursor}), 200)
        seen += page["items"]
        cursor = page["next"]
    assert seen == items
    then = items[0]["known_before"]
    assert json_of(client.get(AMENDMENTS, params={"known_at": then}), 200)["items"] == items[1:]
    assert items[0]["recorded"] == iso(clock.now)


def test_an_amendment_by_file_has_an_impact(client):
    """A file is loaded in one transaction, so all its changes share one impact."""
    item = json_of(client.get(AMENDMENTS), 200)["items"][-1]
    impact = json_of(client.get(f"{AMENDMENTS}/{item['id']}/impact"), 200)
    answer = json_of(client.get(f"{AMENDMENTS}/{item['id']}"), 200)
    assert impact["counts"]["gained"] > 0
    assert (item["impact"], answer["changes"] != []) == (None, True)


REFUSED = [
    ({"edits": [WITHDRAWN]}, {"by", "reason"}),
    ({"edits": [WITHDRAWN], "by": " ", "reason": ""}, {"by", "reason"}),
    ({**AUTHORSHIP, "edits": [{"entry": "2", "status": "Removed"}]}, {"edits.0.bases", "edits.0.status"}),
    ({**AUTHORSHIP, "edits": [{"entry": "2"}]}, {"edits.0.bases"}),
    ({**AUTHORSHIP, "edits": [WITHDRAWN], "impact": "xyz"}, {"impact"}),
    ({**AUTHORSHIP, "edits": [WITHDRAWN], "id": "a b"}, {"id"}),
    ({**AUTHORSHIP, "edits": [WITHDRAWN], "evidence": {"date": "yesterday"}}, {"evidence.date"}),
    ({**AUTHORSHIP, "edits": [WITHDRAWN], "stray": 1}, {"stray"}),
]


@pytest.mark.parametrize(("body", "where"), REFUSED)
def test_a_malformed_amendment_is_refused(client, graph, body, where):
    """The problem names the place of each error; the status of an entry comes only from a list."""
    state = compartments.read_state(graph)
    response = client.post(AMENDMENTS, json=body)
    assert slug(response) == (422, "invalid-question")
    assert where <= {fault["where"] for fault in response.json()["errors"]}
    assert compartments.read_state(graph) == state


def test_refused_edits_change_nothing(client, amend, graph):
    """If one edit is refused, no edit is made."""
    state = compartments.read_state(graph)
    refused = amend(WITHDRAWN, {"entry": "999999", "bases": []}, impact="")
    assert slug(refused) == (422, "edits-refused")
    assert slug(amend({"entry": "2", "bases": ["1"]}, impact="")) == (422, "changes-nothing")
    assert slug(client.get(f"{AMENDMENTS}/nobody-knows-it")) == (404, "unknown-amendment")
    assert slug(client.post(f"{AMENDMENTS}/nobody-knows-it/revert", json=AUTHORSHIP)) == (404, "unknown-amendment")
    assert compartments.read_state(graph) == state
