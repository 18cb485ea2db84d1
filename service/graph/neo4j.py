"""The graph engine for production: a Neo4j server, over the Bolt protocol."""

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
# Seconds. The driver waits 1, 2, 4, … s (± 20 %) between attempts, and starts no wait after this time.
_WRITE_RETRIES = 10  # 12 to 18 s in practice: long enough for a restart of the server
_READ_RETRIES = 2  # 2.4 to 3.6 s in practice: a reader gets an error soon
_DEFINE_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_ALREADY_EXISTS = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (AuthError, ConfigurationError) as error:
        raise EngineUnavailable(f"Neo4j refused the connection: {error}") from error
    except (DriverError, Neo4jError) as error:
        if error.is_retryable() or type(error).__name__ in {"ServiceUnavailable", "IncompleteCommit"}:
            raise EngineUnavailable(f"Neo4j cannot be reached: {error}") from error
        raise EngineError(f"Neo4j: {error}") from error
    except (OSError, ValueError) as error:
        raise EngineUnavailable(f"Neo4j cannot be reached: {error}") from error


def _define(session: Session, statement: str) -> None:
    """Runs a schema statement, with retries: two processes that define the same schema deadlock or conflict."""
    for wait in (*_DEFINE_WAITS, None):
        try:
            session.run(statement).consume()
            return
        except Neo4jError as error:
            if wait is None or not (error.is_retryable() or error.code == _ALREADY_EXISTS):
                raise
            time.sleep(random.uniform(wait / 2, wait))


class _WorkFailure(Exception):
    """Carries an exception of the caller's function past the code that translates the driver's exceptions."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.failure = failure


class _Transaction:
    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        result = self._transaction.run(prepare_statement(query, DIALECT, arguments), in_utc(arguments))
        return to_models(query, [dict(record) for record in result])


class Neo4jGraph:
    """A graph on a Neo4j server. Each call opens a session; all threads share the driver's connection pool."""

    dialect = DIALECT

    def __init__(self, url: str, user: str, password: str, database: str) -> None:
        with _translated():
            self._driver = GraphDatabase.driver(
                url,
                auth=(user, password) if password else None,
                connection_timeout=5,
                connection_acquisition_timeout=10,
                liveness_check_timeout=5,  # otherwise a hung server blocks a pooled connection for ever
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            )
        self._database = database
        self._login = url, user, password, database
        self._probes: list[Neo4jGraph] = []
        # Readers see a commit in parts while the server applies it: its recorded instant can appear before its rows.
        # With the bookmark of the read that saw the instant, the next query waits for the whole commit.
        self._bookmarks = GraphDatabase.bookmark_manager()

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        """Runs a query, again after a transient failure, and returns its rows as models.

        The first attempt is an auto-commit query: a managed transaction takes a third longer (measured), and only
        transient failures need one.
        """
        statement, arguments = prepare_statement(query, DIALECT, arguments), in_utc(arguments)
        with _translated(), self._session(READ_ACCESS, _READ_RETRIES) as session:
            try:
                records = [dict(record) for record in session.run(statement, arguments)]
            except (DriverError, Neo4jError) as error:
                if not error.is_retryable():
                    raise
                records = session.execute_read(lambda tx: [dict(record) for record in tx.run(statement, arguments)])
        return to_models(query, records)

    def write(self, work: Callable[[Runner], T]) -> T:
        """Runs the function given in one write transaction, again after a transient failure, and returns its result."""

        def run(transaction: ManagedTransaction) -> T:
            try:
                return work(_Transaction(transaction))
            except (OSError, ValueError) as failure:
                raise _WorkFailure(failure) from failure

        try:
            with _translated(), self._session(WRITE_ACCESS, _WRITE_RETRIES) as session:
                return session.execute_write(run)
        except _WorkFailure as wrapper:
            raise wrapper.failure from None

    def define(self, statements: Sequence[str]) -> None:
        """Runs each schema statement in a transaction of its own: Neo4j allows no schema and data changes in one."""
        with _translated(), self._session(WRITE_ACCESS, _WRITE_RETRIES) as session:
            for statement in statements:
                _define(session, statement)

    def open_probe(self) -> Runner:
        """Opens a driver for the readiness check alone: requests may hold all connections of this one."""
        probe = Neo4jGraph(*self._login)
        self._probes.append(probe)
        return probe

    @property
    def writes_refused(self) -> str | None:
        """Why the graph accepts no writes now; always None."""
        return None

    def close(self) -> None:
        """Closes all connections of the driver's pool."""
        self._driver.close()
        for probe in self._probes:
            probe.close()

    def _session(self, access: str, retries: float) -> Session:
        return self._driver.session(
            database=self._database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            max_transaction_retry_time=retries,
        )
