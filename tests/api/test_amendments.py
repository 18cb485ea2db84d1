"""Amendments over HTTP, on both engines: made, told, taken back; refused where what was seen has moved."""

import pytest

from service.application.verify import verify
from service.domain.clock import iso
from service.repositories import compartments, facts
from tests.conftest import open_examples

pytestmark = pytest.mark.seconds(20)

AMENDMENTS = "/v1/amendments"
WITHDRAWN = {"entry": "2", "bases": None}
SAID = {"by": "A. Person", "reason": "The maker says so."}
EVIDENCE = {"reference": "REF-7", "date": "2026-05-30", "sha256": "ab" * 32}
WAY = "/v1/pathways?from=1&to=34&at=2026-06-01"


@pytest.fixture
def graph(engine, request, tmp_path):
    """The examples, in a graph of the test's own."""
    found = open_examples(engine, request, tmp_path)
    yield found
    found.close()


@pytest.fixture
def client(graph, clock, served):
    """The service over the examples, at noon, in a graph of the test's own."""
    with served(graph, clock) as found:
        yield found


@pytest.fixture
def foresee(client):
    """The id of the impact of edits."""
    return lambda *edits: client.post("/v1/impact", json={"edits": list(edits)}).json()["id"]


@pytest.fixture
def amend(client, foresee):
    """Makes an amendment with the impact that it has; gives the answer."""

    def made(*edits, headers=None, **more):
        body = {"edits": list(edits), **SAID, **more}
        body["impact"] = more["impact"] if "impact" in more else foresee(*edits)
        return client.post(AMENDMENTS, json=body, headers=headers)

    return made


def told(response, status=201):
    """The JSON of an answer that must have this status."""
    assert response.status_code == status, response.text
    return response.json()


def slug(response):
    """Status and type of a problem."""
    return response.status_code, response.json()["type"].rpartition(":")[2]


def entries(way):
    """The entries of a pathway."""
    return [way["from"], *(step["target"] for step in way["steps"])]


def test_an_amendment_does_what_its_impact_said(client, amend, graph, clock):
    """The answers change from its instant on, and not before it; the record says who, why, on what evidence, what."""
    before = told(client.get(WAY), 200)
    impact = told(client.post("/v1/impact", json={"edits": [WITHDRAWN], "limit": 1000}), 200)
    made = told(amend(WITHDRAWN, evidence=EVIDENCE, id="request-0001"))
    for name in ("id", "counts", "summary", "replaces", "manufacturers"):
        assert made["impact"][name] == impact[name]
    amendment = made["amendment"]
    assert amendment["impact"] == {"id": impact["id"], "counts": impact["counts"]}
    assert (amendment["id"], amendment["by"], amendment["reason"]) == ("request-0001", *SAID.values())
    assert (amendment["evidence"], amendment["source"]) == (EVIDENCE, "http")
    after = told(client.get(WAY), 200)
    assert (before["outcome"], after["outcome"]) == ("route", "unknown")
    lost = next(change for change in impact["lost"] if change["to"] == "000034")
    assert lost["before"]["entries"] == entries(before)
    earlier = told(client.get(f"{WAY}&known_at={amendment['known_before']}"), 200)
    assert (earlier["outcome"], entries(earlier)) == ("route", entries(before))
    answer = told(client.get(f"{AMENDMENTS}/request-0001"), 200)
    assert answer["changes"] == [
        {
            "entry": "000002",
            "before": [{"kind": "bases", "bases": ["000001"], "valid_from": None, "valid_to": None}],
            "after": [{"kind": "not-supplied", "bases": [], "valid_from": None, "valid_to": None}],
            "accepted_before": [],
            "accepted_after": [],
        }
    ]
    assert answer["together_with"] == []
    clock.forward(days=9)
    did = told(client.get(f"{AMENDMENTS}/request-0001/impact?limit=1000"), 200)
    assert {name: did[name] for name in ("id", "counts", "summary")} == {
        name: impact[name] for name in ("id", "counts", "summary")
    }
    ends = [{(c["from"], c["to"], c["before"]["outcome"]) for c in said["lost"]} for said in (did, impact)]
    assert ends[0] == ends[1]
    assert verify(graph, clock, 5).faults == []


def test_the_impact_must_be_the_one_that_was_seen(client, amend, foresee, graph):
    """None quoted, a foreign one, and one that moved: 409 with the impact there is now, and nothing is changed."""
    state = compartments.read_state(graph)
    stale = foresee(WITHDRAWN, {"entry": "5", "bases": None})
    for quoted in ("", "0" * 64, stale):
        response = amend(WITHDRAWN, impact=quoted)
        assert slug(response) == (409, "impact-moved")
        assert response.json()["impact"]["id"] == foresee(WITHDRAWN)
        assert response.json()["impact"]["counts"]["lost"]
    assert compartments.read_state(graph) == state
    seen = foresee(WITHDRAWN)
    told(amend({"entry": "5", "bases": None}))
    moved = amend(WITHDRAWN, impact=seen)
    assert slug(moved) == (409, "impact-moved")
    told(amend(WITHDRAWN, impact=moved.json()["impact"]["id"]))


def test_an_empty_impact_need_not_be_quoted(client, amend):
    """A pending base changes no answer; the record has it all the same."""
    made = told(amend({"entry": "1", "bases": ["999999"]}, impact=""))
    assert not any(made["impact"]["counts"].values())
    assert [remark["code"] for remark in made["impact"]["remarks"]][:1] == ["pending"]
    assert told(client.get("/v1/entries/1"), 200)["declaration"]["pending"] == ["999999"]


def test_a_retry_finds_its_own_amendment(client, amend, graph):
    """The same request under the same id is recorded once; another one under it is refused."""
    first = told(amend(WITHDRAWN, id="retry-000001"))
    state = compartments.read_state(graph)
    again = told(amend(WITHDRAWN, id="retry-000001", impact=first["impact"]["id"]), 200)
    assert (again["amendment"], again["impact"]) == (first["amendment"], None)
    other = amend({"entry": "5", "bases": None}, id="retry-000001")
    assert slug(other) == (409, "amendment-id-taken")
    assert compartments.read_state(graph) == state
    assert len(told(client.get(AMENDMENTS), 200)["items"]) == state.sequence


def test_if_match_names_the_declaration_that_was_seen(client, amend):
    """It is the declaration that is compared: what else changes of the entry does not matter."""
    seen = told(client.get("/v1/entries/2"), 200)["declaration_tag"]
    other = told(client.get("/v1/entries/5"), 200)["declaration_tag"]
    assert seen != other
    assert slug(amend(WITHDRAWN, headers={"If-Match": f'"{other}"'})) == (412, "declaration-moved")
    told(amend(WITHDRAWN, headers={"If-Match": f'"{other}", "{seen}"'}))
    moved = amend({"entry": "2", "bases": ["1"]}, headers={"If-Match": f'"{seen}"'})
    assert slug(moved) == (412, "declaration-moved")
    assert moved.json()["declaration_tag"] == told(client.get("/v1/entries/2"), 200)["declaration_tag"]
    told(amend({"entry": "2", "bases": ["1"]}, headers={"If-Match": "*"}))


@pytest.mark.parametrize("header", ["", "abc", 'W/"abc"', '"abc', '"a" "b"', '"a",,"b"'])
def test_an_if_match_that_is_none_is_refused(amend, header):
    """A weak tag is none either; and of several entries it would be a guess which is meant."""
    response = amend(WITHDRAWN, headers={"If-Match": header})
    assert (slug(response), response.json()["errors"][0]["where"]) == ((422, "invalid-question"), "If-Match")
    several = amend(WITHDRAWN, {"entry": "5", "bases": None}, headers={"If-Match": '"abc"'})
    assert several.status_code == 422


def test_a_revert_yields_the_answers_of_before(client, amend, graph, clock):
    """By an amendment of its own, with an impact that is seen first; and can itself be taken back."""
    before = told(client.get(WAY), 200)
    first = told(amend(WITHDRAWN))["amendment"]
    name = first["id"]
    clock.forward(hours=1)
    foreseen = told(client.get(f"{AMENDMENTS}/{name}/revert?limit=1000"), 200)
    assert foreseen["counts"]["gained"] == first["impact"]["counts"]["lost"]
    unquoted = client.post(f"{AMENDMENTS}/{name}/revert", json=SAID)
    assert slug(unquoted) == (409, "impact-moved")
    body = {**SAID, "impact": foreseen["id"], "id": "revert-00001"}
    made = told(client.post(f"{AMENDMENTS}/{name}/revert", json=body))
    assert (made["amendment"]["reverts"], made["impact"]["id"]) == (name, foreseen["id"])
    again = told(client.post(f"{AMENDMENTS}/{name}/revert", json=body), 200)
    assert again["amendment"] == made["amendment"]
    after = told(client.get(WAY), 200)
    moving = ("known_at", "receipt", "updated")
    assert {k: v for k, v in after.items() if k not in moving} == {k: v for k, v in before.items() if k not in moving}
    items = told(client.get(f"{AMENDMENTS}?entry=2"), 200)["items"]
    assert [(item["id"], item["reverts"], item["reverted_by"]) for item in items[:2]] == [
        ("revert-00001", name, None),
        (name, None, "revert-00001"),
    ]
    assert slug(client.get(f"{AMENDMENTS}/{name}/revert")) == (409, "amended-since")
    back = told(client.get(f"{AMENDMENTS}/revert-00001/revert"), 200)
    told(client.post(f"{AMENDMENTS}/revert-00001/revert", json={**SAID, "impact": back["id"]}))
    assert told(client.get(WAY), 200)["outcome"] == "unknown"
    assert told(client.get(f"{AMENDMENTS}/{name}/revert"), 200)["id"] == foreseen["id"]
    assert verify(graph, clock, 5).faults == []


def test_a_revert_foresees_which_findings_are_new_and_gone(client, amend, clock):
    """Those that there are before it and not after it, and the other way round, but for what tells its own date."""
    name = told(amend(WITHDRAWN))["amendment"]["id"]
    clock.forward(hours=1)

    def every():
        items = told(client.get("/v1/findings?limit=1000"), 200)["items"]
        return {(item["code"], item["text"], *item["entries"]) for item in items}

    before = every()
    foreseen = told(client.get(f"{AMENDMENTS}/{name}/revert?limit=1000"), 200)
    bare = told(client.get(f"{AMENDMENTS}/{name}/revert?limit=1000&findings=false"), 200)
    assert (bare["findings"], bare["id"]) == (None, foreseen["id"])
    told(client.post(f"{AMENDMENTS}/{name}/revert", json={**SAID, "impact": foreseen["id"]}))
    after = every()
    now = [one for kind in ("new", "gone") for one in foreseen["findings"][kind] if one["at"] == foreseen["at"]]
    assert {(one["code"], one["text"], *one["entries"]) for one in now} == before ^ after != set()


def test_what_was_amended_again_is_not_taken_back(client, amend):
    """Unless the later one is taken back first: then what the earlier one said stands again."""
    first = told(amend({"entry": "2", "bases": ["7"]}))["amendment"]["id"]
    later = told(amend(WITHDRAWN))["amendment"]["id"]
    refused = client.get(f"{AMENDMENTS}/{first}/revert")
    assert (slug(refused), refused.json()["entries"]) == ((409, "amended-since"), ["000002"])
    undone = told(client.get(f"{AMENDMENTS}/{later}/revert"), 200)["id"]
    told(client.post(f"{AMENDMENTS}/{later}/revert", json={**SAID, "impact": undone}))
    undone = told(client.get(f"{AMENDMENTS}/{first}/revert"), 200)["id"]
    told(client.post(f"{AMENDMENTS}/{first}/revert", json={**SAID, "impact": undone}))
    assert told(client.get("/v1/entries/2"), 200)["declaration"]["bases"] == ["000001"]


def test_a_held_base_is_accepted_by_name_and_that_is_of_the_record(client, amend, graph):
    """The acceptance is the amendment's own: taken back, the base is held again, or named no more."""
    edit = {"entry": "46", "bases": ["10"]}
    told(amend(edit))
    made = told(amend({**edit, "accept": ["10"]}))
    assert made["impact"]["counts"]["gained"]
    (change,) = told(client.get(f"{AMENDMENTS}/{made['amendment']['id']}"), 200)["changes"]
    assert (change["entry"], change["accepted_before"]) == ("000046", [])
    assert [one["base"] for one in change["accepted_after"]] == ["000010"]
    assert told(client.get("/v1/entries/46"), 200)["declaration"]["held"] == []
    name = made["amendment"]["id"]
    undone = told(client.get(f"{AMENDMENTS}/{name}/revert"), 200)["id"]
    told(client.post(f"{AMENDMENTS}/{name}/revert", json={**SAID, "impact": undone}))
    assert [one["base"] for one in told(client.get("/v1/entries/46"), 200)["declaration"]["held"]] == ["000010"]
    believed = facts.declared_facts(graph, {"000046"}, compartments.read_state(graph).recorded)
    assert not believed.acceptances


def test_pages_of_amendments(client, amend, clock):
    """The newest first, each once, as known then; those of the files too."""
    told(amend(WITHDRAWN))
    whole = told(client.get(AMENDMENTS), 200)["items"]
    assert [item["sequence"] for item in whole] == sorted((item["sequence"] for item in whole), reverse=True)
    assert {item["source"] for item in whole} == {"http", "bases.csv"}
    seen, cursor = [], ""
    while cursor is not None:
        page = told(client.get(AMENDMENTS, params={"limit": 2, "cursor": cursor}), 200)
        seen += page["items"]
        cursor = page["next"]
    assert seen == whole
    then = whole[0]["known_before"]
    assert told(client.get(AMENDMENTS, params={"known_at": then}), 200)["items"] == whole[1:]
    assert whole[0]["recorded"] == iso(clock.now)


def test_what_a_file_did_is_told_too(client):
    """A file is amended by all its evidence in one transaction: one impact is of all."""
    item = told(client.get(AMENDMENTS), 200)["items"][-1]
    did = told(client.get(f"{AMENDMENTS}/{item['id']}/impact"), 200)
    answer = told(client.get(f"{AMENDMENTS}/{item['id']}"), 200)
    assert did["counts"]["gained"] > 0
    assert (item["impact"], answer["changes"] != []) == (None, True)


REFUSED = [
    ({"edits": [WITHDRAWN]}, {"by", "reason"}),
    ({"edits": [WITHDRAWN], "by": " ", "reason": ""}, {"by", "reason"}),
    ({**SAID, "edits": [{"entry": "2", "status": "Removed"}]}, {"edits.0.bases", "edits.0.status"}),
    ({**SAID, "edits": [{"entry": "2"}]}, {"edits.0.bases"}),
    ({**SAID, "edits": [WITHDRAWN], "impact": "xyz"}, {"impact.constrained-str", "impact.literal['']"}),
    ({**SAID, "edits": [WITHDRAWN], "id": "a b"}, {"id"}),
    ({**SAID, "edits": [WITHDRAWN], "evidence": {"date": "yesterday"}}, {"evidence.date"}),
    ({**SAID, "edits": [WITHDRAWN], "stray": 1}, {"stray"}),
]


@pytest.mark.parametrize(("body", "where"), REFUSED)
def test_a_malformed_amendment_is_refused(client, graph, body, where):
    """Each fault in its place; a status comes from lists alone."""
    state = compartments.read_state(graph)
    response = client.post(AMENDMENTS, json=body)
    assert slug(response) == (422, "invalid-question")
    assert where <= {fault["where"] for fault in response.json()["errors"]}
    assert compartments.read_state(graph) == state


def test_edits_that_cannot_be_taken_change_nothing(client, amend, graph):
    """All or none: one of them is refused, and the other is not made."""
    state = compartments.read_state(graph)
    refused = amend(WITHDRAWN, {"entry": "999999", "bases": []}, impact="")
    assert slug(refused) == (422, "edits-refused")
    assert slug(amend({"entry": "2", "bases": ["1"]}, impact="")) == (422, "changes-nothing")
    assert slug(client.get(f"{AMENDMENTS}/nobody-knows-it")) == (404, "unknown-amendment")
    assert slug(client.post(f"{AMENDMENTS}/nobody-knows-it/revert", json=SAID)) == (404, "unknown-amendment")
    assert compartments.read_state(graph) == state
