"""Makes and verifies API keys, `pathways_<prefix>_<secret>`: a public prefix and a secret of 256 bits."""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from service.domain.access_keys import NEVER, HashedAccessKey
from service.domain.callers import Caller, Role
from service.domain.clock import Clock
from service.domain.memo import SizedLRU
from service.graph.protocol import QueryRunner
from service.repositories import access_keys as stored
from service.security.credential_rejection import rejected

KEY_CACHE_SECONDS = 5.0
"""A revoked key may stay valid for this many seconds."""

_CACHE_SIZE, _CONCURRENT_VERIFICATIONS = 10_000, 2
_TEXT = re.compile(r"pathways_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

# OWASP's minimum for passwords. Nobody can guess 256 bits at any speed, and a higher cost would help a flood of keys.
# A hash contains its own parameters, so keys made with others stay valid. Tests replace this by a cheaper hasher.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True)
class NewKey:
    """A new API key with its full text, which the service shows once and does not store."""

    key: HashedAccessKey
    text: str


def make_key(
    name: str,
    organisation: str,
    roles: Iterable[Role],
    manufacturers: Iterable[str],
    created: datetime,
    expires: datetime,
) -> NewKey:
    """Makes an API key for a person or program of an organisation, with the roles given."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    secret = secrets.token_urlsafe(32)
    key = HashedAccessKey(
        prefix=prefix,
        name=name,
        organisation=organisation,
        roles=";".join(sorted(set(roles))),
        manufacturers=";".join(sorted(set(manufacturers))),
        created=created,
        expires=expires,
        revoked=NEVER,
        hash=hasher.hash(secret),
    )
    return NewKey(key, f"pathways_{prefix}_{secret}")


def renew_key(former: HashedAccessKey, created: datetime, expires: datetime) -> NewKey:
    """Makes an API key with the name, roles and manufacturers of a former key."""
    caller = former.caller
    return make_key(former.name, caller.organisation, caller.roles, caller.manufacturers, created, expires)


def looks_like_key(text: str) -> bool:
    """Returns whether a text begins like an API key, whatever follows."""
    return text.startswith("pathways_")


def is_well_formed(text: str) -> bool:
    """Returns whether a text has exactly the form of an API key."""
    return bool(_TEXT.fullmatch(text))


@dataclass(frozen=True)
class _CachedKey:
    """A key whose secret was verified. After `until` (by the monotonic clock) the graph is asked for it again."""

    key: HashedAccessKey
    until: float


class KeyAuthenticator:
    """Identifies callers by API key.

    Verifying a secret takes some 20 ms and 19 MB, so that guessing is expensive. The authenticator caches verified keys
    by a digest of their text, and reads such a key from the graph again after `KEY_CACHE_SECONDS` seconds.
    """

    def __init__(self, graph: QueryRunner, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._graph, self._clock, self._monotonic = graph, clock, monotonic
        self._cache = SizedLRU[bytes, _CachedKey](_CACHE_SIZE)
        self._known: tuple[float, frozenset[str]] = (float("-inf"), frozenset())
        self._reading_known = threading.Lock()
        self._verifying = threading.BoundedSemaphore(_CONCURRENT_VERIFICATIONS)

    def cached_caller(self, text: str) -> Caller | None:
        """Returns the caller of a key that was read a few seconds ago, or None. Does not query the graph."""
        cached = self._cache.get(_digest(text))
        if cached and self._monotonic() < cached.until and cached.key.state(self._clock()) == "good":
            return cached.key.caller
        return None

    def proven_before(self, text: str) -> bool:
        """Returns whether the cache contains this key, so that authenticating it again is cheap."""
        return self._cache.get(_digest(text)) is not None

    def claimed_identity(self, text: str) -> str:
        """Returns the prefix of a key, without a check of the secret; a blank for a malformed key."""
        match = _TEXT.fullmatch(text)
        return match[1] if match else ""

    def knows(self, identity: str) -> bool | None:
        """Returns whether a valid key has this prefix, or None if only a query can tell. Does not block."""
        until, prefixes = self._known
        return identity in prefixes if self._monotonic() < until else None

    def read_known(self) -> None:
        """Reads the prefixes of all valid keys for `knows`, unless they were read a few seconds ago."""
        with self._reading_known:
            if self.knows("") is None:
                now = self._clock()
                prefixes = frozenset(key.prefix for key in stored.list_keys(self._graph) if key.state(now) == "good")
                self._known = (self._monotonic() + KEY_CACHE_SECONDS, prefixes)

    def authenticate(self, text: str) -> Caller:
        """Returns the caller of a key. Raises CredentialRefused without a reason; the log has the reason."""
        return self.prepare(text)()

    def prepare(self, text: str) -> Callable[[], Caller]:
        """Reads a key from the graph, and returns the function that verifies the secret and returns the caller.

        Both raise CredentialRefused.
        """
        match = _TEXT.fullmatch(text)
        if not match:
            raise rejected("key", "malformed")
        prefix, secret = match.groups()
        began = self._monotonic()  # before the query, so that a revocation during it takes effect in time
        key = stored.find_key(self._graph, prefix)
        return partial(self._verify, key, prefix, secret, began)

    def _verify(self, key: HashedAccessKey | None, prefix: str, secret: str, began: float) -> Caller:
        digest = _digest(f"pathways_{prefix}_{secret}")
        if not self._is_verified(key, secret, digest) or key is None:
            self._cache.discard(digest)
            raise rejected("key", "unknown prefix or wrong secret", prefix=prefix)
        if (state := key.state(self._clock())) != "good":
            self._cache.discard(digest)  # from now on the rate limit of failures counts for it
            raise rejected("key", state, prefix=prefix)
        self._cache.put([digest], _CachedKey(key, began + KEY_CACHE_SECONDS), 1)
        return key.caller

    def _is_verified(self, key: HashedAccessKey | None, secret: str, digest: bytes) -> bool:
        """Returns whether the secret belongs to the key. Takes as long where there is no such key."""
        cached = self._cache.get(digest)
        if key and cached and cached.key.hash == key.hash:
            return True
        with self._verifying:
            return _matches(key.hash if key else _unmatchable_hash(), secret)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _matches(hashed: str, secret: str) -> bool:
    try:
        return hasher.verify(hashed, secret)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _unmatchable_hash() -> str:
    """Returns a hash that matches no secret."""
    return hasher.hash(secrets.token_urlsafe(32))
