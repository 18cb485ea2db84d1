"""The embedded engine, Ladybug: one file, one process."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import ladybug

from service.errors import EngineError, EngineHeld, EngineUnavailable
from service.graph.protocol import Runner
from service.graph.query import Query, Row, prepared, validated

T = TypeVar("T")

DIALECT = "ladybug"
_BUFFER_POOL = 2 * 1024**3  # the engine's own default is 80 % of the machine's memory
_DEEPEST = "CALL var_length_extend_max_depth=255"  # the most it allows; longer ways are cut silently


@contextmanager
def _translated() -> Iterator[None]:
    """Every failure of the engine is a bare RuntimeError with its kind in the text."""
    try:
        yield
    except RuntimeError as wrong:
        if "Could not set lock on file" in str(wrong):
            raise EngineHeld("Another process holds the embedded graph's file; one process owns it.") from wrong
        if "IO exception" in str(wrong):
            raise EngineUnavailable(f"The embedded graph's file cannot be used: {wrong}") from wrong
        raise EngineError(f"Ladybug: {wrong}") from wrong


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
        return validated(query, self.execute(prepared(query, DIALECT, given), given))


class LadybugGraph:
    """A graph in a file beside the process. One writer at a time: a second would fail at once."""

    dialect = DIALECT

    def __init__(self, path: Path) -> None:
        with _translated():
            self._database = ladybug.Database(str(path), buffer_pool_size=_BUFFER_POOL)
        self._idle: LifoQueue[_Connection] = LifoQueue()
        self._writing = threading.Lock()

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
        """Closes the file, so that another process may open it."""
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[_Connection]:
        with self._writing, self._connection() as connection:
            connection.execute("BEGIN TRANSACTION")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(EngineError):  # the engine may have rolled back by itself
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Iterator[_Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = _Connection(self._database)
        try:
            yield connection
        finally:
            self._idle.put(connection)
