"""Routes that load an uploaded file of ZigBee data. A caller without the right is refused before the body is read."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter
from fastapi.routing import APIRoute

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import WorkDep, ZigbeeContextDep
from service.api.problems import problems
from service.api.routers.uploads import FILE_BODY, receive_file
from service.application.files import uploads
from service.application.files.uploads import Upload
from service.errors import FileRefused, InvalidQuestion, UnsupportedMediaType
from service.schemas.requests.files import StackOrderLoadQuestion, ZigbeeLoadQuestion
from service.schemas.responses.load_reports import LoadReport

router = APIRouter(
    route_class=GuardedRoute,
    prefix="/v1/zigbee",
    tags=["zigbee"],
    responses=problems(InvalidQuestion, FileRefused, UnsupportedMediaType),
)


ZigbeeUpload = Annotated[Upload[ZigbeeLoadQuestion], receive_file(ZigbeeLoadQuestion)]
StackOrderUpload = Annotated[Upload[StackOrderLoadQuestion], receive_file(StackOrderLoadQuestion)]


@router.post("", openapi_extra=FILE_BODY)
@requires("zigbee-write", work="restricted-load")
async def load_zigbee(upload: ZigbeeUpload, context: ZigbeeContextDep, work: WorkDep) -> LoadReport:
    """Loads a file of ZigBee facts, all or nothing. With `dry_run`, reports the changes and records nothing."""
    load = partial(uploads.load_zigbee_upload, context, upload)
    return await work.run(load, limited=upload.question.dry_run)


@router.post("/orders", openapi_extra=FILE_BODY)
@requires("zigbee-write", work="restricted-load")
async def load_stack_order(upload: StackOrderUpload, context: ZigbeeContextDep, work: WorkDep) -> LoadReport:
    """Declares the order of stack versions. The file replaces the whole order of each vendor that it names."""
    load = partial(uploads.load_stack_order_upload, context, upload)
    return await work.run(load, limited=upload.question.dry_run)


ZIGBEE_UPLOAD_PATHS = frozenset(route.path for route in router.routes if isinstance(route, APIRoute))
"""The paths of the routes whose body is a file of ZigBee data."""
