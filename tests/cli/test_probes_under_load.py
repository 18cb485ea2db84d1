"""The probes of a server that computes more than it can: a hundred callers at once ask the worst that there is."""

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from statistics import quantiles

import pytest

from bench.declarations import MANY, draw_declarations, write_bases
from bench.lists import generate_dense_list, write_list
from tests.cli.conftest import run

pytestmark = pytest.mark.deep("a server on a dense graph is overloaded for half a minute")

CALLERS, SECONDS, EDITS = 100, 20, 100


@pytest.fixture(scope="module")
def dense(tmp_path_factory):
    """A folder with a graph of one device model of 1,400 entries with 40 to 49 bases each, and a large impact on it."""
    folder = tmp_path_factory.mktemp("dense")
    rows = generate_dense_list()
    declared = draw_declarations(rows, MANY)
    write_list(rows, folder / "list.csv")
    write_bases(declared, folder / "bases.csv")
    for words in (("list", "list.csv", "--by", "t"), ("bases", "bases.csv", "--reason", "r", "--by", "t")):
        ran = run(folder, "load", *words)
        assert ran.code == 0, ran.err
    changed = [entry for entry, bases in sorted(declared.items()) if len(bases) > 1][:EDITS]
    edits = [{"entry": entry, "bases": list(declared[entry][1:])} for entry in changed]
    return folder, json.dumps({"edits": edits}).encode()


def status(url, body=None):
    """The status of an answer, and the seconds until it was whole."""
    began = time.monotonic()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=90) as response:
            response.read()
            return response.status, time.monotonic() - began
    except urllib.error.HTTPError as refused:
        return refused.code, time.monotonic() - began


def keep_asking(url, body, until):
    """Asks again and again; a caller who is refused pauses a little."""
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if status(url, body)[0] != 200:
                time.sleep(0.05)


def test_probes_answer_in_time_beside_a_hundred_large_impacts(dense, serve):
    """`/healthz` within 100 ms (99 of 100 probes), `/readyz` within 2 seconds, with 200 or 503 and nothing else."""
    folder, body = dense
    server = serve(folder, PATHWAYS_RATE="0", PATHWAYS_PUBLIC_RATE="0")
    threading.Thread(target=server.process.stderr.read, daemon=True).start()
    until = time.monotonic() + SECONDS
    for _ in range(CALLERS):
        threading.Thread(target=keep_asking, args=(f"{server.url}/v1/impact", body, until), daemon=True).start()
    time.sleep(2)
    seen = {"/healthz": [], "/readyz": []}
    while time.monotonic() < until - 1:
        for path, answers in seen.items():
            answers.append(status(server.url + path))
            time.sleep(0.02)
    assert {code for code, _ in seen["/healthz"]} == {200}
    assert {code for code, _ in seen["/readyz"]} <= {200, 503}
    figures = {path: [seconds for _, seconds in answers] for path, answers in seen.items()}
    assert len(figures["/healthz"]) > 100
    assert quantiles(figures["/healthz"], n=100)[98] <= 0.1
    assert max(figures["/readyz"]) <= 2
