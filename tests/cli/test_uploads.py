"""Uploads to a real server: with curl, and by clients that stall or disconnect."""

import http.client
import json
import re
import shutil
import socket
import subprocess
import time
from contextlib import closing

import pytest

from tests.cli.conftest import ACCEPT, LISTS, run_here

CURL = shutil.which("curl")


@pytest.fixture(scope="module")
def server(loading, serve, tmp_path_factory):
    """A server of the examples with short time limits, and with a temporary folder of its own."""
    folder = shutil.copytree(loading[0], tmp_path_factory.mktemp("served") / "graph")
    (folder / "kept").mkdir()
    limits = {"PATHWAYS_MAX_FILE_BYTES": "200000", "PATHWAYS_MAX_BODY_BYTES": "100000"}
    return serve(folder, PATHWAYS_READ_TIMEOUT="1", TMPDIR=str(folder / "kept"), **limits)


def request_json(server, *request, **options):
    """The status and the JSON of the response to a request."""
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)) as line:
        line.request(*request, **options)
        answer = line.getresponse()
        return answer.status, json.load(answer)


def post(server, path, body, **headers):
    """The status and the JSON of the response to a body; a body without a length is sent in chunks."""
    return request_json(server, "POST", path, body, headers, encode_chunked=not isinstance(body, bytes))


def get(server, path):
    """The JSON of a GET response."""
    return request_json(server, "GET", path)[1]


@pytest.mark.skipif(CURL is None, reason="NOT CHECKED with curl, which is not installed")
def test_the_request_named_by_a_command_has_the_same_effect(server, loading):
    """The dry run reports the same as the command, except for the instants; then the load changes the answers."""
    words = ("load", "bases", str(ACCEPT), "--reason", "why", "--by", "me")
    named = run_here(*words, "--dry-run", PATHWAYS_GRAPH=f"ladybug:{server.folder}/pathways.lbdb")
    assert named.code == 3
    path, media_type = re.search(r"POST (\S+) with the file as body and Content-Type: (\S+)", named.err).groups()

    def upload(path):
        headers = ("--header", f"Content-Type: {media_type}")
        command = (CURL, "--silent", "--show-error", "--fail", "--data-binary", f"@{ACCEPT}", *headers)
        completed = subprocess.run(
            [*command, server.url + path], capture_output=True, text=True, check=True, timeout=60
        )
        return json.loads(completed.stdout)

    http_report = upload(path)
    command_report = json.loads(
        run_here(*words, "--dry-run", "--json", PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb").out
    )
    impacts = [report.pop("impact") for report in (http_report, command_report)]
    summaries = [(impact["id"], impact["counts"], impact["summary"]) for impact in impacts]
    assert summaries[0] == summaries[1]
    assert http_report == command_report
    assert get(server, "/v1/pathways?from=10&to=46")["outcome"] == "none"
    assert upload(path.replace("&dry_run=true", ""))["applied"]
    assert get(server, "/v1/pathways?from=10&to=46")["outcome"] == "route"


def test_a_workbook_is_uploaded_in_chunks(server):
    """The list was loaded before, so the upload changes nothing."""
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    path = f"/v1/lists?file={LISTS[1].name}&by=me"
    content = LISTS[1].read_bytes()
    pieces = (content[start : start + 5_000] for start in range(0, len(content), 5_000))
    status, report = post(server, path, pieces, **{"Content-Type": media_type})
    assert (status, report["applied"], report["counts"]["unchanged"], report["refusals"]) == (200, False, 63, [])


FILE = "/v1/bases?file=x.csv&by=x&reason=x"
LARGE = [
    (FILE, "text/csv", 200_001),
    ("/v1/lists?file=x.csv&by=x", "text/csv", 200_001),
    ("/v1/impact", "application/json", 100_001),
    ("/v1/pathways", "application/json", 100_001),
    ("/v1/receipts/verify", "application/json", 100_001),
]


@pytest.mark.parametrize(("path", "media_type", "size"), LARGE)
def test_a_body_over_the_limit_is_refused(server, path, media_type, size):
    """By its Content-Length, or by counting its chunks."""
    for body in (b" " * size, (b" " * 10_000 for _ in range(size // 10_000 + 1))):
        status, problem = post(server, path, body, **{"Content-Type": media_type})
        assert (status, problem["type"]) == (413, "urn:firmware-pathways:problem:body-too-large")


HEAD = "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\nContent-Length: 1000\r\n\r\n"
STALLED = [(FILE, "text/csv"), ("/v1/impact", "application/json"), ("/v1/receipts/verify", "application/json")]


def begin_upload(server, path, media_type):
    """A connection with an unfinished request of 1,000 bytes."""
    host, port = server.url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=20)
    line.sendall(HEAD.format(path, media_type).encode() + b"Entry.number,Firmware_Upgrade_Path\n000002,N/A\n")
    return line


@pytest.mark.parametrize(("path", "media_type"), STALLED)
def test_a_stalled_body_is_refused(server, path, media_type):
    """After the set number of seconds, with a closed connection."""
    with begin_upload(server, path, media_type) as line:
        began = time.monotonic()
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"problem:body-too-slow" in answer
    assert 0.9 < time.monotonic() - began < 10


def test_an_incomplete_upload_is_not_loaded(server):
    """If a client disconnects early, the service discards the received part."""
    before = get(server, "/v1/entries/2")
    with begin_upload(server, FILE, "text/csv"):
        time.sleep(0.2)
    assert get(server, "/v1/entries/2")["declaration"] == before["declaration"]
    assert get(server, "/v1/pathways?from=1&to=34")["outcome"] == "route"


def test_uploads_leave_no_file_on_the_disk(server):
    """Neither after a load or a refusal nor during an upload."""
    with begin_upload(server, FILE, "text/csv"):
        time.sleep(0.2)
        files = [path.name for path in (server.folder / "kept").iterdir()]
        assert [name for name in files if not name.startswith("pymp-")] == []  # the socket of the fork server
