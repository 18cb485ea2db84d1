"""Opens the file that a command reads: from its path, or from stdin."""

import sys
from io import BytesIO
from pathlib import Path

from loaders.table import InputFile, UploadedFile, is_workbook
from service.domain.limits import Limits


def input_file(path: Path, any_length: bool = False) -> InputFile:
    """Returns the file at a path; for the path `-` the content of stdin, as a workbook if it is one, otherwise as CSV.

    Unless stdin may have any length, reads at most one byte of it beyond the limit, to recognise a file too large.
    """
    if str(path) != "-":
        return path
    content = sys.stdin.buffer.read(-1 if any_length else Limits().file_bytes + 1)
    return UploadedFile("stdin.xlsx" if is_workbook(content) else "stdin.csv", BytesIO(content))
