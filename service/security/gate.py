"""Identifies callers by their credential, and counts requests and failures against the rate limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from service.domain.callers import PUBLIC, Caller
from service.domain.capabilities import Capability
from service.errors import CredentialRefused
from service.rules.permissions import Rights
from service.security.api_keys import KeyAuthenticator, looks_like_key
from service.security.rate_limits import RateLimiter, RateLimitStatus
from service.security.tokens import TokenAuthenticator


class CredentialAuthenticator(Protocol):
    """Identifies callers by one kind of credential: API keys, or bearer tokens."""

    def cached_caller(self, text: str) -> Caller | None:
        """Returns the caller, or None if only a query or a fetch can identify it.

        Does not block. Raises CredentialRefused.
        """

    def authenticate(self, text: str) -> Caller:
        """Returns the caller that a credential identifies. May block. Raises AccessRefused."""


class Gate:
    """Identifies callers by API key or token, and enforces the rate limits."""

    def __init__(
        self, rights: Rights, keys: KeyAuthenticator, tokens: TokenAuthenticator | None, rates: RateLimiter
    ) -> None:
        self.rights = rights
        self._keys, self._tokens, self._rates = keys, tokens, rates

    def cached_caller(self, credential: str, address: str) -> Caller | None:
        """Returns the caller with this credential without blocking; the public caller for a blank credential.

        Returns None if `authenticate` has to identify the caller. Raises CredentialRefused.
        """
        if not credential:
            return PUBLIC
        with self._count_failures(address):
            return self._authenticator(credential).cached_caller(credential)

    def authenticate(self, credential: str, address: str) -> Caller:
        """Returns the caller with this credential.

        May block on the graph, on a key's hash or on the identity provider. Raises AccessRefused; TooManyRequests after
        too many failures from this address, unless the cache has the key.
        """
        if not self._keys.proven_before(credential):
            self._rates.require_few_failures(address)
        with self._count_failures(address):
            return self._authenticator(credential).authenticate(credential)

    def count_request(self, caller: Caller, address: str, capability: Capability) -> RateLimitStatus | None:
        """Counts a request of a caller, and returns its rate limit, or None without one. Raises TooManyRequests."""
        return self._rates.count_request(caller, address, probe=capability == "service")

    def _authenticator(self, credential: str) -> CredentialAuthenticator:
        return self._keys if looks_like_key(credential) or self._tokens is None else self._tokens

    @contextmanager
    def _count_failures(self, address: str) -> Iterator[None]:
        try:
            yield
        except CredentialRefused:
            self._rates.count_failure(address)
            raise
