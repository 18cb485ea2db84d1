"""Queries as values: a name, the Cypher file with that name, and the model of a row (engines 2 gives the reasons)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from service.domain.frozen_model import FrozenModel
from service.domain.work import check_work
from service.errors import EngineError

Row = TypeVar("Row", bound=BaseModel)

_COMMENT = re.compile(r"//[^\n]*")
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")


class NoRow(FrozenModel):
    """The row model of a statement that returns no rows."""


@dataclass(frozen=True)
class Query(Generic[Row]):
    """A statement in the file `cypher/<name>.cypher`, and the model of its rows.

    `allow_concurrent_delete` is for nodes that other transactions may delete during the query. Neo4j returns null for
    the properties of a deleted node that it has not read yet. Rows with a null are dropped.
    """

    name: str
    row: type[Row]
    allow_concurrent_delete: bool = False


def catalogue() -> Traversable:
    """Returns the folder of all Cypher statements, which the wheel contains as a data package."""
    return files("cypher")


@cache
def statement_text(name: str, dialect: str) -> str:
    """Returns the text of a statement: the file for the dialect if there is one, otherwise the portable file."""
    *folders, stem = name.split("/")
    directory = catalogue()
    for folder in folders:
        directory = directory / folder
    override = directory / f"{stem}.{dialect}.cypher"
    return (override if override.is_file() else directory / f"{stem}.cypher").read_text("utf-8")


@cache
def parameters(name: str, dialect: str) -> frozenset[str]:
    """Returns the names of the parameters in a statement."""
    return frozenset(_PARAMETER.findall(_COMMENT.sub("", statement_text(name, dialect))))


def prepare_statement(query: Query[Any], dialect: str, arguments: Mapping[str, Any]) -> str:
    """Returns the text of a statement. Raises TypeError unless the arguments are exactly its parameters.

    The engines do not check: Ladybug returns no rows for a missing argument, and ignores an unknown one. Raises
    WorkStopped or TooMuchWork where the current work has to end: each statement is a moment to stop.
    """
    check_work()
    expected = parameters(query.name, dialect)
    if arguments.keys() != expected:
        raise TypeError(f"{query.name} takes {sorted(expected)}, not {sorted(arguments)}")
    return statement_text(query.name, dialect)


def in_utc(argument: Any) -> Any:
    """Converts every instant in a query argument to UTC, at any depth. Raises TypeError for an instant without zone.

    Ladybug ignores the offset of an instant, and Neo4j's driver shifts the instants of some zones.
    """
    if isinstance(argument, datetime):
        if argument.tzinfo is None:
            raise TypeError(f"the instant {argument} has no time zone")
        return argument.astimezone(UTC)
    if isinstance(argument, dict):
        return {name: value if type(value) is str else in_utc(value) for name, value in argument.items()}
    if isinstance(argument, list | tuple):
        return [value if type(value) is str else in_utc(value) for value in argument]
    return argument


@cache
def _adapter(row: type[Row]) -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[row])  # type: ignore[valid-type]


def to_models(query: Query[Row], rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Converts the engine's rows to models. Raises EngineError for a missing, unknown or wrongly typed column."""
    complete = [row for row in rows if None not in row.values()] if query.allow_concurrent_delete else list(rows)
    try:
        return _adapter(query.row).validate_python(complete)
    except ValidationError as error:
        raise EngineError(f"{query.name} returned rows that are not a {query.row.__name__}: {error}") from error
