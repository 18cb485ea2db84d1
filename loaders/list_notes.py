"""Parses the notes of a CPL workbook: the lines of its version history that describe the firmware of entries."""

import re
from collections.abc import Iterator

from loaders.table import TableFile

NOTES_SHEET = "Version Control"
MAX_CHARS = 200
"""How much of a note is read: the name of a company stands at its beginning."""
_BREAK = re.compile(r"\n|_x000D_|\s{4,}")
"""What ends a note: a line break, as Excel shows or as it stores it, or the spaces that somebody typed in its place."""

_NOTE = re.compile(r"\s?0*([1-9][0-9]{0,5})\s{0,2}[-\N{EN DASH}\N{EM DASH}]\s{0,3}(\S.*)")
_MIN_DIGITS = re.compile(r"\s?[0-9]{5,7}[^0-9]")
"""An entry number as people type it in notes, with five to seven digits (domain 2.13)."""


def read_list_notes(book: TableFile) -> tuple[tuple[str, str], ...]:
    """Returns the notes on entries in a workbook, each with its entry number: `("000001", "Northwind N1 (updated)")`
    for the line `000001 - Northwind N1 (updated)`. Returns none for a CSV file or a workbook without a version history.
    """
    return tuple(_notes(book)) if NOTES_SHEET in book.sheet_names else ()


def _notes(book: TableFile) -> Iterator[tuple[str, str]]:
    for line in book.sheet(NOTES_SHEET).lines:
        for piece in (piece for cell in line.cells for piece in _BREAK.split(cell)):
            note = _NOTE.match(piece) if _MIN_DIGITS.match(piece) else None
            if note:
                yield note[1].zfill(6), note[2][:MAX_CHARS].strip()
