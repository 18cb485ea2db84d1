"""`pathways zigbee`: prints restricted ZigBee data. The audit records every use of these commands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from loaders.question_files import read_devices
from service.application.pathways.graph_cache import GraphCache
from service.application.zigbee.audit import list_audit
from service.application.zigbee.stack_exposure import ZigbeeContext, find_exposure
from service.application.zigbee.stack_exposure_export import export_exposure
from service.cli.export import write_file
from service.cli.input_file import input_file
from service.cli.load import By, login_name, operator_reader
from service.cli.options import AsJson, At, KnownAt, parse_question
from service.cli.output import merge_pages, print_answer, print_source, route_text
from service.cli.session import open_cache, server_call
from service.domain.clock import iso
from service.domain.limits import Limits
from service.schemas.requests.zigbee import AuditQuestion, ExposureFileQuestion
from service.schemas.responses.audit import AuditPage
from service.schemas.responses.exposure import ExposedEntry, Exposure
from service.settings import Settings

app = typer.Typer(help="Restricted ZigBee data: exposure to a chipset or stack, and the audit.", no_args_is_help=True)


@app.command()
def exposure(
    chipset_vendor: Annotated[str, typer.Option("--chipset-vendor", help="The vendor, in any spelling.")] = "",
    chipset_part: Annotated[str, typer.Option("--chipset-part", help="The part number.")] = "",
    stack_vendor: Annotated[str, typer.Option("--stack-vendor", help="The vendor, in any spelling.")] = "",
    stack_version: Annotated[str, typer.Option("--stack-version", help="One version.")] = "",
    version_from: Annotated[str, typer.Option("--stack-version-from", help="The earliest version of a range.")] = "",
    version_to: Annotated[str, typer.Option("--stack-version-to", help="The latest version of a range.")] = "",
    avoid_exposed: Annotated[
        bool, typer.Option("--avoid-exposed", help="Prefer routes whose first step ends the exposure.")
    ] = False,
    devices: Annotated[
        Path | None, typer.Option("--devices", help="A file with the device count of entries; - reads stdin.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the answer to this .csv or .xlsx file.")] = None,
    at: At = None,
    known_at: KnownAt = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Print the entries with a chipset or stack, and the fewest steps from each to an entry known to be free of it."""
    filters = {
        "chipset_vendor": chipset_vendor,
        "chipset_part": chipset_part,
        "stack_vendor": stack_vendor,
        "stack_version": stack_version,
        "stack_version_from": version_from,
        "stack_version_to": version_to,
        "avoid": "exposed" if avoid_exposed else "",
        "format": _file_format(out),
    }
    question = parse_question(ExposureFileQuestion, filters | {"at": at, "known_at": known_at})
    counts = _read_counts(devices) if devices else None
    with open_cache(server_call("GET /v1/zigbee/exposure")) as cache:
        context = _context(cache, by)
        if out:
            write_file(out, export_exposure(context, question, counts).body)
            return
        answer = find_exposure(context, question, counts)
    print_answer(answer, lambda: _exposure_lines(answer), as_json)


def _read_counts(path: Path) -> dict[str, int]:
    parsed = read_devices(input_file(path), Limits())
    print_source(parsed)
    return parsed.counts


@app.command()
def audit(by: By = "", as_json: AsJson = False) -> None:
    """Print who read and wrote restricted ZigBee data. The audit records this reading too."""
    with open_cache(server_call("GET /v1/audit")) as cache:
        context = _context(cache, by)
        page = merge_pages(lambda cursor: list_audit(context, AuditQuestion(limit=1000, cursor=cursor)))
    print_answer(page, lambda: _audit_lines(page), as_json)


def _context(cache: GraphCache, by: str) -> ZigbeeContext:
    return ZigbeeContext(
        cache.graph, cache.clock, cache.as_of, Settings(), Limits(), operator_reader(by or login_name())
    )


def _file_format(out: Path | None) -> str:
    file_format = out.suffix.lower().removeprefix(".") if out else "csv"
    if out and file_format not in ("csv", "xlsx"):
        raise typer.BadParameter(f"the name must end with .csv or .xlsx, not {out.suffix[:20]!r}", param_hint="--out")
    return file_format


def _exposure_lines(answer: Exposure) -> Iterator[str]:
    coverage = answer.coverage
    yield f"{answer.classification}. List {answer.list_version} of {answer.list_issued}, at {iso(answer.at)}"
    yield (
        f"{coverage.exposed} known exposed, {coverage.clear} known clear, "
        f"{coverage.unknown} unknown{_device_count(coverage.meters_exposed)}"
    )
    for maker in coverage.by_manufacturer:
        yield f"  {maker.manufacturer}: {maker.exposed} exposed, {maker.clear} clear, {maker.unknown} unknown"
    for spelling in answer.spellings:
        yield (
            f"? {spelling.attribute} {spelling.value!r} may be another spelling of yours: "
            f"its {spelling.entries} entries count as unknown"
        )
    for item in answer.items:
        yield from _entry_lines(item)
    yield answer.notice


def _entry_lines(item: ExposedEntry) -> Iterator[str]:
    if item.steps is not None:
        no_image = f", {item.cannot_be_sent} of them cannot be sent" if item.cannot_be_sent else ""
        yield f"{item.entry}{_device_count(item.meters)}: {item.steps} steps{no_image}: {route_text(item.way)}"
        return
    yield f"{item.entry}{_device_count(item.meters)}: blocked"
    yield from (f"  {obstacle.code}: {obstacle.text}" for obstacle in item.blocked_by)


def _device_count(count: int | None) -> str:
    return "" if count is None else f" ({count} devices)"


def _audit_lines(page: AuditPage) -> Iterator[str]:
    for record in page.items:
        organisation = f" of {record.organisation}" if record.organisation else ""
        reader = f"{record.who} ({record.role}{organisation})"
        yield f"{record.number}. {iso(record.recorded)} {reader} {record.act}: {record.asked}: {record.entries} entries"
    yield f"{page.records} records; the head is {page.head}, the head of the ZigBee amendments is {page.zigbee_head}"
