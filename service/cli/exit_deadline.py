"""Ends a server within seconds of SIGTERM, with exit code 0, whatever it is doing."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import structlog

EXIT_SECONDS = 6.5
"""Seconds after SIGTERM or SIGINT after which the process ends in any case."""

_LOG_SECONDS = 0.3  # seconds for the last line of the log, which blocks where nobody reads the log
_THREADS_SECONDS = 0.5  # seconds for worker threads to end by themselves

log = structlog.get_logger()


class ExitDeadline:
    """A context manager that makes SIGTERM end the process with exit code 0: by SystemExit, or at a deadline if
    something never returns.

    Whatever the graph has acknowledged by the deadline is stored: this end is as safe as SIGKILL. On exit it restores
    the earlier signal handler, unless the process is ending.
    """

    def __init__(self, seconds: float = EXIT_SECONDS) -> None:
        """Sets the number of seconds from the signal to the deadline at which the process ends."""
        self._seconds, self._started = seconds, False

    def __enter__(self) -> Self:
        """Installs the signal handler, and starts the thread that waits for the deadline, so that the handler has
        nothing to start.
        """
        self._reader, self._writer = os.pipe()  # a signal handler may write to a pipe, but must not take a lock
        threading.Thread(target=self._run, name="exit deadline", daemon=True).start()
        self._earlier = signal.signal(signal.SIGTERM, self._on_signal)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        """Restores the earlier signal handler and ends the thread that waits for the deadline, unless the process is
        ending.
        """
        if kind is not SystemExit:
            signal.signal(signal.SIGTERM, self._earlier)
            os.close(self._writer)

    def start(self) -> None:
        """Starts the countdown to the deadline at which the process ends. Signal handlers call it."""
        self._started = True
        os.write(self._writer, b"!")

    @contextmanager
    def cut_off_threads(self) -> Iterator[None]:
        """Returns a context manager that ends the process after its block if `start` was called and worker threads
        still compute.

        Python would wait for these threads. Whatever surrounds the block is not closed: an engine may crash when it
        closes under a running query.
        """
        try:
            yield
        finally:
            if self._started and (working := _working_threads()):
                log.warning("the process ends with work under way", threads=len(working))
                os._exit(0)

    def _on_signal(self, *_: object) -> None:
        self.start()
        sys.exit(0)

    def _run(self) -> None:
        if os.read(self._reader, 1):
            time.sleep(self._seconds)
            threading.Timer(_LOG_SECONDS, os._exit, (0,)).start()
            log.error("the process ends with work under way", seconds=self._seconds)
            os._exit(0)
        os.close(self._reader)


def _working_threads() -> list[threading.Thread]:
    """Returns the threads that Python would wait for, and that do not end by themselves within a moment."""
    until = time.monotonic() + _THREADS_SECONDS
    main = threading.main_thread()
    workers = [thread for thread in threading.enumerate() if not thread.daemon and thread is not main]
    for thread in workers:
        thread.join(max(0, until - time.monotonic()))
    return [thread for thread in workers if thread.is_alive()]
