"""Fixtures and helpers that run commands: as processes, as users do, or faster through the same entry point in this
process."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from service.cli import main
from tests.conftest import EXAMPLES, ROOT, reset_logging

COMMAND = (sys.executable, "-c", "from service.cli import main; main()")
LISTS = [EXAMPLES / f"central-products-list-v1.{minor}.xlsx" for minor in ("001", "002")]
BASES, ACCEPT = EXAMPLES / "bases.csv", EXAMPLES / "bases-accept.csv"
KEYS = "PATHWAYS_RECEIPT_KEYS"
"""A folder for the receipt keys of the test run; otherwise each folder in which a command runs would get keys."""
LOADS = [
    *(("load", "list", str(path)) for path in LISTS),
    ("load", "bases", str(BASES), "--reason", "example", "--by", "tester"),
]


@dataclass(frozen=True)
class Ran:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str


def environment(**settings: str) -> dict[str, str]:
    """The environment of this process without settings of the service, except these settings, and with sign-in off."""
    inherited = {name: value for name, value in os.environ.items() if name == KEYS or not name.startswith("PATHWAYS_")}
    fixed = {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "TERM": "dumb", "PATHWAYS_AUTH": "off"}
    return inherited | fixed | settings


def run(folder: Path, *words: str, **settings: str) -> Ran:
    """Runs a command in a process of its own, in a folder."""
    completed = subprocess.run(
        [*COMMAND, *words], cwd=folder, env=environment(**settings), capture_output=True, text=True, timeout=120
    )
    return Ran(completed.returncode, completed.stdout, completed.stderr)


def run_here(*words: str, **settings: str) -> Ran:
    """Runs the same entry point in this process, which takes a tenth of the time of a Python start."""
    out, err = io.StringIO(), io.StringIO()
    environ = patch.dict(os.environ, environment(**settings), clear=True)
    with environ, patch.object(sys, "argv", ["pathways", *words]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            reset_logging()  # structlog would keep writing to the replaced stderr
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def loading(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Ran]]:
    """The folder with `pathways.lbdb` after three load commands of the examples, and the results of the commands."""
    folder = tmp_path_factory.mktemp("loaded")
    return folder, [run_here(*load, PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb") for load in LOADS]


@pytest.fixture
def folder(loading: tuple[Path, list[Ran]], tmp_path: Path) -> Path:
    """A folder with a loaded graph of the test's own."""
    shutil.copytree(loading[0], tmp_path, dirs_exist_ok=True)
    return tmp_path


@dataclass
class Server:
    """A server process in a folder, its URL, and its output on stderr until it listened."""

    process: "subprocess.Popen[str]"
    folder: Path
    url: str
    said: str


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Server]]:
    """A function that starts `pathways serve` on a free port and waits until the server listens; servers end with
    the module."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path, *words: str, **settings: str) -> Server:
        command = [*COMMAND, "serve", "--port", "0", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=folder, env=environment(**settings), text=True, **quiet)
        started.append(process)
        lines = []
        for line in process.stderr:
            lines.append(line)
            if match := re.search(r"running on (http://\S+)", line):
                return Server(process, folder, match[1].replace("0.0.0.0", "127.0.0.1"), "".join(lines))
        raise AssertionError(f"it did not start: {''.join(lines)}")

    yield start
    for process in started:
        process.kill()
        process.communicate()
