"""`pathways export fir`: the Firmware Information Repository as a file."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlencode

import typer

from service.application.files.fir_export import export_fir as exported
from service.application.pathways.graph_cache import GraphCache
from service.cli.session import REFUSED, At, KnownAt, open_graph, print_error
from service.domain.clock import iso, now
from service.schemas.requests.queries import FirQuestion
from service.settings import Settings

app = typer.Typer(help="Write what is known to a file.", no_args_is_help=True)


@app.callback()
def export() -> None:
    """Write what is known to a file."""


@app.command()
def fir(
    format_: Annotated[Literal["csv", "xlsx"], typer.Option("--format", help="The kind of file.")] = "csv",
    out: Annotated[Path | None, typer.Option("--out", help="Where to write it; default: to stdout.")] = None,
    at: At = None,
    known_at: KnownAt = None,
) -> None:
    """Write the Firmware Information Repository: ESME and GSME entries with their Firmware Upgrade Paths."""
    if format_ == "xlsx" and out is None and sys.stdout.isatty():
        raise typer.BadParameter("a workbook is not for a terminal: say where to write it", param_hint="--out")
    settings, asked = Settings(), FirQuestion(at=at, known_at=known_at, format=format_)
    instants = {name: iso(given) for name, given in (("at", at), ("known_at", known_at)) if given}
    with open_graph(f"Ask it: GET /v1/fir?{urlencode({'format': format_} | instants, safe=':')}") as graph:
        file = exported(graph, GraphCache(graph, now).as_of, settings, asked)
    if out is None:
        sys.stdout.buffer.write(file.body)
    else:
        write_file(out, file.body)


def write_file(out: Path, body: bytes) -> None:
    """All of the file or none of it: what was there before stays until the new one is whole."""
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(body)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        print_error(f"{out} cannot be written: {error.strerror}")
        sys.exit(REFUSED)
