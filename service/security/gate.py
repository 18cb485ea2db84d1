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
    """Identifies callers by one kind of credential."""

    def cached_caller(self, text: str) -> Caller | None:
        """The caller, or None if only a query or a fetch can tell. Does not block. Raises CredentialRefused."""

    def authenticate(self, text: str) -> Caller:
        """The caller. May block. Raises AccessRefused."""


class Gate:
    """Identifies callers and enforces rate limits."""

    def __init__(
        self, rights: Rights, keys: KeyAuthenticator, tokens: TokenAuthenticator | None, rates: RateLimiter
    ) -> None:
        self.rights = rights
        self._keys, self._tokens, self._rates = keys, tokens, rates

    def cached_caller(self, credential: str, address: str) -> Caller | None:
        """The caller with this credential, or None if `authenticate` has to find out; a blank credential is the public.

        Does not block. Raises CredentialRefused.
        """
        if not credential:
            return PUBLIC
        with self._count_failures(address):
            return self._authenticator(credential).cached_caller(credential)

    def authenticate(self, credential: str, address: str) -> Caller:
        """The caller with this credential. May block on the graph, on a key's hash or on the identity provider.

        Raises AccessRefused; TooManyRequests after too many failures from this address, unless the cache has the key.
        """
        if not self._keys.proven_before(credential):
            self._rates.require_few_failures(address)
        with self._count_failures(address):
            return self._authenticator(credential).authenticate(credential)

    def count_request(self, caller: Caller, address: str, capability: Capability) -> RateLimitStatus | None:
        """Counts a request. Raises TooManyRequests."""
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
