"""Accepts a proposal and records the amendment in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from service.application.amendments import commit
from service.application.amendments.commit import AmendmentResult, ProposedAmendment
from service.domain.clock import Clock
from service.domain.edits import Edit
from service.graph.protocol import Graph, Runner
from service.repositories import proposals


def record_acceptance(
    graph: Graph, clock: Clock, name: str, wanted: ProposedAmendment, edits: Sequence[Edit]
) -> AmendmentResult:
    """Records a proposal as an amendment: both in one transaction, or neither. Raises as `amend`, and as `reject`."""
    said = wanted.amendment

    def decided(transaction: Runner, recorded: datetime) -> None:
        proposals.record_decision(transaction, name, "accepted", recorded, said.made_by, said.reason, said.id)

    return commit.amend(graph, clock, wanted, edits, decided)
