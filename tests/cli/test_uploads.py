"""Files sent to the real server by curl, and by callers that do not keep their word."""

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
    """A server of the examples, with little patience, and a folder of its own for what it keeps for a while."""
    folder = shutil.copytree(loading[0], tmp_path_factory.mktemp("served") / "graph")
    (folder / "kept").mkdir()
    limits = {"PATHWAYS_MAX_FILE_BYTES": "200000", "PATHWAYS_MAX_BODY_BYTES": "100000"}
    return serve(folder, PATHWAYS_READ_TIMEOUT="1", TMPDIR=str(folder / "kept"), **limits)


def asked(server, *request, **how):
    """The status and the JSON that a request is answered with."""
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)) as line:
        line.request(*request, **how)
        answer = line.getresponse()
        return answer.status, json.load(answer)


def post(server, path, body, **headers):
    """The status and the JSON that a body is answered with; one without a length goes in chunks."""
    return asked(server, "POST", path, body, headers, encode_chunked=not isinstance(body, bytes))


def get(server, path):
    """The JSON of an answer."""
    return asked(server, "GET", path)[1]


@pytest.mark.skipif(CURL is None, reason="NOT CHECKED with curl, which is not installed")
def test_the_call_that_a_command_names_does_the_same(server, loading):
    """The report of a dry run is the command's own, but for the instants; then the file is loaded and answered by."""
    words = ("load", "bases", str(ACCEPT), "--reason", "why", "--by", "me")
    named = run_here(*words, "--dry-run", PATHWAYS_GRAPH=f"ladybug:{server.folder}/pathways.lbdb")
    assert named.code == 3
    path, media_type = re.search(r"POST (\S+) with the file as body and Content-Type: (\S+)", named.err).groups()

    def sent(path):
        headers = ("--header", f"Content-Type: {media_type}")
        command = (CURL, "--silent", "--show-error", "--fail", "--data-binary", f"@{ACCEPT}", *headers)
        done = subprocess.run([*command, server.url + path], capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)

    foreseen = sent(path)
    alone = json.loads(
        run_here(*words, "--dry-run", "--json", PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb").out
    )
    impacts = [found.pop("impact") for found in (foreseen, alone)]
    told = [(impact["id"], impact["counts"], impact["summary"]) for impact in impacts]
    assert told[0] == told[1]
    assert foreseen == alone
    assert get(server, "/v1/pathways?from=10&to=46")["outcome"] == "none"
    assert sent(path.replace("&dry_run=true", ""))["applied"]
    assert get(server, "/v1/pathways?from=10&to=46")["outcome"] == "route"


def test_a_workbook_goes_over_the_wire(server):
    """In chunks, as it is: loaded before, it changes nothing."""
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
def test_what_is_too_large_is_a_problem(server, path, media_type, size):
    """Told by its length, or seen of its chunks."""
    for body in (b" " * size, (b" " * 10_000 for _ in range(size // 10_000 + 1))):
        status, problem = post(server, path, body, **{"Content-Type": media_type})
        assert (status, problem["type"]) == (413, "urn:firmware-pathways:problem:body-too-large")


HEAD = "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\nContent-Length: 1000\r\n\r\n"
HELD = [(FILE, "text/csv"), ("/v1/impact", "application/json"), ("/v1/receipts/verify", "application/json")]


def begun(server, path, media_type):
    """A connection on which a request of 1,000 bytes was begun and not ended."""
    host, port = server.url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=20)
    line.sendall(HEAD.format(path, media_type).encode() + b"Entry.number,Firmware_Upgrade_Path\n000002,N/A\n")
    return line


@pytest.mark.parametrize(("path", "media_type"), HELD)
def test_a_body_that_stands_still_is_a_problem(server, path, media_type):
    """After the seconds that are set; and the connection is closed."""
    with begun(server, path, media_type) as line:
        began = time.monotonic()
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"problem:body-too-slow" in answer
    assert 0.9 < time.monotonic() - began < 10


def test_half_a_file_is_never_loaded(server):
    """Who goes away before its end has sent nothing; what came of it is gone."""
    before = get(server, "/v1/entries/2")
    with begun(server, FILE, "text/csv"):
        time.sleep(0.2)
    assert get(server, "/v1/entries/2")["declaration"] == before["declaration"]
    assert get(server, "/v1/pathways?from=1&to=34")["outcome"] == "route"


def test_nothing_is_left_on_the_disk(server):
    """Neither of what was loaded nor of what was refused; not even while it is taken in."""
    with begun(server, FILE, "text/csv"):
        time.sleep(0.2)
        assert list((server.folder / "kept").iterdir()) == []
