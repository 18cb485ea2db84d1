"""What the service asks of a graph engine. Few operations, each general over a `Query`: that keeps a second
engine alive."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from service.graph.query import Query, Row

T = TypeVar("T")


class Runner(Protocol):
    """Something that runs queries: a graph, or one transaction of it."""

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows of a query. Instants given must be UTC: both drivers mistreat others."""


class Graph(Runner, Protocol):
    """A graph engine."""

    dialect: str

    def write(self, work: Callable[[Runner], T]) -> T:
        """Runs work in one write transaction; all of it holds or none. Work may run again after a transient failure,
        so it must begin by reading. Any exception rolls back."""

    def define(self, statements: Sequence[str]) -> None:
        """Runs schema statements, each of which changes nothing the second time."""

    def close(self) -> None:
        """Lets go of the engine."""
