"""Routes for restricted ZigBee data: chipsets and stacks of entries, exposure to a defect, and the audit."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import NO_STORE, EntryPath, NoParametersQuery, WorkDep, ZigbeeContextDep
from service.api.file_response import FILE_CONTENT, file_response
from service.api.problems import problems
from service.application.zigbee import audit as audit_log
from service.application.zigbee import stack_exposure as zigbee
from service.application.zigbee.stack_exposure_export import export_exposure
from service.application.zigbee.statements import ZigbeeStatementResult, record_statement
from service.errors import EditsRefused, EntryNotFound, InvalidQuestion
from service.schemas.requests.zigbee import (
    AuditQuestion,
    DeviceExposureQuestion,
    ExposureFileQuestion,
    ExposureQuestion,
    ZigbeeEntriesQuestion,
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


@router.get("/zigbee/entries", response_model=ZigbeePage)
@requires("zigbee", work="restricted")
async def list_zigbee_entries(
    question: Annotated[ZigbeeEntriesQuestion, Query()], context: ZigbeeContextDep, work: WorkDep
) -> Response:
    """Lists entries by chipset and stack, or entries without recorded ZigBee data."""
    return await work.answer(lambda: zigbee.list_zigbee_entries(context, question), NO_STORE)


@router.get("/zigbee/exposure", response_model=Exposure)
@requires("zigbee", work="restricted")
async def get_exposure(
    question: Annotated[ExposureQuestion, Query()], context: ZigbeeContextDep, work: WorkDep
) -> Response:
    """Lists each entry with the chipset or stack in question, and its shortest pathway to an entry without it."""
    return await work.answer(lambda: zigbee.find_exposure(context, question), NO_STORE)


@router.post("/zigbee/exposure", response_model=Exposure)
@requires("zigbee", work="restricted")
async def get_device_exposure(
    body: DeviceExposureQuestion,
    no_parameters: NoParametersQuery,
    context: ZigbeeContextDep,
    work: WorkDep,
) -> Response:
    """Like `GET`, with counts of devices. The body gives the number of devices that run each entry."""
    return await work.answer(lambda: zigbee.find_exposure(context, body, body.counts), NO_STORE)


@router.get(
    "/zigbee/exposure/file",
    response_class=Response,
    responses={200: {"description": "The file, with its classification.", "content": FILE_CONTENT}},
)
@requires("zigbee", work="restricted")
async def download_exposure(
    question: Annotated[ExposureFileQuestion, Query()], context: ZigbeeContextDep, work: WorkDep
) -> Response:
    """Exports the exposure as CSV or as a workbook. Each row carries its classification."""
    return file_response(await work.run(lambda: export_exposure(context, question)), NO_STORE)


@router.put("/entries/{number}/zigbee", responses=problems(InvalidQuestion, EntryNotFound, EditsRefused))
@requires("zigbee-write")
def put_statement(
    number: EntryPath, body: ZigbeeStatementRequest, no_parameters: NoParametersQuery, context: ZigbeeContextDep
) -> ZigbeeStatementResult:
    """Replaces the recorded chipset and stack of an entry. A repeated request changes nothing."""
    return record_statement(context, number, body)


@router.get("/audit")
@requires("audit")
def list_audit(question: Annotated[AuditQuestion, Query()], context: ZigbeeContextDep) -> AuditPage:
    """Lists who read and who wrote restricted data. A hash chain makes later changes detectable."""
    return audit_log.list_audit(context, question)
