"""`pathways zigbee`: who has a chipset or stack, the way off it, and who asked. Whatever is asked is in the audit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from loaders.devices import read_devices
from service.application.pathways.graph_cache import GraphCache
from service.application.zigbee import audit as audit_log
from service.application.zigbee import exposure as zigbee
from service.application.zigbee.exposure import ZigbeeContext
from service.application.zigbee.exposure_export import export_exposure
from service.cli.export import write_file
from service.cli.load import By, login_name, operator_reader
from service.cli.session import AsJson, At, KnownAt, open_graph
from service.domain.clock import iso, now
from service.domain.limits import Limits
from service.graph.protocol import Graph
from service.schemas.requests.zigbee import AuditQuestion, ExposureFileQuestion
from service.schemas.responses.audit import AuditPage
from service.schemas.responses.exposure import ExposedEntry, Exposure
from service.settings import Settings

app = typer.Typer(help="Chipsets and stacks, told in confidence.", no_args_is_help=True)


@app.command()
def exposure(
    chipset_vendor: Annotated[str, typer.Option("--chipset-vendor", help="In any spelling.")] = "",
    chipset_part: Annotated[str, typer.Option("--chipset-part", help="The part number.")] = "",
    stack_vendor: Annotated[str, typer.Option("--stack-vendor", help="In any spelling.")] = "",
    stack_version: Annotated[str, typer.Option("--stack-version", help="One version.")] = "",
    version_from: Annotated[str, typer.Option("--stack-version-from", help="The earliest of a range.")] = "",
    version_to: Annotated[str, typer.Option("--stack-version-to", help="The latest of a range.")] = "",
    avoid_exposed: Annotated[bool, typer.Option("--avoid-exposed", help="Prefer ways that leave at once.")] = False,
    devices: Annotated[Path | None, typer.Option("--devices", help="A file of how many devices run an entry.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this .csv or .xlsx file.")] = None,
    at: At = None,
    known_at: KnownAt = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Say which entries have a chipset or stack, and the fewest steps from each to one that is known not to."""
    given = {
        "chipset_vendor": chipset_vendor,
        "chipset_part": chipset_part,
        "stack_vendor": stack_vendor,
        "stack_version": stack_version,
        "stack_version_from": version_from,
        "stack_version_to": version_to,
        "avoid": "exposed" if avoid_exposed else "",
        "format": _format(out),
    }
    asked = _question(given | {"at": at, "known_at": known_at})
    counts = read_devices(devices, Limits()) if devices else None
    with open_graph("Ask it: GET /v1/zigbee/exposure.") as graph:
        desk = _desk(graph, by)
        if out:
            write_file(out, export_exposure(desk, asked, counts).body)
            return
        found = zigbee.find_exposure(desk, asked, counts)
    typer.echo(found.model_dump_json(indent=2) if as_json else "\n".join(_told(found)))


@app.command()
def audit(by: By = "", as_json: AsJson = False) -> None:
    """Print who read and wrote what is told in confidence; this reading is recorded too."""
    with open_graph("Ask it: GET /v1/audit.") as graph:
        page = _whole(_desk(graph, by))
    typer.echo(page.model_dump_json(indent=2) if as_json else "\n".join(_recorded(page)))


def _desk(graph: Graph, by: str) -> ZigbeeContext:
    return ZigbeeContext(
        graph, now, GraphCache(graph, now).as_of, Settings(), Limits(), operator_reader(by or login_name())
    )


def _format(out: Path | None) -> str:
    kind = out.suffix.lower().removeprefix(".") if out else "csv"
    if kind not in ("csv", "xlsx"):
        raise typer.BadParameter("a .csv or .xlsx file is expected", param_hint="--out")
    return kind


def _question(given: dict[str, Any]) -> ExposureFileQuestion:
    try:
        return ExposureFileQuestion(**given)
    except ValidationError as wrong:
        faults = (f"{'.'.join(map(str, fault['loc'][:1]))} {fault['msg']}".strip() for fault in wrong.errors())
        raise typer.BadParameter("; ".join(dict.fromkeys(faults))) from wrong


def _told(found: Exposure) -> Iterator[str]:
    of = found.coverage
    yield f"{found.classification}. List {found.list_version} of {found.list_issued}, at {iso(found.at)}"
    yield f"{of.exposed} known exposed, {of.clear} known clear, {of.unknown} not told{_meters(of.meters_exposed)}"
    for maker in of.by_manufacturer:
        yield f"  {maker.manufacturer}: {maker.exposed} exposed, {maker.clear} clear, {maker.unknown} not told"
    for one in found.spellings:
        yield f"? {one.attribute} {one.value!r} may be the one: {one.entries} entries are counted as not told"
    for item in found.items:
        yield from _item(item)
    yield found.notice


def _item(item: ExposedEntry) -> Iterator[str]:
    if item.steps is not None:
        flaw = f", {item.cannot_be_sent} of them cannot be sent" if item.cannot_be_sent else ""
        yield f"{item.entry}{_meters(item.meters)}: {item.steps} steps{flaw}: {' → '.join(item.way)}"
        return
    yield f"{item.entry}{_meters(item.meters)}: blocked"
    for why in item.blocked_by:
        yield f"  {why.code}: {why.text}"


def _meters(count: int | None) -> str:
    return "" if count is None else f" ({count} devices)"


def _whole(desk: ZigbeeContext) -> AuditPage:
    """All pages as one."""
    page = audit_log.list_audit(desk, AuditQuestion(limit=1000))
    items = list(page.items)
    while page.next:
        page = audit_log.list_audit(desk, AuditQuestion(limit=1000, cursor=page.next))
        items += page.items
    return page.model_copy(update={"items": items})


def _recorded(page: AuditPage) -> Iterator[str]:
    for one in page.items:
        of = f" of {one.organisation}" if one.organisation else ""
        said = f"{one.who} ({one.role}{of}) {one.act}: {one.asked}: {one.entries} entries"
        yield f"{one.number}. {iso(one.recorded)} {said}"
    yield f"{page.records} records; the head is {page.head}, that of the amendments {page.zigbee_head}"
