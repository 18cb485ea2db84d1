"""Writes the example lists, bases and ZigBee files from the tables in `source/`: python examples/make.py [FOLDER]

The same tables give the same bytes, so that a test can compare the committed files with new ones.
"""

import csv
import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import canonicalize

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
ISSUED = {"1.001": date(2026, 1, 5), "1.002": date(2026, 3, 2)}
CHANGES = {
    "1.001": "First issue of this fictional list. The number 000037 was never issued.",
    "1.002": "000061 to 000064 added. 000025 removed after a defect. The image hash of 000042 corrected.",
}
# Two cells are numbers in a column of text, as in genuine workbooks.
NUMERIC = {("000048", "Device_Model.hardware_version.version"), ("000010", "DLMS_Certificate.identification_number")}
CSV_VIEW = (
    "Entry.number",
    "Entry.status",
    "Device_Type.name",
    "Device_Model.manufacturer_identifier",
    "Device_Model.model_identifier",
    "Device_Model.hardware_version.version",
    "Device_Model.hardware_version.revision",
    "Device_Model.model_identifier_concatenated_with_hardware_version",
    "Device_Model.firmware_version",
    "SMETS_CHTS Version.Version_number_and_effective_date",
    "GBCS Version.version_number",
    "Manufacturer_Image.hash",
)
BASES = ("Entry.number", "Firmware_Upgrade_Path", "Effective_From", "Accept", "Evidence")

ZIGBEE = {
    "number": "Entry.number",
    "band": "ZigBee.band",
    "chipset_vendor": "ZigBee.chipset_vendor",
    "chipset_part": "ZigBee.chipset_part",
    "stack_vendor": "ZigBee.stack_vendor",
    "stack_version": "ZigBee.stack_version",
    "effective_from": "Effective_From",
    "order": "Order",
    "count": "Devices",
}

Row = dict[str, str]
Cell = str | int | datetime | None


def table(name: str) -> list[Row]:
    """The rows of one source table."""
    with (HERE / "source" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entries(version: str) -> list[Row]:
    """The entries of one issue. `before.csv` has the values of the earlier issue where they differ."""
    rows = {row["number"]: row for row in table("entries") if row["since"] <= version}
    if version == "1.001":
        for former in table("before"):
            rows[former["number"]][former["column"]] = former["value"]
    return list(rows.values())


def attributes(entry: Row) -> Row:
    """The attributes of the list, all as text without colons."""
    model = next(row for row in table("device-models") if row["device_model"] == entry["device_model"])
    manufacturer, hardware = entry["device_model"].split("-")
    image = entry["image"] and hashlib.sha256(f"fictional image {entry['image']}".encode()).hexdigest()
    return {
        "Entry.number": entry["number"],
        "Entry.status": entry["status"],
        "Device_Type.name": model["device_type"],
        "Device_Model.manufacturer_identifier": manufacturer,
        "Device_Model.model_identifier": hardware[:4],
        "Device_Model.hardware_version.version": hardware[4:6],
        "Device_Model.hardware_version.revision": hardware[6:],
        "Device_Model.model_identifier_concatenated_with_hardware_version": hardware,
        "Device_Model.firmware_version": entry["firmware"],
        "SMETS_CHTS Version.Version_number_and_effective_date": entry["smets_chts"],
        "GBCS Version.version_number": entry["gbcs"],
        "CPA_Certificate.identification_number": entry["cpa"],
        "CPA_Certificate.security_characteristics_version": model["security"],
        "CPA_Certificate.expiry_date": entry["expiry"],
        "DLMS_Certificate.identification_number": model["dlms"],
        "DLMS_Certificate.DLMS_version": model["dlms_version"],
        "ZSE_Certificate.identification_number": model["zse"],
        "ZSE_Certificate.ZSE_version": model["zse_version"],
        "Manufacturer_Image.creator": image and model["creator"],
        "Manufacturer_Image.hash": image.upper(),
        "Manufacturer_Image.descriptor": entry["descriptor"],
    }


def coloned(digits: str) -> str:
    """Hex digits in pairs, as the workbook's main sheet writes them."""
    return ":".join(re.findall("..", digits))


def cell(column: str, value: str, numeric: bool) -> Cell:
    """One value as a cell of the workbook: a date for an ISO date, a number where `numeric`, otherwise text."""
    if numeric:
        return int(value)
    if column.endswith((".hash", "_identifier", ".firmware_version")):
        value = coloned(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return datetime.fromisoformat(value)
    return value or None


def list_row(columns: list[str], entry: Row) -> list[Cell]:
    """One row of the main sheet. The first column is blank: only the heading rows have labels there."""
    number = entry["Entry.number"]
    return [None, *(cell(name, entry[name], (number, name) in NUMERIC) for name in columns)]


def title(version: str) -> str:
    """The line from which a list's version and date are read."""
    return f"Version {version} Issued on {ISSUED[version]:%d-%m-%Y}"


def csv_view(version: str, entries: Iterable[Row]) -> list[list[str]]:
    """The 13 columns, header first."""
    rows = [[title(version), *(row[name] for name in CSV_VIEW)] for row in entries]
    return [["Version", *CSV_VIEW], *rows]


def front(sheet: Worksheet, version: str) -> None:
    """Fills the first sheet: the version, and the history of versions."""
    sheet["A1"] = "Central Products List (CPL)"
    sheet["A3"] = title(version)
    sheet["A5"] = "Everything in this workbook is invented. It shows the shape of the list, nothing of its content."
    sheet["A8"] = "Version History"
    history = [(name, f"{day:%d/%m/%Y}", CHANGES[name]) for name, day in ISSUED.items() if name <= version]
    for number, row in enumerate([("Version Number", "Date Of Issue", "Changes incorporated"), *history], 10):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)


def workbook(version: str) -> Workbook:
    """One issue of the list, in the three sheets that a loader may meet."""
    rows = [attributes(entry) for entry in entries(version)]
    book, columns = Workbook(), table("columns")
    book.active.title = "Version Control"
    front(book.active, version)
    main = book.create_sheet("Central Products List")
    for label in columns[0]:
        main.append([label, *(column[label] for column in columns)])
    names = [f"{column['Data Group']}.{column['Data Attribute']}" for column in columns]
    for row in rows:
        main.append(list_row(names, row))
    for cells in main.iter_rows(min_col=names.index("CPA_Certificate.expiry_date") + 2, min_row=8):
        cells[0].number_format = "mm-dd-yy"
    view = book.create_sheet("CPL - saveable in CSV")
    for line in csv_view(version, rows):
        view.append(line)
    return book


def normalised(name: str, part: bytes) -> bytes:
    """A part of the workbook with a fixed time of writing and in canonical XML, whichever library wrote it."""
    text = part.decode("utf-8")
    if name == "docProps/core.xml":
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "2026-01-01T00:00:00Z", text)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + canonicalize(text)).encode()


def packed(book: Workbook) -> bytes:
    """The bytes of the workbook. The parts are not compressed, because compressors differ between machines."""
    written, result = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(result, "w") as out:
        for name in parts.namelist():
            out.writestr(zipfile.ZipInfo(name), normalised(name, parts.read(name)))
    return result.getvalue()


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as RFC 4180 text with plain line ends."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def base_row(entry: Row, accept: str) -> list[str]:
    """One row of a bases file. `(blank)` in the source becomes a blank cell."""
    bases = "" if entry["bases"] == "(blank)" else entry["bases"]
    return [entry["number"], bases, entry["effective_from"], accept, entry["evidence"]]


def zigbee_table(name: str) -> bytes:
    """A source table with the column names of the ZigBee files."""
    rows = table(name)
    return as_csv([[ZIGBEE[column] for column in rows[0]], *(row.values() for row in rows)])


def files() -> dict[str, bytes]:
    """Every example file by its name."""
    current = entries("1.002")
    declared = [base_row(entry, "") for entry in current if entry["bases"]]
    accepted = [base_row(entry, entry["accept"]) for entry in current if entry["accept"]]
    lists = {f"central-products-list-v{version}.xlsx": packed(workbook(version)) for version in ISSUED}
    return {
        **lists,
        "central-products-list-v1.002.csv": as_csv(csv_view("1.002", map(attributes, current))),
        "bases.csv": as_csv([BASES, *declared]),
        "bases-accept.csv": as_csv([BASES, *accepted]),
        "zigbee.csv": zigbee_table("zigbee"),
        "stack-order.csv": zigbee_table("stack-order"),
        "devices.csv": zigbee_table("devices"),
    }


def main(folder: Path = HERE) -> None:
    """Writes all example files to a folder, by default to the folder of this script."""
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
