"""The output streams of a command: stdout has nothing but the answer, stderr everything else."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer


class OutputFailed(Exception):
    """Raised where stdout takes no more output: its disk is full, or the program that reads its pipe has ended."""


def print_error(line: str) -> None:
    """Prints a line on stderr, so that stdout has nothing but the answer."""
    typer.echo(line, err=True)


@contextmanager
def checked_stdout() -> Iterator[None]:
    """Raises OutputFailed where the block cannot write to the stdout of the process, at the latest at its end.

    Without this check Python would report some failures after the command, when its exit code is already decided.
    """
    former = sys.__stdout__
    if former is None or sys.stdout is not former:  # closed, or replaced by a test
        yield
        return
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_CheckedFile(former.fileno(), "wb", closefd=False)),
        encoding=former.encoding,
        errors=former.errors,
        newline="\n",
        line_buffering=former.line_buffering,
    )
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout = former


class _CheckedFile(io.FileIO):
    """A file whose first failure to write raises OutputFailed. It drops the rest, which nothing can be done with."""

    _failed = False

    def write(self, data: Any) -> int:
        """Writes bytes to the file, and returns how many it has written."""
        if self._failed:
            return len(memoryview(data).cast("B"))
        try:
            return super().write(data)
        except OSError as error:
            self._failed = True
            reason = error.strerror or os.strerror(error.errno or 0)
            raise OutputFailed(
                f"The output cannot be written: {reason}. If the command has changed the graph, the change stays."
            ) from error
