"""The embedded graph engine Ladybug: one file, which a single process opens."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import ladybug
import structlog

from service.domain.work import WorkLock
from service.errors import EngineError, EngineUnavailable, GraphLocked
from service.graph.protocol import Runner
from service.graph.query import Query, Row, in_utc, prepare_statement, to_models

T = TypeVar("T")

DIALECT = "ladybug"
_BUFFER_POOL = 2 * 1024**3  # the engine's own default is 80 % of the machine's memory
_FAILURES = (RuntimeError, MemoryError, ValueError, IndexError)  # the Python exceptions of its C++ exceptions
_LOCKED = "Could not set lock on file"
_MAX_DEPTH = "CALL var_length_extend_max_depth=255"  # the maximum; the engine omits longer paths silently


@contextmanager
def _translated() -> Iterator[None]:
    """Translates the engine's exceptions: nearly all are plain RuntimeErrors with their kind in the text."""
    try:
        yield
    except _FAILURES as error:
        if _LOCKED in str(error):
            raise GraphLocked("Another process has the embedded graph's file open. Stop it first.") from error
        if "IO exception" in str(error):
            raise EngineUnavailable(f"The service cannot open the embedded graph's file: {error}") from error
        raise EngineError(f"Ladybug: {error}") from error


def _open(path: Path) -> ladybug.Database:
    """Opens the database of a file; after a crash, recovers all complete commits.

    A crash or a full disk during a commit leaves an incomplete record at the end of the write-ahead log; a crash
    during a checkpoint leaves a log that the engine has already applied. The engine refuses both as corrupt. The
    discarded part contains no acknowledged commit, unless the disk failed: therefore this function keeps a copy of the
    log and logs a warning.
    """
    try:
        return ladybug.Database(str(path), buffer_pool_size=_BUFFER_POOL)
    except _FAILURES as error:
        logs = [log for log in (Path(f"{path}.wal"), Path(f"{path}.wal.checkpoint")) if log.is_file()]
        if _LOCKED in str(error) or not logs:
            raise
        for log in logs:
            copy = f"{log}.torn-{log.stat().st_mtime_ns}"
            shutil.copyfile(log, copy)
            structlog.get_logger().warning("ladybug log torn", kept=copy, why=str(error)[:200])
        return ladybug.Database(str(path), buffer_pool_size=_BUFFER_POOL, throw_on_wal_replay_failure=False)


class _Connection:
    def __init__(self, database: ladybug.Database) -> None:
        self._connection = ladybug.Connection(database)
        self.execute(_MAX_DEPTH)

    def execute(self, statement: str, arguments: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        with _translated():
            result = self._connection.execute(statement, arguments or {})
            assert isinstance(result, ladybug.QueryResult)
            with result:
                columns = result.get_column_names()
                return [dict(zip(columns, row, strict=True)) for row in result.get_all()]

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        return to_models(query, self.execute(prepare_statement(query, DIALECT, arguments), in_utc(arguments)))

    def close(self) -> None:
        self._connection.close()  # interrupts a running query of another thread


class LadybugGraph:
    """A graph in a local file. Runs write transactions one after another: the engine fails a concurrent one at once."""

    dialect = DIALECT

    def __init__(self, path: Path) -> None:
        with _translated():
            self._database = _open(path)
        self._idle: LifoQueue[_Connection] = LifoQueue()
        self._connections: list[_Connection] = []
        self._write_lock = WorkLock()
        self._log_incomplete = False

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        """Runs a query, and returns its rows as models."""
        with self._connection() as connection:
            return connection.rows(query, **arguments)

    def write(self, work: Callable[[Runner], T]) -> T:
        """Runs the function given in one write transaction, and returns its result."""
        with self._transaction() as connection:
            return work(connection)

    def define(self, statements: Sequence[str]) -> None:
        """Runs schema statements in one transaction."""
        with self._transaction() as connection:
            for statement in statements:
                connection.execute(statement)

    def open_probe(self) -> Runner:
        """Opens a connection for the readiness check alone."""
        connection = _Connection(self._database)
        self._connections.append(connection)
        return connection

    @property
    def writes_refused(self) -> str | None:
        """Why the graph accepts no writes now; None if it accepts them."""
        return "The engine failed to write a commit. Restart the service." if self._log_incomplete else None

    def close(self) -> None:
        """Closes all connections and the file: an open connection would keep the lock on the file."""
        for connection in self._connections:
            connection.close()
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[_Connection]:
        with self._write_lock, self._connection() as connection:
            if self._log_incomplete:
                raise EngineUnavailable(
                    "The engine failed to write a commit. Restart the service: until then it accepts no other commit."
                )
            connection.execute("BEGIN TRANSACTION")
            try:
                yield connection
                self._commit(connection)
            except BaseException:
                with suppress(EngineError):  # the engine may have rolled back already
                    connection.execute("ROLLBACK")
                raise

    def _commit(self, connection: _Connection) -> None:
        try:
            connection.execute("COMMIT")
        except EngineUnavailable:
            # The log may end with an incomplete record: the next start would lose any later commit.
            self._log_incomplete = True
            raise

    @contextmanager
    def _connection(self) -> Iterator[_Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = _Connection(self._database)
            self._connections.append(connection)
        try:
            yield connection
        finally:
            self._idle.put(connection)
