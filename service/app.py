"""The application, wired in one place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI

from service.api import problems
from service.api.async_answer_cache import AsyncAnswerCache
from service.api.authorisation import require_guarded
from service.api.body_limits import BodyLimitMiddleware
from service.api.etags import ETagMiddleware
from service.api.openapi import add_roles
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
from service.application import warm_up
from service.application.disclosures.log import DisclosureLog
from service.application.pathways.answer_cache import AnswerCache
from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import Clock, now
from service.domain.limits import DEFAULT_LIMITS, Limits
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.repositories.overview import finding_standards
from service.rules.permissions import ALL_RIGHTS, Rights, build_rights
from service.security.api_keys import KeyAuthenticator
from service.security.gate import Gate
from service.security.jwks import JwksCache
from service.security.rate_limits import RateLimiter
from service.security.receipt_keys import Keyring
from service.security.tokens import IdentityProvider, TokenAuthenticator
from service.settings import OidcSettings, Settings
from service.web import pages, sign_in

VERSION = "0.1.0"


def create_app(
    settings: Settings,
    graph: Graph | None = None,
    clock: Clock = now,
    keys: Keyring | None = None,
    limits: Limits = DEFAULT_LIMITS,
    oidc: OidcSettings | None = None,
) -> FastAPI:
    """The service over a graph. A graph that is given stays the giver's to close. Without `oidc` no tokens are taken.

    Raises ReceiptKeysInvalid at its start where no `keys` are given and those in the folder set cannot be used.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.graph = graph or connect(settings)
        try:
            migrate(app.state.graph)
            app.state.gate = make_gate(settings, oidc, app.state.graph, clock)
            app.state.keys = keys or Keyring(Path(settings.receipt_keys).expanduser())
            warm_up.warm_up_graph(app.state.graph, clock)
            kept = settings.kept_rows, settings.max_staleness, settings.alternatives_work
            app.state.memory = GraphCache(app.state.graph, clock, *kept)
            app.state.loads = uploads.LoadRunner(app.state.graph, clock, limits, finding_standards(settings))
            app.state.desk = AsyncAnswerCache(AnswerCache(app.state.memory, app.state.keys, settings.kept_answer_bytes))
            with DisclosureLog(app.state.graph, clock, settings.disclosure_days) as app.state.log:
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
    problems.install_problem_handlers(app)
    add_roles(app, access_rights(settings))
    app.add_middleware(ETagMiddleware)
    files = dict.fromkeys(uploads.UPLOAD_PATHS | zigbee_files.ZIGBEE_UPLOAD_PATHS, limits.file_bytes)
    app.add_middleware(BodyLimitMiddleware, most=limits.body_bytes, larger=files, patience=settings.read_timeout)
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
        app.include_router(require_guarded(part.router), dependencies=[Depends(problems.refuse_repeated_parameters)])
    for shown in (pages, sign_in):
        app.include_router(require_guarded(shown.router))
    return app


def access_rights(settings: Settings) -> Rights:
    """Who may what."""
    return ALL_RIGHTS if settings.auth == "off" else build_rights(settings.zigbee_roles, settings.pathways_roles)


def make_gate(settings: Settings, oidc: OidcSettings | None, graph: Graph, clock: Clock) -> Gate | None:
    """What lets callers in; None where everybody may everything."""
    if settings.auth == "off":
        return None
    tokens = None
    if oidc and oidc.issuer:
        claims = (oidc.roles, oidc.organisation, oidc.manufacturers)
        tokens = TokenAuthenticator(
            IdentityProvider(oidc.issuer, oidc.audience, oidc.accepted_algorithms, *claims), JwksCache(oidc.jwks)
        )
    return Gate(
        access_rights(settings),
        KeyAuthenticator(graph, clock),
        tokens,
        RateLimiter(settings.rate, settings.public_rate),
    )
