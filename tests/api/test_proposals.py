"""Proposals over HTTP, on both engines: made by whose the entries are, decided by SECAS, and no answer moves before."""

import re

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.application.verify import verify
from service.repositories import compartments, proposals
from service.settings import Settings
from tests.callers import headers_of
from tests.conftest import open_examples

pytestmark = pytest.mark.seconds(16)

PROPOSALS = "/v1/proposals"
EDITS = [{"entry": "2", "bases": None}]
SAID = {"by": "A. Maker", "reason": "The Release Notes were wrong."}
EVIDENCE = {"reference": "RN 1001-v2", "date": "2026-05-30", "sha256": "ab" * 32}
DECIDED = {"by": "A. Person", "reason": "As the maker says."}
WAY = "/v1/pathways?from=1&to=34"


def said_by(text, kind):
    """Who says so; behind it the record has the organisation and the key."""
    found = re.fullmatch(rf"(.+) \(Organisation {kind}, [a-z0-9]+\)", text)
    assert found, text
    return found[1]


@pytest.fixture
def graph(engine, request, tmp_path):
    """The examples, in a graph of the test's own."""
    found = open_examples(engine, request, tmp_path)
    yield found
    found.close()


@pytest.fixture
def asks(graph, clock):
    """Asks as one kind of caller, and gives the answer."""
    sent = headers_of(graph, clock)
    with TestClient(create_app(Settings(auth="on", rate=0, public_rate=0), graph, clock)) as client:
        yield lambda kind, method, path, **more: client.request(method, path, headers=sent[kind], **more)


@pytest.fixture
def proposed(asks):
    """Proposes, and gives the id."""

    def made(edits=EDITS, status=201, **more):
        response = asks("own", "POST", PROPOSALS, json={"edits": edits, **SAID, **more})
        assert response.status_code == status, response.text
        return response.json()["proposal"]["id"]

    return made


def slug(response):
    """Status and type of a problem."""
    return response.status_code, response.json()["type"].rpartition(":")[2]


def test_a_proposal_is_told_with_what_it_would_do_and_moves_nothing(asks, graph):
    """Not an answer, not an instant, not the head of the chain."""
    before, state = asks("party", "GET", WAY).json(), compartments.read_state(graph)
    made = asks("own", "POST", PROPOSALS, json={"edits": EDITS, **SAID, "evidence": EVIDENCE}).json()
    impact = asks("own", "POST", "/v1/impact", json={"edits": EDITS}).json()
    assert made["impact"] == impact | {"findings": None}  # which its maker is not asked about
    proposal = made["proposal"]
    assert (proposal["state"], proposal["decision"], proposal["organisation"]) == ("open", None, "Organisation own")
    assert (said_by(proposal["by"], "own"), proposal["reason"], proposal["evidence"]) == (*SAID.values(), EVIDENCE)
    assert proposal["edits"] == [{"entry": "000002", "bases": None, "accept": [], "effective_from": None}]
    assert proposal["proposed"] == "2026-06-01T12:00:00Z"
    assert asks("own", "GET", f"{PROPOSALS}/{proposal['id']}").json() == proposal
    assert asks("secas", "GET", f"{PROPOSALS}/{proposal['id']}/impact").json()["id"] == impact["id"]
    assert asks("party", "GET", WAY).json()["steps"] == before["steps"]
    assert compartments.read_state(graph) == state


def test_secas_accepts_and_it_is_an_amendment(asks, proposed, graph, clock):
    """With the evidence of the proposal and the words of who accepted; both are there or neither."""
    name = proposed(evidence=EVIDENCE)
    impact = asks("secas", "GET", f"{PROPOSALS}/{name}/impact").json()["id"]
    unquoted = asks("secas", "POST", f"{PROPOSALS}/{name}/accept", json=DECIDED)
    assert slug(unquoted) == (409, "impact-moved")
    assert asks("own", "GET", f"{PROPOSALS}/{name}").json()["state"] == "open"
    clock.forward(hours=1)
    made = asks("secas", "POST", f"{PROPOSALS}/{name}/accept", json=DECIDED | {"impact": impact})
    assert made.status_code == 201
    amendment = made.json()["amendment"]
    assert (said_by(amendment["by"], "secas"), amendment["reason"], amendment["evidence"]) == (
        *DECIDED.values(),
        EVIDENCE,
    )
    assert amendment["source"] == f"proposal {name}"
    assert asks("party", "GET", WAY).json()["outcome"] != "route"
    told = asks("own", "GET", f"{PROPOSALS}/{name}").json()
    assert told["state"] == "accepted"
    decision = told["decision"] | {"by": said_by(told["decision"]["by"], "secas")}
    assert decision == DECIDED | {"decided": amendment["recorded"], "amendment": amendment["id"]}
    again = asks("secas", "POST", f"{PROPOSALS}/{name}/accept", json=DECIDED | {"impact": impact})
    assert (again.status_code, again.json()["amendment"], again.json()["impact"]) == (200, amendment, None)
    assert verify(graph, clock, 20).faults == []


def test_secas_rejects_with_a_reason_that_the_maker_reads(asks, proposed, graph):
    """Nothing else happens; saying it again changes nothing."""
    name, state = proposed(), compartments.read_state(graph)
    for _ in range(2):
        told = asks("secas", "POST", f"{PROPOSALS}/{name}/reject", json=DECIDED)
        assert (told.status_code, told.json()["state"]) == (200, "rejected")
    decision = asks("own", "GET", f"{PROPOSALS}/{name}").json()["decision"]
    assert decision | {"by": said_by(decision["by"], "secas")} == DECIDED | {
        "decided": "2026-06-01T12:00:00Z",
        "amendment": None,
    }
    assert compartments.read_state(graph) == state


@pytest.mark.parametrize("first", ["accept", "reject"])
@pytest.mark.parametrize("then", ["accept", "reject"])
def test_what_was_decided_is_not_decided_again(asks, proposed, first, then):
    """Neither otherwise, nor by somebody else; nothing is amended by the second."""
    name = proposed()
    impact = asks("secas", "GET", f"{PROPOSALS}/{name}/impact").json()["id"]

    def decide(how, by):
        body = DECIDED | {"by": by} | ({"impact": impact} if how == "accept" else {})
        return asks("secas", "POST", f"{PROPOSALS}/{name}/{how}", json=body)

    assert decide(first, "A. Person").status_code in (200, 201)
    amendments = asks("secas", "GET", "/v1/amendments?limit=1000").json()["items"]
    second = decide(then, "Another")
    conflict = "amendment-id-taken" if first == then == "accept" else "proposal-decided"
    assert slug(second) == (409, conflict)
    assert asks("secas", "GET", "/v1/amendments?limit=1000").json()["items"] == amendments
    decision = asks("own", "GET", f"{PROPOSALS}/{name}").json()["decision"]
    assert said_by(decision["by"], "secas") == "A. Person"


def test_a_proposal_is_seen_by_whose_it_is_and_by_secas(asks, proposed):
    """For another manufacturer there is none; no count, no page and no id tells that there is."""
    mine = [proposed(id=f"proposal-{n}") for n in range(3)]
    assert asks("other", "GET", PROPOSALS).json() == {"items": [], "next": None}
    for path in (f"{PROPOSALS}/{mine[0]}", f"{PROPOSALS}/{mine[0]}/impact"):
        there, none = asks("other", "GET", path), asks("other", "GET", path.replace(mine[0], "proposal-9"))
        assert slug(there) == slug(none) == (404, "unknown-proposal")
        assert there.json()["detail"].replace(mine[0], "x") == none.json()["detail"].replace("proposal-9", "x")
    for kind in ("own", "secas"):
        assert [item["id"] for item in asks(kind, "GET", PROPOSALS).json()["items"]] == mine


def test_proposals_are_told_in_pages_the_newest_first(asks, proposed, clock):
    """By their state, where it is asked for."""
    names = []
    for _ in range(5):
        names.insert(0, proposed())
        clock.forward(minutes=1)
    asks("secas", "POST", f"{PROPOSALS}/{names[1]}/reject", json=DECIDED)
    seen, cursor = [], ""
    while cursor is not None:
        page = asks("secas", "GET", f"{PROPOSALS}?limit=2&cursor={cursor}").json()
        seen, cursor = seen + [item["id"] for item in page["items"]], page["next"]
    assert seen == names
    by_state = {}
    for state in ("open", "rejected", "accepted"):
        items = asks("own", "GET", f"{PROPOSALS}?state={state}").json()["items"]
        by_state[state] = [item["id"] for item in items]
    assert by_state == {"open": [names[0], *names[2:]], "rejected": [names[1]], "accepted": []}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"edits": [{"entry": "3", "bases": None}]}, (403, "not-allowed")),
        ({"edits": [*EDITS, {"entry": "3", "bases": None}]}, (403, "not-allowed")),
        ({"edits": [{"entry": "999999", "bases": None}]}, (403, "not-allowed")),
        ({"edits": [{"entry": "2", "bases": ["1"]}]}, (422, "changes-nothing")),
        ({"edits": [{"entry": "2", "bases": ["2"]}]}, (422, "edits-refused")),
        ({"edits": EDITS, "impact": "0" * 64}, (409, "impact-moved")),
        ({"edits": []}, (422, "invalid-question")),
        ({"edits": EDITS, "reason": " "}, (422, "invalid-question")),
        ({"edits": EDITS, "state": "accepted"}, (422, "invalid-question")),
        ({"edits": EDITS, "organisation": "SECAS"}, (422, "invalid-question")),
    ],
)
def test_what_may_not_be_proposed_is_not_kept(asks, graph, body, expected):
    """Others' entries, what would be refused as an amendment too, and what is decided by others."""
    assert slug(asks("own", "POST", PROPOSALS, json=SAID | body)) == expected
    assert proposals.list_proposals(graph) == []


def test_a_retry_finds_its_own_proposal(asks, proposed):
    """And another that says something else is refused."""
    name = proposed(id="proposal-1")
    assert proposed(id="proposal-1", status=200) == name
    other = asks("own", "POST", PROPOSALS, json={"edits": EDITS, **SAID, "reason": "Another.", "id": name})
    assert slug(other) == (409, "amendment-id-taken")
    assert len(asks("own", "GET", PROPOSALS).json()["items"]) == 1


def test_what_a_proposal_would_do_is_told_with_findings_as_of_any_edits(asks, proposed):
    """The same as of the edits themselves; to SECAS with whose earlier answers it makes untrue, and to it alone."""
    name = proposed()
    edits = {"edits": EDITS, "limit": 100}
    for kind, member in (("own", False), ("secas", True)):
        of_proposal = asks(kind, "GET", f"{PROPOSALS}/{name}/impact").json()
        of_edits = asks(kind, "POST", "/v1/impact", json=edits).json()
        assert ("disclosures" in of_proposal) == member
        assert sum(of_proposal["findings"]["counts"].values()) > 0
        assert of_proposal == of_edits
    assert asks("secas", "GET", f"{PROPOSALS}/{name}/impact?findings=false").json()["findings"] is None


def test_a_retry_finds_its_proposal_when_it_was_accepted(asks, proposed):
    """By then the edits would change nothing, and another impact would have to be quoted: that is no fault of it."""
    name = proposed(id="proposal-1")
    foreseen = asks("secas", "GET", f"{PROPOSALS}/{name}/impact").json()["id"]
    accepted = asks("secas", "POST", f"{PROPOSALS}/{name}/accept", json={**DECIDED, "impact": foreseen})
    assert accepted.status_code in (200, 201), accepted.text
    again = asks("own", "POST", PROPOSALS, json={"edits": EDITS, **SAID, "id": name})
    assert again.status_code == 200, again.text
    assert (again.json()["proposal"]["state"], again.json()["impact"]) == ("accepted", None)


def test_nobody_but_secas_decides(asks, proposed):
    """Not even whose it is."""
    name = proposed()
    for kind in ("public", "party", "own", "other", "ssc"):
        for how in ("accept", "reject"):
            assert asks(kind, "POST", f"{PROPOSALS}/{name}/{how}", json=DECIDED).status_code in (401, 403)
    assert asks("own", "GET", f"{PROPOSALS}/{name}").json()["state"] == "open"
    assert slug(asks("secas", "POST", f"{PROPOSALS}/proposal-9/reject", json=DECIDED)) == (404, "unknown-proposal")
    assert slug(asks("secas", "POST", f"{PROPOSALS}/proposal-9/accept", json=DECIDED)) == (404, "unknown-proposal")
