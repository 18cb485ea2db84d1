"""The command line `pathways` (design 10): the only package that reads the environment and prints.

Exit codes: 0 done (`route`, `already-there`, `go`); 1 refused, `none` or `stop`, or the output could not be written;
2 wrong usage; 3 the engine cannot be reached; 4 `unknown`, `ambiguous`, `unknown-device`, `unknown-firmware` or `ask`:
a script must not read "unknown" as "no".
"""

import os
from typing import Annotated

import typer

from service import VERSION
from service.cli import environment
from service.cli.failures import exit_on_failure
from service.cli.lazy_commands import LazyGroup
from service.cli.streams import checked_stdout, print_error

COMPLETION = "_PATHWAYS_COMPLETE"
"""The environment variable by which a shell asks for the completion of a command, and for no command."""

app = typer.Typer(
    name="pathways",
    cls=LazyGroup,
    help="Firmware upgrades of smart meters: from which entry of the Central Products List to which, in what order.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def pathways(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Takes the options that belong to no single command."""


def main() -> None:
    """Runs the `pathways` command, after it has checked the names of the environment variables."""
    with exit_on_failure(), checked_stdout():
        environment.refuse_former_settings(os.environ)
        for warning in () if COMPLETION in os.environ else environment.unknown_setting_warnings(os.environ):
            print_error(warning)
        app(prog_name=app.info.name)
