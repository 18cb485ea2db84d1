"""Routes by which manufacturers propose edits of their own entries, and SECAS decides."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import (
    AccessDep,
    AsyncAnswerCacheDep,
    ClockDep,
    GraphDep,
    NoParametersQuery,
    ResolveAsOfDep,
    SettingsDep,
    WorkDep,
)
from service.api.problems import problems
from service.api.repeated_request_status import retry_responses, set_created_status
from service.application.amendments import proposals
from service.errors import (
    AmendmentConflict,
    AmendmentIdTaken,
    EditsRefused,
    ImpactChanged,
    InvalidQuestion,
    ProposalNotFound,
)
from service.schemas.requests.amendments import ImpactPreviewQuestion
from service.schemas.requests.proposals import (
    DecisionRequest,
    ProposalAcceptance,
    ProposalId,
    ProposalRequest,
    ProposalsQuestion,
)
from service.schemas.responses.amendments import RecordedAmendment
from service.schemas.responses.disclosures import ImpactWithDisclosures
from service.schemas.responses.impact import Impact
from service.schemas.responses.proposals import Proposal, ProposalPage, RecordedProposal

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/proposals", tags=["amendments"], responses=problems(InvalidQuestion)
)

ProposalPath = Annotated[ProposalId, Path(description="Id of the proposal.")]


@router.post(
    "",
    status_code=201,
    responses=problems(InvalidQuestion, EditsRefused, AmendmentIdTaken, ImpactChanged)
    | retry_responses(RecordedProposal),
)
@requires("propose", work="question")
async def propose(
    body: ProposalRequest,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    clock: ClockDep,
    resolve_as_of: ResolveAsOfDep,
    access: AccessDep,
    response: Response,
    work: WorkDep,
) -> RecordedProposal:
    """Proposes edits of the caller's own entries to SECAS, and returns their impact. Changes no answer."""
    recorded = await work.run(lambda: proposals.make_proposal(graph, clock, resolve_as_of, access, body))
    return set_created_status(response, *recorded)


@router.get("")
@requires("proposals")
def list_proposals(
    question: Annotated[ProposalsQuestion, Query()], graph: GraphDep, resolve_as_of: ResolveAsOfDep, access: AccessDep
) -> ProposalPage:
    """Lists proposals, newest first: all for SECAS, those of the caller's own entries for a manufacturer."""
    return proposals.list_proposals(graph, resolve_as_of, access, question)


@router.get("/{id}", responses=problems(InvalidQuestion, ProposalNotFound))
@requires("proposals")
def get_proposal(
    id: ProposalPath,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    access: AccessDep,
) -> Proposal:
    """Shows a proposal, and the decision if SECAS has decided."""
    return proposals.get_proposal(graph, resolve_as_of, access, id)


@router.get(
    "/{id}/impact",
    response_model=ImpactWithDisclosures | Impact,
    responses=problems(InvalidQuestion, EditsRefused, ProposalNotFound),
)
@requires("proposals", also="disclosures", work="question")
async def preview_proposal(
    id: ProposalPath,
    question: Annotated[ImpactPreviewQuestion, Query()],
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
    work: WorkDep,
    answers: AsyncAnswerCacheDep,
) -> Response:
    """Previews how accepting a proposal now would change answers and findings. Records nothing."""
    return await work.shared_answer(
        answers,
        lambda: proposals.preview_proposal(graph, resolve_as_of, settings, access, question, id),
    )


@router.post(
    "/{id}/accept",
    status_code=201,
    responses=problems(InvalidQuestion, EditsRefused, ProposalNotFound, AmendmentConflict)
    | retry_responses(RecordedAmendment),
)
@requires("amend", work="amendment")
async def accept_proposal(
    id: ProposalPath,
    body: ProposalAcceptance,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
    work: WorkDep,
) -> RecordedAmendment:
    """Records a proposal as an amendment. The request must quote the impact of its preview, unless empty."""
    recorded = await work.run(lambda: proposals.accept_proposal(graph, clock, access, body, id), limited=False)
    return set_created_status(response, *recorded)


@router.post("/{id}/reject", responses=problems(InvalidQuestion, ProposalNotFound, AmendmentConflict))
@requires("amend")
def reject_proposal(
    id: ProposalPath,
    body: DecisionRequest,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
) -> Proposal:
    """Rejects a proposal, with a reason for the manufacturer that proposed it."""
    return proposals.reject_proposal(graph, clock, access, body, id)
