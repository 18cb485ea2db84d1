"""Verifies bearer tokens (JWT) of an OpenID Connect identity provider: signature, issuer, audience and times."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWK, PyJWTError

from service.domain.callers import ROLES, Caller
from service.domain.names import parse_hex
from service.security.jwks import JwksCache
from service.security.rejection import rejected

LEEWAY_SECONDS = 30
"""The tolerated difference between the clocks of the service and of the identity provider, in seconds."""

_MAX_TOKEN_LENGTH = 16_384
_MAX_NAMES = 200
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


class TokenAuthenticator:
    """Identifies callers by bearer tokens (JWT)."""

    def __init__(self, provider: IdentityProvider, keys: JwksCache) -> None:
        self._provider, self._keys = provider, keys

    def cached_caller(self, text: str) -> Caller | None:
        """Returns the caller of a token, or None if the key that verifies the token is not cached.

        Raises CredentialRefused.
        """
        return self._caller(text, self._keys.cached_key)

    def authenticate(self, text: str) -> Caller:
        """Returns the caller of a token. Raises CredentialRefused or IdentityProviderUnavailable."""
        caller = self._caller(text, self._keys.key)
        if caller is None:
            raise rejected("token", "signed by an unknown key")
        return caller

    def _caller(self, text: str, find: Callable[[str], PyJWK | None]) -> Caller | None:
        try:
            kid, algorithm = self._header(text)
            key = find(kid)
            return None if key is None else self._caller_of(self._claims(text, key, algorithm))
        except (PyJWTError, ValueError, RecursionError) as error:
            raise rejected("token", type(error).__name__) from None

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
        """Returns the caller that the claims describe. Ignores unknown roles and malformed manufacturer codes."""
        provider = self._provider
        roles = {name.lower() for name in _names(claims, provider.roles)}
        codes = frozenset(code for name in _names(claims, provider.manufacturers) for code in _code(name))
        organisation = _claim(claims, provider.organisation)
        return Caller(
            name=f"token {claims['sub']}",  # an API key cannot have this name
            organisation=organisation if isinstance(organisation, str) else "",
            roles=frozenset(role for role in ROLES if role in roles),
            manufacturers=codes,
        )


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
