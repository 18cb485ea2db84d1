"""`pathways verify`: checks the data that the graph stores."""

import sys
from typing import Annotated

import typer

from service.application import verify as verification
from service.application.verify import ExpectedHeads
from service.cli.failures import REFUSED
from service.cli.options import AsJson
from service.cli.session import open_graph
from service.cli.streams import print_error
from service.domain.clock import now


def verify(
    pairs: Annotated[
        int, typer.Option("--pairs", min=0, help="For how many pairs of entries the engine finds the route itself.")
    ] = 200,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="A head of the amendment chain, from your notes or a receipt."),
    ] = None,
    zigbee_head: Annotated[
        str | None, typer.Option("--zigbee-head", metavar="HASH", help="A head of the ZigBee chain, from your notes.")
    ] = None,
    audit_head: Annotated[
        str | None, typer.Option("--audit-head", metavar="HASH", help="A head of the audit, from your notes.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the derived edges and the hash chains of amendments and audit, and print every difference."""
    with open_graph("Stop the server, verify, start it again.") as graph:
        result = verification.verify(graph, now, pairs, head, ExpectedHeads(zigbee_head, audit_head))
    if as_json:
        typer.echo(result.model_dump_json(indent=2))
    else:
        for line in (*result.faults, *(f"remark: {remark}" for remark in result.remarks)):
            print_error(line)
        typer.echo(
            f"{result.entries} entries, {result.steps} steps, {result.held} held bases, "
            f"{result.instants} recorded instants, {result.pairs} pairs: {len(result.faults) or 'no'} faults"
        )
        older = f", {result.before_chain} older than the chain" if result.before_chain else ""
        typer.echo(f"{result.amendments} amendments on the chain{older}; its head is {result.head}")
    if result.faults:
        sys.exit(REFUSED)
