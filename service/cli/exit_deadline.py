"""Ends a server within seconds of SIGTERM, with exit code 0, whatever it is doing."""

import os
import signal
import sys
import threading
import time
from typing import Self

import structlog

EXIT_SECONDS = 6.5
"""Seconds after SIGTERM or SIGINT after which the process ends in any case."""

_LOG_SECONDS = 0.3  # seconds for the last line of the log, which blocks where nobody reads the log
SWITCH_SECONDS = 0.0005
"""How often threads that compute let others run. By default an answer from the cache waits 5 ms for each of them."""

_THREADS_SECONDS = 0.5  # seconds for worker threads to end by themselves

log = structlog.get_logger()


class ExitDeadline:
    """Makes SIGTERM end the process with exit code 0: by SystemExit, or at a deadline where something never returns.

    What the graph has acknowledged by the deadline is stored: this end is as safe as SIGKILL. A context manager, which
    restores the earlier handler unless the process is ending.
    """

    def __init__(self, seconds: float = EXIT_SECONDS) -> None:
        """Sets the seconds between the signal and the deadline."""
        self._seconds = seconds

    def __enter__(self) -> Self:
        """Installs the handler, and starts the thread of the deadline, so that the handler has nothing to start."""
        self._reader, self._writer = os.pipe()  # a signal handler may write to a pipe, but must not take a lock
        threading.Thread(target=self._run, name="exit deadline", daemon=True).start()
        self._earlier = signal.signal(signal.SIGTERM, self._on_signal)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        """Restores the earlier handler and ends the thread, unless the process is ending."""
        if kind is not SystemExit:
            signal.signal(signal.SIGTERM, self._earlier)
            os.close(self._writer)

    def start(self) -> None:
        """Starts the countdown. Signal handlers call it."""
        os.write(self._writer, b"!")

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


def exit_if_threads_work() -> None:
    """Ends the process at once where worker threads still compute: Python would wait for them before it ends.

    The graph stays open until then: an engine may crash when it closes under a running query.
    """
    until = time.monotonic() + _THREADS_SECONDS
    main = threading.main_thread()
    workers = [thread for thread in threading.enumerate() if not thread.daemon and thread is not main]
    for thread in workers:
        thread.join(max(0, until - time.monotonic()))
    working = [thread.name for thread in workers if thread.is_alive()]
    if working:
        log.warning("the process ends with work under way", threads=len(working))
        os._exit(0)
