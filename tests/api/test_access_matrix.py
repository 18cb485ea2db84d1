"""Every route, asked by everybody: who is let in, and what each sees. The entries asked about are of FE01."""

import json

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from service.app import create_app
from service.repositories import access_keys
from service.settings import Settings
from tests.callers import KINDS, headers_of, key_of
from tests.conftest import EXAMPLE_CLOCK

pytestmark = pytest.mark.seconds(14)

EDITS = {"edits": [{"entry": "1", "bases": None}]}
PAIRS = {"pairs": [["1", "34"]]}
DEVICE = {"device": {"DeviceManufacturer": "FE01", "DeviceModel": "10010100", "FirmwareVersion": "01000001"}}

# Who is let in: 2 is an answer (200), 1 not known (401), 3 not allowed (403), 4 no such thing (404), 5 the question is
# found to be badly formed (422), which is said to those alone who are let in.
MATRIX = """
                                             public party own other ssc secas
GET  /healthz                                2      2     2   2     2   2
GET  /readyz                                 2      2     2   2     2   2
GET  /v1/receipts/key                        2      2     2   2     2   2
GET  /v1/entries                             2      2     2   2     2   2
GET  /v1/entries/1                           2      2     2   2     2   2
GET  /v1/entries/999999                      4      4     4   4     4   4
GET  /v1/lists                               2      2     2   2     2   2
GET  /v1/entries/1/targets                   1      2     2   2     2   2
GET  /v1/entries/1/origins                   1      2     2   2     2   2
GET  /v1/entries/1/history                   1      2     2   2     2   2
GET  /v1/entries/999999/history              1      4     4   4     4   4
GET  /v1/pathways?from=1&to=34               1      2     2   2     2   2
GET  /v1/pathways?stray=1                    1      5     5   5     5   5
GET  /v1/pathways/changes?from=1&to=34       1      2     2   2     2   2
GET  /v1/pathways/changes?from=1&to=999999   1      4     4   4     4   4
POST /v1/pathways                            1      2     2   2     2   2
POST /v1/pathways/check                      1      2     2   2     2   2
POST /v1/resolve                             1      2     2   2     2   2
POST /v1/receipts/verify                     1      5     5   5     5   5
GET  /v1/findings                            1      2     2   2     2   2
GET  /v1/fir                                 1      2     2   2     2   2
GET  /v1/amendments                          1      2     2   2     2   2
GET  /v1/amendments/{id}                     1      2     2   2     2   2
GET  /v1/amendments/{id}/impact              1      2     2   2     2   2
GET  /v1/amendments/nothing-like-it          1      4     4   4     4   4
POST /v1/impact                              1      3     2   3     2   2
GET  /v1/amendments/{id}/revert              1      3     3   3     2   2
GET  /v1/amendments/nothing-like-it/revert   1      3     4   4     4   4
GET  /v1/proposals                           1      3     2   2     3   2
GET  /v1/proposals/{proposal}                1      3     2   4     3   2
GET  /v1/proposals/{proposal}/impact         1      3     2   4     3   2
POST /v1/proposals                           1      3     2   3     3   3
POST /v1/proposals/{proposal}/accept         1      3     3   3     3   5
POST /v1/proposals/{proposal}/reject         1      3     3   3     3   5
POST /v1/amendments                          1      3     3   3     3   5
POST /v1/lists                               1      3     3   3     3   5
POST /v1/bases                               1      3     3   3     3   5
POST /v1/amendments/{id}/revert              1      3     3   3     3   5
POST /v1/lists                               1      3     3   3     3   5
POST /v1/bases                               1      3     3   3     3   5
GET  /v1/zigbee/entries                      1      3     2   2     2   3
GET  /v1/zigbee/exposure?stack_vendor=x      1      3     2   2     2   3
GET  /v1/zigbee/exposure                     1      3     5   5     5   3
POST /v1/zigbee/exposure                     1      3     5   5     5   3
GET  /v1/zigbee/exposure/file?stack_vendor=x 1      3     2   2     2   3
POST /v1/zigbee                              1      3     5   5     5   3
POST /v1/zigbee/orders                       1      3     5   5     5   3
PUT  /v1/entries/1/zigbee                    1      3     5   5     5   3
GET  /v1/audit                               1      3     3   3     2   3
GET  /v1/disclosures                                1      3     3   3     3   2
GET  /v1/disclosures?kind=stray                     1      3     3   3     3   5
"""
BODIES = {
    "/v1/pathways": PAIRS,
    "/v1/pathways/check": {"steps": ["1", "2"]},
    "/v1/resolve": DEVICE,
    "/v1/impact": EDITS,
    "/v1/proposals": EDITS | {"by": "A. Maker", "reason": "As the Release Notes say.", "id": "proposal-of-own"},
}
STATUS = {"1": 401, "2": 200, "3": 403, "4": 404, "5": 422}
HEAD, *LINES = (line.split() for line in MATRIX.strip().splitlines())
ROWS = [(method, path, dict(zip(HEAD, row, strict=True))) for method, path, *row in LINES]


@pytest.fixture(scope="module")
def client(example_graph):
    """The service over the examples, to whom everybody must be known."""
    with TestClient(create_app(Settings(auth="on", rate=0, public_rate=0), example_graph, EXAMPLE_CLOCK)) as found:
        yield found


@pytest.fixture(scope="module")
def sent(client, example_graph):
    """What each kind of caller sends; every key is recognised once, so that no test waits for its proof."""
    return headers_of(example_graph, EXAMPLE_CLOCK)


@pytest.fixture(scope="module")
def makers(client, sent):
    """Whose entries each amendment of the examples spoke of, found without the rules that are tested here."""
    items = client.get("/v1/amendments?limit=1000", headers=sent["secas"]).json()["items"]
    found = {}
    for item in items:
        changes = client.get(f"/v1/amendments/{item['id']}", headers=sent["secas"]).json()["changes"]
        found[item["id"]] = {client.get(f"/v1/entries/{c['entry']}").json()["manufacturer"] for c in changes}
    return found


@pytest.fixture(scope="module")
def amendment(makers):
    """An amendment that speaks of entries of several manufacturers."""
    return next(name for name, whose in makers.items() if len(whose) > 1)


@pytest.fixture(scope="module")
def proposal(client, sent):
    """What the manufacturer of the entries proposes."""
    body = BODIES["/v1/proposals"]
    assert client.post("/v1/proposals", json=body, headers=sent["own"]).status_code == 201
    return body["id"]


def ask(client, method, path, headers):
    """The answer to a caller."""
    body = BODIES.get(path, {}) if method == "POST" else None
    return client.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize(("method", "path", "expected"), ROWS, ids=[f"{method} {path}" for method, path, _ in ROWS])
def test_everybody_is_answered_as_the_matrix_says(client, sent, amendment, proposal, method, path, expected):
    """A refusal is a problem that says how to be let in, or that it cannot be; and nothing of what was asked."""
    place = path.replace("{id}", amendment).replace("{proposal}", proposal)
    found = {kind: ask(client, method, place, sent[kind]) for kind in KINDS}
    statuses = {kind: 200 if answer.status_code == 201 else answer.status_code for kind, answer in found.items()}
    assert statuses == {kind: STATUS[said] for kind, said in expected.items()}
    for answer in found.values():
        if answer.status_code in (401, 403):
            assert answer.headers["content-type"] == "application/problem+json"
            assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)
            assert "FE0" not in answer.text


def test_the_matrix_has_every_route(client):
    """One that is added is not forgotten here."""
    asked = {(method, path.partition("?")[0]) for method, path, _ in ROWS}
    told = client.get("/openapi.json").json()["paths"]
    for path, methods in told.items():
        for method in methods:
            shape = path.replace("{number}", "1")
            shape = shape.replace("{id}", "{proposal}") if "/proposals/" in path else shape
            assert (method.upper(), shape) in asked, f"{method} {path}"
    assert len(told) > 15


def test_the_public_sees_the_list_alone(client, sent):
    """What is declared is left out, and not null; nothing else differs, not even the order."""
    for path in ("/v1/entries?limit=1000", "/v1/entries/1", "/v1/entries/46", "/v1/entries?q=gas&limit=3"):
        public, party = (client.get(path, headers=sent[kind]).json() for kind in ("public", "party"))
        for bare, full in zip(public.get("items", [public]), party.get("items", [party]), strict=True):
            left_out = full.keys() - bare.keys()
            assert left_out == ({"declaration", "declared_band"} | (set() if "items" in party else {"declaration_tag"}))
            assert bare == {name: value for name, value in full.items() if name not in left_out}
        assert "declar" not in json.dumps(public).replace("what manufacturers declared", "")


def test_the_public_asks_nothing_of_declarations(example_graph, sent):
    """So that neither the time nor a fault tells of them."""
    asked = []

    class Watched:
        dialect = example_graph.dialect

        def rows(self, query, **given):
            asked.append(query.name)
            return example_graph.rows(query, **given)

        def __getattr__(self, name):
            return getattr(example_graph, name)

    with TestClient(create_app(Settings(auth="on"), Watched(), EXAMPLE_CLOCK)) as client:
        asked.clear()
        for path in (
            "/v1/entries?limit=1000",
            "/v1/entries/1",
            "/v1/entries/999999",
            "/v1/lists",
            "/?q=gas",
            "/?from=1",
        ):
            client.get(path)
        assert not [name for name in asked if "declaration" in name or "held" in name or "steps" in name], asked
        client.get("/v1/entries/1", headers=sent["party"])
        assert "entry/declarations" in asked


@pytest.mark.parametrize("kind", ["party", "own", "other", "ssc", "secas"])
def test_who_amended_is_told_to_whom_it_is_for(client, sent, makers, kind):
    """Left out, and not null, for a party, and for a manufacturer where any entry is of another's."""
    code = {"own": {"FE01"}, "other": {"FE02"}}.get(kind)
    full = {name for name, whose in makers.items() if kind in ("ssc", "secas") or whose == code}
    assert bool(full) == (kind != "party")
    items = client.get("/v1/amendments?limit=1000", headers=sent[kind]).json()["items"]
    assert {item["id"] for item in items if "by" in item} == full
    assert {item["id"] for item in items} == set(makers)
    for name in makers:
        seen, whole = (client.get(f"/v1/amendments/{name}", headers=sent[who]).json() for who in (kind, "secas"))
        assert seen == {field: value for field, value in whole.items() if field != "by" or name in full}


@pytest.mark.parametrize(("kind", "code"), [("own", "FE01"), ("other", "FE02")])
def test_a_manufacturer_foresees_what_taking_back_its_own_would_do(client, sent, makers, kind, code):
    """Not what it would do to others' entries."""
    for name, whose in makers.items():
        status = client.get(f"/v1/amendments/{name}/revert", headers=sent[kind]).status_code
        assert (status == 403) == (whose != {code}), name


@pytest.mark.parametrize(
    ("edits", "statuses"),
    [
        (["1"], (200, 403)),
        (["1", "2"], (200, 403)),
        (["1", "2", "3"], (200, 403)),
        (["999999"], (403, 403)),
    ],
)
def test_a_manufacturer_foresees_what_it_would_do_to_its_own(client, sent, edits, statuses):
    """One entry of another's among them, or one that is nobody's, and it is told which."""
    whose = {n: client.get(f"/v1/entries/{n}").json().get("manufacturer") for n in edits}
    body = {"edits": [{"entry": number, "bases": None} for number in edits]}
    for kind, code in (("own", "FE01"), ("other", "FE02")):
        answer = client.post("/v1/impact", json=body, headers=sent[kind])
        strange = [number.zfill(6) for number in edits if whose[number] != code]
        assert answer.status_code == (403 if strange else 200)
        if strange:
            assert answer.json()["entries"] == sorted(strange)


def test_every_route_of_the_application_is_guarded(client):
    """Whatever is mounted, pages too; what is not is the document alone."""
    routes = [route for route in _routes(client.app.router) if isinstance(route, APIRoute)]
    assert len(routes) > 25
    assert [route.path for route in routes if not getattr(route, "capability", None)] == []


def _routes(router):
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from _routes(inner) if inner else [route]


def test_the_record_says_whose_key_it_was(client, sent):
    """What somebody says of who they are is theirs to say; the key that it was said with is known."""
    edits = [{"entry": "1", "bases": ["999999"]}]
    made = client.post(
        "/v1/amendments", json={"edits": edits, "by": "A. Person", "reason": "told"}, headers=sent["secas"]
    )
    prefix = sent["secas"]["Authorization"].split("_")[1]
    assert made.json()["amendment"]["by"] == f"A. Person (Organisation secas, {prefix})"
    asked = {"file": "b.csv", "by": "B. Person", "reason": "told"}
    content = b"Entry.number,Firmware_Upgrade_Path\n1,999998\n"
    headers = {**sent["secas"], "Content-Type": "text/csv"}
    report = client.post("/v1/bases", params=asked, content=content, headers=headers)
    (name,) = report.json()["amendments"]
    told = client.get(f"/v1/amendments/{name}", headers=sent["secas"]).json()
    assert told["by"] == f"B. Person (Organisation secas, {prefix})"


def test_taking_back_is_its_owners_too_where_nothing_was_said_before(client, sent, example_graph):
    """A first declaration taken back leaves nothing behind that bears the revert's name, and is whose it was."""
    key = key_of("own", EXAMPLE_CLOCK, manufacturers="FE03")
    access_keys.add_key(example_graph, key.key)
    maker = {"Authorization": f"Bearer {key.text}"}
    seen = client.get("/v1/entries?manufacturer=FE03&limit=1000", headers=sent["secas"]).json()["items"]
    entry = next(item["number"] for item in seen if item["declaration"]["kind"] == "not-supplied")
    said = {"by": "A", "reason": "told"}
    edits = {"edits": [{"entry": entry, "bases": ["999999"]}]}
    body = {**edits, **said, "impact": client.post("/v1/impact", json=edits, headers=sent["secas"]).json()["id"]}
    names = [client.post("/v1/amendments", json=body, headers=sent["secas"]).json()["amendment"]["id"]]
    for _ in range(2):
        path = f"/v1/amendments/{names[-1]}/revert"
        quoted = client.get(path, headers=sent["secas"]).json()["id"]
        made = client.post(path, json={**said, "impact": quoted}, headers=sent["secas"])
        names.append(made.json()["amendment"]["id"])
    for headers, status, seen in ((maker, 200, 6), (sent["own"], 403, 0)):
        items = client.get("/v1/amendments?limit=1000", headers=headers).json()["items"]
        alone = [client.get(f"/v1/amendments/{name}", headers=headers).json() for name in names]
        assert [item["id"] in names for item in (*items, *alone) if "by" in item].count(True) == seen
        foreseen = client.get(f"/v1/amendments/{names[-1]}/revert", headers=headers)
        assert foreseen.status_code == status, foreseen.text
