"""Reads the zip archive of a workbook, and bounds the size of every part before a parser gets the part.

The directory of a zip file may state wrong sizes, and a small part may still describe a grid of billions of cells,
which would kill the process inside the workbook reader. This module therefore streams the parts and counts their bytes;
`loaders/workbook.py` checks the number of rows, columns and cells of a sheet.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any
from xml.parsers import expat

from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error
from service.errors import FileRefused

CHUNK_BYTES = 1 << 18
MAX_TAG_BYTES = 1 << 20
MAX_PARTS = 10_000
CELL_BYTES = 32  # memory of the workbook reader for one cell of its grid, filled or not
MARKUP = (".xml", ".rels")
DOCTYPE = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError, struct.error)

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


@lru_cache(256)
def local_name(name: str) -> str:
    """Returns the name of an XML tag without its prefix and namespace."""
    return name.rpartition("}")[2].rpartition(":")[2]
