"""Chooses the sheet of a workbook that a loader reads: the only one that has the columns of the file."""

from collections.abc import Callable, Sequence

from loaders.table import Sheet, TableFile
from loaders.zip_archive import refuse_file
from service.errors import FileRefused


def choose_sheet(book: TableFile, fits: Callable[[Sequence[str]], bool]) -> Sheet:
    """Returns the sheet whose first line `fits` accepts. Visible sheets come before hidden ones.

    Returns the first visible sheet where none fits, for the refusals of its headings. Raises FileRefused where several
    sheets fit, because only one of them can be meant.
    """
    if not book.sheet_names:
        return book.sheet(None)
    if len(book.sheet_names) == 1:
        return book.sheet(book.sheet_names[0])
    visible = [name for name in book.sheet_names if name not in book.hidden_sheets]
    hidden = [name for name in book.sheet_names if name in book.hidden_sheets]
    errors: list[FileRefused] = []
    fitting = _fitting(book, visible, fits, errors) or _fitting(book, hidden, fits, errors)
    if len(fitting) > 1:
        names = " and ".join(map(repr, fitting))
        reason = f"the sheets {names} have the columns of the file; keep one, and remove or hide the others"
        raise refuse_file(file=book.file, code="several-sheets", value=", ".join(fitting), reason=reason)
    if not fitting and errors:
        raise errors[0]
    return book.sheet((fitting or visible or hidden)[0])


def _fitting(
    book: TableFile, names: Sequence[str], fits: Callable[[Sequence[str]], bool], errors: list[FileRefused]
) -> list[str]:
    """Returns the names of the sheets that fit. A sheet that cannot be read does not fit: `errors` gets its error."""
    fitting = []
    for name in names:
        try:
            if fits(book.first_cells(name)):
                fitting.append(name)
        except FileRefused as error:
            errors.append(error)
    return fitting
