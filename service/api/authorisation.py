"""Authorisation of routes: each route names its capability with `@requires(…)`, and only `GuardedRoute` serves it.

The check is part of the route, not a dependency: `GuardedRoute` refuses a caller before anything reads the body.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from service.api.caller_watch import CallerWatch
from service.api.json_bodies import reading_json
from service.api.services import services_of
from service.api.work_runners import ExpensiveRequest, WorkKind
from service.domain.callers import PUBLIC, Caller
from service.domain.capabilities import Capability
from service.domain.classification import RESTRICTED
from service.errors import AuthenticationRequired, CredentialRefused, Forbidden
from service.observability import restrict
from service.rules.permissions import ALL_RIGHTS, Access, classification_of
from service.security.rate_limits import WINDOW_SECONDS, RateLimitStatus
from service.security.request_authenticator import RequestAuthenticator

F = TypeVar("F", bound=Callable[..., Any])

SEARCH_COST = 4
"""The number of requests for which the rate limit counts one search: a search may look into every entry."""

UNLOGGED: frozenset[Capability] = frozenset({*RESTRICTED, "disclosures", "own-disclosures"})
"""The capabilities whose requests no log line describes, not even by an error message."""

OWNER = Access(Caller("owner", "this machine"), ALL_RIGHTS)
"""The access of every caller with `PATHWAYS_AUTH=off`: all rights."""


def requires(
    capability: Capability, also: Capability | None = None, work: WorkKind | None = None, cost: int = 1
) -> Callable[[F], F]:
    """Returns a decorator that marks an endpoint with the capability that its callers need.

    `also` names a capability whose data the answer adds for callers who have it. It admits nobody; it only counts for
    the answer's classification. `work`: the kind of work of an expensive request, whose slots it needs. `cost` is the
    number of requests for which the rate limit counts one of this endpoint.
    """

    def mark(endpoint: F) -> F:
        endpoint.capability, endpoint.also = capability, also  # type: ignore[attr-defined]
        endpoint.work, endpoint.cost = work, cost  # type: ignore[attr-defined]
        return endpoint

    return mark


class GuardedRoute(APIRoute):
    """A route for callers who have its capability. An endpoint without one raises AttributeError at import."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.capability: Capability = endpoint.capability  # type: ignore[attr-defined]
        self.also: Capability | None = endpoint.also  # type: ignore[attr-defined]
        self.work: WorkKind | None = endpoint.work  # type: ignore[attr-defined]
        self.cost: int = endpoint.cost  # type: ignore[attr-defined]
        extra = {"x-capability": self.capability} | (options.pop("openapi_extra", None) or {})
        super().__init__(path, endpoint, openapi_extra=extra, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Returns the handler of requests, which reads a JSON body strictly, and a long one off the event loop."""
        handle = super().get_route_handler()
        return reading_json(handle, self.body_field.validate) if self.body_field else handle

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identifies the caller, counts the request, checks the capability, then runs the endpoint."""
        if self.capability in UNLOGGED:
            restrict()
        services = services_of(scope["app"])
        access, headers = OWNER, {}
        if services.request_authenticator:
            access, rate = await self.admit(services.request_authenticator, scope)
            headers = _caller_headers(rate)
        classes = services.classifications
        if classification := classes and classification_of(classes, access, self.capability, self.also):
            headers["Classification"] = classification
        scope["access"] = access
        send = _with_headers(send, headers) if headers else send
        if self.work is None:
            await super().handle(scope, receive, send)
            return
        runner = services.work_runners.runner(self.work, access.caller.organisation)
        async with ExpensiveRequest(runner, self.work, scope, CallerWatch(receive)).received() as received:
            await super().handle(scope, received, send)

    async def admit(self, authenticator: RequestAuthenticator, scope: Scope) -> tuple[Access, RateLimitStatus | None]:
        """Returns the caller with its rights, and its rate limit if it has one. Raises AccessRefused."""
        address = client_address(scope)
        caller = await self.caller(authenticator, scope, address)
        access = Access(caller, authenticator.rights)
        rate = authenticator.count_request(caller, address, self.capability, self.cost)
        if not access.may(self.capability):
            raise _refusal(access)
        return access, rate

    async def caller(self, authenticator: RequestAuthenticator, scope: Scope, address: str) -> Caller:
        """Returns the caller that the request's credential identifies. Raises AccessRefused."""
        return await identify_caller(authenticator, bearer_credential(Headers(scope=scope)), address)


class OpenRoute(GuardedRoute):
    """A route that identifies no caller and limits none: a probe must not fail because of its callers."""

    async def admit(self, authenticator: RequestAuthenticator, scope: Scope) -> tuple[Access, RateLimitStatus | None]:
        """Returns the access of an anonymous caller, whatever credential the request has."""
        return Access(PUBLIC, authenticator.rights), None


async def identify_caller(authenticator: RequestAuthenticator, credential: str, address: str) -> Caller:
    """Returns the caller that a credential identifies. Raises AccessRefused.

    Worker threads do the parts that may block.
    """
    return authenticator.cached_caller(credential) or await authenticator.authenticate(credential, address)


def client_address(scope: Scope) -> str:
    """Returns the address that a request comes from; a blank for a client without an address."""
    return scope["client"][0] if scope["client"] else ""


def require_guarded(router: APIRouter) -> APIRouter:
    """Returns the router given. Raises TypeError for a route that is not a GuardedRoute: everybody could call it."""
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            raise TypeError(f"{route} is open to everybody: use APIRouter(route_class=GuardedRoute) and @requires(…)")
    return router


def bearer_credential(headers: Headers) -> str:
    """Returns the text after `Authorization: Bearer`; a blank without that header.

    Raises CredentialRefused for several headers or another scheme: their sender means to be identified.
    """
    values = headers.getlist("authorization")
    if not values:
        return ""
    scheme, _, credential = values[0].partition(" ")
    if len(values) > 1 or scheme.lower() != "bearer" or not credential.strip():
        raise CredentialRefused("Send exactly one header `Authorization: Bearer`, followed by an API key or token.")
    return credential.strip()


def _refusal(access: Access) -> AuthenticationRequired | Forbidden:
    if access.caller.signed_in:
        return Forbidden("Ask the person who issued your API key or token for another role.")
    return AuthenticationRequired("Send the header `Authorization: Bearer`, followed by an API key or token.")


def _caller_headers(rate: RateLimitStatus | None) -> dict[str, str]:
    """Returns the headers that keep shared caches out, and the rate limit headers of an IETF draft.

    The draft is draft-ietf-httpapi-ratelimit-headers.
    """
    private = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if rate is None:
        return private
    policy = f'"minute";q={rate.most};w={WINDOW_SECONDS}'
    return private | {"RateLimit-Policy": policy, "RateLimit": f'"minute";r={rate.left};t={rate.seconds}'}


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    """Returns a `send` function that adds headers to the response, except those that the response has already."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            response_headers = MutableHeaders(raw=message["headers"])
            for name, value in headers.items():
                response_headers.setdefault(name, value)
        await send(message)

    return send_with_headers
