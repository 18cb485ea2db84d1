"""How to get from one entry to another."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import EntryPath, GraphCacheDep, RecorderDep, ResolveAsOfDep, SingleFlightDep
from service.api.problems import problems
from service.api.routers.receipts import KeysDep
from service.application.pathways import batches, reachability
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.batches import BatchQuestion
from service.schemas.requests.queries import NoParameters, PathwayQuestion, ReachQuestion
from service.schemas.responses.batches import Batch
from service.schemas.responses.entries import ReachPage
from service.schemas.responses.pathways import Pathway

NDJSON = "application/x-ndjson"

AcceptHeader = Annotated[str, Header(max_length=1_000, include_in_schema=False)]

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1", tags=["pathways"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.get("/pathways", response_model=Pathway)
@requires("pathways")
async def get_pathway(asked: Annotated[PathwayQuestion, Query()], desk: SingleFlightDep, tell: RecorderDep) -> Response:
    """The pathway from one entry to another, step by step, or the exact reasons why there is none."""
    body = tell.pathway(asked, await desk.pathway(asked))
    return Response(body, media_type="application/json")


@router.post("/pathways", response_model=Batch, responses={200: {"content": {NDJSON: {}}}})
@requires("pathways")
def answer_batch(
    asked: BatchQuestion,
    plainly: Annotated[NoParameters, Query()],
    memory: GraphCacheDep,
    settle: ResolveAsOfDep,
    keys: KeysDep,
    tell: RecorderDep,
    accept: AcceptHeader = "",
) -> Response:
    """Many pathways at once, in the order asked; one bad pair does not spoil the rest. NDJSON where it is asked for."""
    items = batches.answer_batch(memory, settle, asked, keys, tell.batch(asked))
    if NDJSON in accept:
        return StreamingResponse(batches.as_json_lines(items), media_type=NDJSON)
    return Response(batches.as_json_document(items), media_type="application/json")


@router.get("/entries/{number}/targets")
@requires("pathways")
def list_targets(
    number: EntryPath, asked: Annotated[ReachQuestion, Query()], memory: GraphCacheDep, settle: ResolveAsOfDep
) -> ReachPage:
    """Every entry that can be reached from this one, with the steps of its pathway."""
    return reachability.get_targets(memory, settle, asked, number)


@router.get("/entries/{number}/origins")
@requires("pathways")
def list_origins(
    number: EntryPath, asked: Annotated[ReachQuestion, Query()], memory: GraphCacheDep, settle: ResolveAsOfDep
) -> ReachPage:
    """Every entry from which this one can be reached, with the steps of its pathway."""
    return reachability.get_origins(memory, settle, asked, number)
