"""No phrase of pydantic reaches a caller: every parameter and body of every route, with values of every wrong kind."""

import json

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.api.test_openapi import APP
from tests.conftest import EXAMPLE_CLOCK, open_examples
from tests.unit.schemas.test_invalid_fields import PHRASES

DOCUMENT = APP.openapi()
OPERATIONS = {
    told["operationId"]: (method, path, told)
    for path, told_of in DOCUMENT["paths"].items()
    for method, told in told_of.items()
}
WRONG = ["", "?", "x" * 2_500, "-1", "\u202e", None, -1, 1.5, 10**12, True, [], {}, ["?"], {"?": "?"}, [None], [{}]]


@pytest.fixture(scope="module")
def client(request, tmp_path_factory):
    """A client of the examples, on Ladybug alone: no engine sees what is refused here."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("plain-problems"))
    with TestClient(create_app(Settings(), graph, EXAMPLE_CLOCK), raise_server_exceptions=False) as made:
        yield made
    graph.close()


def fields(told):
    """The names of the fields of a JSON body, and of those of its parts."""
    schema = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return list(DOCUMENT["components"]["schemas"].get(name, {}).get("properties", {}))


def requests(told):
    """The query and the body of each malformed request; a body for routes that take one."""
    named = [part["name"] for part in told.get("parameters", []) if part["in"] == "query"]
    for value in WRONG[:5]:  # several long ones are too long for an address
        yield dict.fromkeys([*named, "unknown"], value[:300]), "{}"
    if "requestBody" not in told:
        return
    for value in WRONG:
        yield {}, json.dumps(value)
        yield {}, json.dumps(dict.fromkeys(fields(told), value))
    for body in ("", "{", "\x00", '{"a": NaN}', "[" * 2_000):
        yield {}, body


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_malformed_request_is_answered_in_plain_words(client, name):
    """Never a failure of the server; the fields that are named are those of the request."""
    method, path, told = OPERATIONS[name]
    refused, named = 0, "an-example" if "requestBody" in told else "a b"
    for query, body in requests(told):
        content = {"content": body, "headers": {"Content-Type": "application/json"}} if "requestBody" in told else {}
        response = client.request(
            method.upper(), path.format(number="x", id=named, device_model="x"), params=query, **content
        )
        assert response.status_code < 500, (query, body[:100])
        assert not PHRASES.search(response.text), response.text[:500]
        if response.status_code == 422:
            refused += 1
            wheres = [field["where"] for field in response.json().get("errors", [])]
            assert len(wheres) == len(set(wheres))
            assert not [where for where in wheres if any(mark in where for mark in "['()<>")], wheres
    assert refused >= 5
