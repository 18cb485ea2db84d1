"""`pathways check` and `pathways history`, on the loaded examples."""

import json
import shutil

import pytest

from tests.cli.conftest import run_here

DEVICE = "--manufacturer FE01 --device-model 10020100 --firmware 02010000"
GO, STOP, USAGE, UNREACHABLE, ASK = 0, 1, 2, 3, 4


@pytest.fixture(scope="module")
def said(loading):
    """A function that runs a command on the examples."""
    return lambda *words: run_here(*words, PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("1 2 5 10", GO),
        ("17 28", GO),
        ("1 5", STOP),
        ("34 1", STOP),
        ("3 13", STOP),
        ("8 50", ASK),
        ("8 50 1", STOP),
        ("62 64 --at 2026-03-15", ASK),
        ("15 25", STOP),
        ("15 25 --through-removed", GO),
        ("1 99", STOP),
        ("1", USAGE),
        ("", USAGE),
        ("1 x", USAGE),
        ("1 2 --at soon", USAGE),
        ("1 2 --alternatives 1", USAGE),
        ("1 " * 1001, USAGE),
        (f"{DEVICE} 52", ASK),
        (f"{DEVICE} --gbcs 2.1 52", GO),
        (f"{DEVICE} --gbcs 2.1", USAGE),
        (f"{DEVICE} {'1 ' * 1000}", USAGE),
        ("--firmware 9001 52", USAGE),
        ("--firmware 0000FFFF 52", ASK),
    ],
)
def test_a_plan_has_the_exit_code_of_its_verdict(said, words, code):
    """0 go, 1 stop, 4 ask: a script must not mistake `ask` for `go`."""
    ran = said("check", *words.split())
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err


def test_a_plan_as_text(said):
    """The first line has the verdict; each step has its code, the route if entries are missing, and warnings."""
    ran = said("check", "16", "33", "42", "53", "--at", "2026-06-01")
    first, second, *rest = ran.out.splitlines()
    assert first == "stop: 000042 → 000053: no-way. " + (
        "The declarations in force give no pathway from 000042 to 000053, and no missing declaration could."
    )
    assert second.startswith("list 1.002 of 2026-03-02, at 2026-06-01T00:00:00Z")
    assert rest[0] == "1. 000016 → 000033  ok: 000016 is a declared base of 000033."
    assert rest[1].startswith("   ! certificate-date-passed: ")
    assert "does not replace the Release Notes" in rest[-2]
    assert rest[-1].startswith("receipt ")
    assert "   the route: 000001 → 000002 → 000005" in said("check", "1", "5").out
    assert "! The plan ends on 000013, which is fragment 1 of 2" in said("check", "3", "13").out


def test_a_plan_for_a_device(said):
    """The text has the entries that the device may run, stderr what the inventory has wrong, the JSON the device."""
    words = ("check", *DEVICE.split(), "--gbcs", "2.1", "--status", "Expired", "52")
    ran = said(*words)
    lines = ran.out.splitlines()
    assert lines[0].startswith("go: ")
    assert lines[2].startswith("- may run 000043 (Current)  FE01-10020100  firmware 02010000")
    assert lines[3].startswith("1. 000043 → 000052  ok: ")
    assert ran.err.startswith("status-differs: The inventory says Expired")
    answer = json.loads(said(*words, "--json").out)
    assert [match["number"] for match in answer["device"]["matches"]] == ["000043"]
    assert "--firmware: '9001' is not 8 hex digits" in said("check", "--firmware", "9001", "52").err


def test_plans_and_histories_as_json(said):
    """One document with the JSON names of the HTTP interface."""
    plan = json.loads(said("check", "1", "5", "--json").out)
    assert (plan["verdict"], plan["steps"][0]["entries"]) == ("stop", ["000002"])
    history = json.loads(said("history", "42", "--json").out)
    assert [item["kind"] for item in history["items"]] == ["revision"] * 3 + ["declaration"]
    assert (history["entry"], history["next"], history["at"]) == ("000042", None, None)


def test_a_history_as_text(said):
    """One line for the fact, and one line for both intervals."""
    ran = said("history", "46")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("000046, as known ")
    assert lines[1].endswith("list 1.001: Current, device model 10010200, firmware 0B050000")
    assert any("  declared: " in line and "000010" in line and line.endswith(" (example)") for line in lines)
    assert any(line.endswith("  awaiting acceptance: 000010 (other-device-model)") for line in lines)
    assert "   holds … to …" in lines
    ran = said("history", "42")
    assert "; changed: image.hash" in ran.out
    assert ", believed until 20" in ran.out
    assert "   holds 2026-01-05T00:00:00Z to 2026-03-02T00:00:00Z" in ran.out.splitlines()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("1", 0),
        ("1 --at 2026-02-01", 0),
        ("99", 1),
        ("1 --at 2020-01-01", 1),
        ("1 --known-at 2020-01-01", 1),
        ("x", 2),
        ("", 2),
        ("1 2", 2),
    ],
)
def test_a_history_has_the_exit_code_of_the_contract(said, words, code):
    """0 done, 1 refused, 2 wrong usage."""
    assert said("history", *words.split()).code == code


@pytest.fixture(scope="module")
def served(loading, serve, tmp_path_factory):
    """The setting of a graph that a server holds."""
    folder = shutil.copytree(loading[0], tmp_path_factory.mktemp("served") / "graph")
    serve(folder)
    return f"ladybug:{folder}/pathways.lbdb"


@pytest.mark.parametrize(
    ("words", "http_request"),
    [
        (
            "check 1 2 --at 2026-05-01",
            'POST /v1/pathways/check {"at":"2026-05-01T00:00:00Z","steps":["000001","000002"]}',
        ),
        ("history 1 --known-at 2026-05-01", "GET /v1/entries/000001/history?known_at=2026-05-01T00:00:00Z"),
    ],
)
def test_while_a_server_runs_the_command_names_the_http_request(served, words, http_request):
    """Exit code 3: the server holds the graph's file."""
    ran = run_here(*words.split(), PATHWAYS_GRAPH=served)
    assert (ran.code, http_request in ran.err) == (UNREACHABLE, True)
