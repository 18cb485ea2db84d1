"""What a change of declarations would do, and changes themselves: made, taken back, told."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import WithJsonSchema

from service.api.authorisation import AccessDep, Guarded, may
from service.api.deps import ClockDep, GraphDep, SettleDep
from service.api.idempotency import again, recorded
from service.api.problems import problems
from service.api.routers.findings import SettingsDep
from service.application.amendments import amendments, impacts, ownership
from service.application.disclosures import disclosures
from service.errors import AmendmentConflict, AmendmentUnknown, BadQuestion, DeclarationMoved, EditsRefused
from service.schemas.requests.amendments import (
    Amending,
    AmendmentId,
    AmendmentRequest,
    AmendmentsQuestion,
    ForesightAsked,
    ImpactAsked,
)
from service.schemas.requests.edits import ImpactQuestion
from service.schemas.requests.queries import Plainly
from service.schemas.responses.amendments import AmendmentAnswer, AmendmentMade, AmendmentPage, BareAnswer, BarePage
from service.schemas.responses.disclosures import ImpactTold
from service.schemas.responses.impact import Impact

router = APIRouter(route_class=Guarded, prefix="/v1", tags=["amendments"], responses=problems(BadQuestion))

AmendmentPath = Annotated[AmendmentId, Path()]
IfMatch = Annotated[
    str | None,
    Header(description="The entry's `declaration_tag`, in quotes."),
    WithJsonSchema({"type": "string"}),
]
ImpactQuery = Annotated[ImpactAsked, Query()]


@router.post("/impact", responses=problems(BadQuestion, EditsRefused))
@may("impact", also="told")
def impact(
    asked: ImpactQuestion,
    plainly: Annotated[Plainly, Query()],
    graph: GraphDep,
    settle: SettleDep,
    settings: SettingsDep,
    access: AccessDep,
) -> ImpactTold | Impact:
    """What edits would do to every answer and finding, now and at later dates. Nothing is written."""
    ownership.insist(graph, settle, access, "impact", [edit.entry for edit in asked.edits])
    return impacts.of(graph, settle, settings, asked, disclosures.heard(graph, settings, access, asked))


@router.get("/amendments")
@may("amendments")
def page(
    asked: Annotated[AmendmentsQuestion, Query()], graph: GraphDep, settle: SettleDep, access: AccessDep
) -> AmendmentPage | BarePage:
    """All amendments, or those that say something of one entry; the newest first."""
    return ownership.page(graph, settle, access, amendments.page(graph, settle, asked))


@router.post(
    "/amendments",
    status_code=201,
    responses=problems(BadQuestion, EditsRefused, AmendmentConflict, DeclarationMoved) | again(AmendmentMade),
)
@may("amend")
def make(
    asked: AmendmentRequest,
    plainly: Annotated[Plainly, Query()],
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
    if_match: IfMatch = None,
) -> AmendmentMade:
    """Edits recorded as one amendment, all of them or none. The impact that was seen is quoted, unless it is empty."""
    return recorded(response, *amendments.made(graph, clock, access, asked, if_match))


@router.get("/amendments/{id}", responses=problems(AmendmentUnknown))
@may("amendments")
def one(
    id: AmendmentPath, plainly: Annotated[Plainly, Query()], graph: GraphDep, settle: SettleDep, access: AccessDep
) -> AmendmentAnswer | BareAnswer:
    """Who amended, when, why, on what evidence; and what was declared before and after."""
    return ownership.one(graph, settle, access, amendments.one(graph, settle, id))


@router.get("/amendments/{id}/impact", responses=problems(AmendmentUnknown))
@may("amendments", also="told")
def done(
    id: AmendmentPath, asked: ImpactQuery, graph: GraphDep, settle: SettleDep, settings: SettingsDep, access: AccessDep
) -> ImpactTold | Impact:
    """What an amendment did to the answers of its own time, recomputed from what was known before it and after."""
    return amendments.impact(graph, settle, asked, id, disclosures.heard(graph, settings, access, asked))


@router.get(
    "/amendments/{id}/revert", responses=problems(BadQuestion, AmendmentUnknown, AmendmentConflict, EditsRefused)
)
@may("impact", also="told")
def foreseen(
    id: AmendmentPath,
    asked: Annotated[ForesightAsked, Query()],
    graph: GraphDep,
    settle: SettleDep,
    settings: SettingsDep,
    access: AccessDep,
) -> ImpactTold | Impact:
    """What it would do to take an amendment back. Nothing is written."""
    ownership.insist_on_amendment(graph, settle, access, "impact", id)
    return amendments.foreseen(graph, settle, settings, asked, id, disclosures.heard(graph, settings, access, asked))


@router.post(
    "/amendments/{id}/revert",
    status_code=201,
    responses=problems(BadQuestion, AmendmentUnknown, AmendmentConflict, EditsRefused) | again(AmendmentMade),
)
@may("amend")
def revert(
    id: AmendmentPath,
    asked: Amending,
    plainly: Annotated[Plainly, Query()],
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
) -> AmendmentMade:
    """Takes an amendment back by another one, over the same stretches of time; refused where it was amended again."""
    return recorded(response, *amendments.reverted(graph, clock, access, asked, id))
