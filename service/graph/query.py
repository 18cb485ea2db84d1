"""A query as data: its name, the file of that name, and the model of its rows (engines 2: why names are checked)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from service.errors import EngineError

Row = TypeVar("Row", bound=BaseModel)

_COMMENT = re.compile(r"//[^\n]*")
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")


class NoRow(BaseModel):
    """The row of a statement that returns none."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Query(Generic[Row]):
    """`cypher/<name>.cypher`, and what one of its rows is.

    `let_go`: of nodes that are deleted, others' transactions among them, while they are read. Of such a node Neo4j
    gives what it read before and null for the rest, so a row with a null is of one that is gone; no other has one.
    """

    name: str
    row: type[Row]
    allow_concurrent_delete: bool = False


def catalogue() -> Traversable:
    """The folder of all statements; it is a data package and goes into the wheel."""
    return files("cypher")


@cache
def statement_text(name: str, dialect: str) -> str:
    """The statement of that name: the dialect's override where there is one, else the portable file."""
    *folders, stem = name.split("/")
    place = catalogue()
    for folder in folders:
        place = place / folder
    override = place / f"{stem}.{dialect}.cypher"
    return (override if override.is_file() else place / f"{stem}.cypher").read_text("utf-8")


@cache
def parameters(name: str, dialect: str) -> frozenset[str]:
    """The names of the parameters that a statement takes."""
    return frozenset(_PARAMETER.findall(_COMMENT.sub("", statement_text(name, dialect))))


def prepare_statement(query: Query[Any], dialect: str, given: Mapping[str, Any]) -> str:
    """The statement's text, once the parameters given are exactly those it takes.

    Ladybug answers *no rows* to a missing parameter and ignores an unknown one: the check is ours to make.
    """
    wanted = parameters(query.name, dialect)
    if given.keys() != wanted:
        raise TypeError(f"{query.name} takes {sorted(wanted)}, not {sorted(given)}")
    return statement_text(query.name, dialect)


def in_utc(given: Any) -> Any:
    """The same, with every instant in UTC: Ladybug drops an offset silently, and Neo4j's driver shifts some zones.

    Raises TypeError for an instant without a zone, which could mean anything.
    """
    if isinstance(given, datetime):
        if given.tzinfo is None:
            raise TypeError(f"{given} has no zone")
        return given.astimezone(UTC)
    if isinstance(given, dict):
        return {name: value if type(value) is str else in_utc(value) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [value if type(value) is str else in_utc(value) for value in given]
    return given


@cache
def _adapter(row: type[Row]) -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[row])  # type: ignore[valid-type]


def to_models(query: Query[Row], rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The engine's rows as models; a column too many or of another type is a defect and says so."""
    found = [row for row in rows if None not in row.values()] if query.allow_concurrent_delete else list(rows)
    try:
        return _adapter(query.row).validate_python(found)
    except ValidationError as wrong:
        raise EngineError(f"{query.name} returned what {query.row.__name__} does not allow: {wrong}") from wrong
