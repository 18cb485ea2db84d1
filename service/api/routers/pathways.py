"""Routes that answer pathway questions: one pair, many pairs, all targets, all origins."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import (
    AsyncAnswerCacheDep,
    EntryPath,
    GraphCacheDep,
    KeyringDep,
    NoParametersQuery,
    RecorderDep,
    ResolveAsOfDep,
    WorkDep,
)
from service.api.problems import problems
from service.application.pathways import batches, pathways
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.bodies import BatchQuestion
from service.schemas.requests.queries import PathwayQuestion, ReachQuestion
from service.schemas.responses.entries import ReachPage
from service.schemas.responses.pathways import Batch, Pathway

NDJSON = "application/x-ndjson"

AcceptHeader = Annotated[str, Header(max_length=1_000, include_in_schema=False)]

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1", tags=["pathways"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.get("/pathways", response_model=Pathway)
@requires("pathways")
async def get_pathway(
    question: Annotated[PathwayQuestion, Query()], answers: AsyncAnswerCacheDep, recorder: RecorderDep
) -> Response:
    """Finds the pathway from one entry to another, step by step, or the exact reasons why none exists."""
    body = recorder.pathway(question, await answers.pathway(question))
    return Response(body, media_type="application/json")


@router.post("/pathways", response_model=Batch, responses={200: {"content": {NDJSON: {}}}})
@requires("pathways", work="question")
async def answer_batch(
    body: BatchQuestion,
    no_parameters: NoParametersQuery,
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
    keyring: KeyringDep,
    recorder: RecorderDep,
    work: WorkDep,
    accept: AcceptHeader = "",
) -> Response:
    """Finds many pathways in the order of the request. An invalid pair does not affect the others. Can send NDJSON."""
    write, media_type = (
        (batches.as_json_lines, NDJSON) if NDJSON in accept else (batches.as_json_document, "application/json")
    )
    content = await work.run(
        lambda: batches.write_batch(
            partial(batches.answer_batch, graph_cache, resolve_as_of, body, keyring), recorder.batch(body), write
        )
    )
    return Response(content, media_type=media_type)


@router.get("/entries/{number}/targets")
@requires("pathways")
def list_targets(
    number: EntryPath,
    question: Annotated[ReachQuestion, Query()],
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
) -> ReachPage:
    """Lists every entry reachable from this one, with the number of steps of its pathway."""
    return pathways.get_targets(graph_cache, resolve_as_of, question, number)


@router.get("/entries/{number}/origins")
@requires("pathways")
def list_origins(
    number: EntryPath,
    question: Annotated[ReachQuestion, Query()],
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
) -> ReachPage:
    """Lists every entry from which this one is reachable, with the number of steps of its pathway."""
    return pathways.get_origins(graph_cache, resolve_as_of, question, number)
