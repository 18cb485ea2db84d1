"""`pathways path --batch FILE`: prints the pathway for each pair of entries in a file, as CSV or as one JSON document a
line.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import typer
from rich.console import Console
from rich.progress import track

from loaders.question_files import read_pairs
from service.application.files.spreadsheets import escape_formula
from service.application.pathways import batches
from service.application.pathways.graph_cache import GraphCache
from service.cli.input_file import input_file
from service.cli.output import print_source
from service.cli.receipts import keyring
from service.domain.as_of import AsOf
from service.domain.clock import iso
from service.domain.limits import Limits
from service.rules.records.receipt import receipt_id
from service.schemas.requests.bodies import MAX_PAIRS, BatchQuestion
from service.schemas.responses.pathways import BadPair, Pathway, PathwayStep

BatchFormat = Literal["csv", "ndjson"]

COLUMNS = (
    *("from", "to", "outcome", "steps", "entries", "image_hashes", "warnings", "reasons"),
    *("holds_until", "outcome_then", "at", "known_at", "list_version", "receipt", "problem", "notice"),
)


def read_batch_pairs(path: Path) -> list[tuple[str, str]]:
    """Reads the pairs of a file, or of stdin, and cuts each value at the 20 characters that the HTTP interface accepts.

    Prints the sheet that was read, and remarks on it, on stderr. The file may have any number of bytes and rows, since
    these limits protect a server from uploads.
    """
    limits = Limits(file_bytes=sys.maxsize - 1, rows=sys.maxsize)
    parsed = read_pairs(input_file(path, any_length=True), limits)
    print_source(parsed)
    return [(base[:20], target[:20]) for base, target in parsed.pairs]


def write_answers(
    cache: GraphCache, as_of: AsOf, pairs: list[tuple[str, str]], batch_format: BatchFormat, through_removed: bool
) -> int:
    """Writes the pathway answer for each pair of entries given, in their order. Returns the number of malformed
    pairs.
    """
    options = {"receipts": True, "through_removed": through_removed}
    answers = track(
        _answer_pairs(cache, as_of, pairs, options),
        "answering",
        len(pairs),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    malformed = 0
    writer = csv.writer(sys.stdout)
    if batch_format == "csv":
        writer.writerow(COLUMNS)
    for answer in answers:
        malformed += isinstance(answer, BadPair)
        if batch_format == "csv":
            writer.writerow(map(escape_formula, _csv_row(answer)))
        else:
            typer.echo(answer.model_dump_json(by_alias=True))
    return malformed


def _answer_pairs(
    cache: GraphCache, as_of: AsOf, pairs: list[tuple[str, str]], options: dict[str, bool]
) -> Iterator[Pathway | BadPair]:
    """Yields the answers to the pairs given, all as of the same instants.

    The service computes them in batches of the size that the HTTP interface accepts.
    """
    keys = keyring()
    for start in range(0, len(pairs), MAX_PAIRS):
        batch = [list(pair) for pair in pairs[start : start + MAX_PAIRS]]
        yield from batches.batch_pathways(cache, as_of, BatchQuestion(pairs=batch, **options), keys)


def _csv_row(answer: Pathway | BadPair) -> list[str]:
    if isinstance(answer, BadPair):
        return [answer.from_, answer.to, *[""] * (len(COLUMNS) - 4), answer.problem.detail, ""]
    reasons = ";".join(reason.code for reason in answer.reasons)
    end = [iso(answer.holds_until.at), answer.holds_until.outcome] if answer.holds_until else ["", ""]
    clocks = [iso(answer.at), iso(answer.known_at), answer.list_version]
    receipt = receipt_id(answer.receipt) if answer.receipt else ""
    steps = _step_cells(answer.steps)
    return [answer.from_, answer.to, answer.outcome, *steps, reasons, *end, *clocks, receipt, "", answer.notice]


def _step_cells(steps: list[PathwayStep]) -> list[str]:
    """Returns the cells of a route: the number of steps, the entries in order, their image hashes, and the warnings."""
    warnings = [f"{step.target} {warning.code}" for step in steps for warning in step.warnings]
    targets, images = ([step.target for step in steps], [step.image_hash or "" for step in steps])
    return [str(len(steps)) if steps else "", ";".join(targets), ";".join(images), ";".join(warnings)]
