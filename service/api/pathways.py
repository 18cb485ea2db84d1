"""How to get from one entry to another."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import EntryPath, MemoryDep, SettleDep
from service.api.problems import problems
from service.ask import answers
from service.ask.questions import PathwayQuestion, ReachQuestion
from service.errors import BadQuestion, EntryUnknown
from service.model.entry import ReachPage
from service.model.pathway import Pathway

router = APIRouter(prefix="/v1", tags=["pathways"], responses=problems(BadQuestion, EntryUnknown))


@router.get("/pathways")
def pathway(asked: Annotated[PathwayQuestion, Query()], memory: MemoryDep, settle: SettleDep) -> Pathway:
    """The pathway from one entry to another, step by step, or the exact reasons why there is none."""
    return answers.pathway(memory, settle, asked)


@router.get("/entries/{number}/targets")
def targets(
    number: EntryPath, asked: Annotated[ReachQuestion, Query()], memory: MemoryDep, settle: SettleDep
) -> ReachPage:
    """Every entry that can be reached from this one, with the steps of its pathway."""
    return answers.targets(memory, settle, asked, number)


@router.get("/entries/{number}/origins")
def origins(
    number: EntryPath, asked: Annotated[ReachQuestion, Query()], memory: MemoryDep, settle: SettleDep
) -> ReachPage:
    """Every entry from which this one can be reached, with the steps of its pathway."""
    return answers.origins(memory, settle, asked, number)
