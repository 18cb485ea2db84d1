"""Proposals over HTTP, on both engines: created by the manufacturer, decided by SECAS, without effect on answers
before."""

import re

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.application.verify import verify
from service.repositories import compartments, proposals
from service.settings import Settings
from tests.callers import headers_of
from tests.conftest import open_examples

pytestmark = pytest.mark.seconds(8)

PROPOSALS = "/v1/proposals"
EDITS = [{"entry": "2", "bases": None}]
AUTHORSHIP = {"by": "A. Maker", "reason": "The Release Notes were wrong."}
EVIDENCE = {"reference": "RN 1001-v2", "date": "2026-05-30", "sha256": "ab" * 32}
DECISION = {"by": "A. Person", "reason": "As the maker says."}
PATHWAY = "/v1/pathways?from=1&to=34"


def author(text, kind):
    """The author's name in `by`; the record appends the organisation and the key."""
    match = re.fullmatch(rf"(.+) \(Organisation {kind}, [a-z0-9]+\)", text)
    assert match, text
    return match[1]


@pytest.fixture
def graph(engine, request, tmp_path):
    """The examples, in a graph of the test's own."""
    graph = open_examples(engine, request, tmp_path)
    yield graph
    graph.close()


@pytest.fixture
def request_as(graph, clock):
    """A function that sends a request as a kind of caller, and returns the response."""
    sent = headers_of(graph, clock)
    with TestClient(create_app(Settings(auth="on", rate=0, public_rate=0), graph, clock)) as client:
        yield lambda kind, method, path, **more: client.request(method, path, headers=sent[kind], **more)


@pytest.fixture
def propose(request_as):
    """A function that creates a proposal, and returns its id."""

    def create(edits=EDITS, status=201, **more):
        response = request_as("own", "POST", PROPOSALS, json={"edits": edits, **AUTHORSHIP, **more})
        assert response.status_code == status, response.text
        return response.json()["proposal"]["id"]

    return create


def slug(response):
    """Status and type of a problem."""
    return response.status_code, response.json()["type"].rpartition(":")[2]


def test_a_proposal_has_an_impact_and_changes_no_answer(request_as, graph):
    """The answers, the recorded instant and the head of the chain stay the same."""
    before, state = request_as("party", "GET", PATHWAY).json(), compartments.read_state(graph)
    made = request_as("own", "POST", PROPOSALS, json={"edits": EDITS, **AUTHORSHIP, "evidence": EVIDENCE}).json()
    impact = request_as("own", "POST", "/v1/impact", json={"edits": EDITS}).json()
    assert made["impact"] == impact | {"findings": None}  # the manufacturer's request does not ask for findings
    proposal = made["proposal"]
    assert (proposal["state"], proposal["decision"], proposal["organisation"]) == ("open", None, "Organisation own")
    assert (author(proposal["by"], "own"), proposal["reason"], proposal["evidence"]) == (*AUTHORSHIP.values(), EVIDENCE)
    edit = {"entry": "000002", "bases": None, "accept": [], "effective_from": None, "confirm": False}
    assert proposal["edits"] == [edit]
    assert proposal["proposed"] == "2026-06-01T12:00:00Z"
    assert request_as("own", "GET", f"{PROPOSALS}/{proposal['id']}").json() == proposal
    assert request_as("secas", "GET", f"{PROPOSALS}/{proposal['id']}/impact").json()["id"] == impact["id"]
    assert request_as("party", "GET", PATHWAY).json()["steps"] == before["steps"]
    assert compartments.read_state(graph) == state


def test_an_accepted_proposal_becomes_an_amendment(request_as, propose, graph, clock):
    """The amendment has the proposal's evidence, and the author and reason of the decision; both are written in one
    transaction."""
    name = propose(evidence=EVIDENCE)
    impact = request_as("secas", "GET", f"{PROPOSALS}/{name}/impact").json()["id"]
    unquoted = request_as("secas", "POST", f"{PROPOSALS}/{name}/accept", json=DECISION)
    assert slug(unquoted) == (409, "impact-moved")
    assert request_as("own", "GET", f"{PROPOSALS}/{name}").json()["state"] == "open"
    clock.forward(hours=1)
    made = request_as("secas", "POST", f"{PROPOSALS}/{name}/accept", json=DECISION | {"impact": impact})
    assert made.status_code == 201
    amendment = made.json()["amendment"]
    assert (author(amendment["by"], "secas"), amendment["reason"], amendment["evidence"]) == (
        *DECISION.values(),
        EVIDENCE,
    )
    assert amendment["source"] == f"proposal {name}"
    assert request_as("party", "GET", PATHWAY).json()["outcome"] != "route"
    accepted = request_as("own", "GET", f"{PROPOSALS}/{name}").json()
    assert accepted["state"] == "accepted"
    decision = accepted["decision"] | {"by": author(accepted["decision"]["by"], "secas")}
    assert decision == DECISION | {"decided": amendment["recorded"], "amendment": amendment["id"]}
    again = request_as("secas", "POST", f"{PROPOSALS}/{name}/accept", json=DECISION | {"impact": impact})
    assert (again.status_code, again.json()["amendment"], again.json()["impact"]) == (200, amendment, None)
    assert verify(graph, clock, 20).faults == []


def test_a_rejected_proposal_shows_the_reason_to_its_manufacturer(request_as, propose, graph):
    """A rejection changes nothing else; a repeated rejection changes nothing."""
    name, state = propose(), compartments.read_state(graph)
    for _ in range(2):
        response = request_as("secas", "POST", f"{PROPOSALS}/{name}/reject", json=DECISION)
        assert (response.status_code, response.json()["state"]) == (200, "rejected")
    decision = request_as("own", "GET", f"{PROPOSALS}/{name}").json()["decision"]
    assert decision | {"by": author(decision["by"], "secas")} == DECISION | {
        "decided": "2026-06-01T12:00:00Z",
        "amendment": None,
    }
    assert compartments.read_state(graph) == state


@pytest.mark.parametrize("first", ["accept", "reject"])
@pytest.mark.parametrize("then", ["accept", "reject"])
def test_a_decided_proposal_cannot_be_decided_again(request_as, propose, first, then):
    """A second decision is refused and amends nothing, whatever the decision and the author."""
    name = propose()
    impact = request_as("secas", "GET", f"{PROPOSALS}/{name}/impact").json()["id"]

    def decide(decision_, by):
        body = DECISION | {"by": by} | ({"impact": impact} if decision_ == "accept" else {})
        return request_as("secas", "POST", f"{PROPOSALS}/{name}/{decision_}", json=body)

    assert decide(first, "A. Person").status_code in (200, 201)
    amendments = request_as("secas", "GET", "/v1/amendments?limit=1000").json()["items"]
    second = decide(then, "Another")
    conflict = "amendment-id-taken" if first == then == "accept" else "proposal-decided"
    assert slug(second) == (409, conflict)
    assert request_as("secas", "GET", "/v1/amendments?limit=1000").json()["items"] == amendments
    decision = request_as("own", "GET", f"{PROPOSALS}/{name}").json()["decision"]
    assert author(decision["by"], "secas") == "A. Person"


def test_a_proposal_is_visible_to_its_manufacturer_and_secas(request_as, propose):
    """For another manufacturer the proposal does not exist: no count, page or error reveals it."""
    mine = [propose(id=f"proposal-{n}") for n in range(3)]
    assert request_as("other", "GET", PROPOSALS).json() == {"items": [], "next": None}
    for path in (f"{PROPOSALS}/{mine[0]}", f"{PROPOSALS}/{mine[0]}/impact"):
        hidden, missing = (
            request_as("other", "GET", path),
            request_as("other", "GET", path.replace(mine[0], "proposal-9")),
        )
        assert slug(hidden) == slug(missing) == (404, "unknown-proposal")
        assert hidden.json()["detail"].replace(mine[0], "x") == missing.json()["detail"].replace("proposal-9", "x")
    for kind in ("own", "secas"):
        assert [item["id"] for item in request_as(kind, "GET", PROPOSALS).json()["items"]] == mine


def test_proposals_are_paged_newest_first(request_as, propose, clock):
    """With a filter for the state."""
    names = []
    for _ in range(5):
        names.insert(0, propose())
        clock.forward(minutes=1)
    request_as("secas", "POST", f"{PROPOSALS}/{names[1]}/reject", json=DECISION)
    seen, cursor = [], ""
    while cursor is not None:
        page = request_as("secas", "GET", f"{PROPOSALS}?limit=2&cursor={cursor}").json()
        seen, cursor = seen + [item["id"] for item in page["items"]], page["next"]
    assert seen == names
    by_state = {}
    for state in ("open", "rejected", "accepted"):
        items = request_as("own", "GET", f"{PROPOSALS}?state={state}").json()["items"]
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
def test_a_refused_proposal_is_not_stored(request_as, graph, body, expected):
    """Edits of entries of another manufacturer, edits that no amendment could make, and fields that SECAS decides."""
    assert slug(request_as("own", "POST", PROPOSALS, json=AUTHORSHIP | body)) == expected
    assert proposals.list_proposals(graph) == []


def test_a_retry_returns_the_proposal_already_stored(request_as, propose):
    """A different proposal with the same id is refused."""
    name = propose(id="proposal-1")
    assert propose(id="proposal-1", status=200) == name
    other = request_as("own", "POST", PROPOSALS, json={"edits": EDITS, **AUTHORSHIP, "reason": "Another.", "id": name})
    assert slug(other) == (409, "amendment-id-taken")
    assert len(request_as("own", "GET", PROPOSALS).json()["items"]) == 1


def test_the_impact_of_a_proposal_equals_that_of_its_edits(request_as, propose):
    """The impact includes findings; for SECAS only, the impact includes disclosures."""
    name = propose()
    edits = {"edits": EDITS, "limit": 100}
    for kind, member in (("own", False), ("secas", True)):
        of_proposal = request_as(kind, "GET", f"{PROPOSALS}/{name}/impact").json()
        of_edits = request_as(kind, "POST", "/v1/impact", json=edits).json()
        assert ("disclosures" in of_proposal) == member
        assert sum(of_proposal["findings"]["counts"].values()) > 0
        assert of_proposal == of_edits
    assert request_as("secas", "GET", f"{PROPOSALS}/{name}/impact?findings=false").json()["findings"] is None


def test_a_retry_returns_the_proposal_after_its_acceptance(request_as, propose):
    """The edits would change nothing by then, but the retry is not refused for that."""
    name = propose(id="proposal-1")
    impact_id = request_as("secas", "GET", f"{PROPOSALS}/{name}/impact").json()["id"]
    accepted = request_as("secas", "POST", f"{PROPOSALS}/{name}/accept", json={**DECISION, "impact": impact_id})
    assert accepted.status_code in (200, 201), accepted.text
    again = request_as("own", "POST", PROPOSALS, json={"edits": EDITS, **AUTHORSHIP, "id": name})
    assert again.status_code == 200, again.text
    assert (again.json()["proposal"]["state"], again.json()["impact"]) == ("accepted", None)


def test_only_secas_decides_proposals(request_as, propose):
    """Not even the manufacturer of the proposal may decide."""
    name = propose()
    for kind in ("public", "party", "own", "other", "ssc"):
        for how in ("accept", "reject"):
            assert request_as(kind, "POST", f"{PROPOSALS}/{name}/{how}", json=DECISION).status_code in (401, 403)
    assert request_as("own", "GET", f"{PROPOSALS}/{name}").json()["state"] == "open"
    assert slug(request_as("secas", "POST", f"{PROPOSALS}/proposal-9/reject", json=DECISION)) == (
        404,
        "unknown-proposal",
    )
    assert slug(request_as("secas", "POST", f"{PROPOSALS}/proposal-9/accept", json=DECISION)) == (
        404,
        "unknown-proposal",
    )


def test_a_manufacturer_proposes_a_confirmation(request_as, propose, graph, clock):
    """SECAS accepts the proposal without an impact, since no answer moves; the history then shows the confirmation."""
    before = request_as("party", "GET", PATHWAY).json()
    declared = request_as("secas", "GET", "/v1/entries/2").json()["declaration"]["bases"]
    name = propose([{"entry": 2, "bases": declared, "confirm": True}])
    proposal = request_as("secas", "GET", f"{PROPOSALS}/{name}").json()
    assert proposal["edits"][0]["confirm"] is True
    made = request_as("secas", "POST", f"{PROPOSALS}/{name}/accept", json=DECISION)
    assert made.status_code == 201, made.text
    (change,) = request_as("secas", "GET", f"/v1/amendments/{made.json()['amendment']['id']}").json()["changes"]
    assert [base["base"] for base in change["confirmed_after"]] == declared
    history = request_as("party", "GET", "/v1/entries/2/history").json()["items"]
    confirmed = [item["confirmation"]["base"] for item in history if item["kind"] == "confirmation"]
    assert confirmed == declared
    after = request_as("party", "GET", PATHWAY).json()
    assert (after["steps"], after["updated"]) == (before["steps"], before["updated"])
    assert verify(graph, clock, 0).faults == []


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        ({"bases": ["3"], "confirm": True}, (422, "edits-refused")),
        ({"bases": ["1"], "accept": ["1"], "confirm": True}, (422, "edits-refused")),
        ({"bases": ["1"], "confirm": "yes"}, (422, "invalid-question")),
        ({"bases": ["1"], "confirm": False}, (422, "changes-nothing")),
    ],
)
def test_a_confirmation_of_other_bases_is_refused(request_as, edit, problem):
    """An edit that confirms states the bases in force, and accepts nothing."""
    response = request_as("own", "POST", PROPOSALS, json={"edits": [{"entry": "2", **edit}], **AUTHORSHIP})
    assert slug(response) == problem
    if problem[1] == "edits-refused":
        assert response.json()["refusals"][0]["code"] == "confirm-with-change"
