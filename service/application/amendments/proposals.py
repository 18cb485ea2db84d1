"""Implements the routes of proposals: manufacturers propose edits of their own entries, and SECAS accepts or rejects
them.
"""

import hashlib
import json
from datetime import datetime
from uuid import uuid4

from pydantic import TypeAdapter

from service.application.amendments import commit, impacts, ownership
from service.application.amendments.amendments import to_amendment_response
from service.application.disclosures.disclosure_impact import disclosure_impact_finder
from service.application.paging import cut_page, read_cursor
from service.domain.amendments import AmendmentRecord
from service.domain.as_of import ResolveAsOf
from service.domain.clock import END, Clock
from service.errors import ImpactChanged, ProposalNotFound
from service.graph.protocol import Graph, QueryRunner
from service.repositories import proposals
from service.rules.permissions import Access
from service.schemas.requests.amendments import ImpactPreviewQuestion
from service.schemas.requests.edits import BasesEdit, ImpactQuestion
from service.schemas.requests.proposals import DecisionRequest, ProposalAcceptance, ProposalRequest, ProposalsQuestion
from service.schemas.responses.amendments import AmendmentEvidence, RecordedAmendment
from service.schemas.responses.impact import Impact
from service.schemas.responses.proposals import (
    Decision,
    Proposal,
    ProposalPage,
    ProposalRow,
    ProposedEdit,
    RecordedProposal,
)
from service.settings import Settings

_SUBJECT = "proposals"
_EDITS = TypeAdapter(list[BasesEdit])
_AMENDMENT_FIELDS = ("made_by", "reason", "evidence", "evidence_date", "evidence_sha256", "request")
"""The fields that a proposal has in common with the amendment that it becomes when it is accepted."""


def make_proposal(
    graph: Graph, clock: Clock, resolve_as_of: ResolveAsOf, access: Access, request: ProposalRequest
) -> tuple[RecordedProposal, bool]:
    """Records a manufacturer's proposal of edits. Returns it with its impact (changed pathway answers) and True; for a
    repeated request, with None and False.

    Raises Forbidden for entries of other manufacturers, EditsRefused, ImpactChanged and AmendmentIdTaken.
    """
    ownership.require_own_entries(graph, resolve_as_of, access, "propose", [edit.entry for edit in request.edits])
    amendment = request.amendment(access.signed(request.by))
    if request.id and (recorded := proposals.find_retry(graph, request.id, amendment.request)):
        return RecordedProposal(proposal=_to_proposal(recorded), impact=None), False
    impact = impacts.preview_edits(graph, resolve_as_of, None, ImpactQuestion(edits=list(request.edits)))
    if request.impact not in ("", impact.id):
        raise ImpactChanged(
            "The impact is not what this would do now.", impact=impact.model_dump(mode="json", by_alias=True)
        )
    row = ProposalRow(
        id=request.id or uuid4().hex,
        organisation=access.caller.organisation,
        edits=_EDITS.dump_json(request.edits).decode(),
        proposed=clock(),
        state="open",
        decided=END,
        decided_by="",
        decision="",
        amendment="",
        **{name: getattr(amendment, name) for name in _AMENDMENT_FIELDS},
    )
    recorded = proposals.add_proposal(graph, row)
    return RecordedProposal(proposal=_to_proposal(recorded), impact=impact), recorded is row


def list_proposals(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, question: ProposalsQuestion
) -> ProposalPage:
    """Returns a page of those proposals (edits that manufacturers ask SECAS to record) that the caller may see, newest
    first.
    """
    as_of = resolve_as_of(None, None)
    start = read_cursor(question, _SUBJECT)
    rows = [row for row in proposals.list_proposals(graph) if question.state in ("", row.state)]
    ids = [row.id for row in rows]
    rest = rows[ids.index(start.after) + 1 :] if start.after in ids else rows
    items = [(row, _entries(row)) for row in rest]
    visible = ownership.visible_items(graph, resolve_as_of, access, "proposals", items)
    page = cut_page(question, visible, lambda row: row.id, as_of.at, as_of.known_at, _SUBJECT)
    return ProposalPage(items=[_to_proposal(row) for row in page.items], next=page.next)


def get_proposal(graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, name: str) -> Proposal:
    """Returns the proposal with the id given. Raises ProposalNotFound also for another manufacturer's proposal, so that
    the caller does not learn that it exists.
    """
    return _to_proposal(_visible_row(graph, resolve_as_of, access, name))


def preview_proposal(
    graph: QueryRunner,
    resolve_as_of: ResolveAsOf,
    settings: Settings,
    access: Access,
    question: ImpactPreviewQuestion,
    name: str,
) -> Impact:
    """Returns a page of the pathway answers (routes, or why there is none) that would change if SECAS accepted a
    proposal now. Writes nothing.
    """
    edits = [entry_edit.edit for entry_edit in _edits(_visible_row(graph, resolve_as_of, access, name))]
    find_disclosures = disclosure_impact_finder(graph, settings, access, question)
    subject = f"proposal {name}"
    return impacts.edits_page(graph, resolve_as_of, settings, question, edits, subject, find_disclosures)


def accept_proposal(
    graph: Graph, clock: Clock, access: Access, request: ProposalAcceptance, name: str
) -> tuple[RecordedAmendment, bool]:
    """Records the edits of a proposal as an amendment. Returns the amendment with True, or with False if an earlier,
    equal request recorded it.
    """
    row = proposals.get_proposal(graph, name)
    digest = hashlib.sha256(json.dumps([name, request.by, request.reason]).encode()).hexdigest()
    amendment = AmendmentRecord(
        id=hashlib.sha256(f"proposal {name}".encode()).hexdigest()[:32],
        made_by=access.signed(request.by),
        reason=request.reason,
        evidence=row.evidence,
        evidence_date=row.evidence_date,
        evidence_sha256=row.evidence_sha256,
        source=f"proposal {name}",
        request=digest,
    )

    def record_decision(transaction: QueryRunner, recorded: datetime) -> None:
        by, reason = amendment.made_by, amendment.reason
        proposals.record_decision(transaction, name, "accepted", recorded, by, reason, amendment.id)

    edits = [entry_edit.edit for entry_edit in _edits(row)]
    proposed = commit.ProposedAmendment(amendment, request.impact)
    return to_amendment_response(graph, commit.amend(graph, clock, proposed, edits, record_decision))


def reject_proposal(graph: Graph, clock: Clock, access: Access, request: DecisionRequest, name: str) -> Proposal:
    """Records that SECAS rejects a proposal. Returns the proposal."""
    by = access.signed(request.by)
    return _to_proposal(proposals.reject_proposal(graph, clock, name, by, request.reason))


def _visible_row(graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, name: str) -> ProposalRow:
    row = proposals.get_proposal(graph, name)
    if not ownership.visible_items(graph, resolve_as_of, access, "proposals", [(row, _entries(row))]):
        raise ProposalNotFound(f"There is no proposal {name}.")
    return row


def _edits(row: ProposalRow) -> list[BasesEdit]:
    return _EDITS.validate_json(row.edits)


def _entries(row: ProposalRow) -> set[str]:
    return {edit.entry for edit in _edits(row)}


def _to_proposal(row: ProposalRow) -> Proposal:
    decision = Decision(by=row.decided_by, reason=row.decision, decided=row.decided, amendment=row.amendment or None)
    return Proposal(
        id=row.id,
        by=row.made_by,
        organisation=row.organisation,
        reason=row.reason,
        evidence=AmendmentEvidence(
            reference=row.evidence or None, date=row.evidence_date or None, sha256=row.evidence_sha256 or None
        ),
        edits=[ProposedEdit.model_validate(edit.model_dump()) for edit in _edits(row)],
        proposed=row.proposed,
        state=row.state,
        decision=None if row.state == "open" else decision,
    )
