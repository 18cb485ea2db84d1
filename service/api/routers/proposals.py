"""What manufacturers propose for their own entries, and what SECAS decides."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service.api.authorisation import AccessDep, Guarded, may
from service.api.deps import ClockDep, GraphDep, SettleDep
from service.api.idempotency import again, recorded
from service.api.problems import problems
from service.api.routers.findings import SettingsDep
from service.application.amendments import proposals
from service.errors import (
    AmendmentConflict,
    AmendmentIdTaken,
    BadQuestion,
    EditsRefused,
    ImpactMoved,
    ProposalUnknown,
)
from service.schemas.requests.amendments import ForesightAsked
from service.schemas.requests.proposals import Accepted, Decided, ProposalId, ProposalRequest, ProposalsQuestion
from service.schemas.requests.queries import Plainly
from service.schemas.responses.amendments import AmendmentMade
from service.schemas.responses.disclosures import ImpactTold
from service.schemas.responses.impact import Impact
from service.schemas.responses.proposals import Proposal, ProposalMade, ProposalPage

router = APIRouter(route_class=Guarded, prefix="/v1/proposals", tags=["amendments"], responses=problems(BadQuestion))

ProposalPath = Annotated[ProposalId, Path(description="A proposal's id.")]
Plain = Annotated[Plainly, Query()]


@router.post(
    "",
    status_code=201,
    responses=problems(BadQuestion, EditsRefused, AmendmentIdTaken, ImpactMoved) | again(ProposalMade),
)
@may("propose")
def propose(
    asked: ProposalRequest,
    plainly: Plain,
    graph: GraphDep,
    clock: ClockDep,
    settle: SettleDep,
    access: AccessDep,
    response: Response,
) -> ProposalMade:
    """Edits of one's own entries, for SECAS to accept or reject; and what they would do. No answer moves by it."""
    return recorded(response, *proposals.made(graph, clock, settle, access, asked))


@router.get("")
@may("proposals")
def page(
    asked: Annotated[ProposalsQuestion, Query()], graph: GraphDep, settle: SettleDep, access: AccessDep
) -> ProposalPage:
    """Proposals, the newest first: those of one's own entries, or all for SECAS."""
    return proposals.page(graph, settle, access, asked)


@router.get("/{id}", responses=problems(BadQuestion, ProposalUnknown))
@may("proposals")
def one(id: ProposalPath, plainly: Plain, graph: GraphDep, settle: SettleDep, access: AccessDep) -> Proposal:
    """What was proposed, and how it was decided."""
    return proposals.one(graph, settle, access, id)


@router.get("/{id}/impact", responses=problems(BadQuestion, EditsRefused, ProposalUnknown))
@may("proposals", also="told")
def foreseen(
    id: ProposalPath,
    asked: Annotated[ForesightAsked, Query()],
    graph: GraphDep,
    settle: SettleDep,
    settings: SettingsDep,
    access: AccessDep,
) -> ImpactTold | Impact:
    """What it would do if it were accepted now. Nothing is written."""
    return proposals.foreseen(graph, settle, settings, access, asked, id)


@router.post(
    "/{id}/accept",
    status_code=201,
    responses=problems(BadQuestion, EditsRefused, ProposalUnknown, AmendmentConflict) | again(AmendmentMade),
)
@may("amend")
def accept(
    id: ProposalPath,
    asked: Accepted,
    plainly: Plain,
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
) -> AmendmentMade:
    """Records a proposal as an amendment. The impact that was seen is quoted, unless it is empty."""
    return recorded(response, *proposals.accepted(graph, clock, access, asked, id))


@router.post("/{id}/reject", responses=problems(BadQuestion, ProposalUnknown, AmendmentConflict))
@may("amend")
def reject(
    id: ProposalPath, asked: Decided, plainly: Plain, graph: GraphDep, clock: ClockDep, access: AccessDep
) -> Proposal:
    """Rejects a proposal, with the reason that its proposer reads."""
    return proposals.rejected(graph, clock, access, asked, id)
