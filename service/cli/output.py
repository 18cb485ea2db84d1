"""Prints answers on stdout, as lines or as one JSON document, and everything else on stderr."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import typer
from pydantic import BaseModel

from loaders.parsed_files import ParsedFile
from service.domain.clock import iso
from service.domain.outcomes import ResolveOutcome, Verdict
from service.rules.answers.text import describe_end
from service.rules.records.receipt import receipt_id
from service.schemas.responses.answer_receipts import AnswerReceipt
from service.schemas.responses.holds_until import HoldsUntil
from service.schemas.responses.impact import PathwaySummary
from service.schemas.responses.pathways import AsOfResponse

Page = TypeVar("Page", bound=BaseModel)

MAX_REMARK_LINES = 10
"""The largest number of remarks that a command prints, each on a line of its own."""


def print_error(line: str) -> None:
    """Prints a line on stderr, so that stdout has nothing but the answer."""
    typer.echo(line, err=True)


class Remark(Protocol):
    """A remark on a file, an edit or a device; some have the line of a file, or the entry, too."""

    @property
    def code(self) -> str:
        """Returns the code that all remarks of one kind share."""

    @property
    def text(self) -> str:
        """Returns the remark as a sentence for people."""


def print_remarks(remarks: Sequence[Remark]) -> None:
    """Prints the first remarks on stderr, a line each, and a line that counts the others by their code."""
    for remark in remarks[:MAX_REMARK_LINES]:
        line = f"line {number}, " if (number := getattr(remark, "line", None)) else ""
        entry = f"{about}: " if (about := getattr(remark, "entry", None)) else ""
        print_error(f"{remark.code}: {line}{entry}{remark.text}")
    others = Counter(remark.code for remark in remarks[MAX_REMARK_LINES:])
    if others:
        kinds = ", ".join(f"{count:,} {code}" for code, count in others.most_common())
        print_error(f"and {others.total():,} more remarks ({kinds}): see the JSON answer.")


def print_source(parsed: ParsedFile) -> None:
    """Prints on stderr which sheet of a workbook a command has read, and the remarks on the file as a whole."""
    if parsed.sheet is not None:
        print_error(f"{parsed.file}, sheet {parsed.sheet!r}: read.")
    print_remarks(parsed.remarks)


def print_answer(answer: BaseModel, lines: Callable[[], Iterable[str]], as_json: bool) -> None:
    """Prints an answer on stdout: as JSON, or as the lines of text that the function `lines` builds from it."""
    typer.echo(answer.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(lines()))


def merge_pages(fetch_page: Callable[[str], Page]) -> Page:
    """Fetches all pages of a list, and returns all items as one page.

    `fetch_page` gets the cursor of a page, blank for the first page.
    """
    first: Any = fetch_page("")
    items, cursor = list(first.items), first.next
    while cursor:
        page: Any = fetch_page(cursor)
        items, cursor = [*items, *page.items], page.next
    merged: Page = first.model_copy(update={"items": items, "next": None})
    return merged


def as_of_line(answer: AsOfResponse) -> str:
    """Returns a line of text with the list in force and the two instants (`at` and `known_at`) of an answer."""
    return f"list {answer.list_version} of {answer.list_issued}, at {iso(answer.at)}, as known {iso(answer.known_at)}"


def receipt_lines(receipt: AnswerReceipt | None) -> Iterator[str]:
    """Yields the line with the id of the receipt of an answer; none where the answer has no receipt. The same question
    at the same instants with `--json` gives the receipt.
    """
    if receipt:
        yield f"receipt {receipt_id(receipt)}"


def end_lines(outcome: ResolveOutcome | Verdict, end: HoldsUntil | None) -> Iterator[str]:
    """Yields the line that says until when an answer with the outcome given holds; none where nothing changes it."""
    if end:
        yield describe_end(outcome, end, iso)


def route_text(entries: Iterable[str]) -> str:
    """Returns the entry numbers of a route in their order, joined by arrows."""
    return " → ".join(entries)


def summary_text(summary: PathwaySummary) -> str:
    """Returns the entry numbers of a pathway joined by arrows, or its outcome if there is no route."""
    return route_text(summary.entries) or summary.outcome
