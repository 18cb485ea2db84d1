"""Whose an entry is: the manufacturer that the list in force, as known now, says it is of (design 8)."""

from collections import defaultdict
from collections.abc import Collection

from pydantic import BaseModel, ConfigDict

from service.graph.protocol import Runner
from service.graph.query import Query
from service.store.lists import Moment


class MadeBy(BaseModel):
    """An entry and its manufacturer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    manufacturer: str


class SaidOf(BaseModel):
    """An amendment and an entry of which it said something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    entry: str


MANUFACTURERS = Query("entry/manufacturers", MadeBy)
DECLARED = Query("amendment/declared_of_ids", SaidOf)
ACCEPTED = Query("amendment/accepted_of_ids", SaidOf)


def manufacturers(graph: Runner, when: Moment, entries: Collection[str]) -> dict[str, str]:
    """The manufacturer of each entry that the list in force has."""
    if not entries:
        return {}
    rows = graph.rows(MANUFACTURERS, entries=sorted(entries), at=when.at, known_at=when.known_at)
    return {row.entry: row.manufacturer for row in rows}


def of_amendments(graph: Runner, when: Moment, ids: Collection[str]) -> dict[str, set[str]]:
    """Whose entries each amendment spoke of; blank for an entry that is nobody's now."""
    if not ids:
        return {}
    rows = [row for query in (DECLARED, ACCEPTED) for row in graph.rows(query, ids=sorted(ids))]
    whose = manufacturers(graph, when, {row.entry for row in rows})
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.id].add(whose.get(row.entry, ""))
    return found
