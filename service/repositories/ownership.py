"""Whose an entry is: the manufacturer that the list in force, as known now, says it is of (design 8)."""

from collections.abc import Collection

from pydantic import BaseModel, ConfigDict

from service.domain.as_of import AsOf
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import amendments


class ManufacturerRow(BaseModel):
    """An entry and its manufacturer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    manufacturer: str


class AmendedEntryRow(BaseModel):
    """An amendment and an entry of which it said something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    entry: str


MANUFACTURERS = Query("entry/manufacturers", ManufacturerRow)
DECLARED = Query("amendment/declared_of_ids", AmendedEntryRow)
ACCEPTED = Query("amendment/accepted_of_ids", AmendedEntryRow)


def manufacturers_of(graph: Runner, when: AsOf, entries: Collection[str]) -> dict[str, str]:
    """The manufacturer of each entry that the list in force has."""
    if not entries:
        return {}
    rows = graph.rows(MANUFACTURERS, entries=sorted(entries), at=when.at, known_at=when.known_at)
    return {row.entry: row.manufacturer for row in rows}


def manufacturers_of_amendments(graph: Runner, when: AsOf, ids: Collection[str]) -> dict[str, set[str]]:
    """Whose entries each amendment spoke of; blank for an entry that is nobody's now."""
    if not ids:
        return {}
    said = entries_of_amendments(graph, ids)
    whose = manufacturers_of(graph, when, set().union(*said.values()))
    return {name: {whose.get(entry, "") for entry in entries} for name, entries in said.items()}


def entries_of_amendments(graph: Runner, ids: Collection[str]) -> dict[str, set[str]]:
    """The entries of which each of these amendments said something.

    A revert speaks of what the amendment that it takes back does: where nothing was said before that, nothing bears the
    revert's own name.
    """
    undone = _undone(graph, ids)
    names = sorted(set(undone.values()))
    found: dict[str, set[str]] = {name: set() for name in names}
    for row in (row for query in (DECLARED, ACCEPTED) for row in graph.rows(query, ids=names)):
        found[row.id].add(row.entry)
    return {name: found[first] for name, first in undone.items()}


def _undone(graph: Runner, ids: Collection[str]) -> dict[str, str]:
    """For each amendment that there is itself; for one that reverts, what is undone at the end, or done again."""
    found: dict[str, str] = {}
    fresh = {name: name for name in ids}
    while fresh:
        links = {link.id: link for link in graph.rows(amendments.OF_IDS, ids=sorted(set(fresh.values())))}
        here = {name: links[place] for name, place in fresh.items() if place in links}
        found |= {name: link.id for name, link in here.items()}
        fresh = {name: link.reverts for name, link in here.items() if link.reverts}
    return found
