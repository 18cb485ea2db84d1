"""`pathways keys`: create, list without secrets, revoke and rotate; a running server honours the changes."""

import json
import re
import urllib.error
import urllib.request
from datetime import datetime, timedelta

import pytest

from tests.cli.conftest import run_here

KEY = re.compile(r"pathways_([a-z0-9]{8})_[A-Za-z0-9_-]{43}\n")
ADD = ("keys", "add", "--name", "batch", "--organisation", "A Supplier")


@pytest.fixture
def keys(tmp_path):
    """A function that runs a command about the keys of a graph of the test's own."""
    return lambda *words: run_here(*words, PATHWAYS_GRAPH=f"ladybug:{tmp_path}/graph.lbdb")


@pytest.fixture
def add_key(keys):
    """A function that creates a key, and returns its prefix."""
    return lambda *words: KEY.fullmatch(keys(*ADD, *words).out)[1]


def listed(keys):
    """The keys as `keys list --json` prints them."""
    return json.loads(keys("keys", "list", "--json").out)


def test_a_key_is_shown_once(keys):
    """Only the key is on stdout, for a pipe; no list shows the key again."""
    ran = keys(*ADD, "--role", "party")
    assert ran.code == 0
    prefix = KEY.fullmatch(ran.out)[1]
    secret = ran.out.strip().split("_", 2)[2]
    assert secret not in ran.err
    for words in (("keys", "list"), ("keys", "list", "--json")):
        listing = keys(*words)
        assert prefix in listing.out
        assert secret not in listing.out + listing.err
        assert "argon2" not in listing.out + listing.err


def test_keys_are_listed_with_their_organisation_and_roles(keys, add_key):
    """Roles and manufacturer codes are lists; events that did not happen are null."""
    prefix = add_key("--role", "manufacturer", "--role", "party", "--manufacturer", "fe:01", "--manufacturer", "FE02")
    (key,) = listed(keys)
    assert {name: key[name] for name in ("prefix", "name", "organisation", "roles", "manufacturers", "state")} == {
        "prefix": prefix,
        "name": "batch",
        "organisation": "A Supplier",
        "roles": ["manufacturer", "party"],
        "manufacturers": ["FE01", "FE02"],
        "state": "good",
    }
    assert key["revoked"] is None
    assert datetime.fromisoformat(key["expires"]) - datetime.fromisoformat(key["created"]) == timedelta(days=365)
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
def test_an_invalid_key_is_not_created(keys, words):
    """The command ends with wrong usage, and stores nothing."""
    ran = keys(*ADD, *words)
    assert (ran.code, ran.out) == (2, "")
    assert listed(keys) == []


def test_a_key_is_revoked(keys, add_key):
    """The key stays in the list, with the time of its revocation."""
    first, second = add_key("--role", "ssc"), add_key("--role", "secas")
    assert keys("keys", "revoke", first).code == 0
    assert {key["prefix"]: key["state"] for key in listed(keys)} == {first: "revoked", second: "good"}
    assert next(key for key in listed(keys) if key["prefix"] == first)["revoked"] is not None


@pytest.mark.parametrize(("hours", "state"), [("0", "revoked"), ("24", "good")])
def test_a_key_is_rotated(keys, add_key, hours, state):
    """The new key is for the same caller; the former key stays valid for the given hours."""
    former = add_key("--role", "manufacturer", "--manufacturer", "FE01")
    ran = keys("keys", "rotate", former, "--keep-hours", hours)
    new = KEY.fullmatch(ran.out)[1]
    keys_by_prefix = {key["prefix"]: key for key in listed(keys)}
    assert (keys_by_prefix[former]["state"], keys_by_prefix[new]["state"]) == (state, "good")
    same = ("name", "organisation", "roles", "manufacturers")
    assert {name: keys_by_prefix[new][name] for name in same} == {name: keys_by_prefix[former][name] for name in same}


@pytest.mark.parametrize("change", ["revoke", "rotate"])
def test_an_unknown_key_is_refused(keys, change):
    """The message names the key."""
    ran = keys("keys", change, "nobody00")
    assert (ran.code, ran.out) == (1, "")
    assert "There is no key nobody00." in ran.err


def get(server, key=None, path="/v1/pathways?from=1&to=34"):
    """Status and headers of a response."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(server.url + path, headers=headers), timeout=20) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers


def test_a_server_accepts_a_key_created_on_the_command_line(folder, serve):
    """End to end: the key is created by command and used over HTTP; the log names refused keys without secrets."""
    graph = f"ladybug:{folder}/pathways.lbdb"
    key = run_here(*ADD, "--role", "party", PATHWAYS_GRAPH=graph).out.strip()
    server = serve(folder, "--host", "0.0.0.0", PATHWAYS_AUTH="on", PATHWAYS_RATE="9")
    assert "No key is valid" not in server.said
    status, headers = get(server, key)
    assert (status, headers["RateLimit-Policy"], headers["Cache-Control"]) == (
        200,
        '"minute";q=9;w=60',
        "private, no-cache",
    )
    assert get(server)[0] == 401
    assert get(server, key[:-1])[0] == 401
    beside = run_here("keys", "list", PATHWAYS_GRAPH=graph)
    assert (beside.code, "Stop the server" in beside.err) == (3, True)
    server.process.terminate()
    log = server.process.stderr.read()
    assert "key refused" in log
    assert key.split("_", 2)[2][:-1] not in log
