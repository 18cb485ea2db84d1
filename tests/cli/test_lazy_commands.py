"""The options of `pathways` itself: help, version and completion, without importing the commands that do not run."""

import subprocess
import sys

import pytest

from service import VERSION
from service.cli.lazy_commands import COMMANDS, LazyCommand
from tests.cli.conftest import environment, run_here

SERVER = {"fastapi", "starlette", "uvicorn", "jinja2"}
ENGINES = {"neo4j", "ladybug", "numpy"}
FILES = {"xlsxwriter", "python_calamine", "openpyxl"}
IMPORTED = """
import sys
from service.cli import main
try:
    main()
finally:
    sys.stderr.write("imported " + " ".join(sys.modules))
"""


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (("--help",), SERVER | ENGINES | FILES | {"service.cli.serve", "service.cli.session"}),
        (("receipts", "key"), SERVER | ENGINES | {"service.cli.serve"}),
        (("path", "1", "2"), SERVER | {"neo4j", "service.cli.serve"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_imports_what_it_needs(tmp_path, words, heavy):
    """The server, the engines and the workbooks take a second to import; `path` needs one engine only."""
    command = [sys.executable, "-c", IMPORTED, *words]
    ran = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60)
    imported = set(ran.stderr.partition("imported ")[2].split())
    assert {"service.cli", "typer"} <= imported
    assert imported & heavy == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_has_the_help_of_each(name):
    """The help that the list shows is that of the command, which has at least one parameter or command of its own."""
    listed = LazyCommand(name, *COMMANDS[name])
    command = listed.load()
    assert (command.name or name, " ".join(command.help.split())) == (name, listed.help)
    assert command.params or command.commands


def test_help_names_every_command():
    """In the order of the table."""
    shown = run_here("--help").out
    places = [shown.index(f"│ {name} ") for name in COMMANDS]
    assert places == sorted(places)


def test_the_version_is_printed():
    """Alone on stdout."""
    ran = run_here("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"{VERSION}\n", "")


@pytest.mark.parametrize(
    ("words", "cursor", "completed"),
    [
        ("pathways ch", 1, ["check", "changes"]),
        ("pathways receipts v", 2, ["verify"]),
        ("pathways path --b", 2, ["--batch"]),
        ("pathways path --batch x --f", 4, ["--format"]),
        ("pathways load list --dry", 3, ["--dry-run"]),
    ],
)
def test_a_shell_completes_commands_and_options(words, cursor, completed):
    """Even where a variable is no setting, the shell gets no warning among its completions."""
    asked = {"_PATHWAYS_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(cursor)}
    ran = run_here(**asked, PATHWAYS_NO_SETTING="x")
    assert (ran.code, ran.out.split(), ran.err) == (0, completed, "")


def test_the_completion_of_a_shell_is_shown():
    """The script that `--install-completion` writes calls the command under its own name."""
    ran = run_here(_PATHWAYS_COMPLETE="source_zsh")
    assert (ran.code, ran.err) == (0, "")
    assert "_PATHWAYS_COMPLETE=complete_zsh pathways" in ran.out
