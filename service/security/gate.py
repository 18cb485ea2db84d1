"""Lets a request in: who asks is found by what is shown, then how often it may ask, then what it may."""

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
    """What recognises one kind of credential."""

    def cached_caller(self, text: str) -> Caller | None:
        """The caller, where that is known without asking anybody."""

    def authenticate(self, text: str) -> Caller:
        """The caller. May block. Raises AccessRefused."""


class Gate:
    """Recognises callers, and counts what they ask."""

    def __init__(
        self, rights: Rights, keys: KeyAuthenticator, tokens: TokenAuthenticator | None, rates: RateLimiter
    ) -> None:
        self.rights = rights
        self._keys, self._tokens, self._rates = keys, tokens, rates

    def cached_caller(self, shown: str, address: str) -> Caller | None:
        """Who shows this, where it costs nothing to know; nothing shown is the public. Raises CredentialRefused."""
        if not shown:
            return PUBLIC
        with self._failures(address):
            return self._kind(shown).cached_caller(shown)

    def authenticate(self, shown: str, address: str) -> Caller:
        """Who shows this. May block: on the graph, on the proof of a key, on the identity provider.

        Raises AccessRefused; TooManyRequests where too much was refused to this address, unless the key is known.
        """
        if not self._keys.proven_before(shown):
            self._rates.require_few_failures(address)
        with self._failures(address):
            return self._kind(shown).authenticate(shown)

    def count_request(self, caller: Caller, address: str, capability: Capability) -> RateLimitStatus | None:
        """Counts a request. Raises TooManyRequests."""
        return self._rates.count_request(caller, address, probe=capability == "service")

    def _kind(self, shown: str) -> CredentialAuthenticator:
        return self._keys if looks_like_key(shown) or self._tokens is None else self._tokens

    @contextmanager
    def _failures(self, address: str) -> Iterator[None]:
        try:
            yield
        except CredentialRefused:
            self._rates.count_failure(address)
            raise
