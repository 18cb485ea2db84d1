"""`pathways verify` and `pathways serve`."""

import gc
import os
import signal
import sys
from typing import Annotated

import structlog
import typer
import uvicorn
from fastapi import FastAPI

from service.api.loopback_only import LoopbackOnlyMiddleware
from service.api.metrics import Metrics, MetricsMiddleware
from service.api.request_log import RequestLog
from service.app import create_app
from service.application.verify import ExpectedHeads
from service.application.verify import verify as verified
from service.cli.receipts import keyring
from service.cli.session import REFUSED, AsJson, open_graph, print_error
from service.domain.clock import now
from service.domain.limits import Limits
from service.graph.protocol import Graph
from service.observability import configure, log_uncaught
from service.repositories import access_keys as stored
from service.settings import OidcSettings, Settings, is_loopback

# Python's cyclic garbage collector by default runs after 700 new objects, and then looks through all that is kept: a
# quarter of the cost of a batch (measured). With this threshold it is 3 to 8 % (measured). Garbage waits longer: some
# tens of MB.
_COLLECT_AFTER = 20_000

log = structlog.get_logger()


def verify(
    pairs: Annotated[int, typer.Option("--pairs", min=0, help="How many ways to find by the engine itself.")] = 200,
    head: Annotated[
        str | None, typer.Option("--head", metavar="HASH", help="A head of the chain that you kept, or a receipt has.")
    ] = None,
    zigbee_head: Annotated[
        str | None, typer.Option("--zigbee-head", metavar="HASH", help="A head of the ZigBee chain that you kept.")
    ] = None,
    audit_head: Annotated[
        str | None, typer.Option("--audit-head", metavar="HASH", help="A head of the audit that you kept.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute what is derived, from the facts, and the chains of amendments and of the audit; say what differs."""
    with open_graph("Stop the server, verify, start it again.") as graph:
        found = verified(graph, now, pairs, head, ExpectedHeads(zigbee_head, audit_head))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        for fault in found.faults:
            print_error(fault)
        typer.echo(
            f"{found.entries} entries, {found.steps} steps, {found.held} held bases, "
            f"{found.instants} recorded instants, {found.pairs} pairs: {len(found.faults) or 'no'} faults"
        )
        before = f", {found.before_chain} recorded before it" if found.before_chain else ""
        typer.echo(f"{found.amendments} amendments on the chain{before}; its head is {found.head}")
    if found.faults:
        sys.exit(REFUSED)


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the HTTP interface and its pages. One worker: with Ladybug one process owns the file."""
    settings = Settings()
    where, oidc = host or settings.host, OidcSettings()
    configure(settings.log_level)
    if "FORWARDED_ALLOW_IPS" in os.environ:
        raise ValueError("FORWARDED_ALLOW_IPS is no longer read: name the proxies in PATHWAYS_TRUSTED_PROXIES.")
    if settings.auth == "off" and not is_loopback(where):
        raise ValueError(f"PATHWAYS_AUTH=off is for this machine alone, and {where} is more: make keys, or stay here.")
    with open_graph("It is being served already, it seems.") as graph:
        log_uncaught()
        keys = keyring()
        _say_who_may(settings, oidc, graph)
        gc.set_threshold(_COLLECT_AFTER)
        # Once it has stopped, uvicorn raises the signal again, which would end the process before the graph is closed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        app = create_app(settings, graph, keys=keys, limits=Limits(), oidc=oidc)
        if settings.auth == "off":
            app.add_middleware(LoopbackOnlyMiddleware)
        if settings.metrics_port:
            _tell_metrics(app, settings.metrics_host, settings.metrics_port)
        uvicorn.run(
            RequestLog(app, settings.proxies),
            host=where,
            port=settings.port if port is None else port,
            log_config=None,  # `configure` has set up what uvicorn logs
            access_log=False,  # RequestLog writes these lines, without the query string
            proxy_headers=False,  # RequestLog reads them, once it has seen who sent them
            ws="none",  # there are no WebSockets, and uvicorn would log what is asked of them
            server_header=False,
        )


def _tell_metrics(app: FastAPI, host: str, port: int) -> None:
    metrics = Metrics(app.version)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    try:
        metrics.listen(host, port)
    except OSError as taken:
        raise ValueError(f"PATHWAYS_METRICS_HOST, PATHWAYS_METRICS_PORT: {host}:{port}: {taken.strerror}") from taken
    log.info("metrics are served", url=f"http://{host}:{port}/metrics")


def _say_who_may(settings: Settings, oidc: OidcSettings, graph: Graph) -> None:
    """Said aloud where nobody has to sign in, and where nobody can."""
    if settings.auth == "off":
        log.critical("PATHWAYS_AUTH=off: EVERYBODY ON THIS MACHINE MAY ASK AND CHANGE EVERYTHING.")
    elif not oidc.issuer and not any(key.state(now()) == "good" for key in stored.list_keys(graph)):
        log.warning(
            "No key is good: all callers are the public, who see the list alone.", see="pathways keys add --help"
        )
