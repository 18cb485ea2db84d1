"""A session with Neo4j in which every exchange has a deadline."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from neo4j import Driver, Session, Transaction
from neo4j.exceptions import DriverError, Neo4jError

from service.errors import EngineError, EngineUnavailable, OutcomeUnknown
from service.graph.neo4j_errors import DRIVER_FAILURES, engine_error
from service.graph.neo4j_pool import ConnectionPool
from service.graph.neo4j_watch import EngineWatch

T = TypeVar("T")

_CUT = "The connection to Neo4j was closed because Neo4j did not answer."
_UNCONFIRMED = (
    "Neo4j did not confirm the commit: the write is recorded, or it is not. Send the same request again, with the id "
    "of the amendment where the request can have one."
)


class WatchedSession:
    """One session of a pool. Each method is one exchange with the server, which the watch ends after its deadline."""

    def __init__(self, watch: EngineWatch, pool: ConnectionPool, open_session: Callable[[Driver], Session]) -> None:
        self._watch, self._pool, self._driver = watch, pool, pool.driver
        self.seconds = pool.deadlines.transaction
        self.session = self.call(lambda: open_session(self._driver))

    def call(self, exchange: Callable[[], T], closing: bool = False) -> T:
        """Runs an exchange with the server, and returns its result. Raises EngineUnavailable if the watch ended it."""
        try:
            with self._watch.exchange(self._pool, closing):
                result = exchange()
        except DRIVER_FAILURES as error:
            if self._is_cut():
                raise EngineUnavailable(_CUT) from error
            raise engine_error(error, self.seconds) from error
        if self._is_cut():
            raise EngineUnavailable(_CUT)
        return result

    def begin(self, metadata: dict[str, str]) -> Transaction:
        """Begins a transaction with metadata that identify it, and returns it. The server ends the transaction after
        its deadline.
        """
        return self.call(lambda: self.session.begin_transaction(metadata=metadata, timeout=self.seconds))

    def commit(self, transaction: Transaction) -> None:
        """Commits a transaction. Raises OutcomeUnknown unless the server answered: it may still apply the commit."""
        try:
            with self._watch.exchange(self._pool):
                transaction.commit()
        except Neo4jError as error:
            raise engine_error(error, self.seconds) from error
        except (DriverError, OSError) as error:
            raise OutcomeUnknown(_UNCONFIRMED) from error
        if self._is_cut():  # to the driver, a connection that was closed has no answers outstanding
            raise OutcomeUnknown(_UNCONFIRMED)

    def roll_back(self, transaction: Transaction) -> None:
        """Rolls a transaction back. Ignores a failure: the server rolls back what no client holds open."""
        with suppress(EngineError):
            self.call(transaction.close, closing=True)

    def close(self) -> None:
        """Closes the session, which gives its connection back to the pool. Ignores a failure."""
        with suppress(EngineError):
            self.call(self.session.close, closing=True)
        if self._is_cut():
            self._pool.sweep(self._driver)

    def _is_cut(self) -> bool:
        return self._pool.driver is not self._driver
