"""The system of record, Neo4j, over Bolt."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Session
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError

from service.errors import EngineError, EngineUnavailable
from service.graph.protocol import Runner
from service.graph.query import Query, Row, in_utc, prepare_statement, to_models

T = TypeVar("T")

DIALECT = "neo4j"
# The driver waits 1, 2, 4 … s, give or take a fifth, until such a time has passed: a wait begun just before runs on.
_WRITE_RETRIES = 10  # 12 to 18 s in fact: a server that starts anew is back by then
_READ_RETRIES = 2  # 2.4 to 3.6 s in fact: a reader is told, rather than kept
_DEFINE_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_DEFINED_MEANWHILE = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (AuthError, ConfigurationError) as wrong:
        raise EngineUnavailable(f"Neo4j refuses the connection: {wrong}") from wrong
    except (DriverError, Neo4jError) as wrong:
        if wrong.is_retryable() or type(wrong).__name__ in {"ServiceUnavailable", "IncompleteCommit"}:
            raise EngineUnavailable(f"Neo4j cannot be reached: {wrong}") from wrong
        raise EngineError(f"Neo4j: {wrong}") from wrong
    except (OSError, ValueError) as wrong:
        raise EngineUnavailable(f"Neo4j cannot be reached: {wrong}") from wrong


def _define(session: Session, statement: str) -> None:
    """Two processes that define at once deadlock, or one finds that the other was quicker: once more settles both."""
    for wait in (*_DEFINE_WAITS, None):
        try:
            session.run(statement).consume()
            return
        except Neo4jError as wrong:
            if wait is None or not (wrong.is_retryable() or wrong.code == _DEFINED_MEANWHILE):
                raise
            time.sleep(random.uniform(wait / 2, wait))


class _OfWork(Exception):
    """A failure of the work itself, carried past the translation of the driver's."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.failure = failure


class _Transaction:
    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        result = self._transaction.run(prepare_statement(query, DIALECT, given), in_utc(given))
        return to_models(query, [dict(record) for record in result])


class Neo4jGraph:
    """A graph on a Neo4j server. Sessions are per call; the driver's pool is shared by all threads."""

    dialect = DIALECT

    def __init__(self, url: str, user: str, password: str, database: str) -> None:
        with _translated():
            self._driver = GraphDatabase.driver(
                url,
                auth=(user, password) if password else None,
                connection_timeout=5,
                connection_acquisition_timeout=10,
                liveness_check_timeout=5,  # a frozen server holds a pooled connection for ever
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            )
        self._database = database
        # A commit shows piece by piece while the server applies it: its instant can be read before all of its rows.
        # A bookmark, even that of the reading, makes what is asked next wait until the commit is applied whole.
        self._bookmarks = GraphDatabase.bookmark_manager()

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows of a query: at once, and again with retries where the failure is transient.

        A managed transaction from the start would cost a third more (measured) and is needed only after a restart.
        """
        statement, given = prepare_statement(query, DIALECT, given), in_utc(given)
        with _translated(), self._session(READ_ACCESS, _READ_RETRIES) as session:
            try:
                found = [dict(record) for record in session.run(statement, given)]
            except (DriverError, Neo4jError) as wrong:
                if not wrong.is_retryable():
                    raise
                found = session.execute_read(lambda tx: [dict(record) for record in tx.run(statement, given)])
        return to_models(query, found)

    def write(self, work: Callable[[Runner], T]) -> T:
        """Runs work in one write transaction, again after a transient failure."""

        def once(transaction: ManagedTransaction) -> T:
            try:
                return work(_Transaction(transaction))
            except (OSError, ValueError) as own:
                raise _OfWork(own) from own

        try:
            with _translated(), self._session(WRITE_ACCESS, _WRITE_RETRIES) as session:
                return session.execute_write(once)
        except _OfWork as own:
            raise own.failure from None

    def define(self, statements: Sequence[str]) -> None:
        """Runs schema statements, each alone: Neo4j does not mix schema and data in one transaction."""
        with _translated(), self._session(WRITE_ACCESS, _WRITE_RETRIES) as session:
            for statement in statements:
                _define(session, statement)

    def close(self) -> None:
        """Closes all pooled connections."""
        self._driver.close()

    def _session(self, access: str, retries: float) -> Session:
        return self._driver.session(
            database=self._database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            max_transaction_retry_time=retries,
        )
