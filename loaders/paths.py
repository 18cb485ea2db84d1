"""The cell of a Firmware Upgrade Path: the entry numbers of the bases, or N/A, or blank."""

import re

from loaders.columns import Columns
from loaders.table import Line
from service.domain.names import parse_entry_number
from service.domain.refusals import Refusal

UpgradePath = tuple[str, ...]
_NOT_APPLICABLE = re.compile(r"n\s*/?\s*a", re.I)


def read_upgrade_path(cell: str, columns: Columns, line: Line, name: str, faults: list[Refusal]) -> UpgradePath | None:
    """The named bases, an empty tuple for N/A, or None for a blank cell, which declares nothing.

    A malformed cell is None too, and appends its refusals to `faults`.
    """
    parts = [part.strip() for part in re.split(r"[;,]", cell) if part.strip()]
    if not parts:
        if cell:
            reason = "there is no entry number between the separators: name the bases, or leave the cell blank"
            faults.append(columns.refusal(line, name, "bad-value", reason))
        return None
    not_applicable = any(_NOT_APPLICABLE.fullmatch(part) for part in parts)
    if not_applicable and len(parts) > 1:
        faults.append(columns.refusal(line, name, "none-mixed", "N/A must stand alone: remove it or the other values"))
        return None
    return () if not_applicable else _read_numbers(parts, columns, line, name, faults)


def _read_numbers(
    parts: list[str], columns: Columns, line: Line, name: str, faults: list[Refusal]
) -> UpgradePath | None:
    numbers = []
    for part in parts:
        try:
            numbers.append(parse_entry_number(part))
        except ValueError as error:
            faults.append(columns.refusal(line, name, "bad-number", str(error)))
    return tuple(numbers) if len(numbers) == len(parts) else None
