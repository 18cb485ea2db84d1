"""Fetches amendments (recorded changes of declarations), and the entries whose facts each of them changed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.domain.frozen_model import FrozenModel
from service.domain.hash_chain import ChainLink
from service.errors import AmendmentNotFound
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories.facts import EntryNumberRow


class RevertingRow(FrozenModel):
    """The id of an amendment that was reverted, and the id of the amendment that reverted it."""

    id: str
    reverted_by: str


class AmendmentSequenceRow(FrozenModel):
    """The id of an amendment, and its sequence number in the hash chain."""

    id: str
    sequence: int


class AmendedEntryRow(FrozenModel):
    """The id of an amendment, and the number of an entry about which the amendment recorded a fact."""

    id: str
    entry: str


LIST = Query("amendment/list", ChainLink)
GET = Query("amendment/get", ChainLink)
OF_IDS = Query("amendment/of_ids", ChainLink)
REVERTING = Query("amendment/reverting", RevertingRow)
SAME_TRANSACTION = Query("amendment/same_transaction", AmendmentSequenceRow)
DECLARED = Query("amendment/declared", EntryNumberRow)
ACCEPTED = Query("amendment/accepted", EntryNumberRow)
CONFIRMED = Query("amendment/confirmed", EntryNumberRow)
DECLARED_OF_IDS = Query("amendment/declared_of_ids", AmendedEntryRow)
ACCEPTED_OF_IDS = Query("amendment/accepted_of_ids", AmendedEntryRow)
CONFIRMED_OF_IDS = Query("amendment/confirmed_of_ids", AmendedEntryRow)
DECLARED_AT = Query("amendment/declared_at", EntryNumberRow)
ACCEPTED_AT = Query("amendment/accepted_at", EntryNumberRow)
CONFIRMED_AT = Query("amendment/confirmed_at", EntryNumberRow)
LISTED_AT = Query("amendment/listed_at", EntryNumberRow)


def find_amendment(graph: QueryRunner, name: str) -> ChainLink | None:
    """Fetches the amendment with the id given. Returns None if there is none."""
    links = graph.rows(GET, id=name)
    return links[0] if links else None


def get_amendment(graph: QueryRunner, name: str, known_at: datetime) -> ChainLink:
    """Fetches the amendment with the id given. Raises AmendmentNotFound if the graph had none by `known_at`."""
    link = find_amendment(graph, name)
    if link is None or link.recorded > known_at:
        raise AmendmentNotFound(f"No amendment known at that time has the id {name}.")
    return link


def amendments_before(graph: QueryRunner, known_at: datetime, before: int, most: int) -> list[ChainLink]:
    """Fetches up to `most` amendments with a sequence number below `before`, newest first."""
    return graph.rows(LIST, known_at=known_at, before=before, most=most)


def amendments_by_id(graph: QueryRunner, ids: Collection[str]) -> list[ChainLink]:
    """Fetches the amendments with the ids given, in any order. Leaves out unknown ids."""
    return graph.rows(OF_IDS, ids=sorted(ids)) if ids else []


def reverting_amendments(graph: QueryRunner, ids: Collection[str], known_at: datetime) -> list[RevertingRow]:
    """Fetches, for each amendment given that another one had reverted by `known_at`, that other amendment."""
    return graph.rows(REVERTING, ids=sorted(ids), known_at=known_at) if ids else []


def amendments_recorded_at(graph: QueryRunner, recorded: datetime) -> list[AmendmentSequenceRow]:
    """Fetches the amendments of the transaction that was recorded at the instant given, in the order of the hash
    chain.
    """
    return graph.rows(SAME_TRANSACTION, recorded=recorded)


def amended_entries(graph: QueryRunner, name: str) -> set[str]:
    """Fetches the entries about which an amendment recorded a declaration, an accepted base or a confirmed one."""
    return {row.entry for query in (DECLARED, ACCEPTED, CONFIRMED) for row in graph.rows(query, id=name)}


def amended_entry_rows(graph: QueryRunner, ids: Sequence[str]) -> list[AmendedEntryRow]:
    """Fetches each pair of one of the amendments given and an entry about which this amendment recorded a declaration,
    an accepted base or a confirmed one.
    """
    return [row for query in (DECLARED_OF_IDS, ACCEPTED_OF_IDS, CONFIRMED_OF_IDS) for row in graph.rows(query, ids=ids)]


def entries_changed_at(graph: QueryRunner, recorded: datetime) -> set[str]:
    """Fetches the entries about which the service recorded or superseded a fact at the instant given."""
    queries = (DECLARED_AT, ACCEPTED_AT, CONFIRMED_AT, LISTED_AT)
    return {row.entry for query in queries for row in graph.rows(query, recorded=recorded)}
