"""`pathways serve`: real HTTP on a real port, an orderly end, and commands beside it."""

import json
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import closing
from http.client import HTTPConnection
from itertools import pairwise

import pytest

from tests.cli.conftest import ACCEPT, LISTS, run, run_here


def get(url):
    """The status and the body of an answer, good or bad."""
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def raw(server, request):
    """What a server sends for bytes that no client library would let through."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.fixture(scope="module")
def server(loading, serve, tmp_path_factory):
    """A server of the examples that the tests below share: none of them may harm it."""
    return serve(shutil.copytree(loading[0], tmp_path_factory.mktemp("served") / "graph"))


def test_it_answers_over_http(server):
    """The main question, a refusal, and a probe."""
    status, answer = get(f"{server.url}/v1/pathways?from=1&to=34")
    assert (status, answer["outcome"], len(answer["steps"])) == (200, "route", 5)
    assert all(a["target"] == b["base"] for a, b in pairwise(answer["steps"]))
    assert get(f"{server.url}/v1/pathways?from=x&to=34")[0] == 422
    assert get(f"{server.url}/readyz") == (200, {"status": "ready"})


BESIDE = [
    (
        ("path", "15", "55", "--at", "2026-02-01", "--through-removed"),
        "GET /v1/pathways?from=000015&to=000055&at=2026-02-01T00:00:00Z&through_removed=true",
    ),
    (("path", "1", "34"), "GET /v1/pathways?from=000001&to=000034"),
    (
        ("load", "list", str(LISTS[0]), "--by", "me", "--dry-run", "--skip-refused", "--correction", "--allow-absent"),
        "POST /v1/lists?file=central-products-list-v1.001.xlsx&by=me"
        "&dry_run=true&skip_refused=true&correction=true&allow_absent=true",
    ),
    (
        ("load", "bases", str(ACCEPT), "--reason", "why & so", "--by", "me", "--effective", "2026-03-01"),
        "POST /v1/bases?file=bases-accept.csv&by=me&reason=why+%26+so&effective=2026-03-01T00:00:00Z "
        "with the file as body and Content-Type: text/csv",
    ),
    (("verify",), "Stop the server"),
    (("serve", "--port", "0"), "Perhaps a server is already running."),
]


@pytest.mark.parametrize(("words", "instead"), BESIDE, ids=[words[0] for words, _ in BESIDE])
def test_a_command_beside_a_server_says_what_to_do(server, words, instead):
    """Exit 3 with what does the same, and a server that is unharmed."""
    ran = run_here(*words, PATHWAYS_GRAPH=f"ladybug:{server.folder}/pathways.lbdb")
    assert (ran.code, ran.out) == (3, "")
    assert "Another process holds" in ran.err
    assert instead in ran.err
    assert get(f"{server.url}/v1/pathways?from=10&to=46")[1]["outcome"] == "none"


def test_the_call_that_is_named_gives_the_same_answer(server):
    """With both clocks and removed entries, as the command was asked."""
    status, answer = get(server.url + BESIDE[0][1].removeprefix("GET "))
    assert (status, answer["outcome"], answer["at"]) == (200, "route", "2026-02-01T00:00:00Z")


NONSENSE = [
    b"GET /v1/entries HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /v1/entries\r\n\r\n",
    b"GET http://elsewhere.example/v1/lists HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /v1/entries/%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /v1/pathways?from=%zz&to=%u0031 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET //elsewhere.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /v1/lists HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 200_000 + b"\r\nConnection: close\r\n\r\n",
    b"GET /v1/entries?q=" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"POST /v1/pathways HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    b"DELETE /v1/entries/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
]


@pytest.mark.parametrize("request_", NONSENSE, ids=lambda sent: repr(sent[:40]))
def test_nonsense_on_the_wire_does_not_harm_it(server, request_):
    """No 5xx and nothing of the service's inside, whatever is sent; a good question after it is answered."""
    answer = raw(server, request_)
    assert not answer.startswith(b"HTTP/1.1 5")
    assert b"Traceback" not in answer
    assert b"root:" not in answer
    assert get(f"{server.url}/readyz")[0] == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("LOCALHOST", 200),
        ("[::1]:8000", 200),
        ("[::1]", 200),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:80", 421),
        ("192.0.2.1", 421),
        ("0.0.0.0", 421),
        ("", 421),
        ("127.0.0.1 and evil.example", 421),
        ("127.0.0.1 and 127.0.0.1", 421),
    ],
)
def test_without_sign_in_a_stranger_s_name_does_not_lead_here(server, host, status):
    """A page of that name, open in a browser on this machine, must not pass for the service's own."""
    with closing(HTTPConnection(server.url.removeprefix("http://"), timeout=20)) as line:
        line.putrequest("GET", "/v1/lists", skip_host=True)
        for name in host.split(" and "):
            line.putheader("Host", name)
        line.endheaders()
        answer = line.getresponse()
        assert answer.status in (status, 400 if status == 421 else status)
        assert (b"items" in answer.read()) == (status == 200)


def end(server, how):
    """Ends a server by a signal: its exit code, and how long it took."""
    began = time.monotonic()
    server.process.send_signal(how)
    return server.process.wait(timeout=30), time.monotonic() - began


def test_sigterm_ends_it_cleanly(folder, serve):
    """Exit 0 within seconds, and the graph's file is let go: the next command opens it."""
    server = serve(folder)
    assert get(f"{server.url}/healthz")[0] == 200
    code, seconds = end(server, signal.SIGTERM)
    assert (code, seconds < 10) == (0, True)
    assert sorted(path.name for path in folder.iterdir()) == ["pathways.lbdb"]
    assert run_here("path", "1", "34", PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb").code == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "pathways.example"])
def test_without_sign_in_nobody_beyond_this_machine_is_served(folder, host):
    """Wrong usage, said in a line; the graph is not even opened."""
    ran = run_here("serve", "--port", "0", "--host", host, PATHWAYS_GRAPH=f"ladybug:{folder}/none.lbdb")
    assert (ran.code, ran.out) == (2, "")
    assert f"PATHWAYS_AUTH=off allows loopback addresses only, not {host}" in ran.err
    assert not (folder / "none.lbdb").exists()


def test_it_says_aloud_that_everybody_may_do_everything(server):
    """On this machine alone, which is the default address."""
    assert "EVERYBODY ON THIS MACHINE MAY READ AND CHANGE EVERYTHING" in server.said
    assert server.url.startswith("http://127.0.0.1:")


def test_with_sign_in_it_listens_anywhere(folder, serve):
    """That nobody can sign in yet is said; callers see the list and no more. Ctrl-C ends it as cleanly."""
    server = serve(folder, "--host", "0.0.0.0", PATHWAYS_AUTH="on")
    assert "No key is valid" in server.said
    assert get(f"{server.url}/v1/pathways?from=1&to=34")[0] == 401
    assert get(f"{server.url}/v1/entries/1")[0] == 200
    assert end(server, signal.SIGINT)[0] == 0


def test_a_port_in_use_is_no_success(folder):
    """It says so and ends; the file is let go."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run(folder, "serve", "--port", str(taken.getsockname()[1]))
    assert ran.code != 0
    assert "address already in use" in ran.err
    assert run_here("path", "1", "34", PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb").code == 0
