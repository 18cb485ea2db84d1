"""`pathways check FROM TO…`: whether a plan is right."""

import sys
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

import typer

from service.application.pathways import plans as store
from service.application.pathways.graph_cache import Memory
from service.cli.session import CANNOT_SAY, REFUSED, AsJson, At, From, KnownAt, entry, opened
from service.domain.clock import iso, now
from service.schemas.requests.plan_check import MOST_ENTRIES
from service.schemas.responses.plan_check import Checked, Verdict

_EXITS: dict[Verdict, int] = {"go": 0, "stop": REFUSED, "ask": CANNOT_SAY}

Targets = Annotated[
    list[str], typer.Argument(parser=entry, metavar="TO...", help="The entries it shall run, in this order.")
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
    if len(plan) > MOST_ENTRIES:
        raise typer.BadParameter(f"a plan has at most {MOST_ENTRIES} entries")
    instants = {name: iso(given) for name, given in (("at", at), ("known_at", known_at)) if given}
    asked = urlencode(instants | ({"through_removed": "true"} if through_removed else {}), safe=":")
    with opened(f"Ask it: POST /v1/pathways/check{'?' if asked else ''}{asked}") as graph:
        memory = Memory(graph, now)
        answer = store.plan(memory, memory.moment(at, known_at), plan, through_removed)
    typer.echo(answer.model_dump_json(indent=2) if as_json else "\n".join(_told(answer)))
    sys.exit(_EXITS[answer.verdict])


def _told(answer: Checked) -> Iterator[str]:
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
