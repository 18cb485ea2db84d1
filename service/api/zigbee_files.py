"""Files of ZigBee facts that are sent as they are: nothing is read of the body of a caller who may not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Generic, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request

from loaders.report import LoadReport
from service.api.problems import problems
from service.api.restricted import DeskDep, restricted
from service.ask import zigbee_files
from service.ask.zigbee_files import MEDIA_TYPES, OrderSent, ZigbeeSent
from service.errors import BadQuestion, FileRefused, NotAllowed
from service.settings import Limits

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
    }
}

router = APIRouter(
    prefix="/v1/zigbee",
    tags=["zigbee"],
    dependencies=[Depends(restricted)],
    responses=problems(BadQuestion, NotAllowed, FileRefused),
)


Q = TypeVar("Q", bound=OrderSent)


@dataclass(frozen=True)
class Upload(Generic[Q]):
    """A file that was sent, what is asked of it, and how large it may be."""

    asked: Q
    path: Path
    limits: Limits


@asynccontextmanager
async def _received(request: Request, asked: Q) -> AsyncIterator[Upload[Q]]:
    """The body under its own name in a folder of its own: no more of it than shows that it is too large."""
    asked.require(request.headers.get("content-type", ""))
    limits: Limits = request.app.state.limits
    with TemporaryDirectory() as folder:
        upload = Upload(asked, Path(folder) / asked.file, limits)
        with upload.path.open("wb") as content:
            left = limits.file_bytes
            async for part in request.stream():
                await to_thread.run_sync(content.write, part)
                left -= len(part)
                if left < 0:
                    break
        yield upload


async def _told(request: Request, asked: Annotated[ZigbeeSent, Query()]) -> AsyncIterator[Upload[ZigbeeSent]]:
    async with _received(request, asked) as upload:
        yield upload


async def _ordered(request: Request, asked: Annotated[OrderSent, Query()]) -> AsyncIterator[Upload[OrderSent]]:
    async with _received(request, asked) as upload:
        yield upload


@router.post("", openapi_extra=_BODY)
def load(upload: Annotated[Upload[ZigbeeSent], Depends(_told)], desk: DeskDep) -> LoadReport:
    """Loads a file of ZigBee facts, whole or not at all; with `dry_run` only says what that would change."""
    return zigbee_files.told(desk, upload.limits, upload.path, upload.asked)


@router.post("/orders", openapi_extra=_BODY)
def order(upload: Annotated[Upload[OrderSent], Depends(_ordered)], desk: DeskDep) -> LoadReport:
    """Declares in what order the versions of stacks came: each vendor that the file names anew, and whole."""
    return zigbee_files.ordered(desk, upload.limits, upload.path, upload.asked)
