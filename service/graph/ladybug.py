"""The embedded engine, Ladybug: one file, one process."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import ladybug
import structlog

from service.errors import EngineError, EngineUnavailable, GraphLocked
from service.graph.protocol import Runner
from service.graph.query import Query, Row, in_utc, prepare_statement, to_models

T = TypeVar("T")

DIALECT = "ladybug"
_BUFFER_POOL = 2 * 1024**3  # the engine's own default is 80 % of the machine's memory
_FAILURES = (RuntimeError, MemoryError, ValueError, IndexError)  # what its C++ exceptions become
_HELD = "Could not set lock on file"
_DEEPEST = "CALL var_length_extend_max_depth=255"  # the most it allows; longer ways are cut silently


@contextmanager
def _translated() -> Iterator[None]:
    """Nearly every failure of the engine is a bare RuntimeError with its kind in the text."""
    try:
        yield
    except _FAILURES as wrong:
        if _HELD in str(wrong):
            raise GraphLocked("Another process holds the embedded graph's file; one process owns it.") from wrong
        if "IO exception" in str(wrong):
            raise EngineUnavailable(f"The embedded graph's file cannot be used: {wrong}") from wrong
        raise EngineError(f"Ladybug: {wrong}") from wrong


def _opened(path: Path) -> ladybug.Database:
    """The database of a file; after a crash, up to its last whole commit.

    A process killed, or a disk full, in the middle of a commit leaves a log with a torn end, and one killed in a
    checkpoint a log that was applied already. The engine refuses both as corrupt. No acknowledged commit is in what
    is then left out, unless the disk itself failed: so the log is kept as it was found, and that is said.
    """
    try:
        return ladybug.Database(str(path), buffer_pool_size=_BUFFER_POOL)
    except _FAILURES as wrong:
        logs = [log for log in (Path(f"{path}.wal"), Path(f"{path}.wal.checkpoint")) if log.is_file()]
        if _HELD in str(wrong) or not logs:
            raise
        for log in logs:
            kept = f"{log}.torn-{log.stat().st_mtime_ns}"
            shutil.copyfile(log, kept)
            structlog.get_logger().warning("ladybug log torn", kept=kept, why=str(wrong)[:200])
        return ladybug.Database(str(path), buffer_pool_size=_BUFFER_POOL, throw_on_wal_replay_failure=False)


class _Connection:
    def __init__(self, database: ladybug.Database) -> None:
        self._connection = ladybug.Connection(database)
        self.execute(_DEEPEST)

    def execute(self, statement: str, given: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        with _translated():
            result = self._connection.execute(statement, given or {})
            assert isinstance(result, ladybug.QueryResult)
            with result:
                columns = result.get_column_names()
                return [dict(zip(columns, row, strict=True)) for row in result.get_all()]

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        return to_models(query, self.execute(prepare_statement(query, DIALECT, given), in_utc(given)))

    def close(self) -> None:
        self._connection.close()  # interrupts a query that another thread runs on it


class LadybugGraph:
    """A graph in a file beside the process. One writer at a time: a second would fail at once."""

    dialect = DIALECT

    def __init__(self, path: Path) -> None:
        with _translated():
            self._database = _opened(path)
        self._idle: LifoQueue[_Connection] = LifoQueue()
        self._connections: list[_Connection] = []
        self._writing = threading.Lock()
        self._torn = False

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows of a query."""
        with self._connection() as connection:
            return connection.rows(query, **given)

    def write(self, work: Callable[[Runner], T]) -> T:
        """Runs work in one write transaction."""
        with self._transaction() as connection:
            return work(connection)

    def define(self, statements: Sequence[str]) -> None:
        """Runs schema statements in one transaction."""
        with self._transaction() as connection:
            for statement in statements:
                connection.execute(statement)

    def close(self) -> None:
        """Closes the file, so that another process may open it. An open connection would hold it and its lock."""
        for connection in self._connections:
            connection.close()
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[_Connection]:
        with self._writing, self._connection() as connection:
            if self._torn:
                raise EngineUnavailable(
                    "A commit could not be written; no other is taken until the service is restarted."
                )
            connection.execute("BEGIN TRANSACTION")
            try:
                yield connection
                self._commit(connection)
            except BaseException:
                with suppress(EngineError):  # the engine may have rolled back by itself
                    connection.execute("ROLLBACK")
                raise

    def _commit(self, connection: _Connection) -> None:
        try:
            connection.execute("COMMIT")
        except EngineUnavailable:
            # Half a record may stand in the log: a later commit behind it would be lost at the next start.
            self._torn = True
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
