"""The command line `pathways` (design 10): the only package that reads the environment and prints.

Exit codes: 0 done (`route`, `already-there`, `go`); 1 refused, `none` or `stop`; 2 wrong usage; 3 the engine cannot be
reached; 4 `unknown`, `ambiguous`, `unknown-device`, `unknown-firmware` or `ask`: a script must not read "unknown" as
"no".
"""

import os

import typer

from service.cli import (
    answer_history,
    check_plan,
    clock,
    disclosures,
    entry_history,
    environment,
    export,
    findings,
    impact,
    keys,
    load,
    path,
    receipts,
    resolve,
    serve,
    zigbee,
)
from service.cli.output import print_error
from service.cli.session import exit_on_failure

app = typer.Typer(
    name="pathways",
    help="Firmware upgrades of smart meters: from which entry of the Central Products List to which, in what order.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(load.app, name="load")
app.add_typer(receipts.app, name="receipts")
app.add_typer(export.app, name="export")
app.add_typer(keys.app, name="keys")
app.add_typer(zigbee.app, name="zigbee")
app.add_typer(clock.app, name="clock")
app.command()(path.path)
app.command("check")(check_plan.check_plan)
app.command()(answer_history.changes)
app.command()(entry_history.history)
app.command()(resolve.resolve)
app.command()(findings.findings)
app.command()(impact.impact)
app.command()(disclosures.disclosures)
app.command()(serve.verify)
app.command()(serve.serve)


def main() -> None:
    """Runs the `pathways` command, after it has checked the names of the environment variables."""
    with exit_on_failure():
        environment.refuse_former_settings(os.environ)
        for warning in environment.unknown_setting_warnings(os.environ):
            print_error(warning)
        app()
