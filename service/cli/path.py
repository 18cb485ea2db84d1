"""`pathways path FROM TO`: the main question."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from service.application.pathways import pathways, receipts
from service.application.pathways.graph_cache import GraphCache
from service.cli import batch
from service.cli.batch import BatchFormat
from service.cli.receipts import keyring
from service.cli.session import (
    CANNOT_SAY,
    REFUSED,
    AsJson,
    At,
    KnownAt,
    OptionalFrom,
    OptionalTo,
    open_graph,
    print_error,
)
from service.domain.clock import iso, now
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.pathways import Outcome, Pathway, PathwayStep
from service.settings import Settings

_EXITS: dict[Outcome, int] = {"route": 0, "already-there": 0, "none": REFUSED, "unknown": CANNOT_SAY}

_HEADS: dict[Outcome, str] = {
    "route": "there is a pathway",
    "already-there": "already there: both name the same firmware",
    "none": "there is no pathway",
    "unknown": "nobody can say: a declaration that is missing could make a pathway",
}


def path(
    from_: OptionalFrom = None,
    to: OptionalTo = None,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: Annotated[bool, typer.Option("--through-removed", help="Step to removed entries too.")] = False,
    alternatives: Annotated[int, typer.Option("--alternatives", min=0, max=10, help="Further pathways to tell.")] = 0,
    file: Annotated[Path | None, typer.Option("--batch", metavar="FILE", help="Pairs, columns From and To.")] = None,
    form: Annotated[BatchFormat, typer.Option("--format", help="What a batch is answered in.")] = "csv",
    as_json: AsJson = False,
) -> None:
    """Print the pathway from one entry to another, or the reasons why there is none; or those of many pairs."""
    if file and (from_ or to or alternatives or as_json):
        raise typer.BadParameter("a batch takes no entries, alternatives or --json beside it", param_hint="--batch")
    if file:
        _many(file, form, through_removed, at, known_at)
    elif from_ and to:
        question = PathwayQuestion(
            from_=from_, to=to, at=at, known_at=known_at, through_removed=through_removed, alternatives=alternatives
        )
        _one(question, as_json)
    else:
        raise typer.BadParameter("name both entries, or a file with --batch", param_hint="FROM TO")


def _one(asked: PathwayQuestion, as_json: bool) -> None:
    said = asked.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    ordered = {name: said[name] for name in ("from", "to", *said)}
    parameters = {name: "true" if value is True else value for name, value in ordered.items()}
    with open_graph(f"Ask it: GET /v1/pathways?{urlencode(parameters, safe=':')}") as graph:
        memory = GraphCache(graph, now, work=Settings().alternatives_work)
        if as_json:
            answer = receipts.pathway_with_receipt(memory, memory.as_of, asked, keyring())
        else:
            answer = pathways.get_pathway(memory, memory.as_of, asked)
    typer.echo(answer.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(pathway_lines(answer)))
    sys.exit(_EXITS[answer.outcome])


def _many(file: Path, form: BatchFormat, through_removed: bool, at: datetime | None, known_at: datetime | None) -> None:
    asked = batch.read_batch_pairs(file)
    with open_graph("Ask it: POST /v1/pathways") as graph:
        memory = GraphCache(graph, now)
        refused = batch.write_answers(memory, memory.as_of(at, known_at), asked, form, through_removed)
    if refused:
        print_error(f"{refused} of {len(asked)} pairs could not be asked.")
        sys.exit(REFUSED)


def pathway_lines(answer: Pathway) -> Iterator[str]:
    """The lines for a person."""
    yield f"{answer.from_} → {answer.to}: {_HEADS[answer.outcome]}"
    yield f"list {answer.list_version} of {answer.list_issued}, at {iso(answer.at)}, as known {iso(answer.known_at)}"
    for nth, step in enumerate(answer.steps, start=1):
        yield from _step(nth, step)
    for nth, way in enumerate(answer.alternatives, start=1):
        yield f"alternative {nth}: {' → '.join([answer.from_, *(step.target for step in way)])}"
    if answer.more:
        yield "there are more"
    for reason in answer.reasons:
        yield f"- {reason.code}: {reason.text}"
    yield answer.notice


def _step(nth: int, step: PathwayStep) -> Iterator[str]:
    yield f"{nth}. {step.base} → {step.target}  device model {step.device_model}  firmware {step.firmware_version}"
    yield f"   image hash {step.image_hash or 'none on the list'}"
    for warning in step.warnings:
        yield f"   ! {warning.code}: {warning.text}"
