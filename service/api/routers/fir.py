"""Route that exports the Firmware Information Repository (FIR)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, RecorderDep, ResolveAsOfDep, SettingsDep
from service.api.problems import problems
from service.application.files import fir_export as answers
from service.errors import InvalidQuestion
from service.schemas.requests.queries import FirQuestion

FIR_CONTENT = {media_type: {"schema": {"type": "string"}} for media_type in answers.EXPORT_MEDIA_TYPES.values()}

router = APIRouter(route_class=GuardedRoute, prefix="/v1/fir", tags=["findings"], responses=problems(InvalidQuestion))


@router.get("", response_class=Response, responses={200: {"description": "The file.", "content": FIR_CONTENT}})
@requires("pathways")
def export_fir(
    question: Annotated[FirQuestion, Query()],
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
    settings: SettingsDep,
    recorder: RecorderDep,
) -> Response:
    """Exports each entry of an obliged device type with its Firmware Upgrade Path, as CSV or as a workbook."""
    file = recorder.export(question, answers.export_fir(graph_cache, resolve_as_of, settings, question))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media_type, headers=headers)
