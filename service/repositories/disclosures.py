"""Stores the disclosure log: which answers each organisation received.

The log belongs to no compartment (a part of the graph with a revision number): a new row makes no cached answer
invalid.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from service.domain.frozen_model import FrozenModel
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query
from service.rules.records.disclosure import disclosure_row
from service.schemas.responses.disclosures import Disclosure, DisclosureRow, LatestDisclosure


class CountRow(FrozenModel):
    """How many rows the disclosure log has."""

    rows: int


class OrderKeyRow(FrozenModel):
    """The order key of a row of the disclosure log."""

    turn: str


class DisclosureIdRow(FrozenModel):
    """The id of a row in the disclosure log (which answers each organisation received)."""

    id: str


EXISTING = Query("disclosure/existing", DisclosureIdRow, allow_concurrent_delete=True)
WRITE = Query("disclosure/write", NoRow)
OLDER = Query("disclosure/older", DisclosureIdRow, allow_concurrent_delete=True)
DELETE = Query("disclosure/delete", NoRow)
COUNT = Query("disclosure/count", CountRow, allow_concurrent_delete=True)
OLDEST_KEPT = Query("disclosure/oldest_kept", OrderKeyRow, allow_concurrent_delete=True)
LIST = Query("disclosure/list", DisclosureRow, allow_concurrent_delete=True)
LATEST = Query("disclosure/latest", LatestDisclosure, allow_concurrent_delete=True)
LATEST_EXPORTS = Query("disclosure/latest_exports", LatestDisclosure, allow_concurrent_delete=True)
OF_IDS = Query("disclosure/of_ids", DisclosureRow, allow_concurrent_delete=True)

DELETED_AT_ONCE = 1_000
"""Rows that one transaction deletes; between two transactions amendments can be written."""


def write_disclosures(graph: Graph, disclosures: Iterable[Disclosure]) -> None:
    """Writes rows to the disclosure log (which answers each organisation received), except for rows that it has
    already. An answer repeated on the same day is one row.
    """
    rows = {row["id"]: row for row in map(disclosure_row, disclosures)}

    def work(transaction: QueryRunner) -> None:
        existing = {row.id for row in transaction.rows(EXISTING, ids=list(rows))}
        missing = [row for id, row in rows.items() if id not in existing]
        if missing:
            transaction.rows(WRITE, rows=missing)

    graph.write(work)


def delete_older(graph: Graph, before: str) -> int:
    """Deletes up to `DELETED_AT_ONCE` rows of the log with an order key (time) below `before`. Returns their number."""
    ids = [row.id for row in graph.rows(OLDER, before=before, most=DELETED_AT_ONCE)]
    if ids:
        graph.write(lambda transaction: transaction.rows(DELETE, ids=ids))
    return len(ids)


def oldest_kept(graph: QueryRunner, most: int) -> str:
    """Returns the order key of the oldest of the newest `most` rows; blank where the log has no more rows."""
    excess = graph.rows(COUNT)[0].rows - most
    kept = graph.rows(OLDEST_KEPT, excess=excess) if excess > 0 else []
    return kept[0].turn if kept else ""


def list_disclosures(graph: QueryRunner, before: str, since: str, most: int, **filters: str) -> list[DisclosureRow]:
    """Fetches up to `most` rows of the disclosure log with `since` <= order key (time) < `before`, newest first.

    `filters` are organisation, kind, base and target; a blank filter lets every row pass.
    """
    return graph.rows(LIST, before=before, since=since, most=most, **filters)


def latest_disclosures(graph: QueryRunner, targets: Sequence[str], known_at: datetime) -> list[LatestDisclosure]:
    """Fetches, from the disclosure log, the latest answer that each organisation received to each question about one of
    the targets given.

    Only answers by the facts recorded by `known_at` count. Answers to questions that named an instant, or that allowed
    removed entries, are left out.
    """
    return graph.rows(LATEST, targets=targets, known=known_at)


def latest_exports(graph: QueryRunner, known_at: datetime) -> list[LatestDisclosure]:
    """Fetches, from the disclosure log, the latest export of the Firmware Information Repository (FIR) that each
    organisation received.

    Only exports of facts recorded by `known_at` count.
    """
    return graph.rows(LATEST_EXPORTS, known=known_at)


def disclosures_by_id(graph: QueryRunner, ids: Sequence[str]) -> list[DisclosureRow]:
    """Fetches the rows of the disclosure log (which answers each organisation received) with the ids given, in any
    order.
    """
    return graph.rows(OF_IDS, ids=ids)
