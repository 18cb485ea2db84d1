"""`pathways resolve`: exit codes, text output, JSON output, and the examples of the README."""

import json
import re
import shlex

import pytest

from tests.cli.conftest import run_here
from tests.conftest import EXAMPLES

DONE, REFUSED, USAGE, UNREACHABLE, UNKNOWN = 0, 1, 2, 3, 4
AMBIGUOUS = "--manufacturer FE01 --device-model 10020100 --firmware 02010000"
TWINS = "--device-model FE03-30020000 --firmware 00:00:03:01"
ROW = re.compile(r"^\| `pathways (resolve [^`]+)` \| `([a-z-]+)`", re.MULTILINE)
EXITS = {"route": DONE, "ambiguous": UNKNOWN}


@pytest.fixture
def resolve(loading):
    """A function that runs the command on the examples."""
    return lambda words: run_here("resolve", *shlex.split(words), PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (f"{AMBIGUOUS} --to 52", UNKNOWN),
        (f"{AMBIGUOUS} --to 52 --gbcs 2.1", DONE),
        (f"{AMBIGUOUS} --to 52 --gbcs 2.0", REFUSED),
        (f"{TWINS}", DONE),
        (f"{TWINS} --to 28", DONE),
        (f"{TWINS} --to 64 --at 2026-03-15", UNKNOWN),
        (f"{TWINS} --to 64 --known-at 2025-01-01", REFUSED),
        (f"{TWINS} --to 99", REFUSED),
        ("--firmware 0000FFFF", UNKNOWN),
        ("--device-model FE01-10020100 --firmware 0000FFFF", UNKNOWN),
        ("", USAGE),
        ("--manufacturer FE01", USAGE),
        ("--firmware 9001", USAGE),
        ("--hash zz", USAGE),
        (f"{TWINS} --device-type IHD", USAGE),
        (f"{TWINS} --status Commissioned", USAGE),
        (f"{TWINS} --to x", USAGE),
        (f"{TWINS} --colour", USAGE),
    ],
)
def test_resolve_has_the_exit_code_of_the_contract(resolve, words, code):
    """An ambiguous or unknown device is 4, like `unknown`, so that no script mistakes the answer for "no"."""
    ran = resolve(words)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.out + ran.err
    assert bool(ran.err) == (code == USAGE or not ran.out)


def test_wrong_usage_names_the_option(resolve):
    """In the spelling of the command line."""
    assert "--firmware: '9001' is not 8 hex digits" in resolve("--firmware 9001").err
    assert "--gbcs: 'x' is not a GBCS version" in resolve(f"{TWINS} --gbcs x").err


def test_json_is_alone_on_stdout(resolve):
    """One document with the JSON names of the HTTP interface."""
    ran = resolve(f"{AMBIGUOUS} --to 52 --status Expired --json")
    assert (json.loads(ran.out)["outcome"], ran.err) == ("ambiguous", "")


def test_resolve_as_text(resolve):
    """Matches and the separating attribute, targets and heads, known entries, and a differing status on stderr."""
    ran = resolve(f"{AMBIGUOUS} --to 52")
    assert re.search(r"^- may run 000031 .*: none$", ran.out, re.MULTILINE)
    assert "gbcs_version separates the answers best:\n- 2.0: 000031\n- 2.1: 000043\n" in ran.out
    ran = resolve(f"{TWINS} --status Expired")
    assert "status-differs: The inventory says Expired" in ran.err
    assert "standing onward: declared upgrades lead on\n000044  1 step\n000062  1 step\n000064  2 steps\n" in ran.out
    assert "000064  2 steps\nnothing further is reachable from 000064\n" in ran.out
    ran = resolve("--device-model FE01-10020100 --firmware 0000FFFF")
    assert "- known: 000018 (Current)" in ran.out
    assert "service request 11.2" in ran.out
    ran = resolve(f"{TWINS} --to 64")
    assert "000017 → 000064: there is a pathway" in ran.out
    assert ran.out.count("does not replace the Release Notes") == 1


def test_the_device_examples_of_the_readme_are_true(resolve):
    """Each question about a device has the stated outcome and its exit code."""
    rows = ROW.findall((EXAMPLES / "README.md").read_text(encoding="utf-8"))
    assert len(rows) >= 3
    for question, outcome in rows:
        ran = resolve(f"{question.removeprefix('resolve')} --json")
        assert (json.loads(ran.out)["outcome"], ran.code) == (outcome, EXITS[outcome]), question


def test_while_a_server_runs_resolve_names_the_http_request(loading, serve, folder):
    """Exit code 3, with the equivalent HTTP request."""
    server = serve(folder)
    ran = run_here("resolve", *TWINS.split(), "--to", "64", PATHWAYS_GRAPH=f"ladybug:{server.folder}/pathways.lbdb")
    assert (ran.code, ran.out) == (UNREACHABLE, "")
    assert 'POST /v1/resolve {"device":{"device_model":"FE0330020000","firmware_version":"00000301"}' in ran.err
