"""The graph engine for production: a Neo4j server, over the Bolt protocol."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, repeat
from typing import Any, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, GraphDatabase, NotificationMinimumSeverity, Session, Transaction
from neo4j import Query as TimedQuery
from neo4j.exceptions import Neo4jError

from service.errors import EngineUnavailable, WritesRefused
from service.graph.deadlines import LOADS, QUESTIONS, Deadlines, is_long_work
from service.graph.neo4j_clock import SERVER_TIME, ServerClock, machine_time
from service.graph.neo4j_errors import DRIVER_FAILURES, engine_error, is_transient
from service.graph.neo4j_pool import ConnectionPool
from service.graph.neo4j_session import WatchedSession
from service.graph.neo4j_terminator import TransactionTerminator
from service.graph.neo4j_watch import EngineWatch, LivenessProbe
from service.graph.protocol import QueryRunner
from service.graph.query import Query, Row, in_utc, prepare_statement, to_models

T = TypeVar("T")

DIALECT = "neo4j"
_WRITE_RETRIES = 10  # seconds after its first failure in which a write is repeated: long enough for a restart
_READ_RETRIES = 2  # seconds; a reader gets an error soon
_RETRY_WAITS = (0.1, 1.0, 2.0, 4.0)  # seconds before each repetition, ± 20 %
_LONGEST_WAIT = 8.0
_DEFINE_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_ALREADY_EXISTS = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"
_CONNECT_TIMEOUT = 3.0  # seconds for the network to open a connection; a question also gets one in this time


def _define(session: Session, statement: TimedQuery) -> None:
    """Runs a schema statement, with retries: two processes that define the same schema deadlock or conflict."""
    for wait in (*_DEFINE_WAITS, None):
        try:
            session.run(statement).consume()
            return
        except Neo4jError as error:
            if wait is None or not (error.is_retryable() or error.code == _ALREADY_EXISTS):
                raise
            time.sleep(random.uniform(wait / 2, wait))


class _Transaction:
    def __init__(self, session: WatchedSession, terminator: TransactionTerminator) -> None:
        self._session, self._terminator, self._metadata = session, terminator, terminator.new_metadata()
        self.transaction: Transaction = session.begin(self._metadata)

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        statement, arguments = prepare_statement(query, DIALECT, arguments), in_utc(arguments)
        with self._terminator.interruptible(self._metadata):  # never the commit, which is no statement
            records = self.records(statement, arguments)
        return to_models(query, records)

    def records(self, statement: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        return self._session.call(lambda: [dict(record) for record in self.transaction.run(statement, arguments)])


class _Reader:
    def __init__(self, read: Callable[[Query[Any], dict[str, Any]], list[Any]]) -> None:
        self._read = read

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        return self._read(query, arguments)


class Neo4jGraph:
    """A graph on a Neo4j server. Each call opens a session; all threads share the connections of their kind of work."""

    dialect = DIALECT

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        database: str,
        questions: Deadlines = QUESTIONS,
        loads: Deadlines = LOADS,
    ) -> None:
        self._url, self._login = url, (user, password) if password else None
        self._database = database
        self._clock = ServerClock()
        self._probes: list[ConnectionPool] = []
        try:
            self._questions = ConnectionPool(self._open_driver, questions)
            self._loads = ConnectionPool(self._open_driver, loads)
        except DRIVER_FAILURES as error:
            raise engine_error(error, questions.transaction) from error
        self._watch = EngineWatch(LivenessProbe(partial(self._open_driver, questions), self._clock))
        self._terminator = TransactionTerminator(partial(self._open_driver, questions))
        # Readers see a commit in parts while the server applies it: its recorded instant can appear before its rows.
        # With the bookmark of the read that saw the instant, the next query waits for the whole commit.
        self._bookmarks = GraphDatabase.bookmark_manager()

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        """Runs a query, again after a transient failure, and returns its rows as models."""
        return self._read(query, arguments, self._pool())

    def write(self, work: Callable[[QueryRunner], T]) -> T:
        """Runs the function given in one write transaction, again after a transient failure, and returns its result.

        Raises OutcomeUnknown where the server did not confirm the commit, and WritesRefused where its clock differs.
        """

        def write() -> T:
            with self._session(WRITE_ACCESS, self._pool()) as session:
                transaction = _Transaction(session, self._terminator)
                try:
                    self._require_same_clock(transaction)
                    result = work(transaction)
                except BaseException:
                    session.roll_back(transaction.transaction)
                    raise
                session.commit(transaction.transaction)
                return result

        return self._repeated(write, _WRITE_RETRIES)

    def define(self, statements: Sequence[str]) -> None:
        """Runs each schema statement in a transaction of its own: Neo4j allows no schema and data changes in one."""
        with self._session(WRITE_ACCESS, self._loads) as session:
            for statement in statements:
                session.call(partial(_define, session.session, TimedQuery(statement, timeout=session.seconds)))

    def reclaim(self) -> None:
        """Does nothing: Neo4j uses the space of deleted nodes again by itself."""

    def open_probe(self) -> QueryRunner:
        """Opens connections to Neo4j for the readiness check alone: requests may hold all others."""
        pool = ConnectionPool(self._open_driver, self._questions.deadlines)
        self._probes.append(pool)
        return _Reader(lambda query, arguments: self._read(query, arguments, pool))

    def use_connections(self, count: int, use: Callable[[QueryRunner], object]) -> None:
        """Calls `use` once: the server plans a statement for all connections."""
        use(self)

    @property
    def writes_refused(self) -> str | None:
        """Returns why the graph accepts no writes now, or None if it accepts them."""
        return self._clock.fault

    def close(self) -> None:
        """Closes all pooled connections."""
        self._watch.close()
        self._terminator.close()
        for pool in (self._questions, self._loads, *self._probes):
            pool.close()

    def _read(self, query: Query[Row], arguments: dict[str, Any], pool: ConnectionPool) -> list[Row]:
        """Runs an auto-commit query: a managed transaction takes a third longer (measured)."""
        statement, arguments = prepare_statement(query, DIALECT, arguments), in_utc(arguments)

        def read() -> list[dict[str, Any]]:
            metadata = self._terminator.new_metadata()
            with self._session(READ_ACCESS, pool) as session, self._terminator.interruptible(metadata):
                timed = TimedQuery(statement, metadata=metadata, timeout=session.seconds)
                return session.call(lambda: [dict(record) for record in session.session.run(timed, arguments)])

        return to_models(query, self._repeated(read, _READ_RETRIES))

    def _repeated(self, attempt: Callable[[], T], seconds: float) -> T:
        """Returns the result of an attempt, which is repeated for some seconds after its first transient failure."""
        until: float | None = None
        for wait in chain(_RETRY_WAITS, repeat(_LONGEST_WAIT)):
            try:
                return attempt()
            except EngineUnavailable as error:
                until = until or time.monotonic() + seconds
                if self._watch.silent or not is_transient(error) or time.monotonic() > until:
                    raise
            time.sleep(wait * random.uniform(0.8, 1.2))
        raise AssertionError("the waits never end")

    def _require_same_clock(self, transaction: _Transaction) -> None:
        asked = machine_time()
        (row,) = transaction.records(SERVER_TIME, {})
        if fault := self._clock.compare(asked, row["now"].to_native(), machine_time()):
            raise WritesRefused(fault)

    @contextmanager
    def _session(self, access: str, pool: ConnectionPool) -> Iterator[WatchedSession]:
        def open_session(driver: Driver) -> Session:
            return driver.session(database=self._database, default_access_mode=access, bookmark_manager=self._bookmarks)

        session = WatchedSession(self._watch, pool, open_session)
        try:
            yield session
        finally:
            session.close()

    def _pool(self) -> ConnectionPool:
        return self._loads if is_long_work() else self._questions

    @property
    def _driver(self) -> Driver:
        return self._questions.driver

    def _open_driver(self, deadlines: Deadlines) -> Driver:
        patience = max(_CONNECT_TIMEOUT, deadlines.silence)
        return GraphDatabase.driver(
            self._url,
            auth=self._login,
            connection_timeout=_CONNECT_TIMEOUT,
            connection_acquisition_timeout=patience,
            connection_write_timeout=patience,
            liveness_check_timeout=5,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )
