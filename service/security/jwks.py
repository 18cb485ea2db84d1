"""Fetches and caches the public keys of an identity provider (a JSON Web Key Set, RFC 7517).

A fetch has a time limit and a size limit, and follows no redirect. At most one runs at a time, and no caller waits
longer than the time limit. Tokens with unknown key ids cause at most one fetch in ten seconds.
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
"""Seconds: the age at which the keys are fetched again; the age up to which they serve while fetching fails; the least
time between the starts of two fetches."""

TIMEOUT_SECONDS, MAX_JWKS_BYTES, MAX_KEYS = 5.0, 256 * 1024, 100

log = structlog.get_logger()


class JwksCache:
    """The public keys at a URL that verify signatures, by key id, with a cache.

    Ignores symmetric keys, which are shared secrets.
    """

    def __init__(
        self, url: str, monotonic: Callable[[], float] = time.monotonic, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._url, self._monotonic, self._timeout = url, monotonic, timeout
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched = self._started = float("-inf")
        self._fetch: Future[None] = Future()
        self._lock = threading.Lock()

    def cached_key(self, kid: str) -> PyJWK | None:
        """Returns the key with this id if the cached keys are fresh, otherwise None. Does not fetch."""
        return self._keys.get(kid) if self._age() < CACHE_SECONDS else None

    def key(self, kid: str) -> PyJWK | None:
        """Returns the key with this id, or None.

        Raises IdentityProviderUnavailable if fetching has failed for too long.
        """
        if self._age() >= CACHE_SECONDS or kid not in self._keys:
            self._refresh()
        if self._age() >= MAX_CACHE_SECONDS:
            raise IdentityProviderUnavailable(
                "The service cannot fetch the identity provider's keys. Try again in a minute."
            )
        return self._keys.get(kid)

    def _age(self) -> float:
        return self._monotonic() - self._fetched

    def _refresh(self) -> None:
        """Waits for the running fetch, or starts one. After a failure the former keys stay in the cache."""
        with self._lock:
            elapsed = self._monotonic() - self._started
            if elapsed >= RETRY_SECONDS:
                self._started, elapsed = self._monotonic(), 0.0
                self._fetch = self._start()
            fetch = self._fetch
        try:
            fetch.result(max(0.0, self._timeout - elapsed))
        except (OSError, ValueError, RecursionError, http.client.HTTPException, Late) as error:
            log.warning("keys of the identity provider not fetched", why=f"{type(error).__name__}: {error}"[:200])

    def _start(self) -> Future[None]:
        fetch: Future[None] = Future()
        threading.Thread(target=self._run, args=(fetch,), name="jwks", daemon=True).start()
        return fetch

    def _run(self, fetch: Future[None]) -> None:
        try:
            keys = verification_keys(fetch_jwks(self._url, self._timeout))
            with self._lock:
                if fetch is self._fetch:  # a fetch that exceeded the time limit has been replaced
                    self._keys, self._fetched = keys, self._monotonic()
            fetch.set_result(None)
        except Exception as error:
            fetch.set_exception(error)


def fetch_jwks(url: str, timeout: float) -> bytes:
    """Fetches the body at a URL.

    Raises OSError or HTTPException for a status other than 200, and for a body that is too long.
    """
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(connect(parts.netloc, timeout=timeout)) as connection:
        connection.request("GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
        with connection.getresponse() as response:
            if response.status != 200:  # the target of a redirect could be any host
                raise OSError(f"status {response.status} instead of 200")
            body = response.read(MAX_JWKS_BYTES + 1)
            if len(body) > MAX_JWKS_BYTES or response.length:
                raise OSError(f"a body of more than {MAX_JWKS_BYTES} bytes, or shorter than its Content-Length")
    return body


def verification_keys(body: bytes) -> dict[str, PyJWK]:
    """Parses a JSON Web Key Set (JWKS), and returns the keys that verify signatures, by key id.

    Raises ValueError for a body that is not a JWKS.
    """
    document = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("the body is not a JSON Web Key Set")
    keys: dict[str, PyJWK] = {}
    for jwk in document["keys"][:MAX_KEYS]:
        if isinstance(jwk, dict) and _verifies_signatures(jwk):
            try:
                keys[jwk["kid"]] = PyJWK(jwk)
            except (PyJWTError, ValueError, TypeError):
                continue  # PyJWT does not support its type or curve
    return keys


def _verifies_signatures(jwk: dict[str, Any]) -> bool:
    kid = jwk.get("kid")
    return (
        isinstance(kid, str)
        and bool(kid)
        and jwk.get("kty") in ("RSA", "EC", "OKP")
        and jwk.get("use", "sig") == "sig"
        and "d" not in jwk  # anybody can sign with a published private key
    )
