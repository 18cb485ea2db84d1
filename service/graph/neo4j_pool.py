"""Connections to Neo4j for one kind of work, which can all be closed at once."""

import threading
from collections.abc import Callable

from neo4j import Driver

from service.graph.deadlines import Deadlines


class ConnectionPool:
    """The connections of one driver. A cut closes them all, so that each thread that waits for an answer gets an error.

    The driver gives no deadline to the read of an answer (only a server can set one), and no way to end a single read.
    """

    def __init__(self, open_driver: Callable[[Deadlines], Driver], deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self._open_driver = open_driver
        self._lock = threading.Lock()
        self.driver = open_driver(deadlines)

    def cut(self) -> None:
        """Closes all connections and goes on with a new driver, which opens connections when it needs them.

        The new driver takes the place of the old one before any connection is closed. A thread whose exchange ended
        without an error compares the drivers to find out whether the answer is complete: a closed connection looks to
        the driver like one without outstanding answers.
        """
        with self._lock:
            former, self.driver = self.driver, self._open_driver(self.deadlines)
        # In a thread of its own: the last message of a connection may wait until the server takes it.
        threading.Thread(target=former.close, name="neo4j-cut", daemon=True).start()

    @staticmethod
    def sweep(driver: Driver) -> None:
        """Closes the connections that other threads opened while `cut` closed a driver, which closes only once."""
        driver._pool.close()

    def close(self) -> None:
        """Closes all connections. The pool cannot be used again."""
        self.driver.close()
