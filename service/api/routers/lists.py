"""Routes that show the loaded versions of the Central Products List, and the impact of each."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import (
    AccessDep,
    AsyncAnswerCacheDep,
    ClockDep,
    GraphDep,
    ResolveAsOfDep,
    SettingsDep,
    WorkDep,
)
from service.api.problems import problems
from service.application.disclosures.disclosure_impact import disclosure_impact_finder
from service.application.entries import list_versions
from service.errors import InvalidQuestion, ListNotFound
from service.schemas.requests.amendments import RecordedImpactQuestion
from service.schemas.requests.queries import KnownAtQuestion, ListNumber, RecordedAsOfQuestion
from service.schemas.responses.disclosures import ImpactWithDisclosures
from service.schemas.responses.entries import ListPage, LoadedList
from service.schemas.responses.impact import Impact

ListPath = Annotated[ListNumber, Path()]

router = APIRouter(route_class=GuardedRoute, prefix="/v1/lists", tags=["lists"], responses=problems(InvalidQuestion))


@router.get("")
@requires("list")
def get_list_versions(question: Annotated[KnownAtQuestion, Query()], graph: GraphDep, clock: ClockDep) -> ListPage:
    """Lists the known list versions in list order, each with the instant from which its content is in force."""
    return list_versions.get_list_versions(graph, clock, question)


@router.get("/{number}", responses=problems(ListNotFound))
@requires("list")
def get_list_version(
    number: ListPath, question: Annotated[RecordedAsOfQuestion, Query()], graph: GraphDep, clock: ClockDep
) -> LoadedList:
    """Shows one list version: when it was issued, from when its content is in force, and when it was recorded."""
    return list_versions.get_list_version(graph, clock, question, number)


@router.get(
    "/{number}/impact", response_model=ImpactWithDisclosures | Impact, responses=problems(InvalidQuestion, ListNotFound)
)
@requires("amendments", also="disclosures", work="question")
async def get_list_impact(
    number: ListPath,
    question: Annotated[RecordedImpactQuestion, Query()],
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    settings: SettingsDep,
    access: AccessDep,
    work: WorkDep,
    answers: AsyncAnswerCacheDep,
) -> Response:
    """Recomputes how the loading of a list version changed the answers, from the data known before and after it."""

    def recompute() -> Impact:
        find_disclosures = disclosure_impact_finder(graph, settings, access, question)
        return list_versions.list_impact(graph, resolve_as_of, question, number, find_disclosures)

    return await work.shared_answer(answers, recompute)
