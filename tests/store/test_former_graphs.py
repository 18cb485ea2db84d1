"""Graphs, receipts and heads that a former version wrote stay good: see tests/data/graphs/README.md.

The tests go through the command line, so that a rename of modules or classes needs no change here.
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
from tests.cli.conftest import Ran, run, run_here
from tests.conftest import ROOT
from tests.store.crash_worker import raw
from tests.store.former import NAMES, Former, former, restore_ladybug, restore_neo4j

LOG = ("disclosures", "--limit", "1000", "--json")


@dataclass(frozen=True)
class Opened:
    """A former graph, restored, with the settings that open it and the folder of its keys."""

    former: Former
    settings: Settings
    environment: dict[str, str]
    keys: Path

    def run(self, *words: str) -> Ran:
        """A command on the graph, in this process."""
        return run_here(*words, **self.environment)


def restored(engine: str, name: str, request: pytest.FixtureRequest, folder: Path) -> Opened:
    """A former graph as it was, not migrated yet."""
    place = former(engine, name)
    if engine == "ladybug":
        restore_ladybug(place, folder / "graph.lbdb")
        settings = Settings(graph=f"ladybug:{folder}/graph.lbdb")
    else:
        settings = request.getfixturevalue("neo4j_settings")
        password = settings.neo4j_password.get_secret_value()
        restore_neo4j(place, settings.graph, settings.neo4j_user, password)
    keys = place.keys(folder / "keys")
    environment = {
        "PATHWAYS_GRAPH": settings.graph,
        "PATHWAYS_NEO4J_USER": settings.neo4j_user,
        "PATHWAYS_NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
        "PATHWAYS_RECEIPT_KEYS": str(keys),
    }
    return Opened(place, settings, environment, keys)


@pytest.fixture(scope="module", params=NAMES)
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Each former graph on each engine, for tests that only read. A new key signs: the private halves are gone."""
    found = restored(engine, request.param, request, tmp_path_factory.mktemp("former"))
    assert found.run("receipts", "rotate").code == 0
    return found


def test_a_former_graph_verifies_with_its_three_heads(opened, tmp_path):
    """Facts, derived rows and all three chains, by the command in a process of its own."""
    ran = run(tmp_path, "verify", "--pairs", "40", *opened.former.heads, "--json", **opened.environment)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    kept = opened.former.kept
    assert found["faults"] == []
    assert (found["entries"], found["amendments"], found["before_chain"], found["head"]) == (
        kept["entries"],
        kept["amendments"],
        kept["before_chain"],
        kept["heads"]["public"],
    )
    assert found["amendments"] > 2 and found["pairs"] == 40


def test_a_head_that_a_former_graph_never_had_is_a_fault(opened):
    """So that a clean answer above is worth something."""
    heads = [word for option in ("--head", "--zigbee-head", "--audit-head") for word in (option, "f" * 64)]
    ran = opened.run("verify", "--pairs", "0", *heads)
    assert (ran.code, ran.err.count("The head you kept is not in this")) == (1, 3)


@pytest.fixture
def verdict(opened):
    """What the service says of a receipt, over HTTP."""
    graph = connect(opened.settings)
    keys = Settings(graph=opened.settings.graph, auth="off", disclosure_days=3660, receipt_keys=str(opened.keys))
    with TestClient(create_app(keys, graph)) as client:
        yield lambda receipt: client.post("/v1/receipts/verify", json=receipt).json()
    graph.close()


def test_every_former_receipt_is_the_same(opened, verdict):
    """Signed by a former key, and answered alike when asked again as known then."""
    found = [verdict(receipt) for receipt in opened.former.receipts]
    assert len(found) >= 14
    assert [one for one in found if (one["result"], one["same"], one["differences"]) != ("same", True, [])] == []


def test_a_former_receipt_that_was_changed_is_not_ours(opened, verdict):
    """Every field is still signed."""
    for receipt in opened.former.receipts[::5]:
        found = verdict(receipt | {"at": "2025-01-01T00:00:00Z"})
        assert (found["result"], found["reason"]) == ("not-ours", "bad-signature")


def test_a_former_receipt_verifies_by_the_command(opened, tmp_path):
    """And offline, by the documented script, with the public keys alone."""
    receipt = opened.former.receipts[0]
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), "utf-8")
    (tmp_path / "keys.json").write_text(opened.run("receipts", "key").out, "utf-8")
    ran = opened.run("receipts", "verify", str(tmp_path / "receipt.json"))
    assert (ran.code, ran.out[:6]) == (0, "same: ")
    command = [sys.executable, ROOT / "docs/verify_receipt.py", tmp_path / "receipt.json", tmp_path / "keys.json"]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_a_former_graph_keeps_its_disclosure_log_and_its_keys(opened):
    """What organisations were told is read as before, with the receipts that they got; the callers' keys are there."""
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
def test_a_former_graph_can_be_amended_and_is_still_guarded(engine, name, request, tmp_path):
    """The next links stand on top of the former ones; whoever then changes a former row is found out."""
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
