"""The worker process of the rules pool: runs pure rules for the serving process, one after another.

The fork server imports this module once, and forks workers from itself. So it imports the heavy rules, and neither an
engine nor the web.
"""

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import service.rules.findings.selection  # imported before the fork: a worker starts in milliseconds
import service.rules.impact.response  # noqa: F401

_NICENESS = 10
_PARENT_SECONDS = 1.0

Job = tuple[Callable[..., Any], tuple[Any, ...]]
Outcome = tuple[bool, Any]
"""Whether the rule returned, and its result or exception."""


def send(connection: Connection, value: Job | Outcome) -> None:
    """Sends a value over a connection in frames of 64 kB. Other threads run between two frames: pickling a large value
    at once would block them.
    """
    with open(connection.fileno(), "wb", closefd=False) as stream:
        pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)


def receive(connection: Connection) -> Any:
    """Receives the next value from a connection. Raises EOFError if the other side has closed the connection."""
    with open(connection.fileno(), "rb", closefd=False) as stream:
        return pickle.load(stream)


def run_worker(connection: Connection) -> None:
    """Runs the rules that the serving process asks for, until it closes the connection. Runs in the worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that serves decides when this one ends
    os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    while True:
        try:
            function, arguments = receive(connection)
        except (EOFError, OSError):
            return
        send(connection, _outcome(function, arguments))


def _outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    try:
        return True, function(*arguments)
    except Exception as error:
        return False, error


def _end_with_parent(parent: int) -> None:
    """Ends this process soon after the fork server, which ends with the process that serves."""
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)
    os._exit(0)
