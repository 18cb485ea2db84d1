"""The parts of a graph that opens its file again: the file's lock, the room on the disk, a file that does not open."""

import os
import resource
import threading
import time

import pytest

from service.errors import EngineUnavailable, WritesRefused
from service.graph import ladybug
from service.graph.disk_room import has_room
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.graph.read_write_lock import ReadWriteLock
from service.repositories import compartments
from service.rules.records.amendment_chain import GENESIS


def in_thread(call):
    """A started thread that runs a function."""
    thread = threading.Thread(target=call)
    thread.start()
    return thread


def test_the_lock_is_exclusive_when_all_have_left_and_keeps_others_out():
    """The lock waits for the thread inside; a thread that comes later waits for the lock."""
    lock, events, inside, leave = ReadWriteLock(), [], threading.Event(), threading.Event()

    def stay():
        with lock.shared():
            inside.set()
            leave.wait(5)
            events.append("left")

    def hold_alone():
        with lock.exclusive(5) as empty:
            events.append(("locked", empty))
            late.start()
            time.sleep(0.1)
            events.append("unlocked")

    def come():
        with lock.shared():
            events.append("late")

    first, late = in_thread(stay), threading.Thread(target=come)
    assert inside.wait(5)
    locker = in_thread(hold_alone)
    leave.set()
    for thread in (first, locker, late):
        thread.join(5)
    assert events == ["left", ("locked", True), "unlocked", "late"]


def test_the_lock_says_that_somebody_stayed_and_lets_others_in_again():
    """The lock gives up after its time: a long read must not keep all others waiting."""
    lock = ReadWriteLock()
    with lock.shared():
        with lock.exclusive(0.05) as empty:
            assert not empty
        entered = in_thread(lambda: lock.shared().__enter__())
        entered.join(5)
        assert not entered.is_alive()


def test_room_is_what_a_file_can_be_given(tmp_path):
    """Three times the log and 16 MB; nothing is left behind."""
    graph = tmp_path / "graph.lbdb"
    (tmp_path / "graph.lbdb.wal").write_bytes(bytes(100_000))
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        for size, enough in ((16 * 1024**2 + 300_000, True), (16 * 1024**2 + 299_999, False)):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))
            assert has_room(graph) is enough
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert os.listdir(tmp_path) == ["graph.lbdb.wal"]


def wait_until(condition):
    """Waits for a condition, for ten seconds at most."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_graph_that_cannot_be_opened_again_is_unavailable_until_it_can(tmp_path, clock, monkeypatch):
    """Reads and writes raise errors that say why; the graph tries on, and answers as before when the file opens."""
    monkeypatch.setattr(ladybug, "_REOPEN_INTERVAL", 0.05)
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    open_file, failures = ladybug.OpenFile, [RuntimeError("IO exception: no"), RuntimeError("IO exception: no")]
    closed = threading.Event()

    def fail_twice(*arguments):
        closed.set()
        if failures:
            time.sleep(0.2)
            raise failures.pop()
        return open_file(*arguments)

    monkeypatch.setattr(ladybug, "OpenFile", fail_twice)

    def work(transaction):
        compartments.stamp_state(transaction, compartments.begin_write(transaction, clock).recorded, 1, GENESIS)

    def failing(transaction):
        work(transaction)
        raise EngineUnavailable("IO exception: the disk is full")

    with pytest.raises(EngineUnavailable):
        graph.write(failing)
    with pytest.raises(WritesRefused, match="the folder of the graph has room"):
        graph.write(work)
    assert closed.wait(5)
    with pytest.raises(EngineUnavailable, match="the folder of the graph has room"):
        compartments.read_state(graph)
    wait_until(lambda: graph.writes_refused is None)
    assert compartments.read_state(graph).sequence == 0
    graph.write(work)
    assert compartments.read_state(graph).sequence == 1
    graph.close()
