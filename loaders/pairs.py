"""A file of questions: one pair of base and target a row."""

from pathlib import Path

from loaders.columns import open_columns
from service.domain.limits import Limits

FROM, TO = "From", "To"


def read_pairs(path: Path, limits: Limits) -> list[tuple[str, str]]:
    """The pairs of a CSV file or of a workbook's first sheet, as text; other columns are ignored.

    Raises FileRefused for the whole file only: the answer to a pair refuses a malformed entry number.
    """
    table = open_columns(path, limits, (FROM, TO), (FROM, TO))
    return [(table.columns.cell(line, FROM), table.columns.cell(line, TO)) for line in table.lines]
