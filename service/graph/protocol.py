"""The interface of a graph engine.

It has few operations, all in terms of `Query`, so that a second engine stays easy.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from service.graph.query import Query, Row

T = TypeVar("T")


class QueryRunner(Protocol):
    """Runs queries: an open graph, or one of its transactions."""

    def rows(self, query: Query[Row], **arguments: Any) -> list[Row]:
        """Runs a query with the arguments given, and returns its rows as models.

        Instants among the arguments must have a time zone: see `in_utc`.
        """


class Graph(QueryRunner, Protocol):
    """An open graph of an engine, with its transactions."""

    dialect: str

    def write(self, work: Callable[[QueryRunner], T]) -> T:
        """Runs `work` in one write transaction, and returns its result. An exception rolls the transaction back.

        `work` may run again after a transient failure, so it must begin by reading. Raises WritesRefused while
        `writes_refused` has a reason, and OutcomeUnknown where the engine did not confirm the commit.
        """

    def define(self, statements: Sequence[str]) -> None:
        """Runs schema statements that may be repeated without effect."""

    def reclaim(self) -> None:
        """Makes the space of deleted nodes free for new ones, where the engine does not do so by itself."""

    def open_probe(self) -> QueryRunner:
        """Opens a connection for the readiness check alone, which `close` closes: others cannot take it."""

    def use_connections(self, count: int, use: Callable[[QueryRunner], object]) -> None:
        """Calls `use` with each of `count` connections if each plans statements by itself, otherwise once."""

    @property
    def writes_refused(self) -> str | None:
        """Returns the reason why the graph accepts no writes now, in words for callers; None if it accepts them."""

    def close(self) -> None:
        """Closes the engine and its connections."""
