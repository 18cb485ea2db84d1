"""Faults that a soak puts upon a running server: on its connections, its process or its engine."""

import os
import resource
import signal
import socket
import time
from contextlib import ExitStack, closing, suppress

from bench.clients import request

HANG_UPS, DRIPS, FULL_BYTES = 45, 100, 4096
HOLD_SECONDS, TIMEOUT = 5.0, 30.0
"""How long a fault lasts, and how long a caller waits."""


def hang_up(port: int, body: bytes) -> None:
    """Posts an impact on each of many connections and closes all of them; 20 ms lie between two posts."""
    with ExitStack() as held:
        for _ in range(HANG_UPS):
            line = held.enter_context(closing(socket.create_connection(("127.0.0.1", port), TIMEOUT)))
            with suppress(OSError):
                line.sendall(request("/v1/impact", body))
            time.sleep(0.02)


def drip_headers(port: int) -> None:
    """Sends endless headers on many connections for some seconds."""
    until = time.monotonic() + HOLD_SECONDS
    with ExitStack() as held:
        lines = [
            held.enter_context(closing(socket.create_connection(("127.0.0.1", port), TIMEOUT))) for _ in range(DRIPS)
        ]
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\n")
        while time.monotonic() < until:
            for line in lines:
                with suppress(OSError):
                    line.sendall(b"X-Drip: " + b"x" * 500 + b"\r\n")
            time.sleep(0.1)


def freeze(pid: int) -> None:
    """Stops a process for some seconds."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(HOLD_SECONDS)
    os.kill(pid, signal.SIGCONT)


def fill_disk(pid: int) -> None:
    """Lets no file of a process grow for some seconds, so that its writes fail as on a full disk."""
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (FULL_BYTES, limits[1]))
    time.sleep(HOLD_SECONDS)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
