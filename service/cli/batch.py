"""`pathways path --batch FILE`: many questions at once, from a file, as CSV or as a JSON document a line."""

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import typer
from rich.console import Console
from rich.progress import track

from loaders.pairs import read_pairs
from service.application.files.spreadsheets import escape_formula
from service.application.pathways import batches
from service.application.pathways.graph_cache import GraphCache
from service.cli.receipts import keyring
from service.domain.as_of import AsOf
from service.domain.limits import Limits
from service.schemas.requests.batches import MAX_PAIRS, BatchQuestion
from service.schemas.responses.batches import BadPair
from service.schemas.responses.pathways import Pathway, PathwayStep

BatchFormat = Literal["csv", "ndjson"]

COLUMNS = ("from", "to", "outcome", "steps", "entries", "image_hashes", "warnings", "reasons", "problem", "notice")


def read_batch_pairs(file: Path) -> list[tuple[str, str]]:
    """The questions of a file; no longer ones than HTTP takes."""
    return [(base[:20], target[:20]) for base, target in read_pairs(file, Limits())]


def write_answers(
    memory: GraphCache, moment: AsOf, asked: list[tuple[str, str]], form: BatchFormat, through_removed: bool
) -> int:
    """Writes the answers in the order of the questions, and gives how many pairs could not be asked."""
    items = track(
        _answers(memory, moment, asked, {"receipts": form == "ndjson", "through_removed": through_removed}),
        "asking",
        len(asked),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    return _as_lines(items) if form == "ndjson" else _as_csv(items)


def _answers(
    memory: GraphCache, moment: AsOf, asked: list[tuple[str, str]], how: dict[str, bool]
) -> Iterator[Pathway | BadPair]:
    """As many at once as HTTP takes, all as of one moment."""
    keys = keyring()
    for start in range(0, len(asked), MAX_PAIRS):
        part = [list(pair) for pair in asked[start : start + MAX_PAIRS]]
        yield from batches.batch_pathways(memory, moment, BatchQuestion(pairs=part, **how), keys)


def _as_lines(items: Iterable[Pathway | BadPair]) -> int:
    refused = 0
    for item in items:
        refused += isinstance(item, BadPair)
        typer.echo(item.model_dump_json(by_alias=True))
    return refused


def _as_csv(items: Iterable[Pathway | BadPair]) -> int:
    refused = 0
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    for item in items:
        refused += isinstance(item, BadPair)
        out.writerow(map(escape_formula, _row(item)))
    return refused


def _row(item: Pathway | BadPair) -> list[str]:
    if isinstance(item, BadPair):
        return [item.from_, item.to, "", "", "", "", "", "", item.problem.detail, ""]
    reasons = ";".join(reason.code for reason in item.reasons)
    return [item.from_, item.to, item.outcome, *_steps(item.steps), reasons, "", item.notice]


def _steps(steps: list[PathwayStep]) -> list[str]:
    """How many, the entries to install in order, their images, and the warnings by their step."""
    warned = [f"{step.target} {warning.code}" for step in steps for warning in step.warnings]
    targets, images = ([step.target for step in steps], [step.image_hash or "" for step in steps])
    return [str(len(steps)) if steps else "", ";".join(targets), ";".join(images), ";".join(warned)]
