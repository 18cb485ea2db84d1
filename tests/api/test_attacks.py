"""Attacks over HTTP on a service that requires sign-in, each with the expected response. tests/access has further
tests of keys and tokens, tests/web of the page."""

import json
import threading

import jwt
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.testclient import TestClient

from service.app import create_app
from service.repositories import compartments
from service.security import api_keys
from service.security.rate_limits import MAX_ADDRESS_FAILURES, MAX_FAILURES
from service.settings import OidcSettings, Settings
from tests.access.provider import AUDIENCE, ISSUER, OTHER, SET, respond_with, serving, token
from tests.api.test_openapi import APP
from tests.callers import headers_of
from tests.conftest import EXAMPLE_CLOCK, open_examples

ASK = "/v1/pathways?from=1&to=34"
OTHER_EC = ec.generate_private_key(ec.SECP256R1())
"""A key that the provider does not have."""


@pytest.fixture(scope="module")
def examples(request, tmp_path_factory):
    """The examples on Ladybug; access does not depend on the engine."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("attacked"))
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def sent(examples):
    """Authorization headers by kind of caller."""
    return headers_of(examples, EXAMPLE_CLOCK)


@pytest.fixture(scope="module")
def jwks():
    """A server that publishes the provider's keys: its URL, and the list of paths requested."""
    with serving(respond_with(SET)) as provider:
        yield provider


def served(graph, oidc=None, **settings):
    """A test client of the service, without rate limits unless set."""
    values = {"auth": "on", "rate": 0, "public_rate": 0} | settings
    return TestClient(create_app(Settings(**values), graph, EXAMPLE_CLOCK, oidc=oidc), raise_server_exceptions=False)


@pytest.fixture
def client(examples, jwks):
    """A new service for each test, so that no failed sign-in of another test counts."""
    with served(examples, OidcSettings(issuer=ISSUER, audience=AUDIENCE, jwks=jwks[0])) as client:
        yield client


def refusal(response):
    """Status, problem type and WWW-Authenticate header of a refusal."""
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["type"].rpartition(":")[2], response.headers.get("www-authenticate")


NEEDED = (401, "sign-in-needed", 'Bearer realm="firmware-pathways"')
REFUSED = (401, "credential-refused", 'Bearer realm="firmware-pathways", error="invalid_token"')


def bad_headers(good):
    """Unacceptable Authorization headers by description."""
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


@pytest.mark.parametrize("bad", bad_headers({"Authorization": "Bearer x"}))
@pytest.mark.parametrize("path", [ASK, "/v1/entries/1", "/v1/receipts/key"])
def test_a_bad_credential_is_refused_everywhere(client, sent, bad, path):
    """A bad credential is refused on public routes as well, so that the caller notices."""
    response = client.get(path, headers=bad_headers(sent["party"])[bad])
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
def test_only_the_authorization_header_identifies_a_caller(client, sent, headers, query):
    """Keys in other headers, cookies or the query are ignored, so that no access log holds them."""
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
def test_no_spelling_of_a_path_bypasses_sign_in(client, path):
    """The path matches the same route or no route; the service never returns a pathway."""
    response = client.get(path)
    assert response.status_code in (401, 404, 422)
    assert "steps" not in response.text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "GETS", "get"])
def test_no_other_method_bypasses_sign_in(client, method):
    """The response shows no pathway and allows no other origin."""
    response = client.request(method, ASK)
    assert response.status_code in (401, 405)
    assert "steps" not in response.text
    assert "access-control-allow-origin" not in response.headers


def test_the_body_of_a_caller_without_access_is_not_read(examples):
    """The service checks access first, and refuses without a call of `receive`."""
    with served(examples) as client:
        for path in ("/v1/pathways", "/v1/impact", "/v1/amendments", "/v1/resolve", "/v1/receipts/verify"):
            response = client.post(path, content=b"[" * 100_000, headers={"Content-Type": "application/json"})
            assert refusal(response) == NEEDED
        app, messages = client.app, []

        async def receive():
            messages.append(1)
            return {"type": "http.request", "body": b"[" * 1_000, "more_body": True}

        async def send(message):
            messages.append(message) if message["type"] == "http.response.start" else None

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
    assert [message["status"] for message in messages if message != 1] == [401]
    assert 1 not in messages


CYPHER = "' OR 1=1 MATCH (n) DETACH DELETE n //"


@pytest.mark.parametrize("kind", ["party", "own", "ssc", "secas"])
def test_cypher_in_every_parameter_is_text(client, sent, examples, kind):
    """The service answers with a refusal or an empty result, and the graph is unchanged."""
    before = compartments.read_state(examples)
    for path, methods in APP.openapi()["paths"].items():
        for method, operation in methods.items():
            names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
            address = path.replace("{number}", CYPHER).replace("{id}", CYPHER)
            for parameters in ({name: CYPHER} for name in names or ["stray"]):
                body = (
                    {"json": {"edits": [{"entry": CYPHER, "bases": [CYPHER]}], "by": CYPHER}}
                    if method == "post"
                    else {}
                )
                response = client.request(method, address, params=parameters, headers=sent[kind], **body)
                assert response.status_code < 500, (method, path, parameters)
                assert response.status_code != 201
    assert compartments.read_state(examples) == before


DEEP = "[" * 50_000 + "]" * 50_000


@pytest.mark.parametrize(
    "body", [DEEP, '{"edits": ' + DEEP + "}", '{"a":' * 20_000 + "1" + "}" * 20_000, "\x00" * 10_000]
)
@pytest.mark.parametrize("path", ["/v1/pathways", "/v1/pathways/check", "/v1/resolve", "/v1/impact", "/v1/amendments"])
def test_deeply_nested_bodies_are_refused(client, sent, path, body):
    """The service answers 422, not 500."""
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
def test_request_headers_are_not_reflected(client, sent, header, value):
    """No value of a request header appears in a header or URL of the response."""
    for path in (ASK, "/", "/sign-in", "/v1/nothing"):
        response = client.get(path, headers=sent["party"] | {header: value}, follow_redirects=False)
        assert "evil" not in json.dumps(dict(response.headers))
        assert "evil.example" not in response.text
        assert response.status_code in (200, 404)


def test_a_token_grants_the_rights_of_its_roles(client, jwks):
    """The service fetches the provider's keys once for all requests."""
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


def test_api_keys_work_while_the_provider_is_unavailable(examples, sent):
    """A request with a token gets 503 with Retry-After, and not the provider's URL."""
    with (
        serving(respond_with(b"", 500)) as (url, _),
        served(examples, OidcSettings(issuer=ISSUER, audience=AUDIENCE, jwks=url)) as client,
    ):
        response = client.get(ASK, headers={"Authorization": f"Bearer {token()}"})
        assert refusal(response) == (503, "sign-in-unavailable", None)
        assert "retry-after" in response.headers
        assert "127.0.0.1" not in response.text
        assert client.get(ASK, headers=sent["party"]).status_code == 200


def test_tokens_are_refused_without_a_provider(examples):
    """Even a valid token is refused."""
    with served(examples) as client:
        assert refusal(client.get(ASK, headers={"Authorization": f"Bearer {token()}"})) == REFUSED


def test_rate_limit_headers_state_the_rest_and_the_retry_time(examples, sent):
    """Each caller has a limit of its own; probes and unknown paths have none."""
    with served(examples, rate=3, public_rate=2) as client:
        party = [client.get(ASK, headers=sent["party"]) for _ in range(4)]
        assert [response.status_code for response in party] == [200, 200, 200, 429]
        assert [response.headers["ratelimit"].split(";")[:2] for response in party[:3]] == [
            ['"minute"', f"r={rest}"] for rest in (2, 1, 0)
        ]
        assert party[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
        assert 1 <= int(party[3].headers["retry-after"]) <= 60
        assert refusal(party[3])[:2] == (429, "too-many-requests")
        assert client.get(ASK, headers=sent["ssc"]).status_code == 200
        assert [client.get("/v1/entries/1").status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/v1/entries?q=meter", "/v1/entries", "/"])
def test_a_search_is_priced(examples, path):
    """The page searches too. Each counts as four requests, one entry as one."""
    with served(examples, public_rate=10) as client:
        assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
    with served(examples, public_rate=10) as client:
        assert [client.get("/v1/entries/1").status_code for _ in range(11)] == [200] * 10 + [429]


def key_header(prefix):
    """An Authorization header with a wrong key of a prefix."""
    return {"Authorization": f"Bearer pathways_{prefix}_{'x' * 43}"}


def test_guessing_the_secret_of_a_key_is_limited(examples, sent):
    """After too many wrong secrets the service checks no other secret for that prefix from that address.

    The key accepted before still works, and so does the first use of any other key.
    """
    with served(examples) as client:
        assert client.get(ASK, headers=sent["party"]).status_code == 200
        prefix = sent["party"]["Authorization"].split("_")[1]
        statuses = [client.get(ASK, headers=key_header(prefix)).status_code for _ in range(MAX_FAILURES + 2)]
        assert statuses == [401] * MAX_FAILURES + [429] * 2
        assert client.get(ASK, headers=sent["party"]).status_code == 200
        assert client.get(ASK, headers=sent["ssc"]).status_code == 200
        assert client.get("/v1/entries/1").status_code == 200


def test_wrong_keys_do_not_lock_out_others_behind_the_same_address(examples, sent):
    """Beyond the limit of an address, unknown prefixes are refused unread; the first use of a valid key still works."""
    with served(examples) as client:
        prefixes = [f"nobod{number:03}" for number in range(MAX_ADDRESS_FAILURES + 2)]
        statuses = [client.get(ASK, headers=key_header(prefix)).status_code for prefix in prefixes]
        assert statuses == [401] * MAX_ADDRESS_FAILURES + [429] * 2
        assert client.get(ASK, headers=sent["ssc"]).status_code == 200
        assert client.get("/v1/entries/1").status_code == 200


def test_unknown_keys_beyond_the_limit_cost_neither_proof_nor_query(examples, sent, monkeypatch):
    """Only the list of valid prefixes is read, once in a few seconds."""
    with served(examples) as client:
        for number in range(MAX_ADDRESS_FAILURES):
            client.get(ASK, headers=key_header(f"nobod{number:03}"))
        read = []
        monkeypatch.setattr(api_keys.stored, "find_key", lambda *given: pytest.fail("the graph was asked"))
        monkeypatch.setattr(api_keys, "_matches", lambda *given: pytest.fail("a secret was verified"))
        listed = api_keys.stored.list_keys
        monkeypatch.setattr(api_keys.stored, "list_keys", lambda graph: read.append(1) or listed(graph))
        assert {client.get(ASK, headers=key_header(f"nobodyx{digit}")).status_code for digit in range(9)} == {429}
    assert read == [1]


def test_bad_signatures_are_limited(client, monkeypatch):
    """As wrong keys are: 20 of one subject are verified in a minute, and none of them on the event loop.

    A token that was verified before still works, and so does the first token of another subject.
    """
    good = {"Authorization": f"Bearer {token()}"}
    assert client.get(ASK, headers=good).status_code == 200
    threads, verify = [], jwt.decode
    monkeypatch.setattr(jwt, "decode", lambda *a, **k: threads.append(threading.current_thread()) or verify(*a, **k))
    bad = {"Authorization": f"Bearer {token(key=OTHER)}"}
    statuses = [client.get(ASK, headers=bad).status_code for _ in range(100)]
    assert statuses == [401] * MAX_FAILURES + [429] * (100 - MAX_FAILURES)
    assert len(threads) == MAX_FAILURES
    assert client.get(ASK, headers=good).status_code == 200
    assert len(threads) == MAX_FAILURES
    assert client.get(ASK, headers={"Authorization": f"Bearer {token(sub='another')}"}).status_code == 200
    assert client.portal.call(threading.current_thread) not in threads


def test_bad_tokens_of_many_subjects_do_not_lock_out_known_ones(client):
    """Beyond the limit of an address, tokens of subjects that never signed in are refused unread."""
    assert client.get(ASK, headers={"Authorization": f"Bearer {token(sub='known')}"}).status_code == 200
    for number in range(MAX_ADDRESS_FAILURES):
        bad = {"Authorization": f"Bearer {token('ec', key=OTHER_EC, sub=str(number))}"}
        assert client.get(ASK, headers=bad).status_code == 401
    for subject, status in (("known", 200), ("new", 429)):
        fresh = {"Authorization": f"Bearer {token('ec', sub=subject, jti='fresh')}"}
        assert client.get(ASK, headers=fresh).status_code == status


def test_responses_forbid_shared_caches(client, sent):
    """A shared cache could return the response of one caller to another."""
    for path in (ASK, "/v1/entries/1", "/"):
        headers = client.get(path, headers=sent["party"]).headers
        assert headers["cache-control"] == "private, no-cache"
        assert "authorization" in headers["vary"].lower()
    tag = client.get("/v1/entries/1", headers=sent["party"]).headers["etag"]
    assert client.get("/v1/entries/1", headers={"If-None-Match": tag}).status_code == 200


def test_no_secret_is_logged(client, sent):
    """The log holds neither accepted nor refused credentials."""
    with structlog.testing.capture_logs() as logged:
        for kind, headers in sent.items():
            client.get(ASK, headers=headers)
            if kind != "public":
                client.get(ASK, headers={"Authorization": headers["Authorization"][:-1]})
        client.get(ASK, headers={"Authorization": f"Bearer {token(exp=1)}"})
    text = str(logged)
    assert text.count("refused") >= 6
    secrets = [headers["Authorization"].split("_", 2)[2] for headers in sent.values() if headers]
    assert len(secrets) == 5
    assert not any(secret[:20] in text or secret[-21:-1] in text for secret in secrets)
