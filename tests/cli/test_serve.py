"""`pathways serve`: HTTP on a real port, an orderly end, and commands while the server runs."""

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
    """The status and the JSON body of a response, including error responses."""
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def send_bytes(server, request):
    """The response of a server to bytes that no HTTP library would send."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.fixture(scope="module")
def server(loading, serve, tmp_path_factory):
    """A server of the examples, shared by the tests below; no test may change its graph."""
    return serve(shutil.copytree(loading[0], tmp_path_factory.mktemp("served") / "graph"))


def test_the_server_answers_over_http(server):
    """A pathway, a refusal and a probe."""
    status, answer = get(f"{server.url}/v1/pathways?from=1&to=34")
    assert (status, answer["outcome"], len(answer["steps"])) == (200, "route", 5)
    assert all(a["target"] == b["base"] for a, b in pairwise(answer["steps"]))
    assert get(f"{server.url}/v1/pathways?from=x&to=34")[0] == 422
    status, ready = get(f"{server.url}/readyz")
    assert (status, ready["status"], ready["data"]["list_version"]) == (200, "ready", "1.002")


WHILE_RUNNING = [
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


@pytest.mark.parametrize(("words", "http_request"), WHILE_RUNNING, ids=[words[0] for words, _ in WHILE_RUNNING])
def test_a_command_names_the_equivalent_request_while_a_server_runs(server, words, http_request):
    """Exit code 3; the server continues unharmed."""
    ran = run_here(*words, PATHWAYS_GRAPH=f"ladybug:{server.folder}/pathways.lbdb")
    assert (ran.code, ran.out) == (3, "")
    assert "Another process holds" in ran.err
    assert http_request in ran.err
    assert get(f"{server.url}/v1/pathways?from=10&to=46")[1]["outcome"] == "none"


def test_the_named_request_gives_the_same_answer(server):
    """The request has both clocks and `through_removed` of the command."""
    status, answer = get(server.url + WHILE_RUNNING[0][1].removeprefix("GET "))
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
def test_malformed_bytes_do_not_harm_the_server(server, request_):
    """No response is a 5xx or reveals internals, and a valid request afterwards is answered."""
    answer = send_bytes(server, request_)
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
def test_without_sign_in_only_local_host_names_are_accepted(server, host, status):
    """Otherwise a page of another host name (DNS rebinding) could read the service from a browser on this machine."""
    with closing(HTTPConnection(server.url.removeprefix("http://"), timeout=20)) as line:
        line.putrequest("GET", "/v1/lists", skip_host=True)
        for name in host.split(" and "):
            line.putheader("Host", name)
        line.endheaders()
        answer = line.getresponse()
        assert answer.status in (status, 400 if status == 421 else status)
        assert (b"items" in answer.read()) == (status == 200)


def end(server, signal_number):
    """Ends a server by a signal: its exit code, and the seconds until then."""
    began = time.monotonic()
    server.process.send_signal(signal_number)
    return server.process.wait(timeout=30), time.monotonic() - began


def test_sigterm_ends_the_server_cleanly(folder, serve):
    """Exit code 0 within seconds, and the graph's file is free for the next command."""
    server = serve(folder)
    assert get(f"{server.url}/healthz")[0] == 200
    code, seconds = end(server, signal.SIGTERM)
    assert (code, seconds < 10) == (0, True)
    assert sorted(path.name for path in folder.iterdir()) == ["pathways.lbdb"]
    assert run_here("path", "1", "34", PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb").code == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "pathways.example"])
def test_without_sign_in_only_local_addresses_are_served(folder, host):
    """The command ends with wrong usage in one line, and does not open the graph."""
    ran = run_here("serve", "--port", "0", "--host", host, PATHWAYS_GRAPH=f"ladybug:{folder}/none.lbdb")
    assert (ran.code, ran.out) == (2, "")
    assert f"PATHWAYS_AUTH=off allows loopback addresses only, not {host}" in ran.err
    assert not (folder / "none.lbdb").exists()


def test_without_sign_in_the_server_warns(server):
    """The server listens on this machine only, by default."""
    assert "EVERYBODY ON THIS MACHINE MAY READ AND CHANGE EVERYTHING" in server.said
    assert server.url.startswith("http://127.0.0.1:")


def test_with_sign_in_the_server_listens_on_any_address(folder, serve):
    """The server warns that there are no keys yet; the public sees only the list. Ctrl-C ends the server cleanly as
    well."""
    server = serve(folder, "--host", "0.0.0.0", PATHWAYS_AUTH="on")
    assert "No key is valid" in server.said
    assert get(f"{server.url}/v1/pathways?from=1&to=34")[0] == 401
    assert get(f"{server.url}/v1/entries/1")[0] == 200
    assert end(server, signal.SIGINT)[0] == 0


def test_a_port_in_use_ends_the_command(folder):
    """The command states the error and ends; the graph's file is free again."""
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        ran = run(folder, "serve", "--port", str(occupied.getsockname()[1]))
    assert ran.code != 0
    assert "address already in use" in ran.err
    assert run_here("path", "1", "34", PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb").code == 0
