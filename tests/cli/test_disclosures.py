"""The disclosure log end to end: keys, a real server, and the command."""

import json
import time
import urllib.request

import pytest

from tests.cli.conftest import run_here

EDIT = {"edits": [{"entry": "2", "bases": None}], "findings": False}


def key(graph, organisation, role):
    """A key created on the command line."""
    words = ("keys", "add", "--name", "k", "--organisation", organisation, "--role", role)
    return run_here(*words, PATHWAYS_GRAPH=graph).out.strip()


def ask(server, key_text, path, body=None):
    """The JSON of a server's response."""
    headers = {"Authorization": f"Bearer {key_text}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(server.url + path, data, headers), timeout=20) as response:
        return json.load(response)


@pytest.fixture
def graph(folder):
    """The setting of the loaded graph."""
    return f"ladybug:{folder}/pathways.lbdb"


def test_an_impact_names_the_organisation_that_received_a_pathway(folder, graph, serve):
    """Over HTTP the impact names the organisation after a second or so. After the server stops, the command prints all
    records."""
    party, secas = key(graph, "A Supplier", "party"), key(graph, "SECAS", "secas")
    server = serve(folder, PATHWAYS_AUTH="on")
    answer = ask(server, party, "/v1/pathways?from=1&to=34")
    deadline = time.monotonic() + 20
    while not (disclosures := ask(server, secas, "/v1/impact", EDIT)["disclosures"])["answers"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (item,) = disclosures["answers"]
    assert (item["organisation"], item["from"], item["to"]) == ("A Supplier", "000001", "000034")
    assert item["receipt"] == answer["receipt"]
    assert (item["told"]["outcome"], [after["outcome"] for after in item["after"]]) == ("route", ["unknown"])
    beside = run_here("disclosures", "--from", "1", PATHWAYS_GRAPH=graph)
    assert (beside.code, "GET /v1/disclosures?from=000001&limit=100" in beside.err) == (3, True)
    ask(server, party, "/v1/pathways?from=1&to=9")
    server.process.terminate()
    server.process.wait(30)
    ran = run_here("disclosures", "--organisation", "A Supplier", PATHWAYS_GRAPH=graph)
    assert ran.code == 0
    last, first = ran.out.splitlines()
    assert last.endswith("  A Supplier  pathway  000001 → 000009  none")
    assert first.endswith("  A Supplier  pathway  000001 → 000034  route: " + " → ".join(item["told"]["entries"]))
    assert party.split("_", 2)[2] not in ran.out


def test_an_empty_log_as_text_and_json(graph):
    """The text states that there are no records; the JSON is an empty page."""
    assert run_here("disclosures", PATHWAYS_GRAPH=graph).out == "The log has no such answer.\n"
    ran = run_here("disclosures", "--json", "--kind", "export", "--since", "2026-01-01", PATHWAYS_GRAPH=graph)
    assert json.loads(ran.out) == {"items": [], "next": None}


@pytest.mark.parametrize("words", [("--kind", "stray"), ("--from", "x"), ("--since", "soon"), ("--limit", "0")])
def test_wrong_usage_names_the_option(graph, words):
    """The exit code is 2."""
    ran = run_here("disclosures", *words, PATHWAYS_GRAPH=graph)
    assert (ran.code, words[0] in ran.err) == (2, True)
