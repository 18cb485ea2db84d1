"""`pathways load list|bases|zigbee|stack-order`: loads files into the graph."""

import getpass
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.table import InputFile, OnProgress
from loaders.zigbee import read_orders, read_zigbee
from service.application.files import load as loading
from service.application.files.dry_run import DryRunPage
from service.application.files.load_stack_version_order import load_stack_orders
from service.application.files.load_zigbee import load_zigbee
from service.application.findings import finding_thresholds
from service.cli.failures import REFUSED
from service.cli.impact import impact_lines, impact_window
from service.cli.input_file import input_file
from service.cli.options import AsJson, Effective, ImpactLimit
from service.cli.output import print_answer, print_remarks
from service.cli.session import open_graph, server_call
from service.cli.streams import print_error
from service.domain.clock import iso, now
from service.domain.limits import Limits
from service.domain.zigbee_facts import ZigbeeCaller
from service.schemas.requests.files import UPLOAD_MEDIA_TYPES
from service.schemas.responses.load_reports import LoadReport
from service.settings import Settings

T = TypeVar("T")

_NOT_PARAMETERS = ("made_by", "thresholds")

app = typer.Typer(help="Load a published list, declared bases, or ZigBee facts.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A .csv, .xlsx or .xlsm file; - reads stdin.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would change; change nothing.")]
SkipRefused = Annotated[bool, typer.Option("--skip-refused", help="Load the valid rows and report the refused ones.")]
By = Annotated[str, typer.Option("--by", help="The author of the amendment; default: your login name.")]
Reason = Annotated[str, typer.Option("--reason", help="Why the change is made; the amendment records this text.")]
Evidence = Annotated[str, typer.Option("--evidence", help="A reference to the evidence for the change.")]


@app.command("list")
def list_(
    path: File,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = False,
    correction: Annotated[
        bool, typer.Option("--correction", help="The file corrects a list version that is already loaded.")
    ] = False,
    allow_absent: Annotated[
        bool,
        typer.Option("--allow-absent", help="Load the list although it lacks many entries of earlier lists."),
    ] = False,
    by: By = "",
    limit: ImpactLimit = 100,
    as_json: AsJson = False,
) -> None:
    """Load a published Central Products List."""
    options = loading.LoadOptions(
        dry_run, skip_refused, correction, allow_absent, by or login_name(), thresholds=finding_thresholds(Settings())
    )
    file = input_file(path)
    published = _read(partial(read_list, file, Limits()))
    with open_graph(_upload_call("/v1/lists", file, options)) as graph:
        page = DryRunPage(impact_window(limit, as_json))
        _report(loading.load_list(graph, now, published, file.name, options, page), as_json)


@app.command()
def bases(
    path: File,
    reason: Reason,
    effective: Effective = None,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = False,
    by: By = "",
    evidence: Evidence = "",
    limit: ImpactLimit = 100,
    as_json: AsJson = False,
) -> None:
    """Load a file of declared bases (Firmware Upgrade Paths)."""
    options = _options(dry_run, skip_refused, by, reason, evidence)
    file = input_file(path)
    declared = _read(partial(read_bases, file, Limits(), effective))
    with open_graph(_upload_call("/v1/bases", file, options, effective)) as graph:
        page = DryRunPage(impact_window(limit, as_json))
        _report(loading.load_bases(graph, now, declared, options, page), as_json)


def _upload_call(route: str, file: InputFile, options: loading.LoadOptions, effective: datetime | None = None) -> str:
    """Builds the advice to send the file to the running server, with the HTTP request that equals the command."""
    values: dict[str, Any] = {"file": file.name, "by": options.made_by} | vars(options)
    values["effective"] = effective and iso(effective)
    parameters = {
        name: "true" if value is True else value
        for name, value in values.items()
        if value and name not in _NOT_PARAMETERS
    }
    media_type = UPLOAD_MEDIA_TYPES[file.suffix.casefold()]
    return f"{server_call(f'POST {route}', parameters)} with the file as body and Content-Type: {media_type}"


@app.command()
def zigbee(
    path: File,
    reason: Reason,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = False,
    by: By = "",
    evidence: Evidence = "",
    as_json: AsJson = False,
) -> None:
    """Load a file of ZigBee data: bands, which are public, and chipsets and stacks, which are restricted."""
    options = _options(dry_run, skip_refused, by, reason, evidence)
    file = input_file(path)
    facts = _read(partial(read_zigbee, file, Limits()))
    with open_graph(_upload_call("/v1/zigbee", file, options)) as graph:
        _report(load_zigbee(graph, now, facts, options, operator_reader(options.made_by)), as_json)


@app.command("stack-order")
def stack_order(
    path: File,
    reason: Reason,
    dry_run: DryRun = False,
    by: By = "",
    evidence: Evidence = "",
    as_json: AsJson = False,
) -> None:
    """Load a file with the order of the versions of ZigBee stacks, which is restricted."""
    options = _options(dry_run, False, by, reason, evidence)
    file = input_file(path)
    orders = read_orders(file, Limits())
    with open_graph(_upload_call("/v1/zigbee/orders", file, options)) as graph:
        _report(load_stack_orders(graph, now, orders, options, operator_reader(options.made_by)), as_json)


def _options(dry_run: bool, skip_refused: bool, by: str, reason: str, evidence: str) -> loading.LoadOptions:
    if not reason.strip():
        raise typer.BadParameter("must not be blank: say why the change is made", param_hint="--reason")
    return loading.LoadOptions(
        dry_run, skip_refused, False, False, by or login_name(), reason, evidence, finding_thresholds(Settings())
    )


def login_name() -> str:
    """Returns the login name of the person who runs the command, or `unknown`."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def operator_reader(name: str) -> ZigbeeCaller:
    """Returns the person who runs a command in the form in which the audit of restricted data names a reader: an
    operator with access to the graph.
    """
    return ZigbeeCaller(who=name, role="operator")


def _read(read_file: Callable[[OnProgress | None], T]) -> T:
    """Reads a file, and shows a progress bar on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        return read_file(None)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        return read_file(lambda done, total: bar.update(task, completed=done, total=total))


def _report(report: LoadReport, as_json: bool) -> None:
    """Prints the report of a load. Exits with code 1 where refused rows kept the file from being loaded."""
    if not as_json:
        _print_refusals_and_remarks(report)
    print_answer(report, lambda: _report_lines(report), as_json)
    if report.refusals and not report.applied:
        sys.exit(REFUSED)


def _print_refusals_and_remarks(report: LoadReport) -> None:
    for refusal in report.refusals:
        print_error(f"refused: {refusal}")
    print_remarks(report.remarks)


def _report_lines(report: LoadReport) -> Iterator[str]:
    subject = f"list {report.list_version} of {report.list_issued}" if report.list_version else report.kind
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    sheet = f", sheet {report.sheet!r}" if report.sheet else ""
    yield f"{report.file}{sheet}: {subject}: {counts}"
    yield from impact_lines(report.impact, cut=report.impact.next is not None) if report.impact else ()
    yield _verdict_text(report)


def _verdict_text(report: LoadReport) -> str:
    if report.applied:
        return "Loaded."
    if report.refusals:
        return "Refused: nothing was changed."
    changes = report.changes or report.counts.get("new") or report.counts.get("stacks")
    if report.dry_run and changes:
        return "A dry run: nothing was changed."
    return "Nothing to change."
