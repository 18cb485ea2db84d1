"""The public keys of an identity provider: fetched, kept for a while, and fetched anew when one is not known.

A fetch is bounded in time and size, follows no redirect, and is made by one thread at a time; nobody waits for it
longer than the bound. Tokens that name unknown keys cause one fetch in ten seconds at most.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import structlog
from jwt import PyJWK, PyJWTError

from service.errors import IdentityProviderUnavailable

CACHE_SECONDS, MAX_CACHE_SECONDS, RETRY_SECONDS = 600.0, 3_600.0, 10.0
"""Seconds: after which the keys are fetched anew; for how long the former ones serve while that fails; between the
beginnings of two fetches, whatever the reason."""

TIMEOUT_SECONDS, MAX_JWKS_BYTES, MAX_KEYS = 5.0, 256 * 1024, 100

log = structlog.get_logger()


class JwksCache:
    """The keys at an address, by their ids. Only those that verify signatures: a shared secret is passed over."""

    def __init__(
        self, url: str, monotonic: Callable[[], float] = time.monotonic, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._url, self._monotonic, self._timeout = url, monotonic, timeout
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched = self._began = float("-inf")
        self._under_way: Future[None] = Future()
        self._lock = threading.Lock()

    def cached_key(self, kid: str) -> PyJWK | None:
        """The key of an id where the keys are fresh. Fetches nothing."""
        return self._keys.get(kid) if self._age() < CACHE_SECONDS else None

    def key(self, kid: str) -> PyJWK | None:
        """The key of an id, or None. Raises IdentityProviderUnavailable where no keys can be had."""
        if self._age() >= CACHE_SECONDS or kid not in self._keys:
            self._refresh()
        if self._age() >= MAX_CACHE_SECONDS:
            raise IdentityProviderUnavailable("The keys of the identity provider cannot be had.")
        return self._keys.get(kid)

    def _age(self) -> float:
        return self._monotonic() - self._fetched

    def _refresh(self) -> None:
        """Waits for the fetch that began a moment ago, or begins one; a failure leaves what was there."""
        with self._lock:
            waited = self._monotonic() - self._began
            if waited >= RETRY_SECONDS:
                self._began, waited = self._monotonic(), 0.0
                self._under_way = self._begun()
            fetch = self._under_way
        try:
            fetch.result(max(0.0, self._timeout - waited))
        except (OSError, ValueError, RecursionError, http.client.HTTPException, Late) as wrong:
            log.warning("keys of the identity provider not fetched", why=f"{type(wrong).__name__}: {wrong}"[:200])

    def _begun(self) -> Future[None]:
        fetch: Future[None] = Future()
        threading.Thread(target=self._fetch, args=(fetch,), name="jwks", daemon=True).start()
        return fetch

    def _fetch(self, fetch: Future[None]) -> None:
        try:
            found = verification_keys(fetch_jwks(self._url, self._timeout))
            with self._lock:
                if fetch is self._under_way:  # one that took too long says nothing any more
                    self._keys, self._fetched = found, self._monotonic()
            fetch.set_result(None)
        except Exception as wrong:
            fetch.set_exception(wrong)


def fetch_jwks(url: str, timeout: float) -> bytes:
    """What an address answers. Raises OSError or HTTPException where that is no plain answer of a fair size."""
    place = urlsplit(url)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    with closing(kind(place.netloc, timeout=timeout)) as line:
        line.request("GET", f"{place.path or '/'}{'?' + place.query if place.query else ''}")
        with line.getresponse() as answer:
            if answer.status != 200:  # a redirect would lead wherever it likes
                raise OSError(f"it answers {answer.status}")
            body = answer.read(MAX_JWKS_BYTES + 1)
            if len(body) > MAX_JWKS_BYTES or answer.length:
                raise OSError(f"it answers more than {MAX_JWKS_BYTES} bytes, or less than it promised")
    return body


def verification_keys(body: bytes) -> dict[str, PyJWK]:
    """The keys of a JWKS that verify signatures, by their ids. Raises ValueError for what is none."""
    said = json.loads(body)
    if not isinstance(said, dict) or not isinstance(said.get("keys"), list):
        raise ValueError("it is no JWKS")
    found: dict[str, PyJWK] = {}
    for given in said["keys"][:MAX_KEYS]:
        if isinstance(given, dict) and _verifies(given):
            try:
                found[given["kid"]] = PyJWK(given)
            except (PyJWTError, ValueError, TypeError):
                continue  # of a kind that is not known here
    return found


def _verifies(given: dict[str, Any]) -> bool:
    kid = given.get("kid")
    return (
        isinstance(kid, str)
        and bool(kid)
        and given.get("kty") in ("RSA", "EC", "OKP")
        and given.get("use", "sig") == "sig"
        and "d" not in given  # a private half that is published proves nothing
    )
