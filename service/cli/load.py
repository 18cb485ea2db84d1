"""`pathways load list|bases|zigbee|stack-order`: files into the graph."""

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

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.zigbee import read_orders, read_zigbee
from service.application.files import load as loading
from service.application.files.load_stack_orders import load_stack_orders
from service.application.files.load_zigbee import load_zigbee
from service.cli.impact import impact_lines
from service.cli.session import REFUSED, AsJson, Effective, open_graph, print_error
from service.domain.clock import iso, now
from service.domain.limits import Limits
from service.domain.standards import Standards
from service.domain.zigbee_facts import ZigbeeReader
from service.repositories.overview import finding_standards
from service.schemas.requests.files import UPLOAD_MEDIA_TYPES
from service.schemas.responses.load_reports import LoadReport
from service.settings import Settings

_NOT_ASKED = ("made_by", "standards")

app = typer.Typer(help="Load a published list, declared bases, or ZigBee facts.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A .csv, .xlsx or .xlsm file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]
SkipRefused = Annotated[bool, typer.Option("--skip-refused", help="Apply the good rows, report the rest.")]
By = Annotated[str, typer.Option("--by", help="Who says so; default: the name you are logged in by.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the record.")]
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
    options = loading.LoadOptions(
        dry_run, skip_refused, correction, allow_absent, by or login_name(), standards=_standards()
    )
    with _progress() as seen:
        found = read_list(file, Limits(), seen)
    with open_graph(_instead("/v1/lists", file, options)) as graph:
        _tell(loading.load_list(graph, now, found, file.name, options), as_json)


@app.command()
def bases(
    file: File,
    reason: Reason,
    effective: Effective = None,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = False,
    by: By = "",
    evidence: Evidence = "",
    as_json: AsJson = False,
) -> None:
    """Load declared bases (Firmware Upgrade Paths)."""
    options = _options(dry_run, skip_refused, by, reason, evidence)
    with _progress() as seen:
        found = read_bases(file, Limits(), effective, seen)
    with open_graph(_instead("/v1/bases", file, options, effective)) as graph:
        _tell(loading.load_bases(graph, now, found, options), as_json)


def _instead(path: str, file: Path, options: loading.LoadOptions, effective: datetime | None = None) -> str:
    """The HTTP call that does the same on a server that holds the graph."""
    said: dict[str, Any] = {"file": file.name, "by": options.made_by} | vars(options)
    said["effective"] = effective and iso(effective)
    given = {
        name: "true" if value is True else value for name, value in said.items() if value and name not in _NOT_ASKED
    }
    kind = UPLOAD_MEDIA_TYPES[file.suffix.casefold()]
    return f"Send it the file: POST {path}?{urlencode(given, safe=':')} with Content-Type: {kind}"


def _standards() -> Standards:
    return finding_standards(Settings())


@app.command()
def zigbee(
    file: File,
    reason: Reason,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = False,
    by: By = "",
    evidence: Evidence = "",
    as_json: AsJson = False,
) -> None:
    """Load ZigBee bands, and chipsets and stacks told in confidence."""
    options = _options(dry_run, skip_refused, by, reason, evidence)
    with _progress() as seen:
        found = read_zigbee(file, Limits(), seen)
    with open_graph(_instead("/v1/zigbee", file, options)) as graph:
        _tell(load_zigbee(graph, now, found, options, operator_reader(options.made_by)), as_json)


@app.command("stack-order")
def stack_order(
    file: File,
    reason: Reason,
    dry_run: DryRun = False,
    by: By = "",
    evidence: Evidence = "",
    as_json: AsJson = False,
) -> None:
    """Declare in what order the versions of ZigBee stacks came; it is told in confidence."""
    options = _options(dry_run, False, by, reason, evidence)
    found = read_orders(file, Limits())
    with open_graph(_instead("/v1/zigbee/orders", file, options)) as graph:
        _tell(load_stack_orders(graph, now, found, options, operator_reader(options.made_by)), as_json)


def _options(dry_run: bool, skip_refused: bool, by: str, reason: str, evidence: str) -> loading.LoadOptions:
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    return loading.LoadOptions(dry_run, skip_refused, False, False, by or login_name(), reason, evidence, _standards())


def login_name() -> str:
    """The name that the person is logged in by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def operator_reader(name: str) -> ZigbeeReader:
    """Whoever has the graph at hand, as the audit names them."""
    return ZigbeeReader(who=name, role="operator")


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
        print_error(f"refused: {refusal}")
    for remark in report.remarks:
        place = f"line {remark.line}, " if remark.line else ""
        print_error(f"{remark.code}: {place}{f'{remark.entry}: ' if remark.entry else ''}{remark.text}")
    subject = f"list {report.list_version} of {report.list_issued}" if report.list_version else report.kind
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    typer.echo(f"{report.file}: {subject}: {counts}")
    for line in impact_lines(report.impact) if report.impact else ():
        typer.echo(line)
    typer.echo(_verdict(report))


def _verdict(report: LoadReport) -> str:
    if report.applied:
        return "Loaded."
    if report.refusals:
        return "Refused: nothing was changed."
    changes = report.changes or report.counts.get("new") or report.counts.get("stacks")
    if report.dry_run and changes:
        return "A dry run: nothing was changed."
    return "Nothing to change."
