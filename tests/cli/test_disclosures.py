"""Who was told what, from end to end: keys, a real server, and the command."""

import json
import time
import urllib.request

import pytest

from tests.cli.conftest import run_here

EDIT = {"edits": [{"entry": "2", "bases": None}], "findings": False}


def key(graph, organisation, role):
    """A key made on the command line."""
    words = ("keys", "add", "--name", "k", "--organisation", organisation, "--role", role)
    return run_here(*words, PATHWAYS_GRAPH=graph).out.strip()


def ask(server, shown, path, body=None):
    """The JSON that a server answers with."""
    headers = {"Authorization": f"Bearer {shown}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(server.url + path, data, headers), timeout=20) as found:
        return json.load(found)


@pytest.fixture
def graph(folder):
    """Where the loaded graph is."""
    return f"ladybug:{folder}/pathways.lbdb"


def test_an_impact_names_the_organisation_that_was_told_a_pathway(folder, graph, serve):
    """Over HTTP, a second or so after; and once the server is stopped the command tells it, with what came last."""
    party, secas = key(graph, "A Supplier", "party"), key(graph, "SECAS", "secas")
    server = serve(folder, PATHWAYS_AUTH="on")
    answer = ask(server, party, "/v1/pathways?from=1&to=34")
    deadline = time.monotonic() + 20
    while not (told := ask(server, secas, "/v1/impact", EDIT)["disclosures"])["answers"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (item,) = told["answers"]
    assert (item["organisation"], item["from"], item["to"]) == ("A Supplier", "000001", "000034")
    assert item["receipt"] == answer["receipt"]
    assert (item["told"]["outcome"], item["after"]["outcome"]) == ("route", "unknown")
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


def test_nothing_was_told(graph):
    """It says so; and as JSON it is a page."""
    assert run_here("disclosures", PATHWAYS_GRAPH=graph).out == "The log has no such answer.\n"
    ran = run_here("disclosures", "--json", "--kind", "export", "--since", "2026-01-01", PATHWAYS_GRAPH=graph)
    assert json.loads(ran.out) == {"items": [], "next": None}


@pytest.mark.parametrize("words", [("--kind", "stray"), ("--from", "x"), ("--since", "soon"), ("--limit", "0")])
def test_wrong_usage_is_said(graph, words):
    """Each names the option."""
    ran = run_here("disclosures", *words, PATHWAYS_GRAPH=graph)
    assert (ran.code, words[0] in ran.err) == (2, True)
