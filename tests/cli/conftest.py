"""The command line as its users have it: a process of its own. Where many questions are asked, the same entry point
in this process."""

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
import structlog

from service.cli import main
from tests.conftest import EXAMPLES, ROOT

COMMAND = (sys.executable, "-c", "from service.cli import main; main()")
LISTS = [EXAMPLES / f"central-products-list-v1.{minor}.xlsx" for minor in ("001", "002")]
BASES, ACCEPT = EXAMPLES / "bases.csv", EXAMPLES / "bases-accept.csv"
KEYS = "PATHWAYS_RECEIPT_KEYS"
"""A folder of the run's own: else every folder in which a command is run would get one."""
LOADS = [
    *(("load", "list", str(path)) for path in LISTS),
    ("load", "bases", str(BASES), "--reason", "example", "--by", "tester"),
]


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def environment(**settings: str) -> dict[str, str]:
    """The environment of this process with these settings of the service and no others, but that nobody signs in."""
    kept = {name: value for name, value in os.environ.items() if name == KEYS or not name.startswith("PATHWAYS_")}
    own = {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "TERM": "dumb", "PATHWAYS_AUTH": "off"}
    return kept | own | settings


def run(folder: Path, *words: str, **settings: str) -> Ran:
    """A command in a process of its own, in a folder."""
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder, env=environment(**settings), capture_output=True, text=True, timeout=120
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def run_here(*words: str, **settings: str) -> Ran:
    """The same entry point in this process: a question costs a tenth of a start of Python."""
    out, err = io.StringIO(), io.StringIO()
    environ = patch.dict(os.environ, environment(**settings), clear=True)
    with environ, patch.object(sys, "argv", ["pathways", *words]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            structlog.reset_defaults()  # it would go on writing to what is no longer stderr
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def loading(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Ran]]:
    """The examples loaded by three commands into `pathways.lbdb` of a folder, and what these said."""
    folder = tmp_path_factory.mktemp("loaded")
    return folder, [run_here(*load, PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb") for load in LOADS]


@pytest.fixture
def folder(loading: tuple[Path, list[Ran]], tmp_path: Path) -> Path:
    """A folder with a loaded graph of the test's own."""
    shutil.copytree(loading[0], tmp_path, dirs_exist_ok=True)
    return tmp_path


@dataclass
class Server:
    """A server that a command started in a folder, where it listens, and what it said until it did."""

    process: "subprocess.Popen[str]"
    folder: Path
    url: str
    said: str


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Server]]:
    """Starts `pathways serve` on a free port, and waits until it says where; it ends with the module's tests."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path, *words: str, **settings: str) -> Server:
        command = [*COMMAND, "serve", "--port", "0", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=folder, env=environment(**settings), text=True, **quiet)
        started.append(process)
        said = []
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"running on (http://\S+)", line):
                return Server(process, folder, found[1].replace("0.0.0.0", "127.0.0.1"), "".join(said))
        raise AssertionError(f"it did not start: {''.join(said)}")

    yield start
    for process in started:
        process.kill()
        process.communicate()
