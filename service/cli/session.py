"""What every command shares: an open graph, instants from text, errors as exit codes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from pydantic import ValidationError

from service.domain.clock import parse_instant
from service.domain.limits import Limits
from service.domain.names import parse_entry_number
from service.errors import EngineError, FileRefused, GraphLocked, PathwaysError
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.observability import configure
from service.schemas.invalid_fields import field_sentence
from service.settings import OidcSettings, Settings

REFUSED, USAGE, UNREACHABLE, CANNOT_SAY = 1, 2, 3, 4

_PREFIXES = {
    settings.__name__: settings.model_config.get("env_prefix", "") for settings in (Settings, Limits, OidcSettings)
}

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


@contextmanager
def open_graph(instead: str) -> Iterator[Graph]:
    """The graph that the environment names, its schema brought up. `instead`: what to do while a server holds it."""
    settings = Settings()
    configure(settings.log_level)
    try:
        graph = connect(settings)
    except GraphLocked as held:
        raise GraphLocked(f"{held.detail} {instead}") from held
    try:
        migrate(graph)
        yield graph
    finally:
        graph.close()


@contextmanager
def exit_on_failure() -> Iterator[None]:
    """Turns failures into a line on stderr and the exit code of the contract."""
    try:
        yield
    except FileRefused as refused:
        for refusal in refused.extra.get("refusals", [refused.detail]):
            print_error(f"refused: {refusal}")
        sys.exit(REFUSED)
    except PathwaysError as error:
        print_error("\n".join([f"{error.title}: {error.detail}", *_refusals(error)]))
        sys.exit(UNREACHABLE if isinstance(error, EngineError) else REFUSED)
    except ValidationError as wrong:
        if wrong.title not in _PREFIXES:
            raise
        for fault in wrong.errors():
            setting = f"{_PREFIXES[wrong.title]}{'_'.join(map(str, fault['loc'])).upper()}"
            print_error(f"setting {setting}: {field_sentence('this setting', fault)}")
        sys.exit(USAGE)
    except ValueError as wrong:
        print_error(str(wrong))
        sys.exit(USAGE)


def _refusals(error: PathwaysError) -> Iterator[str]:
    """What was refused of edits, one by one."""
    for fault in error.extra.get("refusals", []):
        yield f"refused: {fault['entry']}, {fault['where']}: {fault['reason']} [{fault['code']}]"


def print_error(line: str) -> None:
    """A line for the person, never for the pipe."""
    typer.echo(line, err=True)


def parse_instant_argument(text: str) -> datetime:
    """An instant that was typed."""
    try:
        return parse_instant(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


def parse_entry_argument(text: str) -> str:
    """An entry number that was typed, with six digits."""
    try:
        return parse_entry_number(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


From = Annotated[
    str, typer.Argument(parser=parse_entry_argument, metavar="FROM", help="The entry that the meter runs.")
]
OptionalFrom = Annotated[
    str | None, typer.Argument(parser=parse_entry_argument, metavar="FROM", help="The entry that the meter runs.")
]
OptionalTo = Annotated[
    str | None, typer.Argument(parser=parse_entry_argument, metavar="TO", help="The entry it shall run.")
]
To = Annotated[str, typer.Argument(parser=parse_entry_argument, metavar="TO", help="The entry it shall run.")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", parser=parse_instant_argument, metavar="DATE", help="Only what changed after it."),
]
At = Annotated[
    datetime | None,
    typer.Option("--at", parser=parse_instant_argument, metavar="DATE", help="When it holds; default: now."),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option("--known-at", parser=parse_instant_argument, metavar="DATE", help="As known when; default: now."),
]
Effective = Annotated[
    datetime | None,
    typer.Option(
        "--effective", parser=parse_instant_argument, metavar="DATE", help="From when rows without a date hold."
    ),
]
