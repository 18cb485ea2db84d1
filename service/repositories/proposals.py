"""Proposals, kept in the graph until SECAS decides. They belong to no compartment: one raises no revision."""

from datetime import datetime

from service.domain.clock import Clock
from service.errors import AmendmentIdTaken, ProposalAlreadyDecided, ProposalNotFound
from service.graph.protocol import Graph, Runner
from service.graph.query import NoRow, Query
from service.schemas.responses.proposals import ProposalRow, ProposalState

ADD = Query("proposal/add", NoRow)
GET = Query("proposal/get", ProposalRow)
LIST = Query("proposal/list", ProposalRow)
LOCK = Query("proposal/lock", ProposalRow)
DECIDE = Query("proposal/decide", NoRow)


def get_proposal(graph: Runner, name: str) -> ProposalRow:
    """A proposal. Raises ProposalNotFound."""
    return _known(graph.rows(GET, id=name), name)


def list_proposals(graph: Runner) -> list[ProposalRow]:
    """Every proposal there ever was, the newest first."""
    return graph.rows(LIST)


def find_retry(graph: Runner, name: str, request: str) -> ProposalRow | None:
    """What a former try of a request kept, however it was decided since. Raises AmendmentIdTaken for another's id."""
    found = graph.rows(GET, id=name)
    if found and found[0].request != request:
        raise AmendmentIdTaken(f"The id {name} is that of another proposal.")
    return found[0] if found else None


def add_proposal(graph: Graph, row: ProposalRow) -> ProposalRow:
    """Keeps a proposal. A retry finds its own; raises AmendmentIdTaken where another has its id."""

    def work(transaction: Runner) -> ProposalRow:
        if found := find_retry(transaction, row.id, row.request):
            return found
        transaction.rows(ADD, **dict(row))
        return row

    return graph.write(work)


def reject_proposal(graph: Graph, clock: Clock, name: str, by: str, reason: str) -> ProposalRow:
    """Rejects a proposal and returns it. Raises ProposalNotFound and ProposalAlreadyDecided."""

    def work(transaction: Runner) -> ProposalRow:
        record_decision(transaction, name, "rejected", clock(), by, reason)
        return get_proposal(transaction, name)

    return graph.write(work)


def record_decision(
    transaction: Runner, name: str, state: ProposalState, decided: datetime, by: str, reason: str, amendment: str = ""
) -> None:
    """Records a decision; a retry changes nothing. Raises ProposalNotFound and ProposalAlreadyDecided."""
    found = _known(transaction.rows(LOCK, id=name), name)
    if found.state == state and (found.decided_by, found.decision, found.amendment) == (by, reason, amendment):
        return  # a retry
    if found.state != "open":
        raise ProposalAlreadyDecided(f"The proposal was {found.state} before.", state=found.state)
    transaction.rows(DECIDE, id=name, state=state, decided=decided, decided_by=by, decision=reason, amendment=amendment)


def _known(found: list[ProposalRow], name: str) -> ProposalRow:
    if not found:
        raise ProposalNotFound(f"There is no proposal {name}.")
    return found[0]
