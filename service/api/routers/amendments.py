"""What a change of declarations would do, and changes themselves: made, taken back, told."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import WithJsonSchema

from service.api.authorisation import AccessDep, GuardedRoute, requires
from service.api.deps import ClockDep, GraphDep, ResolveAsOfDep
from service.api.idempotency import retry_responses, set_created_status
from service.api.problems import problems
from service.api.routers.findings import SettingsDep
from service.application.amendments import amendments, impacts, ownership
from service.application.disclosures import disclosures
from service.errors import AmendmentConflict, AmendmentNotFound, DeclarationChanged, EditsRefused, InvalidQuestion
from service.schemas.requests.amendments import (
    AmendmentHeader,
    AmendmentId,
    AmendmentRequest,
    AmendmentsQuestion,
    ImpactPreviewQuestion,
    RecordedImpactQuestion,
)
from service.schemas.requests.edits import ImpactQuestion
from service.schemas.requests.queries import NoParameters
from service.schemas.responses.amendments import (
    AmendmentDetail,
    AmendmentPage,
    AnonymousAmendmentDetail,
    AnonymousAmendmentPage,
    RecordedAmendment,
)
from service.schemas.responses.disclosures import ImpactWithDisclosures
from service.schemas.responses.impact import Impact

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["amendments"], responses=problems(InvalidQuestion))

AmendmentPath = Annotated[AmendmentId, Path()]
IfMatch = Annotated[
    str | None,
    Header(description="The entry's `declaration_tag`, in quotes."),
    WithJsonSchema({"type": "string"}),
]
ImpactQuery = Annotated[RecordedImpactQuestion, Query()]


@router.post("/impact", responses=problems(InvalidQuestion, EditsRefused))
@requires("impact", also="disclosures")
def preview_impact(
    asked: ImpactQuestion,
    plainly: Annotated[NoParameters, Query()],
    graph: GraphDep,
    settle: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
) -> ImpactWithDisclosures | Impact:
    """What edits would do to every answer and finding, now and at later dates. Nothing is written."""
    ownership.require_own_entries(graph, settle, access, "impact", [edit.entry for edit in asked.edits])
    return impacts.preview_edits(
        graph, settle, settings, asked, disclosures.impact_finder(graph, settings, access, asked)
    )


@router.get("/amendments")
@requires("amendments")
def list_amendments(
    asked: Annotated[AmendmentsQuestion, Query()], graph: GraphDep, settle: ResolveAsOfDep, access: AccessDep
) -> AmendmentPage | AnonymousAmendmentPage:
    """All amendments, or those that say something of one entry; the newest first."""
    return ownership.redact_page(graph, settle, access, amendments.list_amendments(graph, settle, asked))


@router.post(
    "/amendments",
    status_code=201,
    responses=problems(InvalidQuestion, EditsRefused, AmendmentConflict, DeclarationChanged)
    | retry_responses(RecordedAmendment),
)
@requires("amend")
def make_amendment(
    asked: AmendmentRequest,
    plainly: Annotated[NoParameters, Query()],
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
    if_match: IfMatch = None,
) -> RecordedAmendment:
    """Edits recorded as one amendment, all of them or none. The impact that was seen is quoted, unless it is empty."""
    return set_created_status(response, *amendments.make_amendment(graph, clock, access, asked, if_match))


@router.get("/amendments/{id}", responses=problems(AmendmentNotFound))
@requires("amendments")
def get_amendment(
    id: AmendmentPath,
    plainly: Annotated[NoParameters, Query()],
    graph: GraphDep,
    settle: ResolveAsOfDep,
    access: AccessDep,
) -> AmendmentDetail | AnonymousAmendmentDetail:
    """Who amended, when, why, on what evidence; and what was declared before and after."""
    return ownership.redact_amendment(graph, settle, access, amendments.get_amendment(graph, settle, id))


@router.get("/amendments/{id}/impact", responses=problems(AmendmentNotFound))
@requires("amendments", also="disclosures")
def get_amendment_impact(
    id: AmendmentPath,
    asked: ImpactQuery,
    graph: GraphDep,
    settle: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
) -> ImpactWithDisclosures | Impact:
    """What an amendment did to the answers of its own time, recomputed from what was known before it and after."""
    return amendments.recorded_impact(
        graph, settle, asked, id, disclosures.impact_finder(graph, settings, access, asked)
    )


@router.get(
    "/amendments/{id}/revert", responses=problems(InvalidQuestion, AmendmentNotFound, AmendmentConflict, EditsRefused)
)
@requires("impact", also="disclosures")
def preview_revert(
    id: AmendmentPath,
    asked: Annotated[ImpactPreviewQuestion, Query()],
    graph: GraphDep,
    settle: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
) -> ImpactWithDisclosures | Impact:
    """What it would do to take an amendment back. Nothing is written."""
    ownership.require_own_amendment(graph, settle, access, "impact", id)
    return amendments.preview_revert(
        graph, settle, settings, asked, id, disclosures.impact_finder(graph, settings, access, asked)
    )


@router.post(
    "/amendments/{id}/revert",
    status_code=201,
    responses=problems(InvalidQuestion, AmendmentNotFound, AmendmentConflict, EditsRefused)
    | retry_responses(RecordedAmendment),
)
@requires("amend")
def revert_amendment(
    id: AmendmentPath,
    asked: AmendmentHeader,
    plainly: Annotated[NoParameters, Query()],
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
) -> RecordedAmendment:
    """Takes an amendment back by another one, over the same stretches of time; refused where it was amended again."""
    return set_created_status(response, *amendments.revert_amendment(graph, clock, access, asked, id))
