"""The system of record, Neo4j, over Bolt."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from neo4j import READ_ACCESS, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Session
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError

from service.errors import EngineError, EngineUnavailable
from service.graph.protocol import Runner
from service.graph.query import Query, Row, prepared, validated

T = TypeVar("T")

DIALECT = "neo4j"


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


class _Transaction:
    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        result = self._transaction.run(prepared(query, DIALECT, given), given)
        return validated(query, [dict(record) for record in result])


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
                max_transaction_retry_time=15,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            )
        self._database = database

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows of a query: at once, and again with retries where the failure is transient.

        A managed transaction from the start would cost a third more (measured) and is needed only after a restart.
        """
        statement = prepared(query, DIALECT, given)
        with _translated(), self._session() as session:
            try:
                found = [dict(record) for record in session.run(statement, given)]
            except (DriverError, Neo4jError) as wrong:
                if not wrong.is_retryable():
                    raise
                found = session.execute_read(lambda tx: [dict(record) for record in tx.run(statement, given)])
        return validated(query, found)

    def write(self, work: Callable[[Runner], T]) -> T:
        """Runs work in one write transaction, again after a transient failure."""
        with _translated(), self._driver.session(database=self._database) as session:
            return session.execute_write(lambda transaction: work(_Transaction(transaction)))

    def define(self, statements: Sequence[str]) -> None:
        """Runs schema statements, each alone: Neo4j does not mix schema and data in one transaction."""
        with _translated(), self._driver.session(database=self._database) as session:
            for statement in statements:
                session.run(statement).consume()

    def close(self) -> None:
        """Closes all pooled connections."""
        self._driver.close()

    def _session(self) -> Session:
        return self._driver.session(database=self._database, default_access_mode=READ_ACCESS)
