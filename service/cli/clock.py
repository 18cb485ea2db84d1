"""`pathways clock accept`: lets the graph be written with a clock behind the last recorded instant."""

from collections.abc import Iterator
from typing import Annotated

import typer

from service.application.clock_acceptance import AcceptedClock, accept_clock
from service.cli.load import By, login_name, operator_reader
from service.cli.session import open_graph
from service.domain.clock import iso, now

app = typer.Typer(help="The clock of the service and the recorded instants.", no_args_is_help=True)

Reason = Annotated[str, typer.Option("--reason", help="Why the clock is right and the last recorded instant is not.")]


@app.callback()
def clock() -> None:
    """The clock of the service and the recorded instants."""


@app.command()
def accept(reason: Reason, by: By = "") -> None:
    """Accept the clock although the last recorded instant is ahead of it, and record that on the chain."""
    if not reason.strip():
        raise typer.BadParameter("say why, in words", param_hint="--reason")
    with open_graph("Stop the server, accept the clock, start the server again.") as graph:
        accepted = accept_clock(graph, now, operator_reader(by or login_name()), reason.strip())
    for line in _lines(accepted):
        typer.echo(line)


def _lines(accepted: AcceptedClock) -> Iterator[str]:
    if accepted.public:
        row = accepted.public
        yield f"Accepted: the clock says {iso(row.clock)}, the last recorded instant is {iso(row.last)}."
        yield f"Recorded as the amendment {row.amendment}. Until the clock has caught up, records are 1 µs apart."
    if accepted.restricted:
        yield "Accepted for the restricted ZigBee data, and recorded in the audit."
