"""Chipsets and stacks, told in confidence: who has one, and the way off it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import Guarded, may
from service.api.deps import EntryPath
from service.api.problems import problems
from service.api.restricted import NO_STORE, DeskDep
from service.api.routers.fir import FILES
from service.application.zigbee import exposure as zigbee
from service.application.zigbee.exposure_export import exported
from service.application.zigbee.statements import ZigbeeTold, tell
from service.errors import BadQuestion, EditsRefused, EntryUnknown
from service.schemas.requests.queries import Plainly
from service.schemas.requests.zigbee import (
    AuditQuestion,
    ExposureFile,
    ExposureOfDevices,
    ExposureQuestion,
    ZigbeeQuestion,
    ZigbeeSaid,
)
from service.schemas.responses.audit import AuditPage
from service.schemas.responses.exposure import Exposure, ZigbeePage

router = APIRouter(
    route_class=Guarded,
    prefix="/v1",
    tags=["zigbee"],
    responses=problems(BadQuestion),
)


@router.get("/zigbee/entries")
@may("zigbee")
def entries(asked: Annotated[ZigbeeQuestion, Query()], desk: DeskDep) -> ZigbeePage:
    """Entries by what is told of their chipset and stack, or those of which nothing is."""
    return zigbee.entries(desk, asked)


@router.get("/zigbee/exposure")
@may("zigbee")
def exposure(asked: Annotated[ExposureQuestion, Query()], desk: DeskDep) -> Exposure:
    """Every entry that has what is asked for, and the fewest steps to one that is known not to, or what blocks it."""
    return zigbee.exposure(desk, asked)


@router.post("/zigbee/exposure")
@may("zigbee")
def exposure_of_devices(asked: ExposureOfDevices, plainly: Annotated[Plainly, Query()], desk: DeskDep) -> Exposure:
    """The same, in devices as well as entries: how many run each entry stands in the body."""
    return zigbee.exposure(desk, asked, asked.counts)


@router.get(
    "/zigbee/exposure/file",
    response_class=Response,
    responses={200: {"description": "The file, marked with its classification.", "content": FILES}},
)
@may("zigbee")
def exposure_file(asked: Annotated[ExposureFile, Query()], desk: DeskDep) -> Response:
    """The same as CSV or a workbook, whole, every row marked with its classification."""
    file = exported(desk, asked)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'} | NO_STORE
    return Response(file.body, media_type=file.media_type, headers=headers)


@router.put("/entries/{number}/zigbee", responses=problems(BadQuestion, EntryUnknown, EditsRefused))
@may("zigbee-write")
def put(number: EntryPath, said: ZigbeeSaid, plainly: Annotated[Plainly, Query()], desk: DeskDep) -> ZigbeeTold:
    """Says all that is known of an entry's chipset and stack. The same twice changes nothing."""
    return tell(desk, number, said)


@router.get("/audit")
@may("audit")
def audit(asked: Annotated[AuditQuestion, Query()], desk: DeskDep) -> AuditPage:
    """Who read and wrote what is told in confidence, in a chain that nobody can change unseen."""
    return zigbee.audit(desk, asked)
