"""Malformed requests in one table: each is refused with its status, its problem type and the names of the wrong
parameters."""

import base64
import json

import pytest

from service.repositories import compartments

ASK = "/v1/pathways?from=1&to=34"
CYPHER = "'%20OR%201=1%20WITH%20*%20MATCH%20(n)%20DETACH%20DELETE%20n%20//"
INVALID, NO_PAGE, METHOD = (422, "invalid-question"), (404, "no-such-page"), (405, "method-not-allowed")


def cursor(**values):
    """A cursor in the format of the service."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


FORGED = cursor(after="000005", at="2026-06-01T12:00:00Z", known_at="2026-06-01T10:00:00Z", of="0" * 16)

MALFORMED = [
    # the request, the status and type of the refusal, the named parameters
    ("/v1/pathways", INVALID, "from to"),
    ("/v1/pathways?from=1", INVALID, "to"),
    ("/v1/pathways?to=1", INVALID, "from"),
    (f"{ASK}&colour=red", INVALID, "colour"),
    (f"{ASK}&From=1", INVALID, "From"),
    (f"{ASK}&from_=1", INVALID, "from_"),
    (f"{ASK}&from=2", INVALID, "from"),
    (f"{ASK}&at=2026-05-01&at=2026-05-02", INVALID, "at"),
    (f"{ASK}&x=1&x=2", INVALID, "x"),
    ("/v1/pathways?from=1234567&to=1", INVALID, "from"),
    ("/v1/pathways?from=0000001&to=1", INVALID, "from"),
    ("/v1/pathways?from=abc&to=xyz", INVALID, "from to"),
    ("/v1/pathways?from=%D9%A1&to=1", INVALID, "from"),
    ("/v1/pathways?from=%C2%B2&to=1", INVALID, "from"),
    ("/v1/pathways?from=-1&to=1", INVALID, "from"),
    ("/v1/pathways?from=%2B1&to=1", INVALID, "from"),
    ("/v1/pathways?from=1.0&to=1e3", INVALID, "from to"),
    ("/v1/pathways?from=&to=%20", INVALID, "from to"),
    ("/v1/pathways?from=0&to=000000", INVALID, "from to"),
    ("/v1/pathways?from=%00&to=1%00", INVALID, "from to"),
    ("/v1/pathways?from=%FF&to=%ED%A0%80", INVALID, "from to"),
    (f"/v1/pathways?from={'1' * 5000}&to=1", INVALID, "from"),
    (f"/v1/pathways?from={CYPHER}&to={CYPHER}", INVALID, "from to"),
    (f"{ASK}&at=2026-13-01", INVALID, "at"),
    (f"{ASK}&at=2026-02-30", INVALID, "at"),
    (f"{ASK}&at=0000-01-01", INVALID, "at"),
    (f"{ASK}&at=9999-12-31", INVALID, "at"),
    (f"{ASK}&at=10000-01-01", INVALID, "at"),
    (f"{ASK}&at=2026-05-01T00:00:00%2B99:00", INVALID, "at"),
    (f"{ASK}&at=2026-05-01T00:00:00+01:00", INVALID, "at"),  # an unencoded plus is decoded as a blank
    (f"{ASK}&at=2026-05-01T00:00:00[Europe/London]", INVALID, "at"),
    (f"{ASK}&at=0001-01-01T00:00:00%2B14:00", INVALID, "at"),
    (f"{ASK}&at=9999-12-30T23:00:00-14:00", INVALID, "at"),
    (f"{ASK}&at=2026-05-01T00:00Z%00", INVALID, "at"),
    (f"{ASK}&at=1767225600", INVALID, "at"),
    (f"{ASK}&at=1767225600.5&known_at=-1", INVALID, "at known_at"),
    (f"{ASK}&at=now&known_at={CYPHER}", INVALID, "at known_at"),
    (f"{ASK}&at=&known_at=%20", INVALID, "at known_at"),
    (f"{ASK}&at={'2' * 5000}", INVALID, "at"),
    (f"{ASK}&through_removed=maybe", INVALID, "through_removed"),
    (f"{ASK}&through_removed=", INVALID, "through_removed"),
    (f"{ASK}&at=0001-01-01", (422, "before-first-list"), ""),
    (f"{ASK}&known_at=0001-01-01", (422, "before-first-record"), ""),
    (f"{ASK}&known_at=9999-12-30", (422, "known-at-in-future"), ""),
    ("/v1/entries?limit=0", INVALID, "limit"),
    ("/v1/entries?limit=1001", INVALID, "limit"),
    ("/v1/entries?limit=-1", INVALID, "limit"),
    ("/v1/entries?limit=abc", INVALID, "limit"),
    ("/v1/entries?limit=1.5", INVALID, "limit"),
    (f"/v1/entries?limit={'9' * 5000}", INVALID, "limit"),
    ("/v1/entries?cursor=abc", INVALID, "cursor"),
    ("/v1/entries?cursor=%00", INVALID, "cursor"),
    ("/v1/entries?cursor=bnVsbA==", INVALID, "cursor"),
    ("/v1/entries?cursor=W10=", INVALID, "cursor"),
    (f"/v1/entries?cursor={'x' * 2001}", INVALID, "cursor"),
    (f"/v1/entries?cursor={FORGED}", INVALID, "cursor"),
    (f"/v1/entries?cursor={CYPHER}", INVALID, "cursor"),
    ("/v1/lists?cursor=1.001", INVALID, "cursor"),
    ("/v1/lists?limit=0&at=2026-05-01", INVALID, "limit at"),
    (f"/v1/entries?image_hash={'9' * 63}", INVALID, "image_hash"),
    (f"/v1/entries?image_hash={'G' * 64}", INVALID, "image_hash"),
    (f"/v1/entries?image_hash={'9' * 300}", INVALID, "image_hash"),
    ("/v1/entries?manufacturer=FE0&firmware_version=123", INVALID, "manufacturer firmware_version"),
    ("/v1/entries?device_model=1234567&number=x", INVALID, "device_model number"),
    ("/v1/entries?status=currently", INVALID, "status"),
    (f"/v1/entries?q={'x' * 201}&certificate={'x' * 101}", INVALID, "q certificate"),
    (f"/v1/entries?q={'x' * 60000}", INVALID, "q"),
    ("/v1/entries/1234567", INVALID, "number"),
    ("/v1/entries/abc", INVALID, "number"),
    ("/v1/entries/%00", INVALID, "number"),
    (f"/v1/entries/{CYPHER.replace('//', '')}", INVALID, "number"),
    (f"/v1/entries/{'9' * 5000}/targets", INVALID, "number"),
    ("/v1/entries/1?q=x", INVALID, "q"),
    ("/v1/entries/1/origins?from=2", INVALID, "from"),
    ("/v1/entries/99", (404, "unknown-entry"), ""),
    ("/v1/entries/99/targets", (404, "unknown-entry"), ""),
    ("/v1/entries/%2e%2e", INVALID, "number"),
    ("/v1/entries/%2e%2e/lists", NO_PAGE, ""),
    ("/v1/entries/%2e%2e%2f%2e%2e%2fetc%2fpasswd", NO_PAGE, ""),
    ("/v1/entries/1%2F2", NO_PAGE, ""),
    ("/v1/entries/", NO_PAGE, ""),
    ("/v1//entries", NO_PAGE, ""),
    ("http://testserver//v1/entries", NO_PAGE, ""),
    ("/V1/entries", NO_PAGE, ""),
    ("/v2/entries", NO_PAGE, ""),
    ("/%00", NO_PAGE, ""),
    (f"/{'x' * 5000}", NO_PAGE, ""),
    ("/healthz?x=1", INVALID, "x"),
    ("/readyz?x=1", INVALID, "x"),
    ("PUT /v1/pathways?from=1&to=34", METHOD, ""),
    ("PUT /v1/entries/1", METHOD, ""),
    ("DELETE /v1/entries/1", METHOD, ""),
    ("PATCH /v1/lists", METHOD, ""),
    ("TRACE /healthz", METHOD, ""),
    ("BREW /readyz", METHOD, ""),
]


@pytest.mark.parametrize(("line", "refusal", "named"), MALFORMED, ids=[row[0][:60] for row in MALFORMED])
def test_a_malformed_request_is_refused(client, line, refusal, named):
    """The problem conforms to RFC 9457, names the wrong parameters, is short, and reveals no internals of the
    service."""
    method, _, path = line.rpartition(" ") if line.split(" ")[0].isupper() else ("GET", "", line)
    response = client.request(method, path, follow_redirects=False)
    status, slug = refusal
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"urn:firmware-pathways:problem:{slug}"
    assert problem["title"]
    assert problem["detail"]
    assert sorted(fault["where"] for fault in problem.get("errors", [])) == sorted(named.split())
    assert all(name in problem["detail"] for name in named.split())
    assert len(response.content) < 3000
    assert not any(internal in response.text for internal in ("Traceback", ".py", "Exception", "MATCH (r:", "pydantic"))


def test_thousands_of_parameters_are_refused_with_a_short_problem(client):
    """The length of the response does not grow with the request."""
    response = client.get("/v1/entries?" + "&".join(f"p{nth}=1" for nth in range(6000)))
    assert response.status_code == 422
    assert len(response.json()["errors"]) == 20
    twice = client.get("/v1/entries?" + "&".join(f"{'p' * 200}{nth % 2500}=1" for nth in range(290)) + "&p=1" * 99)
    assert (twice.status_code, [e["where"] for e in twice.json()["errors"]]) == (422, ["p"])
    long = client.get(f"/v1/entries?{'a' * 50000}=1")
    assert (long.status_code, len(long.json()["errors"][0]["where"])) == (422, 100)


def changed(valid, **changes):
    """A valid cursor with some values changed."""
    return cursor(**(json.loads(base64.urlsafe_b64decode(valid)) | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"after": "000050"},
        {"at": "2026-03-02T00:00:00Z"},
        {"known_at": "2026-06-01T09:00:00Z"},
        {"after": 5},
        {"of": 1},
    ],
)
def test_a_changed_cursor_is_refused(client, changes):
    """The unchanged cursor continues the search; its position and instants cannot be changed."""
    valid = client.get("/v1/entries?limit=5").json()["next"]
    assert client.get("/v1/entries", params={"cursor": valid}).json()["items"][0]["number"] == "000006"
    response = client.get("/v1/entries", params={"cursor": changed(valid, **changes)})
    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "cursor")


@pytest.mark.parametrize(
    "other",
    [
        "/v1/entries?status=Current",
        "/v1/entries?at=2026-05-01",
        "/v1/entries/6/targets",
        "/v1/entries/6/origins",
        "/v1/entries/12/targets",
        "/v1/lists",
    ],
)
def test_a_cursor_belongs_to_its_request(client, other):
    """The service refuses a cursor with another filter, instant, entry or direction."""
    valid = client.get("/v1/entries/6/targets?limit=1").json()["next"]
    question = "/v1/entries?" if "targets" in other else "/v1/entries/6/targets?"
    valid = client.get(f"{question}limit=1").json()["next"] if other != "/v1/entries/12/targets" else valid
    response = client.get(f"{other}{'&' if '?' in other else '?'}cursor={valid}")
    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "cursor")


FILTERS = "number status device_type manufacturer device_model firmware_version image_hash certificate q"
PAYLOADS = [
    "' OR 1=1 //",
    '" OR 1=1 //',
    "') MATCH (n) DETACH DELETE n //",
    "\\' RETURN 1 //",
    "$at",
    "`",
    "%",
    ".*",
    "x\u2028y\u0000z",
    "*/ /*",
    "{}[]()",
    "\U0001f600",
]


@pytest.mark.parametrize("field", [*FILTERS.split(), "cursor", "at", "known_at", "limit"])
def test_cypher_in_a_field_is_only_text(client, example_graph, field):
    """The service refuses the value or finds nothing; the graph is unchanged."""
    before = compartments.read_state(example_graph)
    for payload in PAYLOADS:
        response = client.get("/v1/entries", params={field: payload})
        assert response.status_code in (200, 422), payload
        assert response.json().get("items", []) == [], payload
    assert compartments.read_state(example_graph) == before
    assert len(client.get("/v1/entries").json()["items"]) == 63


HEADERS = [
    (b"accept", b"text/html;q=junk,,,;"),
    (b"content-type", b"application/json; charset=\xff"),
    (b"x-junk", bytes(range(128, 256))),
    (b"if-none-match", b'W/"' + b"x" * 8000),
    (b"if-none-match", b'",,",W/,'),
    (b"range", b"bytes=9-1"),
    (b"host", b"elsewhere.example"),
    (b"x-forwarded-host", b"elsewhere.example"),
    (b"cookie", b"=;;;=\x00"),
    (b"content-length", b"junk"),
    (b"x-http-method-override", b"DELETE"),
]


@pytest.mark.parametrize("header", HEADERS, ids=lambda h: h[0].decode())
def test_a_junk_header_changes_nothing(client, header):
    """The response equals that to the same request without the header."""
    response = client.get(ASK, headers=[header])
    assert (response.status_code, response.json()) == (200, client.get(ASK).json())
