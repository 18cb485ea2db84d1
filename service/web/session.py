"""The cookie of the page: the reader's key, out of reach of scripts, and sent by this service's own pages alone."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from service.api.authorisation import GuardedRoute, bearer_credential, identify_caller
from service.domain.callers import PUBLIC, Caller
from service.errors import AccessRefused, CredentialRefused, CrossSiteRequest, EngineError, TooManyRequests
from service.security.api_keys import looks_like_key
from service.security.gate import Gate
from service.settings import Settings

MAX_AGE_SECONDS = 12 * 60 * 60
"""For how many seconds a browser keeps it."""

_NAMES = {"secure": "__Host-pathways", "plain": "pathways"}
"""A browser takes a `__Host-` cookie from this very host alone, by TLS: no neighbour can plant one."""


def read_cookie(headers: Headers) -> str:
    """The key in the cookie; blank without one. Raises CredentialRefused where there are several: one is not ours."""
    parts = [part.strip().partition("=") for line in headers.getlist("cookie") for part in line.split(";")]
    found = {name: value for name, _, value in parts if name in _NAMES.values()}
    if len(found) < sum(name in _NAMES.values() for name, _, _ in parts):
        raise CredentialRefused("There are several cookies of one name.")
    return found.get(_NAMES["secure"], found.get(_NAMES["plain"], ""))


def has_stale_cookie(headers: Headers, reader: Caller) -> bool:
    """Whether a browser keeps a key that makes nobody known: it should forget it."""
    return not reader.signed_in and any(f"{name}=" in headers.get("cookie", "") for name in _NAMES.values())


def cookie_header(settings: Settings, key: str) -> dict[str, str]:
    """The header by which a browser keeps a key, or forgets it where that is blank."""
    secure = "; Secure" if settings.cookies == "secure" else ""
    age = MAX_AGE_SECONDS if key else 0
    said = f"{_NAMES[settings.cookies]}={key}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"
    return {"Set-Cookie": said}


def require_same_site(headers: Mapping[str, str]) -> None:
    """Raises CrossSiteRequest where a form was not sent from a page of this service, or nothing says that it was.

    Browsers say it by `Sec-Fetch-Site`, which no page can forge; older ones by `Origin`.
    """
    said = headers.get("sec-fetch-site")
    if said is None:
        theirs = urlsplit(headers.get("origin", "")).netloc
        said = "same-origin" if theirs and theirs == headers.get("host") else "unknown"
    if said != "same-origin":
        raise CrossSiteRequest("Open the page of this service, and send its own form.")


class PageRoute(GuardedRoute):
    """A page knows its reader by the cookie too. A key that is good no longer is as none: sign in again."""

    async def caller(self, gate: Gate, headers: Headers, address: str) -> Caller:
        """The reader."""
        try:
            key = bearer_credential(headers) or read_cookie(headers)
            if key and not headers.get("authorization") and not looks_like_key(key):
                return PUBLIC  # a token has no place in a cookie
            return await identify_caller(gate, key, address)
        except TooManyRequests:
            raise
        except (AccessRefused, EngineError):
            return PUBLIC
