"""What is wrong, missing or doubtful in the data."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, ResolveAsOfDep
from service.api.problems import problems
from service.application import findings as answers
from service.errors import InvalidQuestion
from service.schemas.requests.queries import FindingsQuestion
from service.schemas.responses.findings import FindingPage
from service.settings import Settings

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/findings", tags=["findings"], responses=problems(InvalidQuestion)
)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


SettingsDep = Annotated[Settings, Depends(_settings)]


@router.get("")
@requires("pathways")
def list_findings(
    asked: Annotated[FindingsQuestion, Query()], memory: GraphCacheDep, settle: ResolveAsOfDep, settings: SettingsDep
) -> FindingPage:
    """What is wrong, missing or doubtful, the gravest first, each with its evidence and since when."""
    return answers.list_findings(memory, settle, settings, asked)
