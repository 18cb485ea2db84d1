"""The embedded graph engine Ladybug: one file, which a single process opens."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import structlog

from service.domain.work import WorkLock
from service.errors import EngineError, EngineUnavailable, OutcomeUnknown, WritesRefused
from service.graph.deadlines import LOADS, QUESTIONS, Deadlines
from service.graph.disk_room import has_room
from service.graph.ladybug_file import DIALECT, FAILURES, Connection, OpenFile, is_interrupted, translated
from service.graph.protocol import QueryRunner
from service.graph.query import Query, Row
from service.graph.read_write_lock import ReadWriteLock

T = TypeVar("T")

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


class LadybugGraph:
    """A graph in a local file. Runs write transactions one after another: the engine fails a concurrent one at once.

    After a failed write the engine refuses all writes until the file is opened again, also when the disk has room
    again. The graph then opens the file again by itself, between two transactions, as soon as the disk has room.
    """

    dialect = DIALECT

    def __init__(self, path: Path, questions: Deadlines = QUESTIONS, loads: Deadlines = LOADS) -> None:
        self._path = path
        self._deadlines = questions.transaction, loads.transaction
        with translated():
            self._file = OpenFile(path, *self._deadlines)
        self._file_lock = ReadWriteLock()
        self._write_lock = WorkLock()
        self._stop = threading.Event()
        self._reopener: threading.Thread | None = None
        self._refused: str | None = None

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        """Runs a query, and returns its rows as models."""
        with self._connection() as connection:
            return connection.rows(query, **arguments)

    def write(self, work: Callable[[QueryRunner], T]) -> T:
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

    def open_probe(self) -> QueryRunner:
        """Returns the graph itself: each read opens a connection where all are taken."""
        return self

    def use_connections(self, count: int, use: Callable[[QueryRunner], object]) -> None:
        """Calls `use` with each of `count` connections, which later reads and writes take."""
        with self._file_lock.shared(), ExitStack() as held:
            for connection in [held.enter_context(self._file.connection()) for _ in range(count)]:
                use(connection)

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
    def _connection(self) -> Iterator[Connection]:
        with self._file_lock.shared():
            if self._file.is_closed:
                raise EngineUnavailable(self._refused or "The embedded graph is closed.")
            with self._file.connection() as connection:
                yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
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
                if isinstance(error, EngineUnavailable) and not is_interrupted(error):
                    self._refuse_writes()
                raise

    @staticmethod
    def _commit(connection: Connection) -> None:
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
                self._file = OpenFile(self._path, *self._deadlines)
            except FAILURES as error:
                structlog.get_logger().error("ladybug not opened", why=str(error)[:200])
                return False
            return True
