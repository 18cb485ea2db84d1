"""`pathways serve`: runs the HTTP server."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
import typer
from fastapi import FastAPI

from service.api.http_protocol import HttpBounds
from service.api.load_shedding import WaitingQuestions
from service.api.loopback_only import LoopbackOnlyMiddleware
from service.api.metrics import Metrics, MetricsMiddleware
from service.api.request_log import RequestLog
from service.api.stopped_requests import StoppedRequests
from service.app import create_app
from service.application import served_graph
from service.application.rules_pool import RulesPool
from service.cli.exit_deadline import ExitDeadline
from service.cli.http_server import allowed_connections, run_server
from service.cli.receipts import key_folder, keyring
from service.cli.server_warm_up import preparing
from service.cli.session import open_graph
from service.domain.clock import now
from service.domain.hosts import is_loopback
from service.domain.limits import Limits
from service.domain.work import RunElsewhere
from service.graph.protocol import Graph
from service.observability import configure, log_uncaught
from service.repositories import access_keys
from service.settings import OidcSettings, Settings

# By default Python's cyclic garbage collector runs after 700 new objects and scans all old ones: a quarter of the
# cost of a batch (measured). With this threshold its share is 3 to 8 % (measured). Garbage of some tens of MB waits.
_GC_THRESHOLD = 20_000
_SWITCH_SECONDS = 0.0005
"""How often threads that compute let others run. By default an answer from the cache waits 5 ms for each of them."""

log = structlog.get_logger()


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on.")] = None,
    accept_graph: Annotated[
        str | None,
        typer.Option(
            "--accept-graph",
            metavar="REASON",
            help="Serve the graph although another one, or a later state of it, was served at its location.",
        ),
    ] = None,
) -> None:
    """Serve the HTTP interface and the web pages, in one process."""
    settings = Settings()
    address, oidc = host or settings.host, OidcSettings()
    configure(settings.log_level)
    if settings.auth == "off" and not is_loopback(address):
        raise ValueError(
            f"PATHWAYS_AUTH=off allows loopback addresses only, not {address}: "
            "listen on 127.0.0.1, or set PATHWAYS_AUTH=on and make keys with `pathways keys add`."
        )
    served = served_graph.require_file(settings, key_folder(), accept_graph)
    limits = Limits()
    with (
        ExitDeadline() as deadline,
        open_graph("Perhaps a server is already running.") as graph,
        _rules_pool(settings.rule_processes) as elsewhere,
        deadline.cut_off_threads(),
    ):
        log_uncaught()
        remember = served_graph.require_same_graph(graph, served, now(), accept_graph)
        keys = keyring()
        _log_access(settings, oidc, graph)
        app = create_app(settings, graph, keys=keys, limits=limits, oidc=oidc, elsewhere=elsewhere, on_state=remember)
        gc.freeze()  # the modules and the application stay: to scan them would stop all threads for 50 ms (measured)
        if settings.auth == "off":
            app.add_middleware(LoopbackOnlyMiddleware)
        questions = WaitingQuestions(settings.waiting_requests)
        if settings.metrics_port:
            questions.on_refusal = _serve_metrics(app, settings.metrics_host, settings.metrics_port).count_refusal
        connections = allowed_connections(limits.connections)
        bounds = HttpBounds(limits.head_bytes, settings.head_timeout, connections, questions)
        listen = settings.port if port is None else port

        def stop() -> None:
            deadline.start()
            app.state.work_runners.stop()

        _tune_interpreter()
        with preparing(app, graph, settings.expensive_slots, elsewhere):
            run_server(RequestLog(StoppedRequests(app), settings.proxies), address, listen, bounds, stop)


def _tune_interpreter() -> None:
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.set_threshold(_GC_THRESHOLD)
    gc.collect()
    gc.freeze()  # no collection looks again at what the start has made: 85 ms, in which nothing else runs


@contextmanager
def _rules_pool(processes: int) -> Iterator[RunElsewhere | None]:
    """Where heavy rules run: in so many processes of their own, or with 0 in this one."""
    if not processes:
        yield None
        return
    with RulesPool(processes) as pool:
        yield pool.run


def _serve_metrics(app: FastAPI, host: str, port: int) -> Metrics:
    metrics = Metrics(app.version)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.state.work_runners.observe(metrics.count_work)
    try:
        metrics.listen(host, port, app)
    except OSError as error:
        raise ValueError(
            f"PATHWAYS_METRICS_HOST, PATHWAYS_METRICS_PORT: cannot listen on {host}:{port}: {error.strerror}"
        ) from error
    log.info("metrics are served", url=f"http://{host}:{port}/metrics")
    return metrics


def _log_access(settings: Settings, oidc: OidcSettings, graph: Graph) -> None:
    """Logs a warning where everybody has all rights, or where nobody can sign in."""
    if settings.auth == "off":
        log.critical("PATHWAYS_AUTH=off: EVERYBODY ON THIS MACHINE MAY READ AND CHANGE EVERYTHING.")
    elif not oidc.issuer and not any(key.state(now()) == "good" for key in access_keys.list_keys(graph)):
        log.warning(
            "No key is valid: all callers have the role public, which sees the list only.",
            see="pathways keys add --help",
        )
