"""Route that exports the Firmware Information Repository (FIR)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, RecorderDep, ResolveAsOfDep, SettingsDep, WorkDep
from service.api.file_response import FILE_CONTENT, file_response
from service.api.problems import problems
from service.application.files import fir_export
from service.errors import InvalidQuestion
from service.schemas.requests.queries import FirQuestion

router = APIRouter(route_class=GuardedRoute, prefix="/v1/fir", tags=["findings"], responses=problems(InvalidQuestion))


@router.get("", response_class=Response, responses={200: {"description": "The file.", "content": FILE_CONTENT}})
@requires("pathways", work="question")
async def export_fir(
    question: Annotated[FirQuestion, Query()],
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
    settings: SettingsDep,
    recorder: RecorderDep,
    work: WorkDep,
) -> Response:
    """Exports each entry of an obliged device type with its Firmware Upgrade Path, as CSV or as a workbook."""
    file = await work.run(
        lambda: recorder.export(question, fir_export.export_fir(graph_cache, resolve_as_of, settings, question))
    )
    return file_response(file)
