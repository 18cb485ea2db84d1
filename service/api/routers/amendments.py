"""Routes that record, revert, list and preview amendments."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import WithJsonSchema

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
from service.application.amendments import amendments, impacts, ownership
from service.application.disclosures.disclosure_impact import disclosure_impact_finder
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


@router.post(
    "/impact", response_model=ImpactWithDisclosures | Impact, responses=problems(InvalidQuestion, EditsRefused)
)
@requires("impact", also="disclosures", work="question")
async def preview_impact(
    body: ImpactQuestion,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
    work: WorkDep,
    answers: AsyncAnswerCacheDep,
) -> Response:
    """Previews how edits would change answers and findings, now and at later dates. Records nothing."""

    def preview() -> Impact:
        ownership.require_own_entries(graph, resolve_as_of, access, "impact", [edit.entry for edit in body.edits])
        find_disclosures = disclosure_impact_finder(graph, settings, access, body)
        return impacts.preview_edits(graph, resolve_as_of, settings, body, find_disclosures)

    return await work.shared_answer(answers, preview)


@router.get("/amendments")
@requires("amendments")
def list_amendments(
    question: Annotated[AmendmentsQuestion, Query()], graph: GraphDep, resolve_as_of: ResolveAsOfDep, access: AccessDep
) -> AmendmentPage | AnonymousAmendmentPage:
    """Lists all amendments, or the amendments of one entry, newest first."""
    return ownership.redact_page(
        graph, resolve_as_of, access, amendments.list_amendments(graph, resolve_as_of, question)
    )


@router.post(
    "/amendments",
    status_code=201,
    responses=problems(InvalidQuestion, EditsRefused, AmendmentConflict, DeclarationChanged)
    | retry_responses(RecordedAmendment),
)
@requires("amend", work="amendment")
async def make_amendment(
    body: AmendmentRequest,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
    work: WorkDep,
    if_match: IfMatch = None,
) -> RecordedAmendment:
    """Records edits as one amendment, all or none. The request must quote the impact of its preview, unless empty."""
    recorded = await work.run(lambda: amendments.make_amendment(graph, clock, access, body, if_match), limited=False)
    return set_created_status(response, *recorded)


@router.get("/amendments/{id}", responses=problems(AmendmentNotFound))
@requires("amendments")
def get_amendment(
    id: AmendmentPath,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    access: AccessDep,
) -> AmendmentDetail | AnonymousAmendmentDetail:
    """Shows who amended, when, why and on which evidence, and the declarations before and after."""
    return ownership.redact_amendment(graph, resolve_as_of, access, amendments.get_amendment(graph, resolve_as_of, id))


@router.get(
    "/amendments/{id}/impact",
    response_model=ImpactWithDisclosures | Impact,
    responses=problems(AmendmentNotFound),
)
@requires("amendments", also="disclosures", work="question")
async def get_amendment_impact(
    id: AmendmentPath,
    question: ImpactQuery,
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
    work: WorkDep,
    answers: AsyncAnswerCacheDep,
) -> Response:
    """Recomputes how an amendment changed the answers, from the data known just before and just after it."""

    def recompute() -> Impact:
        find_disclosures = disclosure_impact_finder(graph, settings, access, question)
        return amendments.recorded_impact(graph, resolve_as_of, question, id, find_disclosures)

    return await work.shared_answer(answers, recompute)


@router.get(
    "/amendments/{id}/revert",
    response_model=ImpactWithDisclosures | Impact,
    responses=problems(InvalidQuestion, AmendmentNotFound, AmendmentConflict, EditsRefused),
)
@requires("impact", also="disclosures", work="question")
async def preview_revert(
    id: AmendmentPath,
    question: Annotated[ImpactPreviewQuestion, Query()],
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
    work: WorkDep,
    answers: AsyncAnswerCacheDep,
) -> Response:
    """Previews how reverting an amendment would change answers and findings. Records nothing."""

    def preview() -> Impact:
        ownership.require_own_amendment(graph, resolve_as_of, access, "impact", id)
        find_disclosures = disclosure_impact_finder(graph, settings, access, question)
        return amendments.preview_revert(graph, resolve_as_of, settings, question, id, find_disclosures)

    return await work.shared_answer(answers, preview)


@router.post(
    "/amendments/{id}/revert",
    status_code=201,
    responses=problems(InvalidQuestion, AmendmentNotFound, AmendmentConflict, EditsRefused)
    | retry_responses(RecordedAmendment),
)
@requires("amend", work="amendment")
async def revert_amendment(
    id: AmendmentPath,
    body: AmendmentHeader,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
    work: WorkDep,
) -> RecordedAmendment:
    """Reverts an amendment by a new one over the same periods. Refused if a later amendment changed any of them."""
    recorded = await work.run(lambda: amendments.revert_amendment(graph, clock, access, body, id), limited=False)
    return set_created_status(response, *recorded)
