"""Reads and writes the cookie that has the reader's API key.

Scripts cannot read the cookie, and browsers send it only with requests from pages of this service.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from service.api.authorisation import GuardedRoute, bearer_credential, identify_caller
from service.api.services import services_of
from service.domain.callers import PUBLIC, Caller
from service.errors import AccessRefused, CredentialRefused, CrossSiteRequest, EngineError, TooManyRequests
from service.security.api_keys import looks_like_key
from service.security.request_authenticator import RequestAuthenticator
from service.settings import Settings

MAX_AGE_SECONDS = 12 * 60 * 60
"""For how many seconds a browser stores the cookie."""

_NAMES = {"secure": "__Host-pathways", "plain": "pathways"}
"""A browser accepts a `__Host-` cookie from this exact host over TLS only, so that no sibling domain can set one."""


def read_cookie(headers: Headers, settings: Settings) -> str:
    """Returns the API key in the cookie, or a blank if the request has no cookie.

    Raises CredentialRefused for several cookies of one name: another host may have set one.
    """
    values = _cookies(headers, settings)
    if len(values) > 1:
        raise CredentialRefused("Several cookies have one name: delete the cookies of this site, and sign in again.")
    return values[0] if values else ""


def has_stale_cookie(headers: Headers, reader: Caller, settings: Settings) -> bool:
    """Returns whether the cookie has an API key that no longer signs the reader in.

    The response should then delete the cookie.
    """
    return not reader.signed_in and bool(_cookies(headers, settings))


def _cookies(headers: Headers, settings: Settings) -> list[str]:
    parts = (part.strip().partition("=") for line in headers.getlist("cookie") for part in line.split(";"))
    return [value for name, _, value in parts if name == _NAMES[settings.cookies]]


def cookie_header(settings: Settings, key: str) -> dict[str, str]:
    """Builds the header that makes a browser store the API key in a cookie, or delete the cookie if `key` is blank."""
    secure = "; Secure" if settings.cookies == "secure" else ""
    age = MAX_AGE_SECONDS if key else 0
    cookie = f"{_NAMES[settings.cookies]}={key}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"
    return {"Set-Cookie": cookie}


def require_same_site(headers: Mapping[str, str]) -> None:
    """Raises CrossSiteRequest unless the headers prove that a page of this service sent the form.

    Browsers send `Sec-Fetch-Site`, which no page can forge; older browsers send `Origin`.
    """
    site = headers.get("sec-fetch-site")
    if site is None:
        origin = urlsplit(headers.get("origin", "")).netloc
        site = "same-origin" if origin and origin == headers.get("host") else "unknown"
    if site != "same-origin":
        raise CrossSiteRequest("Open the page of this service, and send the form from there.")


class PageRoute(GuardedRoute):
    """A route of the web pages, which accepts an API key in the cookie too. An invalid key counts as no key, so that
    the page offers sign-in.
    """

    async def caller(self, authenticator: RequestAuthenticator, scope: Scope, address: str) -> Caller:
        """Returns the caller whom the bearer credential or the cookie identifies; without a valid one, the public
        caller.
        """
        headers, settings = Headers(scope=scope), services_of(scope["app"]).settings
        try:
            key = bearer_credential(headers) or read_cookie(headers, settings)
            if key and not headers.get("authorization") and not looks_like_key(key):
                return PUBLIC  # the sign-in form stores API keys only, never a token
            return await identify_caller(authenticator, key, address)
        except TooManyRequests:
            raise
        except (AccessRefused, EngineError):
            return PUBLIC
