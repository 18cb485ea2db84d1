"""The log of `pathways serve`: JSON lines, an id for each request, neither secrets nor restricted data."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import quote

import pytest

from tests.cli.conftest import environment, run_here

SECRET_QUERY = "Vendor-of-Secrets"
"""A value in requests to restricted routes that must not be logged."""
ENCODED_SECRET = "".join(f"%{ord(character):02x}" for character in SECRET_QUERY)
"""The same value with every character percent-encoded, as a caller may write it in a path."""
ID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
SERVER = "from service.cli import main; main()"
WITH_FAILURES = """
import logging, warnings
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from service.api.authorisation import GuardedRoute, requires
from service.cli import main, serve
from service.errors import EngineError

router = APIRouter(route_class=GuardedRoute)

@router.get("/v1/failing")
@requires("list")
def failing(request: Request) -> None:
    logging.getLogger("neo4j.pool").warning("no connection for %s", request.headers)
    warnings.warn("an old driver")
    raise RuntimeError(f"it fails for {request.headers} {request.url}")

@router.get("/v1/zigbee/breaking")
@requires("zigbee")
def breaking(request: Request) -> StreamingResponse:
    def body():
        yield b"a part"
        raise RuntimeError(f"it breaks for {request.url}")

    return StreamingResponse(body(), headers={"Content-Length": "1000"})

@router.get("/v1/zigbee/failing")
@requires("zigbee")
def restricted(request: Request) -> None:
    logging.getLogger("neo4j").warning("will be retried (%s)", request.url)
    raise RuntimeError(f"it fails for {request.url}")

@router.get("/v1/zigbee/refusing")
@requires("zigbee")
def refusing(request: Request) -> None:
    raise EngineError(f"the engine fails for {request.url}")

made = serve.create_app

def create_app(*given, **named):
    app = made(*given, **named)
    app.include_router(router)
    return app

serve.create_app = create_app
main()
"""


@dataclass
class LoggedServer:
    """A running server, the answers by names of the tests, and the log when the server has ended."""

    url: str
    process: "subprocess.Popen[str]"
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    raw: str = ""

    def ask(self, name, method, path, body=None, **headers):
        """Sends a request, and stores the status and the request id of the response."""
        fields = {key.replace("_", "-"): value for key, value in headers.items()}
        with closing(HTTPConnection(self.url, timeout=30)) as line:
            line.request(method, path, body, fields)
            answer = line.getresponse()
            with suppress(IncompleteRead):
                answer.read()
        assert len(answer.headers.get_all("X-Request-ID")) == 1
        self.answers[name] = answer.status, answer.headers["X-Request-ID"]

    def send(self, sent):
        """Sends bytes that no HTTP library would send, and returns the start of the response."""
        host, port = self.url.split(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall(sent)
            return line.recv(65536)

    def end(self):
        """Ends the server, and reads the rest of its log."""
        time.sleep(0.2)  # the server logs a request after the response
        self.process.send_signal(signal.SIGTERM)
        self.raw += self.process.stderr.read()
        assert self.process.wait(30) == 0

    @property
    def lines(self):
        """The log lines as parsed JSON."""
        return [json.loads(line) for line in self.raw.splitlines()]

    def of(self, name):
        """The log lines of a request."""
        return [line for line in self.lines if line.get("request_id") == self.answers[name][1]]


@contextmanager
def process(folder, script, port, **settings):
    """A server in a process of its own, killed at the end of the block."""
    words = [sys.executable, "-c", script, "serve", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, cwd=folder, env=environment(**settings), text=True, **quiet) as server:
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def start_server(folder, script=SERVER, **settings):
    """A server on a free port, which is read from the log."""
    with process(folder, script, 0, **settings) as server:
        log = ""
        for line in server.stderr:
            log += line
            if match := re.search(r"running on http://(\S+)", line):
                yield LoggedServer(match[1], server, raw=log)
                return
        raise AssertionError(f"it did not start: {log}")


@contextmanager
def start_quiet_server(folder, script):
    """A server that logs errors only; the port is chosen beforehand, since the log does not state the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with process(folder, script, port, PATHWAYS_LOG_LEVEL="error") as server:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield LoggedServer(f"127.0.0.1:{port}", server)


def key_for(folder, *roles):
    """A key with these roles in the graph of a folder."""
    words = [word for role in roles for word in ("--role", role)]
    ran = run_here(
        "keys", "add", "--name", "k", "--organisation", "Us", *words, PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb"
    )
    assert ran.code == 0
    return ran.out.strip()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A folder with an empty graph, a key of the SSC and a key of a party."""
    folder = tmp_path_factory.mktemp("logged")
    return folder, key_for(folder, "ssc"), key_for(folder, "party")


@pytest.fixture(scope="module")
def logged(keys):
    """A server that trusts its peer as a proxy, after all requests and after its end."""
    folder, ssc, party = keys
    settings = {"PATHWAYS_AUTH": "on", "PATHWAYS_TRUSTED_PROXIES": "192.0.2.0/24; 127.0.0.1"}
    settings["PATHWAYS_LOG_LEVEL"] = "debug"
    with start_server(folder, WITH_FAILURES, **settings) as server:
        send_all_requests(server, {"Authorization": f"Bearer {ssc}"}, {"Authorization": f"Bearer {party}"})
        server.end()
    return server


def send_all_requests(server, ssc, party):
    """Requests with every kind of response of restricted routes, keys in wrong places, failures, and ids from a
    proxy."""
    exposure, wrong = (
        f"/v1/zigbee/exposure?chipset_vendor={SECRET_QUERY}",
        {"Authorization": party["Authorization"][:-1]},
    )
    key = ssc["Authorization"].removeprefix("Bearer ")
    server.ask("exposure", "GET", exposure, **ssc)
    server.ask("nobody", "GET", exposure)
    server.ask("wrong", "GET", exposure, **wrong)
    server.ask("party", "GET", exposure, **party)
    server.ask("unknown", "GET", f"{exposure}&{SECRET_QUERY}=1", **ssc)
    server.ask("nowhere", "GET", f"/v1/zigbee/{SECRET_QUERY}", **ssc)
    server.ask("method", "DELETE", exposure, **ssc)
    server.ask("posted", "POST", "/v1/zigbee/exposure", json.dumps({"devices": SECRET_QUERY}), **ssc)
    server.ask("put", "PUT", "/v1/entries/12/zigbee", json.dumps({SECRET_QUERY: SECRET_QUERY}), **ssc)
    server.ask("audit", "GET", f"/v1/audit?{SECRET_QUERY}=1", **ssc)
    server.ask("failing", "GET", "/v1/failing", Cookie=f"__Host-pathways={key}; other={SECRET_QUERY}", **ssc)
    server.ask("restricted failing", "GET", f"/v1/zigbee/failing?vendor={SECRET_QUERY}", **ssc)
    server.ask("restricted refusing", "GET", f"/v1/zigbee/refusing?vendor={SECRET_QUERY}", **ssc)
    server.ask("restricted breaking", "GET", f"/v1/zigbee/breaking?vendor={SECRET_QUERY}", **ssc)
    server.ask("head", "HEAD", exposure, **ssc)
    server.ask("head nowhere", "HEAD", f"/v1/zigbee/{SECRET_QUERY}?vendor={SECRET_QUERY}", **ssc)
    server.ask("encoded route", "GET", f"/v1/%7Aigbee/%65xposure?vendor={ENCODED_SECRET}&{SECRET_QUERY}=1", **ssc)
    server.ask("encoded nowhere", "GET", f"/v1/zigbee/{ENCODED_SECRET}%2F{SECRET_QUERY}", **ssc)
    server.ask("encoded slash", "GET", f"/v1/zigbee%2Fexposure%3Fvendor={SECRET_QUERY}", **ssc)
    server.ask("encoded number", "GET", f"/v1/entries/{ENCODED_SECRET}/zigbee?vendor={SECRET_QUERY}", **ssc)
    for name, written in {"written": key, "encoded": quote(key).replace("_", "%5F")}.items():
        for path in ("/v1/failing", "/v1/zigbee/exposure", "/v1/nowhere", "/healthz", "/"):
            server.ask(f"key {name} for {path}", "GET", f"{path}?key={written}&access_token={SECRET_QUERY}")
    server.ask("key in an address", "GET", f"/v1/entries?key={key}", **ssc)
    server.ask("key for a path", "GET", f"/{key}")
    server.ask("entry", "GET", "/v1/entries/000012?at=2026-01-01", **ssc)
    server.ask("page", "GET", "/", Cookie=f"__Host-pathways={key}")
    server.ask("taken over", "GET", "/healthz", X_Request_ID=ID, X_Forwarded_For="203.0.113.9")
    for name, given in {"long": "a" * 65, "blank": "", "strange": 'a"b', "a key": key, "a token": "eyJ.eyJ.x"}.items():
        server.ask(name, "GET", "/healthz", X_Request_ID=given)
    assert b"400 Bad Request" in server.send(f"GET {exposure} HTTP/9.9\r\n\r\n".encode())
    assert b"400 Bad Request" in server.send(f"GET {exposure} HTTP/1.1\r\n{SECRET_QUERY}\r\n\r\n".encode())
    long = f"GET {exposure} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nX-Long: {'x' * 70_000}\r\n\r\n"
    assert b"HTTP/1.1 431" in server.send(long.encode())
    upgrade = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    assert b"HTTP/1.1 401" in server.send(
        f"GET {exposure} HTTP/1.1\r\n{upgrade}Sec-WebSocket-Key: c2VjcmV0\r\n\r\n".encode()
    )


def test_every_line_is_json_with_time_level_and_event(logged):
    """This includes the lines of uvicorn."""
    assert len(logged.lines) > 40
    for line in logged.lines:
        assert list(line)[:3] == ["time", "level", "event"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["time"])
        assert line["level"] in ("debug", "info", "warning", "error", "critical")
    assert {line.get("logger") for line in logged.lines} >= {None, "uvicorn.error", "neo4j.pool", "py.warnings"}


STATUSES = {
    "nobody": (401, "/v1/zigbee/exposure"),
    "wrong": (401, "/v1/zigbee/exposure"),
    "party": (403, "/v1/zigbee/exposure"),
    "unknown": (422, "/v1/zigbee/exposure"),
    "nowhere": (404, "none"),
    "method": (405, "/v1/zigbee/exposure"),
    "put": (422, "/v1/entries/{number}/zigbee"),
    "audit": (422, "/v1/audit"),
    "failing": (500, "/v1/failing"),
    "restricted failing": (500, "/v1/zigbee/failing"),
    "restricted breaking": (200, "/v1/zigbee/breaking"),
    "head": (422, "/v1/zigbee/exposure"),
    "head nowhere": (404, "none"),
    "encoded route": (422, "/v1/zigbee/exposure"),
    "encoded nowhere": (404, "none"),
    "encoded slash": (404, "none"),
    "encoded number": (405, "/v1/entries/{number}/zigbee"),
    "key written for /v1/failing": (500, "/v1/failing"),
    "key encoded for /v1/nowhere": (404, "none"),
    "key for a path": (404, "none"),
    "taken over": (200, "/healthz"),
}


@pytest.mark.parametrize("name", STATUSES)
def test_a_request_has_one_line_with_the_id_of_its_response(logged, name):
    """The line has route, status and duration, but neither path nor query string."""
    (line,) = [line for line in logged.of(name) if line["event"] == "request"]
    assert (logged.answers[name][0], line["status"], line["route"]) == (STATUSES[name][0], *STATUSES[name])
    assert line.keys() == {"time", "level", "event", "method", "route", "status", "ms", "client", "http", "request_id"}
    assert 0 <= line["ms"] < 60_000


def test_every_request_has_an_id_of_its_own(logged):
    """No two responses share an id, and each id has a line."""
    ids = [request_id for _, request_id in logged.answers.values()]
    assert len(set(ids)) == len(ids) == 40
    assert all(logged.of(name) for name in logged.answers)


def test_nothing_confidential_is_logged(logged, keys):
    """Neither the query of a restricted route nor a key is logged, whatever the response."""
    secrets = [key.split("_", 2)[2] for key in keys[1:]]
    assert all(len(secret) == 43 for secret in secrets)
    for secret_text in (
        SECRET_QUERY,
        ENCODED_SECRET,
        ENCODED_SECRET.upper(),
        "c2VjcmV0",
        *(secret[:20] for secret in secrets),
        *(secret[-20:-1] for secret in secrets),
    ):
        assert secret_text not in logged.raw


def test_a_failure_is_logged_once_with_its_id(logged):
    """With the preceding lines of the driver and of Python, from a thread of the pool."""
    lines = logged.of("failing")
    assert [line["event"].partition(" ")[0] for line in lines if "logger" not in line] == ["unforeseen", "request"]
    assert [line["logger"] for line in lines if "logger" in line] == ["neo4j.pool", "py.warnings"]
    (failure,) = [line for line in lines if "exception" in line]
    assert "RuntimeError: it fails for" in failure["exception"]
    assert "in failing" in failure["exception"]


def test_a_failure_of_a_restricted_route_is_logged_without_its_message(logged):
    """The location of the failure suffices for the operator."""
    (failure,) = [line for line in logged.of("restricted failing") if "exception" in line]
    assert failure["exception"].endswith("RuntimeError: [left out: the request is restricted]")
    assert "in restricted" in failure["exception"]
    (failed,) = [line for line in logged.of("restricted refusing") if line["event"] == "failed"]
    assert failed["detail"] == "[left out: the request is restricted]"
    assert "will be retried (%s)" in [line["event"] for line in logged.of("restricted failing")]


def test_a_refused_key_is_logged_with_the_request_id(logged, keys):
    """The line gives a reason."""
    (line,) = [line for line in logged.of("wrong") if line["event"] == "key refused"]
    assert line["why"]


def test_malformed_requests_are_logged_without_their_content(logged):
    """uvicorn answers malformed requests itself; a WebSocket upgrade is handled as a page request."""
    events = [line["event"] for line in logged.lines]
    assert events.count("Invalid HTTP request received.") == 3
    assert events.count("Unsupported upgrade request.") == 1


def test_the_id_and_address_from_a_trusted_proxy_are_used(logged):
    """An id in an unusual form is replaced."""
    assert logged.answers["taken over"][1] == ID
    assert [line["client"] for line in logged.of("taken over")] == ["203.0.113.9"]
    for name in ("long", "blank", "strange", "a key", "a token", "entry"):
        assert re.fullmatch("[0-9a-f]{32}", logged.answers[name][1])
        assert [line["client"] for line in logged.of(name)] == ["127.0.0.1"]


@pytest.mark.parametrize("proxies", ["", "192.0.2.0/24; 127.0.0.2"])
def test_the_id_and_address_from_other_peers_are_ignored(tmp_path, proxies):
    """This includes the local machine, unless the setting names the machine: else it could evade every limit."""
    settings = {"PATHWAYS_TRUSTED_PROXIES": proxies, "PATHWAYS_AUTH": "on", "PATHWAYS_PUBLIC_RATE": "3"}
    with start_server(tmp_path, **settings) as server:
        server.ask("untrusted", "GET", "/healthz", X_Request_ID=ID, X_Forwarded_For="203.0.113.9")
        for number, header in enumerate(("X_Forwarded_For", "X_Real_IP", "True_Client_IP", "X_Client_IP")):
            server.ask(header, "GET", "/v1/entries/1", **{header: f"203.0.113.{number}"})
        server.ask("forwarded", "GET", "/v1/entries/1", Forwarded="for=203.0.113.9", X_Forwarded_For="203.0.113.8")
        server.end()
    statuses = [status for status, _ in server.answers.values()][1:]
    assert 429 not in statuses[:3]
    assert statuses[3:] == [429] * 2
    assert {line["client"] for line in server.lines if line["event"] == "request"} == {"127.0.0.1"}
    assert re.fullmatch("[0-9a-f]{32}", server.answers["untrusted"][1])
    assert ID not in server.raw
    assert [line["client"] for line in server.of("untrusted")] == ["127.0.0.1"]


def test_a_level_above_info_logs_no_requests(tmp_path):
    """The response has a request id nevertheless."""
    script = WITH_FAILURES.replace('@may("zigbee")', '@may("list")')
    with start_quiet_server(tmp_path, script) as server:
        server.ask("healthy", "GET", "/healthz")
        server.ask("failing", "GET", "/v1/zigbee/refusing")
        server.end()
    assert [(line["event"], line["level"]) for line in server.lines] == [
        ("PATHWAYS_AUTH=off: EVERYBODY ON THIS MACHINE MAY READ AND CHANGE EVERYTHING.", "critical"),
        ("failed", "error"),
    ]
    assert [line["event"] for line in server.of("failing")] == ["failed"]


REFUSED = [
    ({"PATHWAYS_TRUSTED_PROXIES": "192.0.2.7/24"}, "setting PATHWAYS_TRUSTED_PROXIES: "),
    ({"PATHWAYS_TRUSTED_PROXIES": "127.0.0.1, 192.0.2.7"}, "setting PATHWAYS_TRUSTED_PROXIES: "),
    ({"PATHWAYS_TRUSTED_PROXIES": "proxy.example"}, "setting PATHWAYS_TRUSTED_PROXIES: "),
    ({"FORWARDED_ALLOW_IPS": "*"}, "FORWARDED_ALLOW_IPS is the former name of a setting: set PATHWAYS_TRUSTED_PROX"),
    ({"PATHWAYS_LOG_LEVEL": "loud"}, "PATHWAYS_LOG_LEVEL must be debug, info, warning or error, not 'loud'"),
    ({"PATHWAYS_PORT": "much"}, "setting PATHWAYS_PORT: "),
]


@pytest.mark.parametrize(("settings", "line"), REFUSED)
def test_an_invalid_setting_is_reported_as_plain_text(tmp_path, settings, line):
    """The text is not JSON, since no server runs yet."""
    ran = run_here("serve", "--port", "0", PATHWAYS_GRAPH=f"ladybug:{tmp_path}/none.lbdb", **settings)
    assert (ran.code, ran.out, ran.err.startswith(line)) == (2, "", True)
    assert len(ran.err.splitlines()) == 1
