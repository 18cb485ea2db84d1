"""What a route is for, and who is let in: every route says `@may(…)`, and nothing of it runs before that is settled.

The guard is the route itself and no dependency: it stands before the body is read, and costs next to nothing.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from service.domain.callers import Caller
from service.domain.capabilities import Capability
from service.domain.classification import RESTRICTED
from service.errors import AuthenticationRequired, CredentialRefused, Forbidden
from service.observability import restrict
from service.rules.permissions import ALL_RIGHTS, Access, classification_of
from service.security.gate import Gate
from service.security.rate_limits import WINDOW_SECONDS, RateLimitStatus

F = TypeVar("F", bound=Callable[..., Any])

_UNLOGGED = frozenset({*RESTRICTED, "told"})
"""Capabilities whose questions no log line repeats, not even in the message of an error."""

OWNER = Access(Caller("owner", "this machine"), ALL_RIGHTS)
"""Everybody, with `PATHWAYS_AUTH=off`."""


def requires(capability: Capability, also: Capability | None = None) -> Callable[[F], F]:
    """Says what a caller must be allowed, for this route to answer.

    `also` is what the answer shows besides, to whom that is for: it opens nothing, and marks the answer.
    """

    def said(endpoint: F) -> F:
        endpoint.capability, endpoint.also = capability, also  # type: ignore[attr-defined]
        return endpoint

    return said


class GuardedRoute(APIRoute):
    """A route that lets in whom its capability allows. Raises AttributeError, at import, where none is said."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        self.capability: Capability = endpoint.capability  # type: ignore[attr-defined]
        self.also: Capability | None = endpoint.also  # type: ignore[attr-defined]
        extra = {"x-capability": self.capability} | (told.pop("openapi_extra", None) or {})
        super().__init__(path, endpoint, openapi_extra=extra, **told)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Who asks, how often, and whether it may; then the route."""
        if self.capability in _UNLOGGED:
            restrict()
        state = scope["app"].state
        gate: Gate | None = state.gate
        access, told = OWNER, {}
        if gate:
            access, standing = await self.admit(gate, scope)
            told = _rates(standing)
        if mark := state.classes and classification_of(state.classes, access, self.capability, self.also):
            told["Classification"] = mark
        scope["access"] = access
        await super().handle(scope, receive, _with_headers(send, told) if told else send)

    async def admit(self, gate: Gate, scope: Scope) -> tuple[Access, RateLimitStatus | None]:
        """The caller and what is left to it. Raises AccessRefused."""
        address = client_address(scope)
        caller = await self.caller(gate, Headers(scope=scope), address)
        access, standing = Access(caller, gate.rights), gate.count_request(caller, address, self.capability)
        if not access.may(self.capability):
            raise _refusal(access)
        return access, standing

    async def caller(self, gate: Gate, headers: Headers, address: str) -> Caller:
        """Whom the request makes known. Raises AccessRefused."""
        return await identify_caller(gate, bearer_credential(headers), address)


async def identify_caller(gate: Gate, shown: str, address: str) -> Caller:
    """Who shows this; the event loop never waits for it. Raises AccessRefused."""
    known = gate.cached_caller(shown, address)
    return known if known else await run_in_threadpool(gate.authenticate, shown, address)


def client_address(scope: Scope) -> str:
    """The address that a request comes from."""
    return scope["client"][0] if scope["client"] else ""


def require_guarded(router: APIRouter) -> APIRouter:
    """The router, all of whose routes are guarded. Raises TypeError where one is not: it would be open to all."""
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            raise TypeError(f"{route} does not say who may: APIRouter(route_class=Guarded) and @may(…) are missing")
    return router


def bearer_credential(headers: Headers) -> str:
    """What stands behind `Authorization: Bearer`. Two of them, or another scheme, are not taken for nothing."""
    given = headers.getlist("authorization")
    if not given:
        return ""
    scheme, _, text = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not text.strip():
        raise CredentialRefused("One header is expected: Authorization: Bearer, and a key or token.")
    return text.strip()


def _refusal(access: Access) -> AuthenticationRequired | Forbidden:
    if access.caller.signed_in:
        return Forbidden("Ask whoever made your key.")
    return AuthenticationRequired("Send the header Authorization: Bearer, and a key or token.")


def _rates(standing: RateLimitStatus | None) -> dict[str, str]:
    """As draft-ietf-httpapi-ratelimit-headers has it; and no cache that others share may keep the answer."""
    private = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if standing is None:
        return private
    policy = f'"minute";q={standing.most};w={WINDOW_SECONDS}'
    return private | {"RateLimit-Policy": policy, "RateLimit": f'"minute";r={standing.left};t={standing.seconds}'}


def _with_headers(send: Send, told: dict[str, str]) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in told.items():
                headers.setdefault(name, value)
        await send(message)

    return sent


async def _access(request: Request) -> Access:
    access: Access = request.scope["access"]
    return access


AccessDep = Annotated[Access, Depends(_access)]
