"""`pathways check FROM TO…`: checks a plan of firmware upgrades step by step."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from service.application.pathways import plan_check
from service.cli.failures import CANNOT_SAY, REFUSED
from service.cli.options import AsJson, At, From, KnownAt, ThroughRemoved, as_of_parameters, parse_entry_argument
from service.cli.output import as_of_line, print_answer, route_text
from service.cli.session import open_cache, server_call
from service.schemas.requests.plan_check import MAX_PLAN_ENTRIES
from service.schemas.responses.plan_check import PlanCheck, Verdict

_EXIT_CODES: dict[Verdict, int] = {"go": 0, "stop": REFUSED, "ask": CANNOT_SAY}

Targets = Annotated[
    list[str],
    typer.Argument(
        parser=parse_entry_argument, metavar="TO...", help="The entries that the meter is to run, in this order."
    ),
]


def check_plan(
    from_: From,
    to: Targets,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: ThroughRemoved = False,
    as_json: AsJson = False,
) -> None:
    """Check a plan of entries step by step and print the verdict: go, stop or ask."""
    plan = [from_, *to]
    if len(plan) > MAX_PLAN_ENTRIES:
        raise typer.BadParameter(f"the plan has {len(plan)} entries; at most {MAX_PLAN_ENTRIES} are expected")
    parameters = as_of_parameters(at, known_at) | ({"through_removed": "true"} if through_removed else {})
    with open_cache(server_call("POST /v1/pathways/check", parameters)) as cache:
        answer = plan_check.check_entries(cache, cache.as_of(at, known_at), plan, through_removed)
    print_answer(answer, lambda: _answer_lines(answer), as_json)
    sys.exit(_EXIT_CODES[answer.verdict])


def _answer_lines(answer: PlanCheck) -> Iterator[str]:
    yield answer.text
    yield as_of_line(answer)
    for number, step in enumerate(answer.steps, start=1):
        yield f"{number}. {step.base} → {step.target}  {step.code}: {step.text}"
        if step.code == "not-a-base":
            yield f"   the route: {route_text(step.steps)}"
        yield from (f"   ! {warning.code}: {warning.text}" for warning in step.warnings)
    if answer.unfinished:
        yield f"! {answer.unfinished.text}"
    yield answer.notice
