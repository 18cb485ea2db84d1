"""SIGTERM ends a server in time with exit code 0, whatever it is doing, after the disclosure log is written."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from bench.lists import Row, copy_list, generate_list, write_list
from tests.cli.conftest import environment, run_here

BUSY = """
from service.application import findings
def forever(*arguments):
    while True:
        pass
findings.fetch_facts_in_force = forever
from service.cli import main
main()
"""
"""A server of which each request for findings occupies a thread for ever."""


def ended(code, seconds=20):
    """Runs Python code and sends SIGTERM once it has printed a line; gives the exit code and the seconds until then."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
    )
    try:
        assert process.stdout.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds), time.monotonic() - began
    finally:
        process.kill()
        process.communicate()


def test_the_deadline_ends_a_process_that_hangs():
    """Also one that ignores SystemExit, and whose other threads compute."""
    code, seconds = ended("""
import threading, time
from service.cli.exit_deadline import ExitDeadline
def forever():
    while True:
        pass
with ExitDeadline(0.3):
    threading.Thread(target=forever).start()
    while True:
        try:
            print("started", flush=True)
            time.sleep(60)
        except SystemExit:
            pass
""")
    assert code == 0
    assert 0.3 <= seconds < 5


def test_threads_that_work_do_not_hold_the_process():
    """Python itself would wait for them."""
    code, seconds = ended("""
import threading, time
from service.cli.exit_deadline import ExitDeadline
with ExitDeadline(60) as deadline, deadline.cut_off_threads():
    threading.Thread(target=time.sleep, args=(60,)).start()
    print("started", flush=True)
    time.sleep(60)
""")
    assert code == 0
    assert seconds < 5


def test_the_handler_is_restored_where_the_command_goes_on():
    """A refused start, for instance, must not leave its handler behind."""
    from service.cli.exit_deadline import ExitDeadline

    def countdowns():
        return [thread for thread in threading.enumerate() if thread.name == "exit deadline"]

    before, others = signal.getsignal(signal.SIGTERM), countdowns()  # commands that ended in this process leave theirs
    with pytest.raises(ValueError, match="refused"), ExitDeadline():
        assert signal.getsignal(signal.SIGTERM) != before
        assert len(countdowns()) == len(others) + 1
        raise ValueError("refused")
    assert signal.getsignal(signal.SIGTERM) == before
    deadline = time.monotonic() + 5
    while countdowns() != others and time.monotonic() < deadline:
        time.sleep(0.01)
    assert countdowns() == others


def ask(server, path, key):
    """The status of an answer."""
    request = urllib.request.Request(server.url + path, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status


def keep_busy(server, key):
    """Asks for findings; the connection ends with the server."""
    with contextlib.suppress(OSError):
        ask(server, "/v1/findings", key)


@pytest.mark.deep("a server under load takes some 5 seconds to end")
@pytest.mark.parametrize("log_is_read", [True, False])
def test_a_server_under_load_ends_in_time_and_writes_its_disclosures(folder, serve, monkeypatch, log_is_read):
    """Worker threads that compute for ever, and an answer a moment before the signal.

    Where nobody reads its log, the server blocks on the pipe: it ends nevertheless.
    """
    monkeypatch.setattr("tests.cli.conftest.COMMAND", (sys.executable, "-c", BUSY))
    graph = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    key = new_key("party", graph)
    server = serve(folder, PATHWAYS_AUTH="on")
    if log_is_read:
        threading.Thread(target=server.process.stderr.read, daemon=True).start()
    assert ask(server, "/v1/pathways?from=1&to=34", key) == 200
    time.sleep(1)  # the log writes what it has
    for _ in range(8):
        threading.Thread(target=keep_busy, args=(server, key), daemon=True).start()
    time.sleep(1)
    assert ask(server, "/v1/pathways?from=1&to=20", key) == 200
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=30) == 0
    assert time.monotonic() - began < 8
    listed = run_here("disclosures", "--organisation", "Ember Energy", **graph)
    assert listed.code == 0
    assert "000034" in listed.out
    assert "000020" in listed.out


@pytest.mark.deep("a load of 20,000 entries takes some 10 seconds")
def test_a_load_under_way_is_stopped(folder, serve):
    """The load is applied as a whole or not at all, the disclosures are written, and the graph is sound."""
    rows = copy_list(generate_list(), 30)
    body = write_list([Row(f"{int(row.number) + 900_000:06d}", row.given) for row in rows[:20_000]], folder / "big.csv")
    graph = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    keys = [new_key(role, graph) for role in ("secas", "party")]
    server = serve(folder, PATHWAYS_AUTH="on")
    threading.Thread(target=server.process.stderr.read, daemon=True).start()
    path = "/v1/lists?file=big.csv&by=me&correction=true&allow_absent=true"
    load = threading.Thread(target=post_quietly, args=(server, path, keys[0], body.read_bytes()), daemon=True)
    load.start()
    time.sleep(3)
    assert load.is_alive(), "the load ended too early for this test"
    assert ask(server, "/v1/pathways?from=1&to=20", keys[1]) == 200
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=30) == 0
    assert time.monotonic() - began < 8
    assert "000020" in run_here("disclosures", **graph).out
    assert run_here("verify", **graph).code == 0


def new_key(role, graph):
    """A new key with a role."""
    made = run_here("keys", "add", "--name", role, "--organisation", "Ember Energy", "--role", role, **graph)
    return next(word for word in made.out.split() if word.startswith("pathways_"))


def post_quietly(server, path, key, body):
    """Sends a file; the connection may end with the server."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(urllib.request.Request(server.url + path, body, headers), timeout=120) as response,
    ):
        response.read()
