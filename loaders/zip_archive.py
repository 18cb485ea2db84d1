"""Reads the zip archive of a workbook, and bounds the size of every part before a parser gets the part.

The directory of a zip file may state wrong sizes, and a small part may still describe a grid of billions of cells,
which would kill the process inside the workbook reader. This module therefore streams the parts and counts their bytes;
`loaders/workbook.py` checks the number of rows, columns and cells of a sheet.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from service.domain.limits import Limits
from service.domain.memo import cached_property
from service.domain.refusals import Refusal, refusal_error
from service.errors import FileRefused

CHUNK_BYTES = 1 << 18
MAX_TAG_BYTES = 1 << 20
MAX_PARTS = 10_000
CELL_BYTES = 32  # memory of the workbook reader for one cell of its grid, filled or not
MARKUP = (".xml", ".rels")
DOCTYPE = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError, struct.error)

ROOT, BOOK, RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MAX_STRUCTURE_BYTES = 5_000_000
SHARED = ("sharedStrings", "styles")
# The markup of the copy that is read: one sheet, so that the checked sheet and the read sheet are the same.
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
COPY_BOOK = (
    f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><workbookPr date1904="%d"/>'
    '<sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>'
)
RELATION = f'<Relationship Id="%s" Type="{OFFICE}/%s" Target="%s"/>'
COPY_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
)
COPY_PARTS = (
    ("s", "worksheet", "worksheets/sheet1.xml"),
    ("t", "sharedStrings", "sharedStrings.xml"),
    ("u", "styles", "styles.xml"),
)

OnElementStart = Callable[[str, dict[str, str]], None]
OnText = Callable[[str], None]


def refuse_file(**fields: Any) -> FileRefused:
    """Builds the error by which the service refuses a whole file, from the fields of its single refusal."""
    return refusal_error([Refusal(**fields)])


class Archive:
    """The parts (files) of a workbook's zip archive.

    Raises FileRefused for a damaged archive and for a too large one.
    """

    def __init__(self, file: str, data: bytes, limits: Limits) -> None:
        self._refuse = partial(refuse_file, file=file)
        self.max_bytes = limits.unpacked_bytes
        self._zip = self._open(data)
        self._parts = {info.filename.casefold(): info for info in self._zip.infolist()}
        self._check_directory()
        self._check_contents()

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._parts

    def stream(self, part: str) -> Iterator[bytes]:
        """Yields the bytes of a part of the archive in chunks. Raises FileRefused for a missing or damaged part."""
        if part not in self:
            raise self.broken_error(f"the part {part} is missing")
        try:
            with self._zip.open(self._parts[part.casefold()]) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except BROKEN as error:
            raise self.broken_error(f"the part {part} is damaged ({error})") from error

    def parse(self, part: str, started: OnElementStart, written: OnText, ended: OnText) -> None:
        """Parses the XML of a part, and calls the functions given for each start tag, text and end tag.

        Raises FileRefused for malformed XML.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = started, ended
        parser.CharacterDataHandler = written
        parsed_bytes = 0
        try:
            for chunk in self.stream(part):
                parser.Parse(chunk)
                parsed_bytes += len(chunk)
                # The workbook reader would read UTF-16, in which every other byte is NUL, as an empty sheet.
                if b"\0" in chunk or parsed_bytes - max(parser.CurrentByteIndex, 0) > MAX_TAG_BYTES + CHUNK_BYTES:
                    raise self.broken_error(f"the part {part} is not XML in UTF-8")
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, IndexError) as error:
            raise self.broken_error(f"the part {part} is malformed XML ({error})") from error

    def broken_error(self, reason: str) -> FileRefused:
        """Builds the error for a file that is not a valid workbook, with the reason given."""
        return self._refuse(code="not-a-workbook", reason=f"this is not a valid workbook: {reason}")

    def too_large_error(self, reason: str) -> FileRefused:
        """Builds the error for a workbook that unpacks to more bytes than the limit, with the reason given."""
        limit = f"more than the limit of {self.max_bytes:,} bytes"
        return self._refuse(code="unpacks-too-large", reason=f"{reason}, {limit}")

    def _open(self, data: bytes) -> zipfile.ZipFile:
        # `zipfile` would build an object for each entry of the directory, so the entries are counted first.
        if data.count(b"PK\x01\x02") > MAX_PARTS:
            raise self.broken_error(f"it has more than {MAX_PARTS:,} parts")
        try:
            return zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise self.broken_error(f"the file is cut off or damaged ({error})") from error

    def _check_directory(self) -> None:
        entries = self._zip.infolist()
        if len(entries) != len(self._parts):
            raise self.broken_error("it has two parts of the same name")
        if any(entry.flag_bits & 1 for entry in entries):
            raise self._refuse(code="encrypted", reason="the file is protected with a password; save it without one")
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise self.broken_error("its compression is not that of a workbook")
        self._count(sum(entry.file_size for entry in entries))

    def _check_contents(self) -> None:
        """Counts the unpacked bytes, because the directory may state wrong sizes, and refuses a DOCTYPE in any part."""
        unpacked = 0
        for part in self._parts:
            tail = b""
            for chunk in self.stream(part):
                unpacked += len(chunk)
                self._count(unpacked)
                if part.endswith(MARKUP) and DOCTYPE.search(tail + chunk):
                    raise self.broken_error(f"the part {part} declares a DOCTYPE, which is not allowed")
                tail = chunk[-16:]

    def _count(self, unpacked: int) -> None:
        if unpacked > self.max_bytes:
            raise self.too_large_error(f"the workbook unpacks to at least {unpacked:,} bytes")


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

    def copy_alone(self, part: str, into: IO[bytes]) -> None:
        """Writes a workbook with one sheet alone, so that the reader gets the same bytes that were checked."""
        sources = {"xl/worksheets/sheet1.xml": part}
        sources |= {f"xl/{kind}.xml": shared for kind in SHARED if (shared := self._part_of_kind(kind))}
        parts = "".join(RELATION % each for each in COPY_PARTS)
        date1904 = any(book.get("date1904") in ("1", "true") for book in self._elements(self._book, "workbookPr"))
        with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as copy:
            copy.writestr(ROOT, COPY_RELATIONS % (RELATION % ("b", "officeDocument", BOOK)))
            copy.writestr(BOOK, COPY_BOOK % date1904)
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


@lru_cache(256)
def local_name(name: str) -> str:
    """Returns the name of an XML tag without its prefix and namespace."""
    return name.rpartition("}")[2].rpartition(":")[2]


def relation_target(folder: str, relation: ElementTree.Element) -> str:
    """Returns the path of the part to which a relationship (`Target` in the XML of another part) refers."""
    target = relation.get("Target", "").replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
