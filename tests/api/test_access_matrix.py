"""Access to every route by every kind of caller: who gets an answer, and which fields. The entries under test belong
to FE01."""

import json

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from service.app import create_app
from service.repositories import access_keys
from service.settings import Settings
from tests.api.test_openapi import APP
from tests.callers import KINDS, headers_of, key_of
from tests.conftest import EXAMPLE_CLOCK

pytestmark = pytest.mark.seconds(6)

EDITS = {"edits": [{"entry": "1", "bases": None}]}
PAIRS = {"pairs": [["1", "34"]]}
DEVICE = {"device": {"DeviceManufacturer": "FE01", "DeviceModel": "10010100", "FirmwareVersion": "01000001"}}

# Expected status: 2 = 200 (answer), 1 = 401 (not signed in), 3 = 403 (not allowed), 4 = 404 (not found),
# 5 = 422 (malformed request; only callers with access to the route receive 422).
MATRIX = """
                                             public party own other ssc secas
GET  /healthz                                2      2     2   2     2   2
GET  /readyz                                 2      2     2   2     2   2
GET  /v1/receipts/key                        2      2     2   2     2   2
GET  /v1/entries                             2      2     2   2     2   2
GET  /v1/entries/1                           2      2     2   2     2   2
GET  /v1/entries/999999                      4      4     4   4     4   4
GET  /v1/lists                               2      2     2   2     2   2
GET  /v1/lists/1.001                         2      2     2   2     2   2
GET  /v1/lists/9.999                         4      4     4   4     4   4
GET  /v1/lists/1.001/impact                  1      2     2   2     2   2
GET  /v1/lists/9.999/impact                  1      4     4   4     4   4
GET  /v1/manufacturers                       2      2     2   2     2   2
POST /v1/manufacturers                       1      3     3   3     3   5
GET  /v1/entries/1/targets                   1      2     2   2     2   2
GET  /v1/entries/1/origins                   1      2     2   2     2   2
GET  /v1/device-models/FE01-10010100         1      2     2   2     2   2
GET  /v1/device-models/FE01-99999999         1      4     4   4     4   4
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
GET  /v1/disclosures                         1      2     2   2     2   2
GET  /v1/disclosures?kind=stray              1      5     5   5     5   5
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
    """A test client of the service over the examples, with sign-in required."""
    with TestClient(create_app(Settings(auth="on", rate=0, public_rate=0), example_graph, EXAMPLE_CLOCK)) as client:
        yield client


@pytest.fixture(scope="module")
def sent(client, example_graph):
    """Authorization headers by kind of caller. Depends on `client`, so that keys are stored after the service
    starts. Two amendments change entries of one manufacturer each: the examples' bases are one amendment of all."""
    headers = headers_of(example_graph, EXAMPLE_CLOCK)
    for entry, base in (("000002", "000001"), ("000013", "000003")):
        edit = {"entry": entry, "bases": [base], "confirm": True}
        body = {"edits": [edit], "by": "secas", "reason": "Read again."}
        made = client.post("/v1/amendments", json=body, headers=headers["secas"])
        assert made.status_code == 201, made.text
    return headers


@pytest.fixture(scope="module")
def makers(client, sent):
    """The manufacturers of the entries in each amendment of the examples, computed without the access rules under
    test."""
    items = client.get("/v1/amendments?limit=1000", headers=sent["secas"]).json()["items"]
    codes_by_amendment = {}
    for item in items:
        changes = client.get(f"/v1/amendments/{item['id']}", headers=sent["secas"]).json()["changes"]
        codes_by_amendment[item["id"]] = {
            client.get(f"/v1/entries/{c['entry']}").json()["manufacturer"] for c in changes
        }
    return codes_by_amendment


@pytest.fixture(scope="module")
def amendment(makers):
    """The id of an amendment that changes entries of several manufacturers."""
    return next(name for name, whose in makers.items() if len(whose) > 1)


@pytest.fixture(scope="module")
def proposal(client, sent):
    """The id of a proposal by the manufacturer of its entries."""
    body = BODIES["/v1/proposals"]
    assert client.post("/v1/proposals", json=body, headers=sent["own"]).status_code == 201
    return body["id"]


def ask(client, method, path, headers):
    """Sends the request with the body of its path, and returns the response."""
    body = BODIES.get(path, {}) if method == "POST" else None
    return client.request(method, path, json=body, headers=headers)


@pytest.mark.quick_on_neo4j  # every route on both engines
@pytest.mark.parametrize(("method", "path", "expected"), ROWS, ids=[f"{method} {path}" for method, path, _ in ROWS])
def test_every_caller_gets_the_status_in_the_matrix(client, sent, amendment, proposal, method, path, expected):
    """A refusal is a problem document with a sign-in challenge for 401 only, and names no manufacturer."""
    url = path.replace("{id}", amendment).replace("{proposal}", proposal)
    responses = {kind: ask(client, method, url, sent[kind]) for kind in KINDS}
    statuses = {
        kind: 200 if response.status_code == 201 else response.status_code for kind, response in responses.items()
    }
    assert statuses == {kind: STATUS[digit] for kind, digit in expected.items()}
    for response in responses.values():
        if response.status_code in (401, 403):
            assert response.headers["content-type"] == "application/problem+json"
            assert ("www-authenticate" in response.headers) == (response.status_code == 401)
            assert "FE0" not in response.text


def test_the_matrix_covers_every_route():
    """A route that is added without a row in the matrix fails this test."""
    covered = {(method, path.partition("?")[0]) for method, path, _ in ROWS}
    documented = APP.openapi()["paths"]
    for path, methods in documented.items():
        for method in methods:
            shape = path.replace("{number}", "1.001" if "/lists/" in path else "1")
            shape = shape.replace("{device_model}", "FE01-10010100")
            shape = shape.replace("{id}", "{proposal}") if "/proposals/" in path else shape
            assert (method.upper(), shape) in covered, f"{method} {path}"
    assert len(documented) > 15


def test_the_public_sees_only_list_attributes(client, sent):
    """Responses to the public omit the declaration fields, without nulls in their place, and otherwise equal those to a
    party."""
    for path in ("/v1/entries?limit=1000", "/v1/entries/1", "/v1/entries/46", "/v1/entries?q=gas&limit=3"):
        public, party = (client.get(path, headers=sent[kind]).json() for kind in ("public", "party"))
        for bare, full in zip(public.get("items", [public]), party.get("items", [party]), strict=True):
            left_out = full.keys() - bare.keys()
            assert left_out == ({"declaration", "declared_band"} | (set() if "items" in party else {"declaration_tag"}))
            assert bare == {name: value for name, value in full.items() if name not in left_out}
        assert "declar" not in json.dumps(public).replace("what manufacturers declared", "")


def test_public_requests_run_no_declaration_query(example_graph, sent):
    """Otherwise response times or errors could reveal declarations."""
    queries = []

    class Watched:
        dialect = example_graph.dialect

        def rows(self, query, **parameters):
            queries.append(query.name)
            return example_graph.rows(query, **parameters)

        def __getattr__(self, name):
            return getattr(example_graph, name)

    with TestClient(create_app(Settings(auth="on"), Watched(), EXAMPLE_CLOCK)) as client:
        queries.clear()
        for path in (
            "/v1/entries?limit=1000",
            "/v1/entries/1",
            "/v1/entries/999999",
            "/v1/lists",
            "/?q=gas",
            "/?from=1",
            "/device-models/FE01-10010100",
            "/findings",
        ):
            client.get(path)
        assert not [name for name in queries if "declaration" in name or "held" in name or "steps" in name], queries
        client.get("/v1/entries/1", headers=sent["party"])
        assert "entry/declarations" in queries


@pytest.mark.parametrize("kind", ["party", "own", "other", "ssc", "secas"])
def test_the_author_of_an_amendment_is_visible_to_its_manufacturer_ssc_and_secas(client, sent, makers, kind):
    """`by` is omitted, not null, for a party, and for a manufacturer if the amendment changes an entry of another
    manufacturer."""
    code = {"own": {"FE01"}, "other": {"FE02"}}.get(kind)
    full = {name for name, codes in makers.items() if kind in ("ssc", "secas") or codes == code}
    assert bool(full) == (kind != "party")
    items = client.get("/v1/amendments?limit=1000", headers=sent[kind]).json()["items"]
    assert {item["id"] for item in items if "by" in item} == full
    assert {item["id"] for item in items} == set(makers)
    for name in makers:
        seen, complete = (client.get(f"/v1/amendments/{name}", headers=sent[who]).json() for who in (kind, "secas"))
        assert seen == {field: value for field, value in complete.items() if field != "by" or name in full}


@pytest.mark.parametrize(("kind", "code"), [("own", "FE01"), ("other", "FE02")])
def test_a_manufacturer_previews_reverts_of_its_own_amendments(client, sent, makers, kind, code):
    """The service refuses a preview of a revert that changes entries of another manufacturer."""
    for name, codes in makers.items():
        status = client.get(f"/v1/amendments/{name}/revert", headers=sent[kind]).status_code
        assert (status == 403) == (codes != {code}), name


@pytest.mark.parametrize(
    ("edits", "statuses"),
    [
        (["1"], (200, 403)),
        (["1", "2"], (200, 403)),
        (["1", "2", "3"], (200, 403)),
        (["999999"], (403, 403)),
    ],
)
def test_a_manufacturer_previews_the_impact_on_its_own_entries(client, sent, edits, statuses):
    """The service answers 403 and names the entries that belong to another manufacturer or are unknown."""
    codes_by_entry = {n: client.get(f"/v1/entries/{n}").json().get("manufacturer") for n in edits}
    body = {"edits": [{"entry": number, "bases": None} for number in edits]}
    for kind, code in (("own", "FE01"), ("other", "FE02")):
        response = client.post("/v1/impact", json=body, headers=sent[kind])
        foreign = [number.zfill(6) for number in edits if codes_by_entry[number] != code]
        assert response.status_code == (403 if foreign else 200)
        if foreign:
            assert response.json()["entries"] == sorted(foreign)


def test_every_route_of_the_application_requires_a_capability(client):
    """Every mounted API route, pages included, names the capability that it requires."""
    routes = [route for route in _routes(client.app.router) if isinstance(route, APIRoute)]
    assert len(routes) > 25
    assert [route.path for route in routes if not getattr(route, "capability", None)] == []


def _routes(router):
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from _routes(inner) if inner else [route]


def test_the_record_names_the_key_that_signed_in(client, sent):
    """`by` is free text from the caller; the service appends the organisation and prefix of the key."""
    edits = [{"entry": "1", "bases": ["999999"]}]
    made = client.post(
        "/v1/amendments", json={"edits": edits, "by": "A. Person", "reason": "told"}, headers=sent["secas"]
    )
    prefix = sent["secas"]["Authorization"].split("_")[1]
    assert made.json()["amendment"]["by"] == f"A. Person (Organisation secas, {prefix})"
    parameters = {"file": "b.csv", "by": "B. Person", "reason": "told"}
    content = b"Entry.number,Firmware_Upgrade_Path\n1,999998\n"
    headers = {**sent["secas"], "Content-Type": "text/csv"}
    report = client.post("/v1/bases", params=parameters, content=content, headers=headers)
    (name,) = report.json()["amendments"]
    amendment = client.get(f"/v1/amendments/{name}", headers=sent["secas"]).json()
    assert amendment["by"] == f"B. Person (Organisation secas, {prefix})"


def test_a_revert_of_a_first_declaration_belongs_to_the_same_manufacturer(client, sent, example_graph):
    """A revert of a first declaration leaves no fact with the revert's id; its owner is that of the declaration."""
    key = key_of("own", EXAMPLE_CLOCK, manufacturers="FE03")
    access_keys.add_key(example_graph, key.key)
    maker = {"Authorization": f"Bearer {key.text}"}
    seen = client.get("/v1/entries?manufacturer=FE03&limit=1000", headers=sent["secas"]).json()["items"]
    entry = next(item["number"] for item in seen if item["declaration"]["kind"] == "not-supplied")
    authorship = {"by": "A", "reason": "told"}
    edits = {"edits": [{"entry": entry, "bases": ["999999"]}]}
    body = {**edits, **authorship, "impact": client.post("/v1/impact", json=edits, headers=sent["secas"]).json()["id"]}
    names = [client.post("/v1/amendments", json=body, headers=sent["secas"]).json()["amendment"]["id"]]
    for _ in range(2):
        path = f"/v1/amendments/{names[-1]}/revert"
        quoted = client.get(path, headers=sent["secas"]).json()["id"]
        made = client.post(path, json={**authorship, "impact": quoted}, headers=sent["secas"])
        names.append(made.json()["amendment"]["id"])
    for headers, status, seen in ((maker, 200, 6), (sent["own"], 403, 0)):
        items = client.get("/v1/amendments?limit=1000", headers=headers).json()["items"]
        each = [client.get(f"/v1/amendments/{name}", headers=headers).json() for name in names]
        assert [item["id"] in names for item in (*items, *each) if "by" in item].count(True) == seen
        preview = client.get(f"/v1/amendments/{names[-1]}/revert", headers=headers)
        assert preview.status_code == status, preview.text
