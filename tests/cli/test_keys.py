"""`pathways keys`: made and shown once, listed without secrets, taken back, replaced; a running server takes notice."""

import json
import re
import urllib.error
import urllib.request
from datetime import datetime, timedelta

import pytest

from tests.cli.conftest import run_here

KEY = re.compile(r"pathways_([a-z0-9]{8})_[A-Za-z0-9_-]{43}\n")
SAID = ("keys", "add", "--name", "batch", "--organisation", "A Supplier")


@pytest.fixture
def keys(tmp_path):
    """Runs a command about the keys of a graph of the test's own."""
    return lambda *words: run_here(*words, PATHWAYS_GRAPH=f"ladybug:{tmp_path}/graph.lbdb")


@pytest.fixture
def added(keys):
    """Makes a key, and gives its prefix."""
    return lambda *words: KEY.fullmatch(keys(*SAID, *words).out)[1]


def listed(keys):
    """What is told of the keys as JSON."""
    return json.loads(keys("keys", "list", "--json").out)


def test_a_key_is_shown_once(keys):
    """It alone is on stdout, for a pipe; no list shows it again."""
    ran = keys(*SAID, "--role", "party")
    assert ran.code == 0
    prefix = KEY.fullmatch(ran.out)[1]
    secret = ran.out.strip().split("_", 2)[2]
    assert secret not in ran.err
    for words in (("keys", "list"), ("keys", "list", "--json")):
        told = keys(*words)
        assert prefix in told.out
        assert secret not in told.out + told.err
        assert "argon2" not in told.out + told.err


def test_keys_are_listed_with_whom_they_make_known(keys, added):
    """Roles and codes as lists; what has not happened is null."""
    prefix = added("--role", "manufacturer", "--role", "party", "--manufacturer", "fe:01", "--manufacturer", "FE02")
    (told,) = listed(keys)
    assert {name: told[name] for name in ("prefix", "name", "organisation", "roles", "manufacturers", "state")} == {
        "prefix": prefix,
        "name": "batch",
        "organisation": "A Supplier",
        "roles": ["manufacturer", "party"],
        "manufacturers": ["FE01", "FE02"],
        "state": "good",
    }
    assert told["revoked"] is None
    assert datetime.fromisoformat(told["expires"]) - datetime.fromisoformat(told["created"]) == timedelta(days=365)
    assert re.search(
        rf"^{prefix}  good .* manufacturer;party of FE01;FE02  A Supplier: batch$", keys("keys", "list").out
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--role", "public"),
        ("--role", "admin"),
        ("--role", "manufacturer"),
        ("--role", "party", "--manufacturer", "FE01"),
        ("--role", "manufacturer", "--manufacturer", "FE0"),
        ("--role", "party", "--expires", "2020-01-01"),
        ("--role", "party", "--expires", "soon"),
        ("--role", "party", "--name", "a\nb"),
        ("--role", "party", "--organisation", " "),
        ("--role", "party", "--organisation", "x" * 201),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(keys, words):
    """Wrong usage, and nothing is kept."""
    ran = keys(*SAID, *words)
    assert (ran.code, ran.out) == (2, "")
    assert listed(keys) == []


def test_a_key_is_taken_back(keys, added):
    """It stays in the list, with since when."""
    first, second = added("--role", "ssc"), added("--role", "secas")
    assert keys("keys", "revoke", first).code == 0
    assert {key["prefix"]: key["state"] for key in listed(keys)} == {first: "revoked", second: "good"}
    assert next(key for key in listed(keys) if key["prefix"] == first)["revoked"] is not None


@pytest.mark.parametrize(("hours", "state"), [("0", "revoked"), ("24", "good")])
def test_a_key_is_replaced(keys, added, hours, state):
    """By one for the same caller; the former is good for as long as is said."""
    former = added("--role", "manufacturer", "--manufacturer", "FE01")
    ran = keys("keys", "rotate", former, "--keep-hours", hours)
    new = KEY.fullmatch(ran.out)[1]
    told = {key["prefix"]: key for key in listed(keys)}
    assert (told[former]["state"], told[new]["state"]) == (state, "good")
    same = ("name", "organisation", "roles", "manufacturers")
    assert {name: told[new][name] for name in same} == {name: told[former][name] for name in same}


@pytest.mark.parametrize("change", ["revoke", "rotate"])
def test_a_key_that_there_is_not_is_refused(keys, change):
    """And says which."""
    ran = keys("keys", change, "nobody00")
    assert (ran.code, ran.out) == (1, "")
    assert "There is no key nobody00." in ran.err


def asked(server, key=None, path="/v1/pathways?from=1&to=34"):
    """Status and headers of an answer."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(server.url + path, headers=headers), timeout=20) as found:
            return found.status, found.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers


def test_a_server_lets_in_whom_a_key_makes_known(folder, serve):
    """End to end: made on the command line, shown over HTTP; the log has what was refused, and no secret."""
    graph = f"ladybug:{folder}/pathways.lbdb"
    key = run_here(*SAID, "--role", "party", PATHWAYS_GRAPH=graph).out.strip()
    server = serve(folder, "--host", "0.0.0.0", PATHWAYS_AUTH="on", PATHWAYS_RATE="9")
    assert "No key is valid" not in server.said
    status, headers = asked(server, key)
    assert (status, headers["RateLimit-Policy"], headers["Cache-Control"]) == (
        200,
        '"minute";q=9;w=60',
        "private, no-cache",
    )
    assert asked(server)[0] == 401
    assert asked(server, key[:-1])[0] == 401
    beside = run_here("keys", "list", PATHWAYS_GRAPH=graph)
    assert (beside.code, "Stop the server" in beside.err) == (3, True)
    server.process.terminate()
    log = server.process.stderr.read()
    assert "key refused" in log
    assert key.split("_", 2)[2][:-1] not in log
