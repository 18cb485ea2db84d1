"""Proposals as they are asked for over HTTP: made by a manufacturer, decided by SECAS, told to both."""

import hashlib
import json
from uuid import uuid4

from pydantic import TypeAdapter

from service.application.amendments import edit_impact, impacts, ownership, proposal_decision
from service.application.amendments.amendments import to_amendment_response
from service.application.amendments.commit import ProposedAmendment
from service.application.disclosures import disclosures as whose
from service.domain.amendments import AmendmentRecord
from service.domain.as_of import ResolveAsOf
from service.domain.clock import END, Clock
from service.errors import ImpactChanged, ProposalNotFound
from service.graph.protocol import Graph, Runner
from service.repositories import proposals
from service.repositories.overview import finding_standards
from service.rules.permissions import Access
from service.schemas.cursor import next_cursor, read_cursor
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

_EDITS = TypeAdapter(list[BasesEdit])


def make_proposal(
    graph: Graph, clock: Clock, settle: ResolveAsOf, access: Access, asked: ProposalRequest
) -> tuple[RecordedProposal, bool]:
    """Keeps what is proposed; tells what it would do, and whether it was kept now: a retry finds its own.

    Raises Forbidden for others' entries, EditsRefused, ImpactChanged and AmendmentIdTaken.
    """
    ownership.require_own_entries(graph, settle, access, "propose", [edit.entry for edit in asked.edits])
    wanted = asked.amendment(access.signed(asked.by))
    if asked.id and (kept := proposals.find_retry(graph, asked.id, wanted.request)):
        return RecordedProposal(proposal=_shown(kept), impact=None), False
    foreseen = impacts.preview_edits(graph, settle, None, ImpactQuestion(edits=list(asked.edits)))
    if asked.impact not in ("", foreseen.id):
        raise ImpactChanged("The impact is not what this would do now.", impact=foreseen.model_dump(mode="json"))
    row = ProposalRow(
        id=asked.id or uuid4().hex,
        organisation=access.caller.organisation,
        edits=_EDITS.dump_json(asked.edits).decode(),
        proposed=clock(),
        state="open",
        decided=END,
        decided_by="",
        decision="",
        amendment="",
        **{name: getattr(wanted, name) for name in _SAID},
    )
    kept = proposals.add_proposal(graph, row)
    return RecordedProposal(proposal=_shown(kept), impact=foreseen), kept is row


_SAID = ("made_by", "reason", "evidence", "evidence_date", "evidence_sha256", "request")


def list_proposals(graph: Runner, settle: ResolveAsOf, access: Access, asked: ProposalsQuestion) -> ProposalPage:
    """A page of the proposals that the caller may see."""
    when = settle(None, None)
    place = read_cursor(asked, "proposals")
    rows = [row for row in proposals.list_proposals(graph) if asked.state in ("", row.state)]
    ids = [row.id for row in rows]
    rest = rows[ids.index(place.after) + 1 :] if place.after in ids else rows
    seen = ownership.visible_items(graph, settle, access, "proposals", [(row, _entries(row)) for row in rest])
    items = seen[: asked.limit]
    more = len(seen) > len(items)
    then = next_cursor(asked, items[-1].id, when.at, when.known_at, "proposals") if more else None
    return ProposalPage(items=[_shown(row) for row in items], next=then)


def get_proposal(graph: Runner, settle: ResolveAsOf, access: Access, name: str) -> Proposal:
    """A proposal. Raises ProposalNotFound for one that is of others' entries too: nobody learns that it is there."""
    return _shown(_seen(graph, settle, access, name))


def preview_proposal(
    graph: Runner, settle: ResolveAsOf, settings: Settings, access: Access, asked: ImpactPreviewQuestion, name: str
) -> Impact:
    """A page of what a proposal would do, if it were accepted now."""
    edits = [edit.edit for edit in _edits(_seen(graph, settle, access, name))]
    by = finding_standards(settings) if asked.findings else None
    heard = whose.impact_finder(graph, settings, access, asked)
    return impacts.impact_page(
        settle, asked, f"proposal {name}",
        lambda when, window: edit_impact.edits_impact(graph, edits, when.at, when.known_at, window, by, heard),
    )  # fmt: skip


def accept_proposal(
    graph: Graph, clock: Clock, access: Access, asked: ProposalAcceptance, name: str
) -> tuple[RecordedAmendment, bool]:
    """The amendment that a proposal is recorded as, and whether it was recorded now; a retry finds it there."""
    row = proposals.get_proposal(graph, name)
    request = hashlib.sha256(json.dumps([name, asked.by, asked.reason]).encode()).hexdigest()
    amendment = AmendmentRecord(
        id=hashlib.sha256(f"proposal {name}".encode()).hexdigest()[:32],
        made_by=access.signed(asked.by),
        reason=asked.reason,
        evidence=row.evidence,
        evidence_date=row.evidence_date,
        evidence_sha256=row.evidence_sha256,
        source=f"proposal {name}",
        request=request,
    )
    edits = [edit.edit for edit in _edits(row)]
    return to_amendment_response(
        graph,
        proposal_decision.record_acceptance(graph, clock, name, ProposedAmendment(amendment, asked.impact), edits),
    )


def reject_proposal(graph: Graph, clock: Clock, access: Access, asked: DecisionRequest, name: str) -> Proposal:
    """The proposal, rejected."""
    return _shown(proposals.reject_proposal(graph, clock, name, access.signed(asked.by), asked.reason))


def _seen(graph: Runner, settle: ResolveAsOf, access: Access, name: str) -> ProposalRow:
    row = proposals.get_proposal(graph, name)
    if not ownership.visible_items(graph, settle, access, "proposals", [(row, _entries(row))]):
        raise ProposalNotFound(f"There is no proposal {name}.")
    return row


def _edits(row: ProposalRow) -> list[BasesEdit]:
    return _EDITS.validate_json(row.edits)


def _entries(row: ProposalRow) -> set[str]:
    return {edit.entry for edit in _edits(row)}


def _shown(row: ProposalRow) -> Proposal:
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
