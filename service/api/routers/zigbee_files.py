"""Files of ZigBee facts that are sent as they are: nothing is read of the body of a caller who may not."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.routing import APIRoute

from service.api.authorisation import Guarded, may
from service.api.problems import problems
from service.api.restricted import DeskDep
from service.api.routers.uploads import FILE_BODY, received
from service.application.files import zigbee_uploads
from service.application.files.uploads import Upload
from service.errors import BadQuestion, FileRefused, WrongMediaType
from service.schemas.requests.files import OrderSent, ZigbeeSent
from service.schemas.responses.load_reports import LoadReport

router = APIRouter(
    route_class=Guarded,
    prefix="/v1/zigbee",
    tags=["zigbee"],
    responses=problems(BadQuestion, FileRefused, WrongMediaType),
)


async def _told(request: Request, asked: Annotated[ZigbeeSent, Query()]) -> AsyncIterator[Upload[ZigbeeSent]]:
    async with received(request, asked) as upload:
        yield upload


async def _ordered(request: Request, asked: Annotated[OrderSent, Query()]) -> AsyncIterator[Upload[OrderSent]]:
    async with received(request, asked) as upload:
        yield upload


@router.post("", openapi_extra=FILE_BODY)
@may("zigbee-write")
def load(upload: Annotated[Upload[ZigbeeSent], Depends(_told)], desk: DeskDep) -> LoadReport:
    """Loads a file of ZigBee facts, whole or not at all; with `dry_run` only says what that would change."""
    return zigbee_uploads.told(desk, upload)


@router.post("/orders", openapi_extra=FILE_BODY)
@may("zigbee-write")
def order(upload: Annotated[Upload[OrderSent], Depends(_ordered)], desk: DeskDep) -> LoadReport:
    """Declares in what order the versions of stacks came: each vendor that the file names anew, and whole."""
    return zigbee_uploads.ordered(desk, upload)


PATHS = frozenset(route.path for route in router.routes if isinstance(route, APIRoute))
"""Where a file is the body."""
