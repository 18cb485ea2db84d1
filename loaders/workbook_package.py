"""Finds the parts of a workbook in its archive: the worksheets, the texts that they share, and the number formats."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

from loaders.number_formats import BUILT_IN_FORMATS, GENERAL, UNKNOWN_FORMAT
from loaders.zip_archive import CELL_BYTES, Archive, local_name
from service.domain.memo import cached_property

ROOT, BOOK, RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MAX_STRUCTURE_BYTES = 5_000_000
MAX_STYLES = 65_536
# The markup of the copy that is read: one sheet, so that the checked sheet and the read sheet are the same, and no
# styles, so that the reader returns each number as it is stored; `loaders/number_formats.py` applies the format.
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
COPY_BOOK = (
    f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>'
)
RELATION = f'<Relationship Id="%s" Type="{OFFICE}/%s" Target="%s"/>'
COPY_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
)
COPY_PARTS = (
    ("s", "worksheet", "worksheets/sheet1.xml"),
    ("t", "sharedStrings", "sharedStrings.xml"),
)


class WorkbookPackage:
    """The structure of a workbook's zip archive: the part of each worksheet, and the parts that worksheets share."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._book = self._find_book()
        folder, name = posixpath.split(self._book)
        self._parts = {
            relation.get("Id", ""): (relation.get("Type", ""), relation_target(folder, relation))
            for relation in self._elements(f"{folder}/_rels/{name}.rels".lstrip("/"), "Relationship")
        }
        self.hidden: set[str] = set()
        self.sheets = dict(self._worksheets())
        if not self.sheets:
            raise archive.broken_error("it has no worksheet")

    @cached_property
    def lengths(self) -> list[int]:
        """Returns the length of each text that the workbook stores once for all cells that show it."""
        lengths: list[int] = []

        def started(tag: str, _: dict[str, str]) -> None:
            if local_name(tag) == "si":
                lengths.append(0)
                if len(lengths) * CELL_BYTES > self._archive.max_bytes:
                    raise self._archive.too_large_error(f"the workbook has {len(lengths):,} shared strings")

        def written(text: str) -> None:
            if lengths:
                lengths[-1] += len(text)

        part = self._part_of_kind("sharedStrings")
        if part:
            self._archive.parse(part, started, written, lambda _: None)
        return lengths

    @cached_property
    def date1904(self) -> bool:
        """Returns whether the workbook counts dates from 1904, as old programs for Macintosh computers do."""
        return any(book.get("date1904") in ("1", "true") for book in self._elements(self._book, "workbookPr"))

    @cached_property
    def number_formats(self) -> list[str]:
        """Returns the number format code (such as `0.00`) of each cell style, in the order of the styles."""
        codes: dict[str, str] = {}
        styles: list[str] = []
        open_tags: list[str] = []

        def started(tag: str, attributes: dict[str, str]) -> None:
            name = local_name(tag)
            if name == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name == "xf" and open_tags[-1:] == ["cellXfs"]:
                styles.append(attributes.get("numFmtId", "0"))
            if len(codes) + len(styles) > MAX_STYLES:
                raise self._archive.broken_error(f"it has more than {MAX_STYLES:,} cell styles")
            open_tags.append(name)

        def ended(_: str) -> None:
            open_tags.pop()

        part = self._part_of_kind("styles")
        if part:
            self._archive.parse(part, started, lambda _: None, ended)
        return [codes.get(number, BUILT_IN_FORMATS.get(number, UNKNOWN_FORMAT)) for number in styles] or [GENERAL]

    def copy_alone(self, part: str, into: IO[bytes]) -> None:
        """Writes a workbook with one sheet alone, so that the reader gets the same bytes that were checked."""
        sources = {"xl/worksheets/sheet1.xml": part}
        if shared := self._part_of_kind("sharedStrings"):
            sources["xl/sharedStrings.xml"] = shared
        parts = "".join(RELATION % each for each in COPY_PARTS)
        with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as copy:
            copy.writestr(ROOT, COPY_RELATIONS % (RELATION % ("b", "officeDocument", BOOK)))
            copy.writestr(BOOK, COPY_BOOK)
            copy.writestr(RELATIONS, COPY_RELATIONS % parts)
            for name, source in sources.items():
                with copy.open(name, "w") as target:
                    target.writelines(self._archive.stream(source))
        into.flush()

    def _find_book(self) -> str:
        roots = self._elements(ROOT, "Relationship") if ROOT in self._archive else []
        books = [relation_target("", root) for root in roots if root.get("Type", "").endswith("/officeDocument")]
        if not books or not self._elements(books[0], "sheets"):
            raise self._archive.broken_error("the zip file has no workbook in it")
        return books[0]

    def _worksheets(self) -> Iterator[tuple[str, str]]:
        names = set()
        for sheet in self._elements(self._book, "sheet"):
            name = sheet.get("name", "")
            key = next((sheet.attrib[key] for key in sheet.attrib if local_name(key) == "id"), "")
            if name in names or key not in self._parts:
                raise self._archive.broken_error(f"the sheet {name!r} is listed twice, or is missing")
            names.add(name)
            if sheet.get("state", "visible") != "visible":
                self.hidden.add(name)
            kind, part = self._parts[key]
            if kind.endswith("/worksheet"):
                yield name, part

    def _part_of_kind(self, name: str) -> str | None:
        return next((part for kind, part in self._parts.values() if kind.endswith(f"/{name}")), None)

    def _elements(self, part: str, name: str) -> list[ElementTree.Element]:
        xml = b""
        for chunk in self._archive.stream(part):
            xml += chunk
            if len(xml) > MAX_STRUCTURE_BYTES:
                raise self._archive.broken_error(f"the part {part} has more than {MAX_STRUCTURE_BYTES:,} bytes")
        try:
            return [element for element in ElementTree.fromstring(xml).iter() if local_name(element.tag) == name]
        except (ElementTree.ParseError, ValueError) as error:
            raise self._archive.broken_error(f"the part {part} is malformed XML ({error})") from error


def relation_target(folder: str, relation: ElementTree.Element) -> str:
    """Returns the path of the part to which a relationship (`Target` in the XML of another part) refers."""
    target = relation.get("Target", "").replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
