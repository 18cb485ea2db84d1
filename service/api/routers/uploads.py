"""Routes that load an uploaded file: a published list, or declared bases.

They accept only the media types of such files. A page of another site can make a browser send a form or plain text to
this machine without the user's consent, but no body of these media types.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from tempfile import TemporaryFile
from typing import Annotated, Any, TypeVar, cast

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import AccessDep, LoadRunnerDep, SettingsDep, WorkDep
from service.api.problems import problems
from service.application.disclosures.disclosure_impact import disclosure_impact_finder
from service.application.files import uploads
from service.application.files.uploads import Upload, received_upload
from service.errors import FileRefused, InvalidQuestion, UnsupportedMediaType
from service.rules.permissions import Access
from service.schemas.requests.files import (
    OCTET_STREAM,
    UPLOAD_MEDIA_TYPES,
    BasesLoadQuestion,
    FileLoadQuestion,
    FileUploadQuestion,
    ListLoadQuestion,
)
from service.schemas.responses.load_reports import LoadReport
from service.settings import Settings

N = TypeVar("N", bound=FileUploadQuestion)

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
"""The OpenAPI `requestBody` of a route whose body is a file."""


@asynccontextmanager
async def receive_upload(request: Request, question: N) -> AsyncIterator[Upload[N]]:
    """Yields the request's body in a temporary file without a name, which the system removes in any case.

    Raises UnsupportedMediaType before reading the body.
    """
    _require_media_type(request, question.file)
    with TemporaryFile() as content:
        async for chunk in request.stream():
            await to_thread.run_sync(content.write, chunk)
        yield received_upload(question, content)


def _require_media_type(request: Request, name: str) -> None:
    expected = next(kind for suffix, kind in UPLOAD_MEDIA_TYPES.items() if name.casefold().endswith(suffix))
    sent = request.headers.get("content-type", "")
    media_type, _, parameters = (part.strip().casefold() for part in sent.partition(";"))
    encoding = request.headers.get("content-encoding", "identity")
    utf8 = parameters in ("", "charset=utf-8", 'charset="utf-8"')
    if media_type not in (expected.casefold(), OCTET_STREAM) or not utf8 or encoding != "identity":
        fault = f"Content-Type: {sent[:100]!r}" if encoding == "identity" else f"Content-Encoding: {encoding[:100]!r}"
        raise UnsupportedMediaType(
            f"Send {name} as the unencoded body with `Content-Type: {expected}` or `{OCTET_STREAM}`; "
            f"this request has {fault}."
        )


def receive_file(model: type[N]) -> Any:
    """Returns the dependency of a route whose body is a file, and whose query string has the form of `model`.

    A question that names who loads the file gets the caller's name added.
    """

    async def receive(
        request: Request,
        question: Annotated[model, Query()],  # type: ignore[valid-type]
        access: AccessDep,
        settings: SettingsDep,
    ) -> AsyncIterator[Upload[N]]:
        async with receive_upload(request, cast(N, question)) as upload:
            yield _signed(upload, access, settings)

    return Depends(receive)


def _signed(upload: Upload[N], access: Access, settings: Settings) -> Upload[N]:
    """Returns an upload whose question names its author with the caller's name, and whose dry run finds the answers
    that it makes untrue if the caller may read the disclosure log.
    """
    question = upload.question
    if not isinstance(question, FileLoadQuestion):
        return upload
    find_disclosures = partial(disclosure_impact_finder, settings=settings, access=access, question=question)
    signed = question.model_copy(update={"by": access.signed(question.by)})
    return replace(upload, question=signed, find_disclosures=find_disclosures)


ListUpload = Annotated[Upload[ListLoadQuestion], receive_file(ListLoadQuestion)]
BasesUpload = Annotated[Upload[BasesLoadQuestion], receive_file(BasesLoadQuestion)]


@router.post("/lists", response_model=LoadReport, openapi_extra=FILE_BODY)
@requires("amend", also="disclosures", work="load")
async def load_list(upload: ListUpload, load_runner: LoadRunnerDep, work: WorkDep) -> Response:
    """Loads a published list, all or nothing. With `dry_run`, reports how answers would change and records nothing."""
    return await load_runner(work, uploads.load_list, upload)


@router.post("/bases", response_model=LoadReport, openapi_extra=FILE_BODY)
@requires("amend", also="disclosures", work="load")
async def load_bases(upload: BasesUpload, load_runner: LoadRunnerDep, work: WorkDep) -> Response:
    """Loads declared bases, all or nothing. With `dry_run`, reports how answers would change and records nothing."""
    return await load_runner(work, uploads.load_bases, upload)


UPLOAD_PATHS = frozenset(route.path for route in router.routes if isinstance(route, APIRoute))
"""The paths of the routes whose body is a file."""
