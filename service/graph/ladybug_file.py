"""An open file of the embedded graph engine Ladybug, and its connections."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, Final

import ladybug
import structlog

from service.domain.work import interruptible_work
from service.errors import EngineError, EngineUnavailable, GraphLocked
from service.graph.deadlines import is_long_work
from service.graph.ladybug_rows import read_rows
from service.graph.query import Query, Row, in_utc, prepare_statement, to_models

DIALECT = "ladybug"
FAILURES = (RuntimeError, MemoryError, ValueError, IndexError)
"""The Python exceptions of the engine's C++ exceptions."""

_BUFFER_POOL = 2 * 1024**3  # the engine's own default is 80 % of the machine's memory
_CHECKPOINT_BYTES = 256 * 1024
"""The size of the write-ahead log after which the engine takes a checkpoint. Until then each value that an amendment
sets keeps 33 kB of memory (measured); the engine's own 16 MB would be gigabytes.
"""
OPTIONS: Final[dict[str, Any]] = {"buffer_pool_size": _BUFFER_POOL, "checkpoint_threshold": _CHECKPOINT_BYTES}
"""The options with which the service opens a database."""

_LOCKED = "Could not set lock on file"
_INTERRUPTED = "Interrupted."
_MAX_DEPTH = "CALL var_length_extend_max_depth=255"  # the maximum; the engine omits longer paths silently
_KEEP_LOG = "CALL force_checkpoint_on_close=false"


@contextmanager
def translated() -> Iterator[None]:
    """Translates the engine's exceptions: nearly all are plain RuntimeErrors with their kind in the text."""
    try:
        yield
    except FAILURES as error:
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
        return ladybug.Database(str(path), **OPTIONS)
    except FAILURES as error:
        logs = [log for log in (Path(f"{path}.wal"), Path(f"{path}.wal.checkpoint")) if log.is_file()]
        if _LOCKED in str(error) or not logs:
            raise
        for log in logs:
            copy = f"{log}.torn-{log.stat().st_mtime_ns}"
            shutil.copyfile(log, copy)
            structlog.get_logger().warning("ladybug log torn", kept=copy, why=str(error)[:200])
        return ladybug.Database(str(path), **OPTIONS, throw_on_wal_replay_failure=False)


class Connection:
    """A connection to an open file. A query has a deadline; what begins or ends a transaction has none."""

    def __init__(self, database: ladybug.Database, question_seconds: float, load_seconds: float) -> None:
        self._deadlines = question_seconds, load_seconds
        self._connection = ladybug.Connection(database)
        self._seconds = 0.0
        self.execute(_MAX_DEPTH)

    def execute(
        self, statement: str, arguments: dict[str, Any] | None = None, seconds: float = 0
    ) -> list[dict[str, Any]]:
        """Runs a statement, within so many seconds (0: any time), and returns its rows."""
        with translated():
            if seconds != self._seconds:
                self._connection.set_query_timeout(int(seconds * 1000))
                self._seconds = seconds
            result = self._connection.execute(statement, arguments or {})
            assert isinstance(result, ladybug.QueryResult)
            with result:
                return read_rows(result)

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        """Runs a query, and returns its rows as models. Raises EngineUnavailable where its deadline has passed."""
        statement = prepare_statement(query, DIALECT, arguments)
        seconds = self._deadlines[is_long_work()]
        with interruptible_work(self._connection.interrupt):  # never a COMMIT, which runs by `execute` alone
            rows = self._rows_in_time(statement, in_utc(arguments), seconds)
        return to_models(query, rows)

    def _rows_in_time(self, statement: str, arguments: dict[str, Any], seconds: float) -> list[dict[str, Any]]:
        try:
            return self.execute(statement, arguments, seconds)
        except EngineError as error:
            if is_interrupted(error):
                raise EngineUnavailable(f"Ladybug ended a statement that ran for more than {seconds:g} s.") from error
            raise

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()  # interrupts a running query of another thread


def is_interrupted(error: BaseException | None) -> bool:
    """Returns whether a statement failed because its deadline had passed or its work was stopped, not for its write."""
    while error is not None and str(error) != _INTERRUPTED:
        error = error.__cause__
    return error is not None


class OpenFile:
    """An open database file with its pool of connections."""

    def __init__(self, path: Path, question_seconds: float, load_seconds: float) -> None:
        self._database = _open(path)
        self._deadlines = question_seconds, load_seconds
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._connections: list[Connection] = []
        self.is_closed = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yields an idle connection, or a new one."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = Connection(self._database, *self._deadlines)
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
