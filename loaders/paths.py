"""The cell of a Firmware Upgrade Path: base numbers, or N/A, or blank."""

import re

from loaders.cells import Columns
from loaders.table import Line
from service.domain.names import parse_entry_number
from service.domain.refusals import Refusal

UpgradePath = tuple[str, ...]
_NONE = re.compile(r"n\s*/?\s*a", re.I)


def read_upgrade_path(cell: str, columns: Columns, line: Line, name: str, faults: list[Refusal]) -> UpgradePath | None:
    """The bases named, none at all for N/A, or None for a blank: that changes nothing."""
    parts = [part.strip() for part in re.split(r"[;,]", cell) if part.strip()]
    if not parts:
        if cell:
            faults.append(columns.refusal(line, name, "bad-value", "no entry number stands between the separators"))
        return None
    none = [part for part in parts if _NONE.fullmatch(part)]
    if none and len(parts) > 1:
        faults.append(columns.refusal(line, name, "none-mixed", "N/A stands beside other values; it must stand alone"))
        return None
    return () if none else _numbers(parts, columns, line, name, faults)


def _numbers(parts: list[str], columns: Columns, line: Line, name: str, faults: list[Refusal]) -> UpgradePath | None:
    found = []
    for part in parts:
        try:
            found.append(parse_entry_number(part))
        except ValueError as wrong:
            faults.append(columns.refusal(line, name, "bad-number", str(wrong)))
    return tuple(found) if len(found) == len(parts) else None
