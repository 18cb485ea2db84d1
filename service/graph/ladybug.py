"""The embedded graph engine Ladybug: one file, which a single process opens."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, Final, TypeVar

import ladybug
import structlog

from service.domain.work import WorkLock, interruptible_work
from service.errors import EngineError, EngineUnavailable, GraphLocked, OutcomeUnknown, WritesRefused
from service.graph.disk_room import has_room
from service.graph.ladybug_rows import read_rows
from service.graph.protocol import Runner
from service.graph.query import Query, Row, in_utc, prepare_statement, to_models
from service.graph.read_write_lock import ReadWriteLock

T = TypeVar("T")

DIALECT = "ladybug"
_BUFFER_POOL = 2 * 1024**3  # the engine's own default is 80 % of the machine's memory
_CHECKPOINT_BYTES = 256 * 1024
"""The size of the write-ahead log after which the engine takes a checkpoint. Until then each value that an amendment
sets keeps 33 kB of memory (measured); the engine's own 16 MB would be gigabytes.
"""
_FAILURES = (RuntimeError, MemoryError, ValueError, IndexError)  # the Python exceptions of its C++ exceptions
_OPTIONS: Final[dict[str, Any]] = {"buffer_pool_size": _BUFFER_POOL, "checkpoint_threshold": _CHECKPOINT_BYTES}
_LOCKED = "Could not set lock on file"
_MAX_DEPTH = "CALL var_length_extend_max_depth=255"  # the maximum; the engine omits longer paths silently
_KEEP_LOG = "CALL force_checkpoint_on_close=false"
_REOPEN_INTERVAL = 1.0  # seconds between two attempts to open the file again
_DRAIN_TIMEOUT = 5.0  # seconds for which new reads wait until the reads under way have ended
_REFUSED = (
    "The engine failed to write to the disk, which is full or failed. The service accepts writes again when the folder "
    "of the graph has room."
)
_UNCONFIRMED = (
    "The engine failed to write a commit to the disk: the write is recorded, or it is not. Send the same request "
    "again, with the id of the amendment where the request can have one."
)


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
        return ladybug.Database(str(path), **_OPTIONS)
    except _FAILURES as error:
        logs = [log for log in (Path(f"{path}.wal"), Path(f"{path}.wal.checkpoint")) if log.is_file()]
        if _LOCKED in str(error) or not logs:
            raise
        for log in logs:
            copy = f"{log}.torn-{log.stat().st_mtime_ns}"
            shutil.copyfile(log, copy)
            structlog.get_logger().warning("ladybug log torn", kept=copy, why=str(error)[:200])
        return ladybug.Database(str(path), **_OPTIONS, throw_on_wal_replay_failure=False)


class _Connection:
    def __init__(self, database: ladybug.Database) -> None:
        self._connection = ladybug.Connection(database)
        self.execute(_MAX_DEPTH)

    def execute(self, statement: str, arguments: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        with _translated():
            result = self._connection.execute(statement, arguments or {})
            assert isinstance(result, ladybug.QueryResult)
            with result:
                return read_rows(result)

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        statement = prepare_statement(query, DIALECT, arguments)
        with interruptible_work(self._connection.interrupt):  # never a COMMIT, which runs by `execute` alone
            rows = self.execute(statement, in_utc(arguments))
        return to_models(query, rows)

    def close(self) -> None:
        self._connection.close()  # interrupts a running query of another thread


class _OpenFile:
    """An open database file with its pool of connections."""

    def __init__(self, path: Path) -> None:
        self._database = _open(path)
        self._idle: LifoQueue[_Connection] = LifoQueue()
        self._connections: list[_Connection] = []
        self.is_closed = False

    @contextmanager
    def connection(self) -> Iterator[_Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = _Connection(self._database)
            self._connections.append(connection)
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def close(self, keep_log: bool = False) -> None:
        """Closes the file. `keep_log`: leaves the log to the next opening, as a crash would."""
        if self.is_closed:
            return
        self.is_closed = True
        if keep_log:
            with suppress(EngineError), self.connection() as connection:
                connection.execute(_KEEP_LOG)
        for connection in self._connections:
            connection.close()
        self._database.close()


class LadybugGraph:
    """A graph in a local file. Runs write transactions one after another: the engine fails a concurrent one at once.

    After a failed write the engine refuses all writes until the file is opened again, also when the disk has room
    again. The graph then opens the file again by itself, between two transactions, as soon as the disk has room.
    """

    dialect = DIALECT

    def __init__(self, path: Path) -> None:
        self._path = path
        with _translated():
            self._file = _OpenFile(path)
        self._file_lock = ReadWriteLock()
        self._write_lock = WorkLock()
        self._stop = threading.Event()
        self._reopener: threading.Thread | None = None
        self._refused: str | None = None

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

    def reclaim(self) -> None:
        """Makes the space of deleted nodes free for new ones, by a checkpoint.

        The engine's own checkpoints come later: until then new nodes make the file grow (measured: 206 MB, not 26 MB).
        """
        with self._write_lock, self._connection() as connection:
            if self._refused:
                raise WritesRefused(self._refused)
            try:
                connection.execute("CHECKPOINT")
            except EngineUnavailable:
                self._refuse_writes()
                raise

    def open_probe(self) -> Runner:
        """Returns the graph itself: each read opens a connection where all are taken."""
        return self

    @property
    def writes_refused(self) -> str | None:
        """Returns why the graph accepts no writes now, or None if it accepts them."""
        return self._refused

    def close(self) -> None:
        """Closes all connections and the file: an open connection would keep the lock on the file."""
        self._stop.set()
        if self._reopener:
            self._reopener.join()
        self._file.close()

    @contextmanager
    def _connection(self) -> Iterator[_Connection]:
        with self._file_lock.shared():
            if self._file.is_closed:
                raise EngineUnavailable(self._refused or "The embedded graph is closed.")
            with self._file.connection() as connection:
                yield connection

    @contextmanager
    def _transaction(self) -> Iterator[_Connection]:
        with self._write_lock, self._connection() as connection:
            if self._refused:
                raise WritesRefused(self._refused)
            connection.execute("BEGIN TRANSACTION")
            try:
                yield connection
                self._commit(connection)
            except BaseException as error:
                with suppress(EngineError):  # the engine may have rolled back already
                    connection.execute("ROLLBACK")
                if isinstance(error, EngineUnavailable):
                    self._refuse_writes()
                raise

    @staticmethod
    def _commit(connection: _Connection) -> None:
        try:
            connection.execute("COMMIT")
        except EngineUnavailable as error:
            raise OutcomeUnknown(_UNCONFIRMED) from error

    def _refuse_writes(self) -> None:
        """Refuses writes until the file is opened again: its log may end with an incomplete record."""
        self._refused = _REFUSED
        structlog.get_logger().error("ladybug refuses writes", why=_REFUSED)
        self._reopener = threading.Thread(target=self._reopen_when_possible, name="ladybug-reopen", daemon=True)
        self._reopener.start()

    def _reopen_when_possible(self) -> None:
        while not self._stop.wait(_REOPEN_INTERVAL):
            if has_room(self._path) and self._reopened():
                self._refused = None
                structlog.get_logger().warning("ladybug accepts writes again")
                return

    def _reopened(self) -> bool:
        """Whether the file could be opened again. No write and no read is under way meanwhile."""
        with self._write_lock, self._file_lock.exclusive(_DRAIN_TIMEOUT) as empty:
            if not empty:
                return False
            try:
                self._file.close(keep_log=True)
                self._file = _OpenFile(self._path)
            except _FAILURES as error:
                structlog.get_logger().error("ladybug not opened", why=str(error)[:200])
                return False
            return True
