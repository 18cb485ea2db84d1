"""Finds out whether a disk has room for the files of the embedded graph to be opened again."""

import os
from pathlib import Path
from tempfile import TemporaryFile

_LEAST = 16 * 1024**2


def has_room(graph: Path) -> bool:
    """Returns whether the folder of a graph takes a file of 16 MB plus three times the size of the graph's log.

    Opening the graph keeps a copy of the log and applies the log to the graph's file. Quotas and limits of a process
    count as well as a full disk, so that a free-space figure would not do.
    """
    log = Path(f"{graph}.wal")
    size = _LEAST + 3 * (log.stat().st_size if log.is_file() else 0)
    try:
        with TemporaryFile(dir=graph.parent) as trial:
            os.posix_fallocate(trial.fileno(), 0, size)
    except OSError:
        return False
    return True
