"""Prepares a server for its first expensive requests, in a thread beside those that it answers already."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import structlog
from fastapi import FastAPI

from service.api.services import Services
from service.application.warm_up import warm_up_connections
from service.domain.clock import now
from service.domain.work import RunElsewhere, WorkLimits, working
from service.errors import PathwaysError
from service.graph.protocol import Graph

_WAIT_SECONDS = 1.0
"""For how long no expensive request is at work before a part of the preparation begins: requests go before."""
_END_SECONDS = 0.5
_POLL_SECONDS = 0.05

log = structlog.get_logger()


@contextmanager
def preparing(app: FastAPI, graph: Graph, connections: int, elsewhere: RunElsewhere | None = None) -> Iterator[None]:
    """Returns a context manager in which a thread prepares the routes, so many connections of the graph, and the
    findings of the present if other processes compute them. Each of these begins while no expensive request is at work.

    Otherwise the first request of a router would hold the event loop for 190 ms, while FastAPI builds its routes; and
    the first findings of 72,900 entries take several seconds.
    """
    work = WorkLimits(elsewhere=elsewhere)
    over = threading.Event()
    thread = threading.Thread(target=_prepare, args=(app, graph, connections, work, over), name="preparation")
    thread.start()
    try:
        yield
    finally:
        over.set()
        work.stop()
        thread.join(_END_SECONDS)  # what still runs is cut off, like any other work


def _prepare(app: FastAPI, graph: Graph, connections: int, work: WorkLimits, over: threading.Event) -> None:
    services = _started_services(app, over)
    if services is None or not _idle(app, over):
        return
    for router in app.routes:
        getattr(router, "effective_candidates", list)()
    with working(work), suppress(PathwaysError):  # also where the server stops; a request meets any other failure
        if _idle(app, over):
            warm_up_connections(graph, now, connections)
        if work.elsewhere and _idle(app, over):
            services.finding_cache.findings(services.graph_cache.as_of(None, None))
        log.info("prepared for expensive requests")


def _idle(app: FastAPI, over: threading.Event) -> bool:
    """Returns True as soon as no expensive request has been at work for a while; False if the server ends first."""
    began = monotonic()
    while not over.wait(min(_POLL_SECONDS, _WAIT_SECONDS)):
        if app.state.work_runners.at_work:
            began = monotonic()
        elif monotonic() - began >= _WAIT_SECONDS:
            return True
    return False


def _started_services(app: FastAPI, over: threading.Event) -> Services | None:
    """Returns the objects that the application makes when it starts, as soon as it has; None if the server ends
    first.
    """
    services: Services | None = None
    while services is None and not over.wait(_POLL_SECONDS):
        services = getattr(app.state, "services", None)
    return services
