"""Chipsets and stacks, told in confidence: who has one, and the way off it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import EntryPath
from service.api.problems import problems
from service.api.restricted import NO_STORE, ZigbeeContextDep
from service.api.routers.fir import FIR_CONTENT
from service.application.zigbee import audit
from service.application.zigbee import exposure as zigbee
from service.application.zigbee.exposure_export import export_exposure
from service.application.zigbee.statements import ZigbeeStatementResult, record_statement
from service.errors import EditsRefused, EntryNotFound, InvalidQuestion
from service.schemas.requests.queries import NoParameters
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
def list_zigbee_entries(asked: Annotated[ZigbeeQuestion, Query()], desk: ZigbeeContextDep) -> ZigbeePage:
    """Entries by what is told of their chipset and stack, or those of which nothing is."""
    return zigbee.list_zigbee_entries(desk, asked)


@router.get("/zigbee/exposure")
@requires("zigbee")
def get_exposure(asked: Annotated[ExposureQuestion, Query()], desk: ZigbeeContextDep) -> Exposure:
    """Every entry that has what is asked for, and the fewest steps to one that is known not to, or what blocks it."""
    return zigbee.find_exposure(desk, asked)


@router.post("/zigbee/exposure")
@requires("zigbee")
def get_device_exposure(
    asked: DeviceExposureQuestion, plainly: Annotated[NoParameters, Query()], desk: ZigbeeContextDep
) -> Exposure:
    """The same, in devices as well as entries: how many run each entry stands in the body."""
    return zigbee.find_exposure(desk, asked, asked.counts)


@router.get(
    "/zigbee/exposure/file",
    response_class=Response,
    responses={200: {"description": "The file, marked with its classification.", "content": FIR_CONTENT}},
)
@requires("zigbee")
def download_exposure(asked: Annotated[ExposureFileQuestion, Query()], desk: ZigbeeContextDep) -> Response:
    """The same as CSV or a workbook, whole, every row marked with its classification."""
    file = export_exposure(desk, asked)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'} | NO_STORE
    return Response(file.body, media_type=file.media_type, headers=headers)


@router.put("/entries/{number}/zigbee", responses=problems(InvalidQuestion, EntryNotFound, EditsRefused))
@requires("zigbee-write")
def put_statement(
    number: EntryPath, said: ZigbeeStatementRequest, plainly: Annotated[NoParameters, Query()], desk: ZigbeeContextDep
) -> ZigbeeStatementResult:
    """Says all that is known of an entry's chipset and stack. The same twice changes nothing."""
    return record_statement(desk, number, said)


@router.get("/audit")
@requires("audit")
def list_audit(asked: Annotated[AuditQuestion, Query()], desk: ZigbeeContextDep) -> AuditPage:
    """Who read and wrote what is told in confidence, in a chain that nobody can change unseen."""
    return audit.list_audit(desk, asked)
