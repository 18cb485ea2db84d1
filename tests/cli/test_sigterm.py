"""SIGTERM ends a server in time with exit code 0, whatever it is doing, after the disclosure log is written."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from tests.cli.conftest import environment, run_here

BUSY = """
from service.application import findings
def forever(*arguments):
    while True:
        pass
findings.compute_findings = forever
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

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ValueError, match="refused"), ExitDeadline():
        assert signal.getsignal(signal.SIGTERM) != before
        raise ValueError("refused")
    assert signal.getsignal(signal.SIGTERM) == before
    time.sleep(0.05)
    assert "exit deadline" not in [thread.name for thread in threading.enumerate()]


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
    made = run_here("keys", "add", "--name", "k", "--organisation", "Ember Energy", "--role", "party", **graph)
    key = next(word for word in made.out.split() if word.startswith("pathways_"))
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
