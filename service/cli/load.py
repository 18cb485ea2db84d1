"""`pathways load list|bases`: files into the graph."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from rich.console import Console
from rich.progress import Progress

from loaders import load as loading
from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.report import LoadReport
from service.ask.uploads import MEDIA_TYPES
from service.cli.impact import told
from service.cli.session import REFUSED, AsJson, Effective, complain, opened
from service.model.clock import iso, now
from service.rules.findings.overview import Standards
from service.settings import Limits, Settings
from service.store.findings import standards

_NOT_ASKED = ("made_by", "standards")

app = typer.Typer(help="Load a published list, or declared bases.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A .csv, .xlsx or .xlsm file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]
SkipRefused = Annotated[bool, typer.Option("--skip-refused", help="Apply the good rows, report the rest.")]
By = Annotated[str, typer.Option("--by", help="Who says so; default: the name you are logged in by.")]
Evidence = Annotated[str, typer.Option("--evidence", help="A reference to what it rests on.")]


@app.command("list")
def list_(
    file: File,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = False,
    correction: Annotated[
        bool, typer.Option("--correction", help="This version is loaded already, and this file corrects it.")
    ] = False,
    allow_absent: Annotated[
        bool, typer.Option("--allow-absent", help="Many entries of earlier lists may be absent from this one.")
    ] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Load a published Central Products List."""
    options = loading.Options(dry_run, skip_refused, correction, allow_absent, by or _who(), standards=_standards())
    with _progress() as seen:
        found = read_list(file, Limits(), seen)
    with opened(_instead("/v1/lists", file, options)) as graph:
        _tell(loading.load_list(graph, now, found, file.name, options), as_json)


@app.command()
def bases(
    file: File,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the record.")],
    effective: Effective = None,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = False,
    by: By = "",
    evidence: Evidence = "",
    as_json: AsJson = False,
) -> None:
    """Load declared bases (Firmware Upgrade Paths)."""
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    options = loading.Options(dry_run, skip_refused, False, False, by or _who(), reason, evidence, _standards())
    with _progress() as seen:
        found = read_bases(file, Limits(), effective, seen)
    with opened(_instead("/v1/bases", file, options, effective)) as graph:
        _tell(loading.load_bases(graph, now, found, options), as_json)


def _instead(path: str, file: Path, options: loading.Options, effective: datetime | None = None) -> str:
    """The HTTP call that does the same on a server that holds the graph."""
    said: dict[str, Any] = {"file": file.name, "by": options.made_by} | vars(options)
    said["effective"] = effective and iso(effective)
    given = {
        name: "true" if value is True else value for name, value in said.items() if value and name not in _NOT_ASKED
    }
    kind = MEDIA_TYPES[file.suffix.casefold()]
    return f"Send it the file: POST {path}?{urlencode(given, safe=':')} with Content-Type: {kind}"


def _standards() -> Standards:
    return standards(Settings())


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr, and only on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(report: LoadReport, as_json: bool) -> None:
    if as_json:
        typer.echo(report.model_dump_json(by_alias=True, indent=2))
    else:
        _tell_person(report)
    if report.refusals and not report.applied:
        sys.exit(REFUSED)


def _tell_person(report: LoadReport) -> None:
    for refusal in report.refusals:
        complain(f"refused: {refusal}")
    for remark in report.remarks:
        place = f"line {remark.line}, " if remark.line else ""
        complain(f"{remark.code}: {place}{f'{remark.entry}: ' if remark.entry else ''}{remark.text}")
    subject = f"list {report.list_version} of {report.list_issued}" if report.list_version else "bases"
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    typer.echo(f"{report.file}: {subject}: {counts}")
    for line in told(report.impact) if report.impact else ():
        typer.echo(line)
    typer.echo(_verdict(report))


def _verdict(report: LoadReport) -> str:
    if report.applied:
        return "Loaded."
    if report.refusals:
        return "Refused: nothing was changed."
    changes = report.changes or report.counts.get("new")
    if report.dry_run and changes:
        return "A dry run: nothing was changed."
    return "Nothing to change."
