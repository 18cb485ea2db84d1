"""The same answers from memory: a graph that gives again what another gave, and nothing it was not asked before."""

import pickle
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from service.graph.protocol import Graph, Runner
from service.graph.query import Query, Row

T = TypeVar("T")
Key = tuple[Any, ...]
Kept = dict[Key, list[Any]]


def key(query: Query[Any], given: dict[str, Any]) -> Key:
    """What was asked, whenever it was: instants are left out, the clock moves on between the two askings."""
    plain = (tuple(v) if isinstance(v, list) else v for v in given.values() if not isinstance(v, datetime))
    return (query.name, *plain)


class Recording:
    """A graph that keeps all that it answers."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.dialect = graph.dialect
        self.kept: Kept = {}

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows of the graph behind."""
        found = self.kept[key(query, given)] = self._graph.rows(query, **given)
        return found

    def write(self, work: Callable[[Runner], T]) -> T:
        """Writes are the graph's own."""
        return self._graph.write(work)

    def define(self, statements: Sequence[str]) -> None:
        """So is the schema."""
        self._graph.define(statements)

    def close(self) -> None:
        """Closes the graph behind."""
        self._graph.close()

    def save(self, path: Path) -> None:
        """Keeps what was answered in a file, for `Replay`."""
        path.write_bytes(pickle.dumps((self.dialect, self.kept)))


class Replay:
    """A graph in a dictionary; what it was not asked while recorded is a KeyError."""

    def __init__(self, path: Path) -> None:
        self.dialect, self._kept = pickle.loads(path.read_bytes())

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows that were kept."""
        found: list[Row] = self._kept[key(query, given)]
        return found

    def write(self, work: Callable[[Runner], T]) -> T:
        """Nothing is written here."""
        raise NotImplementedError

    def define(self, statements: Sequence[str]) -> None:
        """The schema was there when the answers were kept."""

    def close(self) -> None:
        """There is nothing to let go of."""
