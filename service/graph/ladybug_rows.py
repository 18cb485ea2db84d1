"""Reads the rows of a query result of Ladybug without the memory leak of its Python binding (version 0.22.0).

The binding returns each date and time with one reference more than Python expects, so that Python never frees them
(measured: 40 bytes a value, some 700 MB a day at 100 questions a second). This module removes the surplus reference,
and only where it counts one: a later version without the fault is left alone.
"""

import ctypes
import sys
from collections.abc import Callable, Sequence
from typing import Any

import ladybug

_release = ctypes.pythonapi.Py_DecRef
_release.argtypes, _release.restype = [ctypes.py_object], None
_TIMES = ("TIMESTAMP", "DATE")
_LIST = "[]"
_SAMPLE = [object()]
_ORDINARY_COUNT = sys.getrefcount(_SAMPLE[0])  # of an object that one list alone refers to


def read_rows(result: ladybug.QueryResult) -> list[dict[str, Any]]:
    """Returns the rows of a query result, each with its values by column name."""
    rows = result.get_all()
    for index, kind in enumerate(result.get_column_data_types()):
        if kind.startswith(_TIMES):
            _release_column(rows, index, _release_in_list if kind.endswith(_LIST) else _release_at)
    columns = result.get_column_names()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _release_column(rows: Sequence[Any], index: int, release: Callable[[Any, int], None]) -> None:
    for row in rows:
        if row[index] is not None:
            release(row, index)


def _release_in_list(row: Any, index: int) -> None:
    values = row[index]
    for nth in range(len(values)):  # a variable for the value would count as a reference
        _release_at(values, nth)


def _release_at(values: Any, index: int) -> None:
    if sys.getrefcount(values[index]) == _ORDINARY_COUNT + 1:
        _release(values[index])
