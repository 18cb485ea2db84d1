"""Finds out that Neo4j has stopped to answer, and ends the exchanges that wait for an answer.

A server that is frozen (SIGSTOP, a suspended virtual machine, a network that drops packets) keeps its connections
open, so that a read waits until the kernel gives up. A slow query looks the same to its reader. Therefore the watch
asks the server for a sign of life on a connection of its own as soon as any exchange has waited for more than a second:
a server that answers is only slow, and its transactions have a deadline that the server keeps.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from queue import Empty, Queue
from time import monotonic

import structlog
from neo4j import READ_ACCESS, Driver
from neo4j.exceptions import DriverError, Neo4jError

from service.errors import EngineUnavailable
from service.graph.deadlines import SUSPICIOUS
from service.graph.neo4j_clock import SERVER_TIME, ServerClock, machine_time
from service.graph.neo4j_pool import ConnectionPool

TICK = 0.25
PROBE_TIMEOUT = 2.5  # seconds within which a living server gives a sign
PROBE_INTERVAL = 1.0  # seconds between two probes while an exchange waits
CLOCK_INTERVAL = 30.0  # seconds between two comparisons of the clocks while nothing waits
GRACE = 10.0  # seconds after the deadline of its transaction, for the server to report that it ended the transaction
_LAST_WAIT = 0.5  # seconds for a probe under way when the watch ends
SILENT = "Neo4j does not answer. The service asks for a sign of life all the time, and goes on when Neo4j answers."

log = structlog.get_logger()


class ProbeResult(Enum):
    """The result of a probe (a question to the server whether it is alive)."""

    ANSWER = "the server answered"
    REFUSAL = "the server or its machine refused the connection at once"
    SILENCE = "nothing came back in time"


class LivenessProbe:
    """Asks for a sign of life, in a thread of its own: no call of the driver can outlast the deadline then.

    The server answers to the reset of a connection without planning, memory or a transaction, and so when it is busy.
    """

    def __init__(self, open_driver: Callable[[], Driver], clock: ServerClock) -> None:
        self._open_driver, self._clock = open_driver, clock
        self._driver: Driver | None = None
        self._thread: threading.Thread | None = None

    def __call__(self, compare_clocks: bool) -> ProbeResult:
        """Returns whether the server gave a sign of life within the deadline.

        After silence, the next probe opens a new connection.
        `compare_clocks`: the thread then also compares the clocks, for which nobody waits.
        """
        driver = self._driver = self._driver or self._open_driver()
        found: Queue[ProbeResult] = Queue()
        arguments = driver, found, compare_clocks
        self._thread = threading.Thread(target=self._ask, args=arguments, name="neo4j-probe", daemon=True)
        self._thread.start()
        try:
            return found.get(timeout=PROBE_TIMEOUT)
        except Empty:
            self._driver = None
            return ProbeResult.SILENCE

    def close(self) -> None:
        """Closes the connection of the probe. A thread that does not end soon closes the connection itself."""
        driver, self._driver = self._driver, None
        if self._thread:
            self._thread.join(_LAST_WAIT)
        if driver and not (self._thread and self._thread.is_alive()):
            driver.close()

    def _ask(self, driver: Driver, found: "Queue[ProbeResult]", compare_clocks: bool) -> None:
        try:
            driver.verify_connectivity()  # resets the connection
            found.put(ProbeResult.ANSWER)
            if compare_clocks:
                self._compare_clocks(driver)
        except Neo4jError:  # a server that reports a failure is alive
            found.put(ProbeResult.ANSWER)
        except (DriverError, OSError, ValueError):
            found.put(ProbeResult.REFUSAL)
        finally:
            if driver is not self._driver:  # given up: the connection may have been opened since
                driver.close()

    def _compare_clocks(self, driver: Driver) -> None:
        with driver.session(default_access_mode=READ_ACCESS) as session:
            asked = machine_time()
            record = session.run(SERVER_TIME).single(strict=True)
        self._clock.compare(asked, record["now"].to_native(), machine_time())


class EngineWatch:
    """Knows the exchanges under way, and cuts the connections of those that wait for a silent server for too long.

    While the server is silent, an exchange fails at once unless its kind of work waits longer than a question.
    """

    def __init__(self, probe: LivenessProbe) -> None:
        self.silent = False
        self._probe = probe
        self._running: dict[int, tuple[float, ConnectionPool]] = {}
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._probed = self._compared = 0.0

    @contextmanager
    def exchange(self, pool: ConnectionPool, closing: bool = False) -> Iterator[None]:
        """Watches one exchange of the calling thread. Raises EngineUnavailable at once while the server is silent.

        `closing`: the exchange gives back a connection, and is therefore tried in any case.
        """
        if self.silent and not closing and pool.deadlines.silence <= SUSPICIOUS:
            raise EngineUnavailable(SILENT)
        if self._thread is None:
            self._start()
        thread = threading.get_ident()
        self._running[thread] = (monotonic(), pool)
        try:
            yield
        finally:
            del self._running[thread]

    def close(self) -> None:
        """Ends the thread of the watch, and closes the connection of its probe."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="neo4j-watch", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(TICK):
            try:
                self.look()
            except Exception:  # without the watch, nothing would end an exchange with a frozen server
                log.exception("neo4j watch failed")
        self._probe.close()

    def look(self) -> None:
        """Asks Neo4j for a sign of life if a query has been waiting for it, and closes the connections of queries that
        have waited longer than their deadline.
        """
        compare = monotonic() - self._compared > CLOCK_INTERVAL and not self.silent
        if compare or (self._is_suspicious() and monotonic() - self._probed > PROBE_INTERVAL):
            sign = self._probe(compare)
            if (
                sign is not ProbeResult.SILENCE or self._is_suspicious()
            ):  # while nobody waits, the clock is no urgent question
                self._note(sign)
            self._probed = monotonic()
            self._compared = self._probed if compare else self._compared
        for pool, waited in self._waits().items():
            limits = pool.deadlines
            if waited > limits.transaction + GRACE or (self.silent and waited >= limits.silence):
                log.warning("neo4j connections closed", waited=round(waited, 1), silent=self.silent)
                pool.cut()

    def _is_suspicious(self) -> bool:
        return self.silent or max(self._waits().values(), default=0.0) > SUSPICIOUS

    def _note(self, sign: ProbeResult) -> None:
        """Notes whether the server is silent. A refused connection is not silence: it is an error by itself."""
        silent = sign is ProbeResult.SILENCE
        if silent != self.silent:
            log.error("neo4j is silent") if silent else log.warning("neo4j is silent no more", sign=sign.value)
        self.silent = silent

    def _waits(self) -> dict[ConnectionPool, float]:
        """Returns how long the oldest exchange of each pool has waited, in seconds."""
        waits: dict[ConnectionPool, float] = {}
        for began, pool in list(self._running.values()):
            waits[pool] = max(waits.get(pool, 0.0), monotonic() - began)
        return waits
