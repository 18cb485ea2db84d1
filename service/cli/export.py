"""`pathways export fir`: writes the Firmware Information Repository (FIR) to a file."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from service.application.files.fir_export import export_fir
from service.cli.failures import REFUSED
from service.cli.options import At, KnownAt, as_of_parameters
from service.cli.session import open_cache, server_call
from service.cli.streams import print_error
from service.schemas.requests.queries import FirQuestion
from service.settings import Settings

app = typer.Typer(help="Write data of the graph to a file.", no_args_is_help=True)


@app.callback()
def export() -> None:
    """Write data of the graph to a file."""


@app.command()
def fir(
    format_: Annotated[Literal["csv", "xlsx"], typer.Option("--format", help="The file format.")] = "csv",
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; default: stdout.")] = None,
    at: At = None,
    known_at: KnownAt = None,
) -> None:
    """Write the Firmware Information Repository: ESME and GSME entries with their Firmware Upgrade Paths."""
    if format_ == "xlsx" and out is None and sys.stdout.isatty():
        raise typer.BadParameter("a terminal cannot show a workbook: name the file to write", param_hint="--out")
    question = FirQuestion(at=at, known_at=known_at, format=format_)
    parameters = {"format": format_} | as_of_parameters(at, known_at)
    with open_cache(server_call("GET /v1/fir", parameters)) as cache:
        file = export_fir(cache.graph, cache.as_of, Settings(), question)
    if out is None:
        sys.stdout.buffer.write(file.body)
    else:
        write_file(out, file.body)


def write_file(out: Path, body: bytes) -> None:
    """Writes the whole file or nothing: an earlier file with this name stays until the new file is complete."""
    partial_file = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        partial_file.write_bytes(body)
        partial_file.replace(out)
    except OSError as error:
        partial_file.unlink(missing_ok=True)
        print_error(f"{out} cannot be written: {error.strerror}")
        sys.exit(REFUSED)
