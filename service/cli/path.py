"""`pathways path FROM TO`: prints the pathway from one entry to another, or the pathways of many pairs."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.application.pathways import pathways, signed_pathways
from service.cli import batch
from service.cli.batch import BatchFormat
from service.cli.failures import CANNOT_SAY, REFUSED
from service.cli.options import AsJson, At, KnownAt, OptionalFrom, OptionalTo, ThroughRemoved
from service.cli.output import as_of_line, end_lines, print_answer, route_text
from service.cli.receipts import keyring
from service.cli.session import open_cache, server_call
from service.cli.streams import print_error
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.pathways import Outcome, Pathway, PathwayStep

_EXIT_CODES: dict[Outcome, int] = {"route": 0, "already-there": 0, "none": REFUSED, "unknown": CANNOT_SAY}

_HEADINGS: dict[Outcome, str] = {
    "route": "there is a pathway",
    "already-there": "already there: both entries have the same firmware",
    "none": "there is no pathway",
    "unknown": "unknown: a missing declaration could make a pathway",
}


def path(
    from_: OptionalFrom = None,
    to: OptionalTo = None,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: ThroughRemoved = False,
    alternatives: Annotated[int, typer.Option("--alternatives", min=0, max=10, help="Most further pathways.")] = 0,
    file: Annotated[
        Path | None,
        typer.Option("--batch", metavar="FILE", help="A file of pairs with the columns From and To; - reads stdin."),
    ] = None,
    batch_format: Annotated[BatchFormat, typer.Option("--format", help="The output format of a batch.")] = "csv",
    as_json: AsJson = False,
) -> None:
    """Print the pathway from one entry to another or the reasons why there is none, or the pathways of many pairs."""
    if file and (from_ or to or alternatives or as_json):
        raise typer.BadParameter("cannot be combined with entries, --alternatives or --json", param_hint="--batch")
    if file:
        _answer_file(file, batch_format, through_removed, at, known_at)
    elif from_ and to:
        question = PathwayQuestion(
            from_=from_, to=to, at=at, known_at=known_at, through_removed=through_removed, alternatives=alternatives
        )
        _answer_question(question, as_json)
    else:
        raise typer.BadParameter("name both entries, or a file with --batch", param_hint="FROM TO")


def _answer_question(question: PathwayQuestion, as_json: bool) -> None:
    values = question.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    ordered = {name: values[name] for name in ("from", "to", *values)}
    parameters = {name: "true" if value is True else value for name, value in ordered.items()}
    with open_cache(server_call("GET /v1/pathways", parameters)) as cache:
        if as_json:
            answer = signed_pathways.pathway_with_receipt(cache, cache.as_of, question, keyring())
        else:
            answer = pathways.get_pathway(cache, cache.as_of, question)
    print_answer(answer, lambda: pathway_lines(answer), as_json)
    sys.exit(_EXIT_CODES[answer.outcome])


def _answer_file(
    file: Path, batch_format: BatchFormat, through_removed: bool, at: datetime | None, known_at: datetime | None
) -> None:
    pairs = batch.read_batch_pairs(file)
    with open_cache(server_call("POST /v1/pathways")) as cache:
        malformed = batch.write_answers(cache, cache.as_of(at, known_at), pairs, batch_format, through_removed)
    if malformed:
        print_error(f"{malformed} of {len(pairs)} pairs have no answer: see the column or field `problem`.")
        sys.exit(REFUSED)


def pathway_lines(answer: Pathway) -> Iterator[str]:
    """Yields the lines that show a person the pathway between two entries, or the reasons why there is none."""
    yield f"{answer.from_} → {answer.to}: {_HEADINGS[answer.outcome]}"
    yield as_of_line(answer)
    yield from end_lines(answer.outcome, answer.holds_until)
    for number, step in enumerate(answer.steps, start=1):
        yield from _step_lines(number, step)
    for number, steps in enumerate(answer.alternatives, start=1):
        yield f"alternative {number}: {route_text([answer.from_, *(step.target for step in steps)])}"
    if answer.more:
        yield "there are more alternatives"
    yield from (f"- {reason.code}: {reason.text}" for reason in answer.reasons)
    yield answer.notice


def _step_lines(number: int, step: PathwayStep) -> Iterator[str]:
    yield f"{number}. {step.base} → {step.target}  device model {step.device_model}  firmware {step.firmware_version}"
    yield f"   image hash {step.image_hash or 'none on the list'}"
    yield from (f"   ! {warning.code}: {warning.text}" for warning in step.warnings)
