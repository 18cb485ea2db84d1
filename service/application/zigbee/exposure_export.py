"""Who has it as a file, every row of which says how it is classified."""

from collections.abc import Iterable, Iterator, Mapping

from service.application.files.fir_export import EXPORT_MEDIA_TYPES, ExportFile
from service.application.files.spreadsheets import CellRow, as_csv, as_xlsx
from service.application.zigbee.exposure import ZigbeeContext, find_exposure
from service.domain.clock import iso
from service.schemas.requests.zigbee import ExposureFileQuestion
from service.schemas.responses.exposure import DeviceModelExposure, ExposedEntry, Exposure

EXPOSURE_COLUMNS = (
    "Classification",
    "Entry.number",
    "Entry.status",
    "Device_Model.manufacturer_identifier",
    "Device_Model.model_identifier_concatenated_with_hardware_version",
    "Device_Model.firmware_version",
    "By_Twin",
    "Steps",
    "Cannot_Be_Sent",
    "Exposed_Stops",
    "Nearest",
    "Way",
    "Blocked_By",
    "Devices",
    "Notice",
)
_COVERAGE = ("Classification", "Device_Model.manufacturer_identifier", "Known exposed", "Known clear", "Not told")
_GROUPS = (
    "Classification",
    "Device_Model.manufacturer_identifier",
    "Device_Model.model_identifier_concatenated_with_hardware_version",
    "Known exposed",
    "With a way",
    "Blocked",
    "Most steps",
)


def export_exposure(
    desk: ZigbeeContext, asked: ExposureFileQuestion, devices: Mapping[str, int] | None = None
) -> ExportFile:
    """All entries that have it, with the way off each, and the devices that run it where these were counted."""
    found = find_exposure(desk, asked, devices)
    rows = [EXPOSURE_COLUMNS, *_items(found)]
    body = as_csv(rows) if asked.format == "csv" else as_xlsx(_sheets(found, rows))
    name = f"zigbee-exposure-{found.classification.lower()}-{found.list_version}.{asked.format}"
    return ExportFile(name, EXPORT_MEDIA_TYPES[asked.format], body)


def _sheets(found: Exposure, rows: list[CellRow]) -> dict[str, Iterable[CellRow]]:
    mark = found.classification
    makers = [
        (mark, one.manufacturer, *map(_text, (one.exposed, one.clear, one.unknown)))
        for one in found.coverage.by_manufacturer
    ]
    return {
        "Exposure": rows,
        "Coverage": [_COVERAGE, *makers],
        "Device models": [_GROUPS, *(_group(mark, one) for one in found.groups)],
        "Notice": [(f"Classification: {mark}",), (_notice(found),)],
    }


def _group(mark: str, one: DeviceModelExposure) -> CellRow:
    counts = (one.exposed, one.with_a_way, one.blocked, one.most_steps)
    return (mark, one.manufacturer, one.device_model, *map(_text, counts))


def _items(found: Exposure) -> Iterator[CellRow]:
    notice = _notice(found)
    for one in found.items:
        yield (found.classification, *_cells(one), notice)


def _cells(one: ExposedEntry) -> CellRow:
    return (
        one.entry,
        one.status,
        one.manufacturer,
        one.device_model,
        one.firmware_version,
        "yes" if one.by_twin else "no",
        *map(_text, (one.steps, one.cannot_be_sent, one.exposed_stops)),
        ";".join(one.nearest),
        ";".join(one.way),
        " ".join(f"[{why.code}] {why.text}" for why in one.blocked_by),
        _text(one.meters),
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _notice(found: Exposure) -> str:
    told, of = f"as known {iso(found.known_at)} (ZigBee {iso(found.zigbee_known_at)})", found.coverage
    said = f"{of.exposed} known exposed, {of.clear} known clear, {of.unknown} not told"
    return f"{found.notice} List {found.list_version} of {found.list_issued}, at {iso(found.at)}, {told}: {said}."
