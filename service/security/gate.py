"""Lets a request in: who asks is found by what is shown, then how often it may ask, then what it may."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from service.domain.callers import PUBLIC, Caller
from service.domain.capabilities import Capability
from service.errors import CredentialRefused
from service.rules.permissions import Rights
from service.security.api_keys import Keys, looks_like
from service.security.rate_limits import Rates, Standing
from service.security.tokens import Tokens


class Credentials(Protocol):
    """What recognises one kind of credential."""

    def remembered(self, text: str) -> Caller | None:
        """The caller, where that is known without asking anybody."""

    def checked(self, text: str) -> Caller:
        """The caller. May block. Raises AccessRefused."""


class Gate:
    """Recognises callers, and counts what they ask."""

    def __init__(self, rights: Rights, keys: Keys, tokens: Tokens | None, rates: Rates) -> None:
        self.rights = rights
        self._keys, self._tokens, self._rates = keys, tokens, rates

    def remembered(self, shown: str, address: str) -> Caller | None:
        """Who shows this, where it costs nothing to know; nothing shown is the public. Raises CredentialRefused."""
        if not shown:
            return PUBLIC
        with self._failures(address):
            return self._kind(shown).remembered(shown)

    def checked(self, shown: str, address: str) -> Caller:
        """Who shows this. May block: on the graph, on the proof of a key, on the identity provider.

        Raises AccessRefused; TooManyRequests where too much was refused to this address, unless the key is known.
        """
        if not self._keys.proven_before(shown):
            self._rates.patient(address)
        with self._failures(address):
            return self._kind(shown).checked(shown)

    def counted(self, caller: Caller, address: str, capability: Capability) -> Standing | None:
        """Counts a request. Raises TooManyRequests."""
        return self._rates.asked(caller, address, probe=capability == "service")

    def _kind(self, shown: str) -> Credentials:
        return self._keys if looks_like(shown) or self._tokens is None else self._tokens

    @contextmanager
    def _failures(self, address: str) -> Iterator[None]:
        try:
            yield
        except CredentialRefused:
            self._rates.failed(address)
            raise
