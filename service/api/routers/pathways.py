"""How to get from one entry to another."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from service.api.authorisation import Guarded, may
from service.api.deps import DeskDep, EntryPath, MemoryDep, SettleDep, TellDep
from service.api.problems import problems
from service.api.routers.receipts import KeysDep
from service.application.pathways import answers, batches
from service.errors import BadQuestion, EntryUnknown
from service.schemas.requests.batches import BatchQuestion
from service.schemas.requests.queries import PathwayQuestion, Plainly, ReachQuestion
from service.schemas.responses.batches import Batch
from service.schemas.responses.entries import ReachPage
from service.schemas.responses.pathways import Pathway

NDJSON = "application/x-ndjson"

Accept = Annotated[str, Header(max_length=1_000, include_in_schema=False)]

router = APIRouter(route_class=Guarded, prefix="/v1", tags=["pathways"], responses=problems(BadQuestion, EntryUnknown))


@router.get("/pathways", response_model=Pathway)
@may("pathways")
async def pathway(asked: Annotated[PathwayQuestion, Query()], desk: DeskDep, tell: TellDep) -> Response:
    """The pathway from one entry to another, step by step, or the exact reasons why there is none."""
    body = tell.pathway(asked, await desk.pathway(asked))
    return Response(body, media_type="application/json")


@router.post("/pathways", response_model=Batch, responses={200: {"content": {NDJSON: {}}}})
@may("pathways")
def pathways(
    asked: BatchQuestion,
    plainly: Annotated[Plainly, Query()],
    memory: MemoryDep,
    settle: SettleDep,
    keys: KeysDep,
    tell: TellDep,
    accept: Accept = "",
) -> Response:
    """Many pathways at once, in the order asked; one bad pair does not spoil the rest. NDJSON where it is asked for."""
    items = batches.answers(memory, settle, asked, keys, tell.batch(asked))
    if NDJSON in accept:
        return StreamingResponse(batches.lines(items), media_type=NDJSON)
    return Response(batches.whole(items), media_type="application/json")


@router.get("/entries/{number}/targets")
@may("pathways")
def targets(
    number: EntryPath, asked: Annotated[ReachQuestion, Query()], memory: MemoryDep, settle: SettleDep
) -> ReachPage:
    """Every entry that can be reached from this one, with the steps of its pathway."""
    return answers.targets(memory, settle, asked, number)


@router.get("/entries/{number}/origins")
@may("pathways")
def origins(
    number: EntryPath, asked: Annotated[ReachQuestion, Query()], memory: MemoryDep, settle: SettleDep
) -> ReachPage:
    """Every entry from which this one can be reached, with the steps of its pathway."""
    return answers.origins(memory, settle, asked, number)
