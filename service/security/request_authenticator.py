"""Identifies callers by their credential, and counts requests and failures against the rate limits."""

from collections.abc import Callable
from typing import Protocol

from anyio import CapacityLimiter, to_thread

from service.domain.callers import PUBLIC, Caller
from service.domain.capabilities import Capability
from service.errors import CredentialRefused
from service.rules.permissions import Rights
from service.security.api_keys import KeyAuthenticator, looks_like_key
from service.security.rate_limits import RateLimiter, RateLimitStatus
from service.security.tokens import TokenAuthenticator

_CONCURRENT_PROOFS, _CONCURRENT_QUERIES = 2, 64


class CredentialAuthenticator(Protocol):
    """Identifies callers by one kind of credential: API keys, or bearer tokens."""

    def cached_caller(self, text: str) -> Caller | None:
        """Returns the caller of a credential that was verified a short time ago, or None. Does not block."""

    def proven_before(self, text: str) -> bool:
        """Returns whether this credential was verified before, so that checking it again is cheap."""

    def claimed_identity(self, text: str) -> str:
        """Returns what a credential claims to be, before verification: a key's prefix, or a token's subject."""

    def knows(self, identity: str) -> bool | None:
        """Returns whether a caller has this identity, or None if `read_known` must be called first."""

    def read_known(self) -> None:
        """Reads what `knows` needs. May block."""

    def authenticate(self, text: str) -> Caller:
        """Returns the caller that a credential identifies. May block. Raises AccessRefused."""

    def prepare(self, text: str) -> Callable[[], Caller]:
        """Fetches what verifies a credential, and returns the function that verifies it. May block.

        The function computes, and returns the caller. Both raise AccessRefused.
        """


class _Lane:
    """The threads that check one kind of credential: many may wait for a fetch, two may compute.

    They are not those of the endpoints, so that a flood of wrong credentials keeps no endpoint waiting.
    """

    def __init__(self, authenticator: CredentialAuthenticator) -> None:
        self.authenticator = authenticator
        self.queries = CapacityLimiter(_CONCURRENT_QUERIES)
        self.turns = CapacityLimiter(_CONCURRENT_PROOFS)
        self.proofs = CapacityLimiter(_CONCURRENT_PROOFS)


class RequestAuthenticator:
    """Identifies callers by API key or token, and enforces the rate limits."""

    def __init__(
        self, rights: Rights, keys: KeyAuthenticator, tokens: TokenAuthenticator | None, rates: RateLimiter
    ) -> None:
        self.rights = rights
        self._rates = rates
        self._keys = _Lane(keys)
        self._tokens = _Lane(tokens) if tokens else None

    def cached_caller(self, credential: str) -> Caller | None:
        """Returns the caller with this credential without blocking; the public caller for a blank credential.

        Returns None if `authenticate` has to identify the caller.
        """
        return self._lane(credential).authenticator.cached_caller(credential) if credential else PUBLIC

    async def authenticate(self, credential: str, address: str) -> Caller:
        """Returns the caller with this credential. Raises AccessRefused.

        Raises TooManyRequests after too many failures, unless this credential was verified before. Threads do what
        blocks: the query of the graph, the fetch from the identity provider, and the proof of the secret or signature.
        """
        lane = self._lane(credential)
        identity = lane.authenticator.claimed_identity(credential)
        try:
            if lane.authenticator.proven_before(credential):
                return await to_thread.run_sync(lane.authenticator.authenticate, credential, limiter=lane.queries)
            await self._require_few_failures(lane, address, identity)
            prove = await to_thread.run_sync(lane.authenticator.prepare, credential, limiter=lane.queries)
            async with lane.turns:  # failures may have been counted meanwhile
                await self._require_few_failures(lane, address, identity)
                return await to_thread.run_sync(prove, limiter=lane.proofs)
        except CredentialRefused:
            self._rates.count_failure(address, identity)
            raise

    def count_request(
        self, caller: Caller, address: str, capability: Capability, cost: int = 1
    ) -> RateLimitStatus | None:
        """Counts a request of a caller as `cost` requests, and returns its rate limit, or None without one.

        Raises TooManyRequests.
        """
        return self._rates.count_request(caller, address, probe=capability == "service", cost=cost)

    def _lane(self, credential: str) -> _Lane:
        return self._keys if looks_like_key(credential) or self._tokens is None else self._tokens

    async def _require_few_failures(self, lane: _Lane, address: str, identity: str) -> None:
        """Raises TooManyRequests after too many failures. Asks whether the caller is known only where it matters."""
        known = True
        if self._rates.is_suspect(address):
            if lane.authenticator.knows(identity) is None:
                await to_thread.run_sync(lane.authenticator.read_known, limiter=lane.queries)
            known = bool(lane.authenticator.knows(identity))
        self._rates.require_few_failures(address, identity, known)
