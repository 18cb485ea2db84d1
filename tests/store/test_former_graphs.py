"""Graphs, receipts and heads that earlier releases wrote remain valid: see tests/data/graphs/README.md.

The tests use the command line, so that a rename of modules or classes needs no change here.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.graph.connect import connect
from service.settings import Settings
from tests.cli.conftest import Ran, run_here
from tests.conftest import ROOT
from tests.store.crash_worker import raw
from tests.store.former import NAMES, Former, former, restore_ladybug, restore_neo4j

# Begun first: they drop Neo4j's schema, and with it every plan that other tests have paid for.
pytestmark = pytest.mark.seconds(30)

LOG = ("disclosures", "--limit", "1000", "--json")


@dataclass(frozen=True)
class Opened:
    """A restored former graph with its settings and the folder of its keys."""

    former: Former
    settings: Settings
    environment: dict[str, str]
    keys: Path

    def run(self, *words: str) -> Ran:
        """Runs a command on the graph, in this process."""
        return run_here(*words, **self.environment)


def restored(engine: str, name: str, request: pytest.FixtureRequest, folder: Path) -> Opened:
    """A former graph, restored and not yet migrated."""
    graph = former(engine, name)
    if engine == "ladybug":
        restore_ladybug(graph, folder / "graph.lbdb")
        settings = Settings(graph=f"ladybug:{folder}/graph.lbdb")
    else:
        settings = request.getfixturevalue("neo4j_settings")
        password = settings.neo4j_password.get_secret_value()
        restore_neo4j(graph, settings.graph, settings.neo4j_user, password)
    keys = graph.keys(folder / "keys")
    environment = {
        "PATHWAYS_GRAPH": settings.graph,
        "PATHWAYS_NEO4J_USER": settings.neo4j_user,
        "PATHWAYS_NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
        "PATHWAYS_RECEIPT_KEYS": str(keys),
    }
    return Opened(graph, settings, environment, keys)


@pytest.fixture(scope="module", params=NAMES)
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Each former graph on each engine, for read-only tests. A new key signs, because the private keys are gone."""
    graph = restored(engine, request.param, request, tmp_path_factory.mktemp("former"))
    assert graph.run("receipts", "rotate").code == 0
    return graph


def test_a_former_graph_verifies_with_its_three_heads(opened):
    """Facts, derived rows and all three chains, verified by the command."""
    ran = opened.run("verify", "--pairs", "40", *opened.former.heads, "--json")
    assert ran.code == 0, ran.err
    report = json.loads(ran.out)
    kept = opened.former.kept
    assert report["faults"] == []
    assert (report["entries"], report["amendments"], report["before_chain"], report["head"]) == (
        kept["entries"],
        kept["amendments"],
        kept["before_chain"],
        kept["heads"]["public"],
    )
    assert report["amendments"] > 2 and report["pairs"] == 40


def test_a_head_that_a_former_graph_never_had_is_a_fault(opened):
    """Without this test, the absence of faults above would prove nothing."""
    heads = [word for option in ("--head", "--zigbee-head", "--audit-head") for word in (option, "f" * 64)]
    ran = opened.run("verify", "--pairs", "0", *heads)
    assert (ran.code, ran.err.count("The head you kept is not in this")) == (1, 3)


@pytest.fixture
def verdict(opened):
    """A function that posts a receipt to the service and returns the verification result."""
    graph = connect(opened.settings)
    keys = Settings(graph=opened.settings.graph, auth="off", disclosure_days=3660, receipt_keys=str(opened.keys))
    with TestClient(create_app(keys, graph)) as client:
        yield lambda receipt: client.post("/v1/receipts/verify", json=receipt).json()
    graph.close()


def test_every_former_receipt_still_verifies_as_the_same(opened, verdict):
    """The signature is valid, and the answer as known at that time is the same."""
    results = [verdict(receipt) for receipt in opened.former.receipts]
    assert len(results) >= 14
    assert [r for r in results if (r["result"], r["same"], r["differences"]) != ("same", True, [])] == []


def test_a_changed_former_receipt_is_rejected(opened, verdict):
    """The signature covers every field."""
    for receipt in opened.former.receipts[::5]:
        result = verdict(receipt | {"at": "2025-01-01T00:00:00Z"})
        assert (result["result"], result["reason"]) == ("not-ours", "bad-signature")


def test_the_command_and_the_script_verify_a_former_receipt(opened, tmp_path):
    """The documented script also verifies the receipt offline, with the public keys only."""
    receipt = opened.former.receipts[0]
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), "utf-8")
    (tmp_path / "keys.json").write_text(opened.run("receipts", "key").out, "utf-8")
    ran = opened.run("receipts", "verify", str(tmp_path / "receipt.json"))
    assert (ran.code, ran.out[:6]) == (0, "same: ")
    command = [sys.executable, ROOT / "docs/verify_receipt.py", tmp_path / "receipt.json", tmp_path / "keys.json"]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_a_former_graph_keeps_its_disclosure_log_and_its_keys(opened):
    """The log is readable with the receipts of its answers, and the callers' API keys are there."""
    ran = opened.run(*LOG)
    assert ran.code == 0, ran.err
    items = json.loads(ran.out)["items"]
    receipts = [item["receipt"] for item in items if item["receipt"]]
    assert len(items) == opened.former.kept["nodes"]["Told"] > 10
    assert receipts and all(receipt in opened.former.receipts for receipt in receipts)
    callers = json.loads(opened.run("keys", "list", "--json").out)
    assert len(callers["items"] if isinstance(callers, dict) else callers) == opened.former.kept["nodes"]["AccessKey"]


TAMPERED = {
    "MATCH (a:Amendment) WHERE a.hash <> '' SET a.reason = a.reason + '.'": r"^Amendment number \d+ \(",
    "MATCH (o:StackOrder) SET o.versions = '1'": r"^ZigBee: Amendment number 2 ",
    "MATCH (:Entry)-[r:RUNS_STACK]->() SET r.given_version = '9'": r"^ZigBee: Amendment number 1 ",
    "MATCH (r:AuditRecord) SET r.who = 'nobody'": r"^Audit: Audit record number 1 ",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.deep_on_neo4j("graphs of earlier releases amended")
def test_a_former_graph_can_be_amended_and_verified(engine, name, request, tmp_path):
    """New links follow the former ones, and verification finds later changes of former rows."""
    opened = restored(engine, name, request, tmp_path)
    why = ["--reason", "after an upgrade", "--by", "tester"]
    (tmp_path / "bases.csv").write_text("Entry.number,Firmware_Upgrade_Path\n000050,000008\n000034,000010\n", "utf-8")
    (tmp_path / "zigbee.csv").write_text(
        "Entry.number,ZigBee.band,ZigBee.stack_vendor,ZigBee.stack_version\n000001,Dual Band,Osprey,9.9\n", "utf-8"
    )
    for kind in ("bases", "zigbee"):
        ran = opened.run("load", kind, str(tmp_path / f"{kind}.csv"), *why)
        assert (ran.code, "Loaded." in ran.out) == (0, True), ran.err
    ran = opened.run("verify", "--pairs", "0", *opened.former.heads, "--json")
    assert (ran.code, json.loads(ran.out)["faults"]) == (0, [])
    assert json.loads(ran.out)["amendments"] > opened.former.kept["amendments"]
    graph = connect(opened.settings)
    for statement in TAMPERED:
        raw(graph, statement)
    graph.close()
    ran = opened.run("verify", "--pairs", "0")
    assert ran.code == 1
    assert [due for due in TAMPERED.values() if not re.search(due, ran.err, re.MULTILINE)] == []
