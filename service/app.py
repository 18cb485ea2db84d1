"""Builds the FastAPI application: services, middleware and routers."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from fastapi import Depends, FastAPI

from service import VERSION
from service.api import problems
from service.api.async_answer_cache import AsyncAnswerCache
from service.api.authorisation import require_guarded
from service.api.body_limits import BodyLimitMiddleware
from service.api.etags import ETagMiddleware
from service.api.head_requests import HeadMiddleware
from service.api.load_runner import LoadRunner
from service.api.openapi import add_roles
from service.api.readiness_probe import ReadinessProbe
from service.api.routers import (
    amendments,
    answer_history,
    device_models,
    devices,
    disclosures,
    entries,
    entry_history,
    findings,
    fir,
    health,
    lists,
    manufacturers,
    pathways,
    plan_check,
    proposals,
    receipts,
    uploads,
    zigbee,
    zigbee_uploads,
)
from service.api.services import Services
from service.api.work_runners import WorkRunnersByKind
from service.application import warm_up
from service.application.clock_acceptance import ClockWatch
from service.application.disclosures.log import DisclosureLog
from service.application.findings import FindingCache, finding_thresholds
from service.application.pathways.answer_cache import AnswerCache
from service.application.pathways.graph_cache import GraphCache
from service.application.readiness import ReadinessCheck
from service.domain.clock import Clock, now
from service.domain.limits import DEFAULT_LIMITS, Limits
from service.domain.work import RunElsewhere
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.repositories.compartments import Compartment
from service.rules.permissions import ALL_RIGHTS, Rights, build_rights
from service.security.api_keys import KeyAuthenticator
from service.security.jwks import JwksCache
from service.security.rate_limits import RateLimiter
from service.security.receipt_keys import Keyring
from service.security.request_authenticator import RequestAuthenticator
from service.security.tokens import IdentityProvider, TokenAuthenticator
from service.settings import OidcSettings, Settings
from service.web import device_model_page, findings_page, pages, sign_in

API_ROUTERS = (
    pathways,
    answer_history,
    plan_check,
    devices,
    device_models,
    entries,
    entry_history,
    lists,
    manufacturers,
    receipts,
    findings,
    fir,
    disclosures,
    amendments,
    uploads,
    proposals,
    zigbee,
    zigbee_uploads,
    health,
)


def create_app(
    settings: Settings,
    graph: Graph | None = None,
    clock: Clock = now,
    keys: Keyring | None = None,
    limits: Limits = DEFAULT_LIMITS,
    oidc: OidcSettings | None = None,
    elsewhere: RunElsewhere | None = None,
    on_state: Callable[[Compartment], None] = lambda state: None,
) -> FastAPI:
    """Builds the FastAPI application over a graph.

    The caller closes a graph that it passes; without one, the application opens the graph of the settings when it
    starts, and closes that graph when it stops. Without `oidc` the service accepts API keys only. `elsewhere` runs
    heavy rules in other processes; without it this process runs them. The application raises ReceiptKeysInvalid at
    its start if it gets no `keys` and cannot use the folder that the settings name. `app.state.work_runners.stop()`
    ends all expensive work, from any thread. `on_state` gets each committed state of the public data before an answer
    uses it.
    """
    runners = WorkRunnersByKind(settings, elsewhere)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with (
            _migrated(settings, graph) as opened,
            DisclosureLog(opened, clock, settings.disclosure_days, settings.disclosure_rows) as disclosure_log,
        ):
            services = _services(settings, opened, clock, keys, limits, oidc, disclosure_log, runners, on_state)
            with closing(services.readiness), closing(services.answer_cache):
                app.state.services = services
                warm_up.warm_up_graph(opened, clock)
                yield

    app = FastAPI(
        title="Firmware Pathways",
        version=VERSION,
        summary="Which firmware a smart meter may be upgraded from and to, in what order.",
        description="A safety net: it does not replace the Release Notes.",
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,  # FastAPI's page loads its scripts from another origin
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat any host that the caller named
    )
    app.state.work_runners = runners
    problems.install_problem_handlers(app)
    add_roles(app, access_rights(settings))
    app.add_middleware(HeadMiddleware)
    app.add_middleware(ETagMiddleware)
    file_sizes = dict.fromkeys(uploads.UPLOAD_PATHS | zigbee_uploads.ZIGBEE_UPLOAD_PATHS, limits.file_bytes)
    app.add_middleware(
        BodyLimitMiddleware, limit=limits.body_bytes, path_limits=file_sizes, patience=settings.read_timeout
    )
    for module in API_ROUTERS:
        app.include_router(require_guarded(module.router), dependencies=[Depends(problems.refuse_repeated_parameters)])
    for page in (pages, device_model_page, findings_page, sign_in):
        app.include_router(require_guarded(page.router))
    return app


def access_rights(settings: Settings) -> Rights:
    """Returns the rights that each role has under the settings given."""
    return ALL_RIGHTS if settings.auth == "off" else build_rights(settings.zigbee_roles, settings.pathways_roles)


def _request_authenticator(
    settings: Settings, oidc: OidcSettings | None, graph: Graph, clock: Clock
) -> RequestAuthenticator | None:
    """Builds the object that identifies callers; returns None with `PATHWAYS_AUTH=off`."""
    if settings.auth == "off":
        return None
    tokens = None
    if oidc and oidc.issuer:
        claims = (oidc.roles, oidc.organisation, oidc.manufacturers)
        tokens = TokenAuthenticator(
            IdentityProvider(oidc.issuer, oidc.audience, oidc.accepted_algorithms, *claims), JwksCache(oidc.jwks)
        )
    return RequestAuthenticator(
        access_rights(settings),
        KeyAuthenticator(graph, clock),
        tokens,
        RateLimiter(settings.rate, settings.public_rate),
    )


@contextmanager
def _migrated(settings: Settings, graph: Graph | None) -> Iterator[Graph]:
    """Yields the graph given, or without one the graph of the settings, with all migrations applied."""
    opened = graph or connect(settings)
    try:
        migrate(opened)
        yield opened
    finally:
        if graph is None:
            opened.close()


def _services(
    settings: Settings,
    graph: Graph,
    clock: Clock,
    keys: Keyring | None,
    limits: Limits,
    oidc: OidcSettings | None,
    disclosure_log: DisclosureLog,
    work_runners: WorkRunnersByKind,
    on_state: Callable[[Compartment], None],
) -> Services:
    keyring = keys or Keyring(Path(settings.receipt_keys).expanduser())
    clock_watch = ClockWatch(clock)
    check = ReadinessCheck(graph, clock, clock_watch)
    check()  # remembers the revision that the service starts with, and logs an error if the clock is behind
    cache = GraphCache(graph, clock, settings.kept_rows, settings.max_staleness, settings.alternatives_work, on_state)
    return Services(
        settings=settings,
        clock=clock,
        limits=limits,
        classifications=settings.classes,
        graph=graph,
        request_authenticator=_request_authenticator(settings, oidc, graph, clock),
        keyring=keyring,
        graph_cache=cache,
        answer_cache=AsyncAnswerCache(AnswerCache(cache, keyring, settings.kept_answer_bytes)),
        finding_cache=FindingCache(graph, settings),
        load_runner=LoadRunner(graph, clock, limits, finding_thresholds(settings)),
        work_runners=work_runners,
        disclosure_log=disclosure_log,
        readiness=ReadinessProbe(check),
        clock_watch=clock_watch,
    )
