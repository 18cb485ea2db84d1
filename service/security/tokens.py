"""Bearer tokens of an OIDC identity provider: signed by one of its keys, for this audience, in time, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
import structlog
from jwt import PyJWK, PyJWTError

from service.domain.callers import ROLES, Caller
from service.domain.names import parse_hex
from service.errors import CredentialRefused
from service.security.jwks import JwksCache

LEEWAY_SECONDS = 30
"""By how many seconds clocks may differ."""

_LONGEST = 16_384
_MOST_NAMED = 200
_REQUIRED = ["exp", "iss", "aud", "sub"]
_KIND = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
ALGORITHMS = tuple(_KIND)
"""Public keys alone: there is no secret that both sides have, so none can be mistaken for another."""

log = structlog.get_logger()


@dataclass(frozen=True)
class IdentityProvider:
    """What the settings say of the identity provider, and by which claims its tokens say who somebody is."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    roles: str
    organisation: str
    manufacturers: str


class TokenAuthenticator:
    """Recognises tokens."""

    def __init__(self, provider: IdentityProvider, keys: JwksCache) -> None:
        self._provider, self._keys = provider, keys

    def cached_caller(self, text: str) -> Caller | None:
        """Whom a token makes known, where its key is at hand. Raises CredentialRefused for a token that is bad."""
        return self._caller(text, self._keys.cached_key)

    def authenticate(self, text: str) -> Caller:
        """The caller that a token names. Raises CredentialRefused or IdentityProviderUnavailable."""
        caller = self._caller(text, self._keys.key)
        if caller is None:
            raise _refused("signed by an unknown key")
        return caller

    def _caller(self, text: str, find: Callable[[str], PyJWK | None]) -> Caller | None:
        try:
            kid, algorithm = self._head(text)
            key = find(kid)
            return None if key is None else self._of(self._claims(text, key, algorithm))
        except (PyJWTError, ValueError, RecursionError) as wrong:
            raise _refused(type(wrong).__name__) from None

    def _head(self, text: str) -> tuple[str, str]:
        """The key and the algorithm that a token names; both are the sender's word, and are held against the lists."""
        if len(text) > _LONGEST:
            raise ValueError("it is too long")
        head = jwt.get_unverified_header(text)
        kid, algorithm = head.get("kid"), head.get("alg")
        if not isinstance(kid, str) or algorithm not in self._provider.algorithms or "crit" in head:
            raise ValueError("no key, an algorithm that is not taken, or a demand that is not understood")
        return kid, algorithm

    def _claims(self, text: str, key: PyJWK, algorithm: str) -> dict[str, Any]:
        if key.key_type != _KIND[algorithm]:
            raise ValueError("the key is not of that algorithm")
        claims: dict[str, Any] = jwt.decode(
            text,
            key,
            algorithms=[algorithm],
            audience=self._provider.audience,
            issuer=self._provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _REQUIRED, "enforce_minimum_key_length": True},
        )
        return claims

    def _of(self, claims: dict[str, Any]) -> Caller:
        """The caller; what is no role and no manufacturer code gives nothing."""
        said = self._provider
        named = {name.lower() for name in _names(claims, said.roles)}
        codes = frozenset(code for name in _names(claims, said.manufacturers) for code in _code(name))
        organisation = _claim(claims, said.organisation)
        return Caller(
            name=f"token {claims['sub']}",  # never that of a key
            organisation=organisation if isinstance(organisation, str) else "",
            roles=frozenset(role for role in ROLES if role in named),
            manufacturers=codes,
        )


def _claim(claims: dict[str, Any], place: str) -> Any:
    """A claim; `a.b` is `b` within `a`."""
    found: Any = claims
    for name in place.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _names(claims: dict[str, Any], place: str) -> list[str]:
    """The names in a claim: a list of them, or a text with blanks between."""
    found = _claim(claims, place)
    named = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return [name for name in named[:_MOST_NAMED] if isinstance(name, str)]


def _code(name: str) -> list[str]:
    try:
        return [parse_hex(name, 4)]
    except ValueError:
        return []


def _refused(why: str) -> CredentialRefused:
    log.warning("token refused", why=why)
    return CredentialRefused("What was shown is not accepted.")
