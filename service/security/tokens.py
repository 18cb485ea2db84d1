"""Verifies bearer tokens (JWT) of an OpenID Connect identity provider: signature, issuer, audience and times."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jwt
from jwt import PyJWK, PyJWTError
from jwt.utils import base64url_decode

from service.domain.callers import ROLES, Caller
from service.domain.memo import SizedLRU
from service.domain.names import parse_hex
from service.security.credential_rejection import rejected
from service.security.jwks import JwksCache

LEEWAY_SECONDS = 30
"""The tolerated difference between the clocks of the service and of the identity provider, in seconds."""

_MAX_TOKEN_LENGTH = 16_384
_MAX_NAMES = 200
_MAX_SUBJECT_LENGTH = 255  # the limit of OpenID Connect
_CACHE_SIZE = 10_000
_REQUIRED_CLAIMS = ["exp", "iss", "aud", "sub"]
_KEY_TYPES = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
ALGORITHMS = tuple(_KEY_TYPES)
"""The signature algorithms: asymmetric ones only, so that nobody can use a public key as a shared secret."""


@dataclass(frozen=True)
class IdentityProvider:
    """The OpenID Connect provider of the settings, and the names of the token claims that describe a caller."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    roles: str
    organisation: str
    manufacturers: str


@dataclass(frozen=True)
class _VerifiedToken:
    """The caller of a verified token, the provider's key that verified it, and its end in seconds since 1970."""

    caller: Caller
    kid: str
    key: PyJWK
    end: float


class TokenAuthenticator:
    """Identifies callers by bearer tokens (JWT).

    It caches verified tokens by a digest of their text, until they expire or the provider's key is fetched again.
    """

    def __init__(self, provider: IdentityProvider, keys: JwksCache) -> None:
        self._provider, self._keys = provider, keys
        self._cache = SizedLRU[bytes, _VerifiedToken](_CACHE_SIZE)
        self._subjects = SizedLRU[str, bool](_CACHE_SIZE)

    def cached_caller(self, text: str) -> Caller | None:
        """Returns the caller of a token that was verified before, or None. Does not block, and verifies nothing."""
        verified = self._unexpired(text)
        return verified.caller if verified and self._keys.cached_key(verified.kid) is verified.key else None

    def proven_before(self, text: str) -> bool:
        """Returns whether the token was verified before and has not expired."""
        return self._unexpired(text) is not None

    def claimed_identity(self, text: str) -> str:
        """Returns the name of the caller that a token claims to be for, before verification; a blank without one."""
        try:
            claims = json.loads(base64url_decode(text[:_MAX_TOKEN_LENGTH].split(".")[1]))
        except (ValueError, IndexError, RecursionError):
            return ""
        subject = claims.get("sub") if isinstance(claims, dict) else None
        return _caller_name(subject) if isinstance(subject, str) and len(subject) <= _MAX_SUBJECT_LENGTH else ""

    def knows(self, identity: str) -> bool | None:
        """Returns whether a token of the caller with this name was verified before."""
        return self._subjects.get(identity) is not None

    def read_known(self) -> None:
        """Does nothing: `knows` needs no query."""

    def authenticate(self, text: str) -> Caller:
        """Returns the caller of a token. Raises CredentialRefused or IdentityProviderUnavailable."""
        return self.prepare(text)()

    def prepare(self, text: str) -> Callable[[], Caller]:
        """Finds the provider's public key for a token, and returns a function that verifies the token with that key.
        The function returns the caller whom the token names.

        This method may wait for the identity provider, and raises IdentityProviderUnavailable; the function returned
        only computes. Either raises CredentialRefused for a token that is not valid.
        """
        try:
            kid, algorithm = self._header(text)
        except (PyJWTError, ValueError, RecursionError) as error:
            raise rejected("token", type(error).__name__) from None
        key = self._keys.key(kid)
        if key is None:
            self._cache.discard(_digest(text))
            raise rejected("token", "signed by an unknown key")
        return partial(self._verify, text, kid, key, algorithm)

    def _verify(self, text: str, kid: str, key: PyJWK, algorithm: str) -> Caller:
        try:
            claims = self._claims(text, key, algorithm)
            caller = self._caller_of(claims)
        except (PyJWTError, ValueError, RecursionError) as error:
            self._cache.discard(_digest(text))
            raise rejected("token", type(error).__name__) from None
        verified = _VerifiedToken(caller, kid, key, int(claims["exp"]) + LEEWAY_SECONDS)
        self._cache.put([_digest(text)], verified, 1)
        self._subjects.put([caller.name], True, 1)
        return caller

    def _unexpired(self, text: str) -> _VerifiedToken | None:
        verified = self._cache.get(_digest(text))
        return verified if verified and time.time() < verified.end else None

    def _header(self, text: str) -> tuple[str, str]:
        """Returns the key id and algorithm in the header of a token, before verification. Raises ValueError."""
        if len(text) > _MAX_TOKEN_LENGTH:
            raise ValueError("the token is too long")
        header = jwt.get_unverified_header(text)
        kid, algorithm = header.get("kid"), header.get("alg")
        if not isinstance(kid, str) or algorithm not in self._provider.algorithms or "crit" in header:
            raise ValueError("no key id, an algorithm that is not accepted, or a critical header parameter")
        return kid, algorithm

    def _claims(self, text: str, key: PyJWK, algorithm: str) -> dict[str, Any]:
        if key.key_type != _KEY_TYPES[algorithm]:
            raise ValueError("the key does not fit the algorithm")
        claims: dict[str, Any] = jwt.decode(
            text,
            key,
            algorithms=[algorithm],
            audience=self._provider.audience,
            issuer=self._provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _REQUIRED_CLAIMS, "enforce_minimum_key_length": True},
        )
        return claims

    def _caller_of(self, claims: dict[str, Any]) -> Caller:
        """Returns the caller that the claims describe. Ignores unknown roles and malformed manufacturer codes.

        Raises ValueError for a blank subject: all its callers would be one.
        """
        provider = self._provider
        if not any(character.isprintable() and not character.isspace() for character in claims["sub"]):
            raise ValueError("the subject is blank")
        roles = {name.lower() for name in _names(claims, provider.roles)}
        codes = frozenset(code for name in _names(claims, provider.manufacturers) for code in _code(name))
        organisation = _claim(claims, provider.organisation)
        return Caller(
            name=_caller_name(claims["sub"]),
            organisation=organisation if isinstance(organisation, str) else "",
            roles=frozenset(role for role in ROLES if role in roles),
            manufacturers=codes,
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _caller_name(subject: str) -> str:
    """Returns the name of the caller with a subject, which no API key can have."""
    return f"token {subject}"


def _claim(claims: dict[str, Any], path: str) -> Any:
    """Returns the value of a claim, or None. The path `a.b` names the member `b` of the claim `a`."""
    value: Any = claims
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _names(claims: dict[str, Any], path: str) -> list[str]:
    """Returns the names in a claim, which is a list of names, or a text with names separated by blanks."""
    value = _claim(claims, path)
    names = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return [name for name in names[:_MAX_NAMES] if isinstance(name, str)]


def _code(name: str) -> list[str]:
    try:
        return [parse_hex(name, 4)]
    except ValueError:
        return []
