"""Accepts a proposal and records its amendment in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from service.application.amendments import commit
from service.application.amendments.commit import AmendmentResult, ProposedAmendment
from service.domain.clock import Clock
from service.domain.edits import Edit
from service.graph.protocol import Graph, Runner
from service.repositories import proposals


def record_acceptance(
    graph: Graph, clock: Clock, name: str, proposed: ProposedAmendment, edits: Sequence[Edit]
) -> AmendmentResult:
    """Records the acceptance of a proposal and its amendment. Raises the errors of `commit.amend` and
    `proposals.reject_proposal`.
    """
    record = proposed.amendment

    def record_decision(transaction: Runner, recorded: datetime) -> None:
        proposals.record_decision(transaction, name, "accepted", recorded, record.made_by, record.reason, record.id)

    return commit.amend(graph, clock, proposed, edits, record_decision)
