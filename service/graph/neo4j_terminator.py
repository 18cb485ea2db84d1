"""Terminates transactions of Neo4j whose work was stopped. The driver itself has no way to end a running statement."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import structlog
from neo4j import Driver

from service.domain.work import interruptible_work
from service.graph.neo4j_errors import DRIVER_FAILURES

_TERMINATE = """
SHOW TRANSACTIONS YIELD transactionId AS transaction, metaData
WHERE metaData.transaction = $transaction
TERMINATE TRANSACTIONS transaction YIELD message
RETURN count(*) AS ended
"""

log = structlog.get_logger()


class TransactionTerminator:
    """Terminates transactions by their metadata, on a connection of its own, which it opens when it first needs one.

    Neo4j lets every user see and terminate the user's own transactions.
    """

    def __init__(self, open_driver: Callable[[], Driver]) -> None:
        self._open_driver = open_driver
        self._driver: Driver | None = None
        self._lock = threading.Lock()
        self._terminating: set[str] = set()

    @staticmethod
    def new_metadata() -> dict[str, str]:
        """Returns metadata that identify one transaction."""
        return {"transaction": uuid4().hex}

    @contextmanager
    def interruptible(self, metadata: dict[str, str]) -> Iterator[None]:
        """Returns a context manager for a statement of the transaction with the metadata given: a stop of the current
        work terminates the transaction, and the statement then raises WorkStopped.
        """
        with interruptible_work(lambda: self._begin(metadata["transaction"])):
            yield

    def close(self) -> None:
        """Closes the connection."""
        driver, self._driver = self._driver, None
        if driver:
            driver.close()

    def _begin(self, transaction: str) -> None:
        """Terminates a transaction in a thread of its own: whoever stops the work, the event loop too, must not wait.
        Does nothing while a thread terminates this transaction already.
        """
        with self._lock:
            if transaction in self._terminating:
                return
            self._terminating.add(transaction)
        threading.Thread(target=self._terminate, args=(transaction,), name="neo4j-terminator", daemon=True).start()

    def _terminate(self, transaction: str) -> None:
        try:
            with self._opened().session() as session:
                session.run(_TERMINATE, transaction=transaction).consume()
        except DRIVER_FAILURES as error:  # the statement then ends at its deadline
            log.warning("neo4j transaction not terminated", why=str(error)[:200])
        finally:
            with self._lock:
                self._terminating.discard(transaction)

    def _opened(self) -> Driver:
        with self._lock:
            self._driver = self._driver or self._open_driver()
            return self._driver
