"""The application, wired in one place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI

from service.api import problems
from service.api.authorisation import guarded
from service.api.body_limits import Bodies
from service.api.etags import ETags
from service.api.openapi import described
from service.api.routers import (
    amendments,
    answer_history,
    devices,
    disclosures,
    entries,
    entry_history,
    findings,
    fir,
    health,
    lists,
    pathways,
    plan_check,
    proposals,
    receipts,
    uploads,
    zigbee,
    zigbee_files,
)
from service.api.single_flight import Desk
from service.application import warm_up
from service.application.disclosures.log import Log
from service.application.pathways.answer_cache import Answering
from service.application.pathways.graph_cache import Memory
from service.domain.clock import Clock, now
from service.domain.limits import DEFAULT_LIMITS, Limits
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.repositories.overview import standards
from service.rules.permissions import EVERYTHING, Rights, rights
from service.security.api_keys import Keys
from service.security.gate import Gate
from service.security.jwks import KeySet
from service.security.rate_limits import Rates
from service.security.receipt_keys import Keyring
from service.security.tokens import Provider, Tokens
from service.settings import Oidc, Settings
from service.web import pages, sign_in

VERSION = "0.1.0"


def create_app(
    settings: Settings,
    graph: Graph | None = None,
    clock: Clock = now,
    keys: Keyring | None = None,
    limits: Limits = DEFAULT_LIMITS,
    oidc: Oidc | None = None,
) -> FastAPI:
    """The service over a graph. A graph that is given stays the giver's to close. Without `oidc` no tokens are taken.

    Raises KeysRefused at its start where no `keys` are given and those in the folder set cannot be used.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.graph = graph or connect(settings)
        try:
            migrate(app.state.graph)
            app.state.gate = gate(settings, oidc, app.state.graph, clock)
            app.state.keys = keys or Keyring(Path(settings.receipt_keys).expanduser())
            warm_up.up(app.state.graph, clock)
            kept = settings.kept_rows, settings.max_staleness, settings.alternatives_work
            app.state.memory = Memory(app.state.graph, clock, *kept)
            app.state.loads = uploads.Loads(app.state.graph, clock, limits, standards(settings))
            app.state.desk = Desk(Answering(app.state.memory, app.state.keys, settings.kept_answer_bytes))
            with Log(app.state.graph, clock, settings.disclosure_days) as app.state.log:
                yield
        finally:
            if graph is None:
                app.state.graph.close()

    app = FastAPI(
        title="Firmware Pathways",
        version=VERSION,
        summary="Which firmware a smart meter may be upgraded from and to, in what order.",
        description="A safety net: it does not replace the Release Notes.",
        lifespan=lifespan,
        docs_url=None,  # FastAPI's page loads its scripts from another origin
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat whatever host the caller named
    )
    app.state.clock = clock
    app.state.settings = settings
    app.state.classes = settings.classes
    app.state.limits = limits
    problems.install(app)
    described(app, held(settings))
    app.add_middleware(ETags)
    files = dict.fromkeys(uploads.PATHS | zigbee_files.PATHS, limits.file_bytes)
    app.add_middleware(Bodies, most=limits.body_bytes, larger=files, patience=settings.read_timeout)
    for part in (
        pathways,
        answer_history,
        plan_check,
        devices,
        entries,
        entry_history,
        lists,
        receipts,
        findings,
        fir,
        disclosures,
        amendments,
        uploads,
        proposals,
        zigbee,
        zigbee_files,
        health,
    ):
        app.include_router(guarded(part.router), dependencies=[Depends(problems.once)])
    for shown in (pages, sign_in):
        app.include_router(guarded(shown.router))
    return app


def held(settings: Settings) -> Rights:
    """Who may what."""
    return EVERYTHING if settings.auth == "off" else rights(settings.zigbee_to, settings.pathways_to)


def gate(settings: Settings, oidc: Oidc | None, graph: Graph, clock: Clock) -> Gate | None:
    """What lets callers in; None where everybody may everything."""
    if settings.auth == "off":
        return None
    tokens = None
    if oidc and oidc.issuer:
        claims = (oidc.roles, oidc.organisation, oidc.manufacturers)
        tokens = Tokens(Provider(oidc.issuer, oidc.audience, oidc.taken, *claims), KeySet(oidc.jwks))
    return Gate(held(settings), Keys(graph, clock), tokens, Rates(settings.rate, settings.public_rate))
