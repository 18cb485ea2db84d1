"""`pathways check FROM TO…`: whether a plan is right."""

import sys
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

import typer

from service.application.pathways import plan_check
from service.application.pathways.graph_cache import GraphCache
from service.cli.session import CANNOT_SAY, REFUSED, AsJson, At, From, KnownAt, open_graph, parse_entry_argument
from service.domain.clock import iso, now
from service.schemas.requests.plan_check import MAX_PLAN_ENTRIES
from service.schemas.responses.plan_check import PlanCheck, Verdict

_EXITS: dict[Verdict, int] = {"go": 0, "stop": REFUSED, "ask": CANNOT_SAY}

Targets = Annotated[
    list[str],
    typer.Argument(parser=parse_entry_argument, metavar="TO...", help="The entries it shall run, in this order."),
]


def check(
    from_: From,
    to: Targets,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: Annotated[bool, typer.Option("--through-removed", help="Step to removed entries too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge a plan of entries step by step: go, stop or ask."""
    plan = [from_, *to]
    if len(plan) > MAX_PLAN_ENTRIES:
        raise typer.BadParameter(f"a plan has at most {MAX_PLAN_ENTRIES} entries")
    instants = {name: iso(given) for name, given in (("at", at), ("known_at", known_at)) if given}
    asked = urlencode(instants | ({"through_removed": "true"} if through_removed else {}), safe=":")
    with open_graph(f"Ask it: POST /v1/pathways/check{'?' if asked else ''}{asked}") as graph:
        memory = GraphCache(graph, now)
        answer = plan_check.check_entries(memory, memory.as_of(at, known_at), plan, through_removed)
    typer.echo(answer.model_dump_json(indent=2) if as_json else "\n".join(_told(answer)))
    sys.exit(_EXITS[answer.verdict])


def _told(answer: PlanCheck) -> Iterator[str]:
    yield answer.text
    yield f"list {answer.list_version} of {answer.list_issued}, at {iso(answer.at)}, as known {iso(answer.known_at)}"
    for nth, step in enumerate(answer.steps, start=1):
        yield f"{nth}. {step.base} → {step.target}  {step.code}: {step.text}"
        if step.code == "not-a-base":
            yield f"   the way: {' → '.join(step.steps)}"
        for warning in step.warnings:
            yield f"   ! {warning.code}: {warning.text}"
    if answer.unfinished:
        yield f"! {answer.unfinished.text}"
    yield answer.notice
