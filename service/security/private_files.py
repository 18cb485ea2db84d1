"""Files and folders that only their owner may read: the receipt keys, the embedded graph, what is remembered of it."""

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def new_file(folder: Path, text: bytes) -> Iterator[Path]:
    """Yields a new file that only its owner can read, flushed to disk, for the caller to rename or link."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def make_private_folder(folder: Path) -> None:
    """Makes a folder that only its owner may enter, or takes the rights of others from the folder that is there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(PermissionError):  # the folder belongs to somebody else, as a mounted volume may
        folder.chmod(0o700)


def make_private_files(path: Path) -> None:
    """Sets the mode 0600 (only the owner may read and write) on a file, and on all files in its folder whose names
    begin with its name.
    """
    for name in glob.glob(glob.escape(str(path)) + "*"):
        if os.path.isfile(name):
            with suppress(PermissionError, FileNotFoundError):
                os.chmod(name, 0o600)


@contextmanager
def private_umask() -> Iterator[None]:
    """Lets files that the process makes within the block be read by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
