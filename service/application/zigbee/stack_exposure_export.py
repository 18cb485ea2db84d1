"""Exports an exposure report (which entries have a given chipset or stack) as a file. Each row states its
classification.
"""

from collections.abc import Iterable, Iterator, Mapping

from service.application.files.fir_export import EXPORT_MEDIA_TYPES, ExportFile
from service.application.files.spreadsheets import CellRow, as_csv, as_xlsx
from service.application.zigbee.stack_exposure import ZigbeeContext, find_exposure
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
    context: ZigbeeContext, question: ExposureFileQuestion, devices: Mapping[str, int] | None = None
) -> ExportFile:
    """Returns, as a file, all entries with the chipset or stack in question, each with its pathway to an entry known to
    be without it and, given `devices`, its number of devices.
    """
    exposure = find_exposure(context, question, devices)
    rows = [EXPOSURE_COLUMNS, *_items(exposure)]
    body = as_csv(rows) if question.format == "csv" else as_xlsx(_sheets(exposure, rows))
    name = f"zigbee-exposure-{exposure.classification.lower()}-{exposure.list_version}.{question.format}"
    return ExportFile(name, EXPORT_MEDIA_TYPES[question.format], body)


def _sheets(exposure: Exposure, rows: list[CellRow]) -> dict[str, Iterable[CellRow]]:
    classification = exposure.classification
    manufacturers = [
        (classification, item.manufacturer, *map(_text, (item.exposed, item.clear, item.unknown)))
        for item in exposure.coverage.by_manufacturer
    ]
    return {
        "Exposure": rows,
        "Coverage": [_COVERAGE, *manufacturers],
        "Device models": [_GROUPS, *(_group(classification, item) for item in exposure.groups)],
        "Notice": [(f"Classification: {classification}",), (_notice(exposure),)],
    }


def _group(classification: str, item: DeviceModelExposure) -> CellRow:
    counts = (item.exposed, item.with_a_way, item.blocked, item.most_steps)
    return (classification, item.manufacturer, item.device_model, *map(_text, counts))


def _items(exposure: Exposure) -> Iterator[CellRow]:
    notice = _notice(exposure)
    for item in exposure.items:
        yield (exposure.classification, *_cells(item), notice)


def _cells(item: ExposedEntry) -> CellRow:
    return (
        item.entry,
        item.status,
        item.manufacturer,
        item.device_model,
        item.firmware_version,
        "yes" if item.by_twin else "no",
        *map(_text, (item.steps, item.cannot_be_sent, item.exposed_stops)),
        ";".join(item.nearest),
        ";".join(item.way),
        " ".join(f"[{why.code}] {why.text}" for why in item.blocked_by),
        _text(item.meters),
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _notice(exposure: Exposure) -> str:
    coverage = exposure.coverage
    counts = f"{coverage.exposed} known exposed, {coverage.clear} known clear, {coverage.unknown} not told"
    known = f"as known {iso(exposure.known_at)} (ZigBee {iso(exposure.zigbee_known_at)})"
    listed = f"List {exposure.list_version} of {exposure.list_issued}, at {iso(exposure.at)}"
    return f"{exposure.notice} {listed}, {known}: {counts}."
