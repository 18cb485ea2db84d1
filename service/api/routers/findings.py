"""Route that lists findings."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import AsyncAnswerCacheDep, FindingCacheDep, ResolveAsOfDep, WorkDep
from service.api.problems import problems
from service.application import findings
from service.errors import InvalidQuestion
from service.schemas.requests.filters import FindingsQuestion
from service.schemas.responses.findings import FindingPage

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/findings", tags=["findings"], responses=problems(InvalidQuestion)
)


@router.get("", response_model=FindingPage)
@requires("pathways", work="question")
async def list_findings(
    question: Annotated[FindingsQuestion, Query()],
    cache: FindingCacheDep,
    resolve_as_of: ResolveAsOfDep,
    work: WorkDep,
    answers: AsyncAnswerCacheDep,
) -> Response:
    """Lists wrong, missing or doubtful data, most severe first, each with its evidence and its start date."""
    return await work.shared_answer(answers, lambda: findings.list_findings(cache, resolve_as_of, question))
