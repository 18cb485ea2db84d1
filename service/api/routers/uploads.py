"""Files that are sent: a published list, and declared bases.

Nothing but the media types of such files is taken: a page elsewhere can make a browser send a form or plain text to
this machine without asking, but none of these.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute

from service.api.authorisation import AccessDep, GuardedRoute, requires
from service.api.problems import problems
from service.application.files import uploads
from service.application.files.uploads import Upload, received_upload
from service.domain.clock import Clock
from service.domain.limits import Limits
from service.domain.standards import Standards
from service.errors import FileRefused, InvalidQuestion, UnsupportedMediaType
from service.graph.protocol import Graph
from service.schemas.requests.files import (
    OCTET_STREAM,
    UPLOAD_MEDIA_TYPES,
    BasesLoadQuestion,
    FileLoadQuestion,
    FileQuestion,
    ListLoadQuestion,
)
from service.schemas.responses.load_reports import LoadReport

Q = TypeVar("Q", bound=FileLoadQuestion)
N = TypeVar("N", bound=FileQuestion)
LoadFunction = Callable[[Graph, Clock, Limits, Standards, Upload[Q]], LoadReport]

router = APIRouter(
    route_class=GuardedRoute,
    prefix="/v1",
    tags=["lists"],
    responses=problems(InvalidQuestion, FileRefused, UnsupportedMediaType),
)

_CONTENT = {
    kind: {"schema": {"type": "string", "format": "binary"}} for kind in (*UPLOAD_MEDIA_TYPES.values(), OCTET_STREAM)
}
FILE_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _CONTENT}}
"""What a route's OpenAPI says of a body that is a file."""


class LoadRunner:
    """Loads one file after the other, each in a thread: those that wait hold none."""

    def __init__(self, graph: Graph, clock: Clock, limits: Limits, standards: Standards) -> None:
        self._given = graph, clock, limits, standards
        self._turn = CapacityLimiter(1)

    async def __call__(self, work: LoadFunction[Q], upload: Upload[Q]) -> Response:
        """The report of a load, as JSON."""
        return Response(
            await to_thread.run_sync(self._done, work, upload, limiter=self._turn), media_type="application/json"
        )

    def _done(self, work: LoadFunction[Q], upload: Upload[Q]) -> str:
        return work(*self._given, upload).model_dump_json(by_alias=True)


async def _loads(request: Request) -> LoadRunner:
    loads: LoadRunner = request.app.state.loads
    return loads


@asynccontextmanager
async def receive_upload(request: Request, asked: N) -> AsyncIterator[Upload[N]]:
    """The body in a file that has no name on the disk: whatever ends this process, nothing of it is left.

    Raises UnsupportedMediaType before anything is read.
    """
    _of_its_kind(request, asked.file)
    with TemporaryFile() as content:
        async for part in request.stream():
            await to_thread.run_sync(content.write, part)
        yield received_upload(asked, content)


def _of_its_kind(request: Request, name: str) -> None:
    wanted = next(kind for suffix, kind in UPLOAD_MEDIA_TYPES.items() if name.casefold().endswith(suffix))
    sent = request.headers.get("content-type", "")
    kind, _, more = (part.strip().casefold() for part in sent.partition(";"))
    encoding = request.headers.get("content-encoding", "identity")
    if (
        kind not in (wanted.casefold(), OCTET_STREAM)
        or more not in ("", "charset=utf-8", 'charset="utf-8"')
        or encoding != "identity"
    ):
        said = f"{sent[:100]!r}" if encoding == "identity" else f"packed as {encoding[:100]!r}"
        raise UnsupportedMediaType(
            f"{name} must be the body as it is, with `Content-Type: {wanted}` or `{OCTET_STREAM}`; this one is {said}."
        )


async def _list(
    request: Request, asked: Annotated[ListLoadQuestion, Query()], access: AccessDep
) -> AsyncIterator[Upload[ListLoadQuestion]]:
    async with receive_upload(request, asked.model_copy(update={"by": access.signed(asked.by)})) as upload:
        yield upload


async def _bases(
    request: Request, asked: Annotated[BasesLoadQuestion, Query()], access: AccessDep
) -> AsyncIterator[Upload[BasesLoadQuestion]]:
    async with receive_upload(request, asked.model_copy(update={"by": access.signed(asked.by)})) as upload:
        yield upload


LoadRunnerDep = Annotated[LoadRunner, Depends(_loads)]


@router.post("/lists", response_model=LoadReport, openapi_extra=FILE_BODY)
@requires("amend")
async def load_list(upload: Annotated[Upload[ListLoadQuestion], Depends(_list)], loads: LoadRunnerDep) -> Response:
    """Loads a published list, whole or not at all; with `dry_run` only says what that would do to the answers."""
    return await loads(uploads.load_list, upload)


@router.post("/bases", response_model=LoadReport, openapi_extra=FILE_BODY)
@requires("amend")
async def load_bases(upload: Annotated[Upload[BasesLoadQuestion], Depends(_bases)], loads: LoadRunnerDep) -> Response:
    """Loads declared bases, whole or not at all; with `dry_run` only says what that would do to the answers."""
    return await loads(uploads.load_bases, upload)


UPLOAD_PATHS = frozenset(route.path for route in router.routes if isinstance(route, APIRoute))
"""Where a file is the body."""
