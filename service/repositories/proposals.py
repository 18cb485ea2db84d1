"""Stores the changes that manufacturers propose, and the decisions on them.

Proposals belong to no compartment (a part of the graph with a revision number), so that a proposal changes no answer.
"""

from datetime import datetime

from service.domain.clock import Clock
from service.errors import AmendmentIdTaken, ProposalAlreadyDecided, ProposalNotFound
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query
from service.schemas.responses.proposals import ProposalRow, ProposalState

ADD = Query("proposal/add", NoRow)
GET = Query("proposal/get", ProposalRow)
LIST = Query("proposal/list", ProposalRow)
LOCK = Query("proposal/lock", ProposalRow)
DECIDE = Query("proposal/decide", NoRow)


def get_proposal(graph: QueryRunner, name: str) -> ProposalRow:
    """Fetches the proposal with the id given. Raises ProposalNotFound."""
    return _single(graph.rows(GET, id=name), name)


def list_proposals(graph: QueryRunner) -> list[ProposalRow]:
    """Fetches every proposal, whether decided or not, newest first."""
    return graph.rows(LIST)


def find_retry(graph: QueryRunner, name: str, request: str) -> ProposalRow | None:
    """Fetches the proposal that an earlier attempt of the same request stored. Returns None if there is none.

    `request` is the digest of the request. Raises AmendmentIdTaken if another request used the id.
    """
    rows = graph.rows(GET, id=name)
    if rows and rows[0].request != request:
        raise AmendmentIdTaken(f"The id {name} is that of another proposal.")
    return rows[0] if rows else None


def add_proposal(graph: Graph, row: ProposalRow) -> ProposalRow:
    """Stores a proposal and returns it. For a repeated request returns the proposal stored before.

    Raises AmendmentIdTaken if another request used the id.
    """

    def work(transaction: QueryRunner) -> ProposalRow:
        if stored := find_retry(transaction, row.id, row.request):
            return stored
        transaction.rows(ADD, **dict(row))
        return row

    return graph.write(work)


def reject_proposal(graph: Graph, clock: Clock, name: str, by: str, reason: str) -> ProposalRow:
    """Stores that SECAS rejects a proposal, and returns the proposal. Raises ProposalNotFound and
    ProposalAlreadyDecided.
    """

    def work(transaction: QueryRunner) -> ProposalRow:
        record_decision(transaction, name, "rejected", clock(), by, reason)
        return get_proposal(transaction, name)

    return graph.write(work)


def record_decision(
    transaction: QueryRunner,
    name: str,
    state: ProposalState,
    decided: datetime,
    by: str,
    reason: str,
    amendment: str = "",
) -> None:
    """Stores the decision on a proposal. The same decision again changes nothing.

    Raises ProposalNotFound and ProposalAlreadyDecided.
    """
    stored = _single(transaction.rows(LOCK, id=name), name)
    if stored.state == state and (stored.decided_by, stored.decision, stored.amendment) == (by, reason, amendment):
        return  # a retry
    if stored.state != "open":
        raise ProposalAlreadyDecided(f"The proposal was {stored.state} before.", state=stored.state)
    transaction.rows(DECIDE, id=name, state=state, decided=decided, decided_by=by, decision=reason, amendment=amendment)


def _single(rows: list[ProposalRow], name: str) -> ProposalRow:
    if not rows:
        raise ProposalNotFound(f"There is no proposal {name}.")
    return rows[0]
