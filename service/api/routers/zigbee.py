"""Chipsets and stacks, told in confidence: who has one, and the way off it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import NO_STORE, EntryPath, NoParametersQuery, ZigbeeContextDep
from service.api.problems import problems
from service.api.routers.fir import FIR_CONTENT
from service.application.zigbee import exposure as zigbee
from service.application.zigbee.exposure_export import export_exposure
from service.application.zigbee.statements import ZigbeeStatementResult, record_statement
from service.errors import EditsRefused, EntryNotFound, InvalidQuestion
from service.schemas.requests.zigbee import (
    AuditQuestion,
    DeviceExposureQuestion,
    ExposureFileQuestion,
    ExposureQuestion,
    ZigbeeQuestion,
    ZigbeeStatementRequest,
)
from service.schemas.responses.audit import AuditPage
from service.schemas.responses.exposure import Exposure, ZigbeePage

router = APIRouter(
    route_class=GuardedRoute,
    prefix="/v1",
    tags=["zigbee"],
    responses=problems(InvalidQuestion),
)


@router.get("/zigbee/entries")
@requires("zigbee")
def list_zigbee_entries(question: Annotated[ZigbeeQuestion, Query()], context: ZigbeeContextDep) -> ZigbeePage:
    """Entries by what is told of their chipset and stack, or those of which nothing is."""
    return zigbee.list_zigbee_entries(context, question)


@router.get("/zigbee/exposure")
@requires("zigbee")
def get_exposure(question: Annotated[ExposureQuestion, Query()], context: ZigbeeContextDep) -> Exposure:
    """Every entry that has what is asked for, and the fewest steps to one that is known not to, or what blocks it."""
    return zigbee.find_exposure(context, question)


@router.post("/zigbee/exposure")
@requires("zigbee")
def get_device_exposure(
    body: DeviceExposureQuestion, no_parameters: NoParametersQuery, context: ZigbeeContextDep
) -> Exposure:
    """The same, in devices as well as entries: how many run each entry stands in the body."""
    return zigbee.find_exposure(context, body, body.counts)


@router.get(
    "/zigbee/exposure/file",
    response_class=Response,
    responses={200: {"description": "The file, marked with its classification.", "content": FIR_CONTENT}},
)
@requires("zigbee")
def download_exposure(question: Annotated[ExposureFileQuestion, Query()], context: ZigbeeContextDep) -> Response:
    """The same as CSV or a workbook, whole, every row marked with its classification."""
    file = export_exposure(context, question)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'} | NO_STORE
    return Response(file.body, media_type=file.media_type, headers=headers)


@router.put("/entries/{number}/zigbee", responses=problems(InvalidQuestion, EntryNotFound, EditsRefused))
@requires("zigbee-write")
def put_statement(
    number: EntryPath, said: ZigbeeStatementRequest, no_parameters: NoParametersQuery, context: ZigbeeContextDep
) -> ZigbeeStatementResult:
    """Says all that is known of an entry's chipset and stack. The same twice changes nothing."""
    return record_statement(context, number, said)


@router.get("/audit")
@requires("audit")
def list_audit(question: Annotated[AuditQuestion, Query()], context: ZigbeeContextDep) -> AuditPage:
    """Who read and wrote what is told in confidence, in a chain that nobody can change unseen."""
    return zigbee.list_audit(context, question)
