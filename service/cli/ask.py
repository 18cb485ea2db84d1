"""`pathways path FROM TO`: the main question."""

import sys
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

import typer

from service.ask.receipts import receipted
from service.cli.receipts import keyring
from service.cli.session import CANNOT_SAY, REFUSED, AsJson, At, From, KnownAt, To, opened
from service.model.clock import iso, now
from service.model.pathway import Outcome, Pathway, PathwayStep
from service.store import pathways
from service.store.memory import Memory

_EXITS: dict[Outcome, int] = {"route": 0, "already-there": 0, "none": REFUSED, "unknown": CANNOT_SAY}

_HEADS: dict[Outcome, str] = {
    "route": "there is a pathway",
    "already-there": "already there: both name the same firmware",
    "none": "there is no pathway",
    "unknown": "nobody can say: a declaration that is missing could make a pathway",
}


def path(
    from_: From,
    to: To,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: Annotated[bool, typer.Option("--through-removed", help="Step to removed entries too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the pathway from one entry to another, or the reasons why there is none."""
    instants = {name: iso(given) for name, given in (("at", at), ("known_at", known_at)) if given}
    asked = {"from": from_, "to": to} | instants | ({"through_removed": "true"} if through_removed else {})
    with opened(f"Ask it: GET /v1/pathways?{urlencode(asked, safe=':')}") as graph:
        memory = Memory(graph, now)
        answer = pathways.pathway(memory, memory.moment(at, known_at), from_, to, through_removed)
        if as_json:
            answer = receipted(answer, keyring(), through_removed, 0, memory.head(answer.known_at))
    typer.echo(answer.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(told(answer)))
    sys.exit(_EXITS[answer.outcome])


def told(answer: Pathway) -> Iterator[str]:
    """The lines for a person."""
    yield f"{answer.from_} → {answer.to}: {_HEADS[answer.outcome]}"
    yield f"list {answer.list_version} of {answer.list_issued}, at {iso(answer.at)}, as known {iso(answer.known_at)}"
    for nth, step in enumerate(answer.steps, start=1):
        yield from _step(nth, step)
    for reason in answer.reasons:
        yield f"- {reason.code}: {reason.text}"
    yield answer.notice


def _step(nth: int, step: PathwayStep) -> Iterator[str]:
    yield f"{nth}. {step.base} → {step.target}  device model {step.device_model}  firmware {step.firmware_version}"
    yield f"   image hash {step.image_hash or 'none on the list'}"
    for warning in step.warnings:
        yield f"   ! {warning.code}: {warning.text}"
