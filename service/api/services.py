"""The objects that all requests of an application share, in one typed container."""

from dataclasses import dataclass

from fastapi import FastAPI

from service.api.async_answer_cache import AsyncAnswerCache
from service.api.load_runner import LoadRunner
from service.api.readiness_probe import ReadinessProbe
from service.api.work_runners import WorkRunnersByKind
from service.application.clock_acceptance import ClockWatch
from service.application.disclosures.log import DisclosureLog
from service.application.findings import FindingCache
from service.application.pathways.graph_cache import GraphCache
from service.domain.classification import Classifications
from service.domain.clock import Clock
from service.domain.limits import Limits
from service.graph.protocol import Graph
from service.security.receipt_keys import Keyring
from service.security.request_authenticator import RequestAuthenticator
from service.settings import Settings


@dataclass(frozen=True)
class Services:
    """The objects that routes, pages and dependencies use. `create_app` makes them when the application starts."""

    settings: Settings
    clock: Clock
    limits: Limits
    classifications: Classifications  # of the settings, parsed once
    graph: Graph
    request_authenticator: RequestAuthenticator | None  # None with `PATHWAYS_AUTH=off`
    keyring: Keyring
    graph_cache: GraphCache
    answer_cache: AsyncAnswerCache
    finding_cache: FindingCache
    load_runner: LoadRunner
    work_runners: WorkRunnersByKind
    disclosure_log: DisclosureLog
    readiness: ReadinessProbe
    clock_watch: ClockWatch


def services_of(app: FastAPI) -> Services:
    """Returns the shared objects of an application that has started."""
    services: Services = app.state.services
    return services
