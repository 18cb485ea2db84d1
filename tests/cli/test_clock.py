"""`pathways clock accept`: the way out where a write was made with a clock ahead of the right one."""

import json
import urllib.error
import urllib.request
from datetime import timedelta
from unittest.mock import patch

import pytest

from service.domain.clock import now
from tests.cli.conftest import run_here

EDITS = {"edits": [{"entry": "000050", "bases": ["000008"]}], "reason": "notice", "by": "jo"}


@pytest.fixture
def ahead(folder):
    """A folder whose graph has a base that was loaded with the clock 200 days ahead, and the setting that names it."""
    setting = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    (folder / "more.csv").write_text("Entry.number,Firmware_Upgrade_Path\n000050,000008\n", "utf-8")
    (folder / "again.csv").write_text("Entry.number,Firmware_Upgrade_Path\n000050,000009\n", "utf-8")
    with patch("service.cli.load.now", lambda: now() + timedelta(days=200)):
        assert run_here("load", "bases", str(folder / "more.csv"), "--reason", "notice", **setting).code == 0
    return folder, setting


def post(url, body):
    """The status and the JSON of the answer to a POST."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_a_server_refuses_writes_and_the_command_is_the_way_out(ahead, serve):
    """One error line at the start; the command needs the server stopped; verification remarks on the clock."""
    folder, setting = ahead
    server = serve(folder, **setting)
    assert [json.loads(line)["event"] for line in server.said.splitlines() if '"error"' in line] == ["clock behind"]
    status, problem = post(f"{server.url}/v1/amendments", EDITS)
    assert (status, problem["type"].rpartition(":")[2]) == (503, "clock-behind")
    held = run_here("clock", "accept", "--reason", "the clock was ahead", **setting)
    assert (held.code, "Stop the server" in held.err) == (3, True)
    server.process.terminate()
    server.process.wait(20)

    again = ("load", "bases", str(folder / "again.csv"), "--reason", "notice")
    refused = run_here(*again, **setting)
    assert (refused.code, "pathways clock accept" in refused.err) == (1, True)
    accepted = run_here("clock", "accept", "--reason", "the clock was ahead", "--by", "jo", **setting)
    assert (accepted.code, accepted.out[:10]) == (0, "Accepted: "), accepted.err
    assert run_here(*again, **setting).code == 0
    verified = run_here("verify", "--pairs", "0", **setting)
    assert (verified.code, verified.err.startswith("remark: The clock is behind")) == (0, True), verified.err


def test_a_right_clock_cannot_be_accepted(folder):
    """The command ends with 1 and changes nothing; a blank reason is a wrong usage."""
    setting = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    refused = run_here("clock", "accept", "--reason", "why not", **setting)
    assert (refused.code, "The clock needs no acceptance" in refused.err) == (1, True)
    assert run_here("clock", "accept", "--reason", " ", **setting).code == 2
