"""Bodies are as strict as query strings, numbers may be numbers, and HEAD answers like GET."""

import threading

import pytest
from starlette.testclient import TestClient

from service.api import json_bodies
from service.api.metrics_probes import MetricsPortProbes
from service.app import create_app
from service.settings import Settings
from tests.api.test_openapi import APP
from tests.callers import headers_of
from tests.conftest import EXAMPLE_CLOCK, open_examples
from tests.disclosure_client import SUPPLIERS, disclosure_client

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def graph(request, tmp_path_factory):
    """The examples on Ladybug alone: no engine receives what is refused here."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("strict"))
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def client(graph):
    """A test client of the service over the examples."""
    with TestClient(create_app(Settings(), graph, EXAMPLE_CLOCK), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/v1/pathways", '{"pairs": [["1", "34"]], "pairs": []}', "pairs"),
        ("/v1/pathways/check", '{"steps": ["1", "2"], "at": "2026-05-01", "at": "2026-05-01"}', "at"),
        ("/v1/resolve", '{"device": {"manufacturer": "FE01", "manufacturer": "FE02"}}', "device.manufacturer"),
        ("/v1/impact", '{"edits": [{"entry": "1", "bases": [], "bases": null}]}', "edits.0.bases"),
        ("/v1/amendments", '{"by": "A", "by": "B", "reason": "C", "edits": []}', "by"),
        ("/v1/amendments/abcdefgh/revert", '{"by": "A", "reason": "B", "reason": "C"}', "reason"),
        ("/v1/zigbee/exposure", '{"devices": [{"entry": "1", "count": 1, "count": 2}]}', "devices.0.count"),
    ],
)
def test_a_repeated_name_in_a_body_is_refused_with_its_path(client, path, body, named):
    """Like a query parameter that is given twice: using one of the values would be a guess."""
    response = client.post(path, content=body, headers=JSON)
    assert response.status_code == 422, response.text
    problem = response.json()
    assert problem["type"].endswith(":invalid-question")
    assert problem["errors"] == [{"where": named, "detail": f"{named} is given more than once: give it once"}]


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/jsonl", "application/x-www-form-urlencoded"])
def test_a_body_without_its_media_type_is_answered_with_the_media_type_to_send(client, media_type):
    """The caller reads which header to send."""
    headers = {"Content-Type": media_type} if media_type else {}
    response = client.post("/v1/pathways/check", content=b'{"steps": ["1", "2"]}', headers=headers)
    assert (response.status_code, [error["where"] for error in response.json()["errors"]]) == (422, ["body"])
    assert "`Content-Type: application/json`" in response.json()["detail"]


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON", "application/x+json"])
def test_every_spelling_of_the_media_type_of_json_is_accepted(client, media_type):
    """With parameters, in any case, and for formats that are JSON too."""
    body = b'{"steps": ["1", "2"]}'
    assert client.post("/v1/pathways/check", content=body, headers={"Content-Type": media_type}).status_code == 200


@pytest.mark.parametrize(
    ("path", "numbers", "texts"),
    [
        ("/v1/pathways", {"pairs": [[1, 34]]}, {"pairs": [["000001", "000034"]]}),
        ("/v1/pathways/check", {"steps": [1, 2]}, {"steps": ["1", "2"]}),
        ("/v1/resolve", {"device": {"firmware_version": "01000001"}, "to": 34}, {"device": {"firmware_version":
            "01000001"}, "to": "34"}),
        ("/v1/impact", {"edits": [{"entry": 9, "bases": [1], "accept": []}]}, {"edits": [{"entry": "9", "bases":
            ["1"]}]}),
        ("/v1/impact", {"edits": [{"entry": 9, "status": "removed"}]}, {"edits": [{"entry": "9", "status":
            "Removed"}]}),
    ],
)  # fmt: skip
def test_an_entry_number_may_be_a_json_number(client, path, numbers, texts):
    """`1` means 000001, and a status may be in any case."""
    answers = [client.post(path, json=body) for body in (numbers, texts)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("number", [True, 1.5, 0, -1, 1_000_000, 10**30, None, [1], {}])
def test_other_json_values_are_no_entry_number(client, number):
    """A truth value is no number, and a fraction is no entry number."""
    response = client.post("/v1/pathways/check", json={"steps": [number, 2]})
    assert (response.status_code, [error["where"] for error in response.json()["errors"]]) == (422, ["steps.0"])


@pytest.mark.parametrize("at", ["2026-05-01T00:00:00+01:00", "2026-05-01T00:00+0100", "2026-05-01T00:00:00.5+01"])
def test_an_unescaped_plus_is_answered_with_its_escape(client, at):
    """The plus of an offset is decoded as a blank; escaped as advised, the same instant is accepted."""
    refused = client.get(f"/v1/pathways?from=1&to=34&at={at}")
    assert (refused.status_code, [error["where"] for error in refused.json()["errors"]]) == (422, ["at"])
    assert "%2B" in refused.json()["detail"]
    assert client.get(f"/v1/pathways?from=1&to=34&at={at.replace('+', '%2B')}").status_code == 200


@pytest.mark.parametrize("status", ["removed", "REMOVED", "Removed"])
def test_a_status_may_be_in_any_case(client, status):
    """The same entries; another word is refused."""
    found = client.get(f"/v1/entries?status={status}").json()["items"]
    assert found
    assert {item["status"] for item in found} == {"Removed"}
    assert client.get("/v1/entries?status=remove").status_code == 422


ANSWERS = ["/v1/pathways?from=1&to=34", "/v1/entries/1", "/v1/fir", "/v1/findings", "/healthz", "/readyz", "/"]
REFUSALS = ["/v1/entries/99", "/v1/nowhere", "/v1/pathways?from=1", "/v1/resolve"]


@pytest.mark.parametrize("path", ANSWERS + REFUSALS)
def test_head_answers_like_get_without_the_body(client, path):
    """The same status and headers, and the same digest of the body."""
    volatile = {"x-request-id", "date", "server-timing"}
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    told = [{k: v for k, v in each.headers.items() if k not in volatile} for each in (get, head)]
    assert told[0] == told[1]


def test_every_route_of_get_has_head(client):
    """No route answers GET and refuses HEAD: 405 names both."""
    refused = client.put("/v1/entries/1/history")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    document = APP.openapi()
    for path in (path for path, methods in document["paths"].items() if "get" in methods):
        assert client.head(path.replace("{number}", "1").replace("{id}", "abcdefgh")).status_code != 405, path
    assert not any("head" in methods for methods in document["paths"].values())


def test_head_needs_the_permission_of_get(graph):
    """A caller without the right is refused, and a caller with the right is not."""
    headers = headers_of(graph, EXAMPLE_CLOCK)
    with TestClient(create_app(Settings(auth="on"), graph, EXAMPLE_CLOCK)) as client:
        for path, kind, status in [
            ("/v1/pathways?from=1&to=34", "public", 401),
            ("/v1/pathways?from=1&to=34", "party", 200),
            ("/v1/audit", "party", 403),
            ("/v1/audit", "secas", 403),
            ("/v1/audit", "ssc", 200),
        ]:
            assert client.head(path, headers=headers[kind]).status_code == status, (path, kind)


def test_head_is_recorded_as_a_disclosure_and_in_the_audit(graph):
    """The answer's headers tell what it is: its digest distinguishes answers."""
    with disclosure_client(graph, EXAMPLE_CLOCK) as api:
        before = api.ask("ssc", "/v1/audit").json()["records"]
        for path, who in (("/v1/pathways?from=1&to=34", SUPPLIERS[0]), ("/v1/zigbee/entries", "ssc")):
            assert api.client.head(path, headers=api.sent[who]).status_code == 200
        assert [item["to"] for item in api.disclosures(organisation=SUPPLIERS[0])] == ["000034"]
        audit = api.ask("ssc", "/v1/audit").json()
        assert audit["records"] == before + 2  # that of the first look at the audit, and that of HEAD
        assert (audit["items"][-1]["organisation"], audit["items"][-1]["act"]) == ("ssc", "read")


def test_head_of_expensive_answers_is_admitted_like_get(graph):
    """It needs a slot, and counts as work."""
    app, counted = create_app(Settings(), graph, EXAMPLE_CLOCK), []
    app.state.work_runners.observe(lambda kind, result: counted.append((kind, result)))
    with TestClient(app) as client:
        assert client.head("/v1/findings").status_code == 200
    assert counted == [("question", "admitted")]


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_the_metrics_port_answers_head(client, path):
    """Without a body, with the status and headers of GET."""
    told = []

    def metrics(environ, start_response):
        start_response("200 OK", [("Content-Type", environ["REQUEST_METHOD"])])
        return [b"metrics"]

    probes = MetricsPortProbes(client.app, metrics)
    for method in ("GET", "HEAD"):
        body = probes({"PATH_INFO": path, "REQUEST_METHOD": method}, lambda *sent: told.append(sent))
        assert bool(b"".join(body)) == (method == "GET")
    assert told[0] == told[1]


@pytest.mark.parametrize(("edits", "in_thread"), [(1, False), (100, True)])
def test_a_long_body_is_validated_off_the_event_loop(client, monkeypatch, edits, in_thread):
    """The event loop must answer others meanwhile. A short body costs less than the way to another thread."""
    threads, valid = [], json_bodies._valid
    monkeypatch.setattr(
        json_bodies, "_valid", lambda *body: (threads.append(threading.current_thread().name), valid(*body))[1]
    )
    body = {"edits": [{"entry": f"{nth:06}", "bases": []} for nth in range(1, edits + 1)]}
    client.post("/v1/impact", json=body)
    assert [name.startswith("AnyIO worker") for name in threads] == [in_thread]


def test_a_long_body_that_is_invalid_is_refused_like_a_short_one(client):
    """With the place of each fault."""
    edit, wrong = {"entry": "1", "bases": []}, {"entry": "x", "bases": []}
    short, long = (client.post("/v1/impact", json={"edits": [*[edit] * more, wrong]}) for more in (1, 100))
    assert (short.status_code, long.status_code) == (422, 422)
    places = [[error["where"] for error in answer.json()["errors"]] for answer in (short, long)]
    assert places == [["edits.1.entry"], ["edits.100.entry"]]
