"""Keys: made, shown once, recognised: `pathways_<prefix>_<secret>`. The prefix may be seen; the secret is 256 bits."""

import hashlib
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from service.domain.access_keys import NEVER, ProvenKey
from service.domain.callers import Caller, Role
from service.domain.clock import Clock
from service.errors import CredentialRefused
from service.graph.protocol import Runner
from service.repositories import access_keys as stored

KEY_CACHE_SECONDS = 5.0
"""For how many seconds a key may still be taken for good after it was revoked."""

_MOST_KEPT, _AT_ONCE = 10_000, 2
_TEXT = re.compile(r"pathways_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

# OWASP's least for passwords. A secret of 256 bits cannot be guessed at any speed; more would serve a flood alone.
# A hash carries its own parameters, so keys made with others stay good. The tests put a cheaper hasher here.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
log = structlog.get_logger()


@dataclass(frozen=True)
class NewKey:
    """A key, and its text: the one time that it is to be had."""

    key: ProvenKey
    text: str


def make_key(
    name: str,
    organisation: str,
    roles: Iterable[Role],
    manufacturers: Iterable[str],
    created: datetime,
    expires: datetime,
) -> NewKey:
    """A new key."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    secret = secrets.token_urlsafe(32)
    key = ProvenKey(
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


def renew_key(former: ProvenKey, created: datetime, expires: datetime) -> NewKey:
    """A new key for whom a former one makes known."""
    caller = former.caller
    return make_key(former.name, caller.organisation, caller.roles, caller.manufacturers, created, expires)


def looks_like_key(text: str) -> bool:
    """Whether a text is meant to be a key."""
    return text.startswith("pathways_")


def is_well_formed(text: str) -> bool:
    """Whether a text has the form of a key: nothing in it can be mistaken for anything else."""
    return bool(_TEXT.fullmatch(text))


@dataclass(frozen=True)
class _ProvenEntry:
    """A key whose secret was proven, and until when it is taken for unchanged, by the monotonic clock."""

    key: ProvenKey
    until: float


class KeyAuthenticator:
    """Recognises keys. Proving a secret costs some 20 ms and 19 MB on purpose: what was proven is kept, by a digest of
    the secret, and only looked up anew in the graph, after `KEY_CACHE_SECONDS` seconds."""

    def __init__(self, graph: Runner, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._graph, self._clock, self._monotonic = graph, clock, monotonic
        self._kept: OrderedDict[bytes, _ProvenEntry] = OrderedDict()
        self._lock = threading.Lock()
        self._proving = threading.BoundedSemaphore(_AT_ONCE)

    def cached_caller(self, text: str) -> Caller | None:
        """Whom a key makes known, where that was seen a moment ago. Asks nothing of the graph."""
        kept = self._kept.get(_digest(text))
        if kept and self._monotonic() < kept.until and kept.key.state(self._clock()) == "good":
            return kept.key.caller
        return None

    def proven_before(self, text: str) -> bool:
        """Whether this very key was ever proven here: then to look at it again costs next to nothing."""
        return _digest(text) in self._kept

    def authenticate(self, text: str) -> Caller:
        """Whom a key makes known. Raises CredentialRefused, without the reason: that is logged."""
        shape = _TEXT.fullmatch(text)
        if not shape:
            raise _refused("not the form of a key")
        prefix, secret = shape.groups()
        seen = self._monotonic()  # before the graph is read: a revocation in between is not missed for longer
        key = stored.find_key(self._graph, prefix)
        if not self._proven(key, secret, _digest(text)) or key is None:
            raise _refused("unknown prefix or wrong secret", prefix)
        if (state := key.state(self._clock())) != "good":
            raise _refused(state, prefix)
        self._keep(_digest(text), _ProvenEntry(key, seen + KEY_CACHE_SECONDS))
        return key.caller

    def _proven(self, key: ProvenKey | None, secret: str, digest: bytes) -> bool:
        """Whether the secret is that of the key; it takes as long where there is no such key."""
        kept = self._kept.get(digest)
        if key and kept and kept.key.hash == key.hash:
            return True
        with self._proving:
            return _verified(key.hash if key else _nobody(), secret)

    def _keep(self, digest: bytes, kept: _ProvenEntry) -> None:
        with self._lock:
            self._kept[digest] = kept
            self._kept.move_to_end(digest)
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _verified(proof: str, secret: str) -> bool:
    try:
        return hasher.verify(proof, secret)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """What proves no secret that anybody has."""
    return hasher.hash(secrets.token_urlsafe(32))


def _refused(why: str, prefix: str = "") -> CredentialRefused:
    log.warning("key refused", why=why, prefix=prefix)
    return CredentialRefused("What was shown is not accepted.")
