"""Serves sign-in and sign-out of the web page: a form sends the API key once, and the browser stores it in a cookie."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.api.authorisation import GuardedRoute, client_address, identify_caller, requires
from service.api.deps import ServicesDep
from service.api.services import Services
from service.errors import AccessRefused, CredentialRefused, CrossSiteRequest
from service.security.api_keys import is_well_formed
from service.web import session_cookie
from service.web.pages import SECURITY_HEADERS, render_template

FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"
_MAX_FORM_BYTES = 4_096
# With `no-referrer` browsers send `Origin: null`, and `require_same_site` could not recognise the form.
_HEADERS = SECURITY_HEADERS | {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False, route_class=GuardedRoute)


@router.get("/sign-in", response_class=HTMLResponse)
@requires("service")
async def show_form(services: ServicesDep) -> HTMLResponse:
    """Shows the form in which a reader enters an API key."""
    return _form(services, "", 200)


@router.post("/sign-in", response_class=HTMLResponse)
@requires("service")
async def sign_in(request: Request, services: ServicesDep) -> Response:
    """Stores a valid API key from the form in a cookie, and redirects to the web page."""
    try:
        session_cookie.require_same_site(request.headers)
        key = await _read_key(request)
        if services.request_authenticator is None:
            return _form(services, "", 200)
        await identify_caller(services.request_authenticator, key, client_address(request.scope))
    except AccessRefused as refused:
        return _form(services, refused.title, refused.status)
    return RedirectResponse("./", 303, _HEADERS | session_cookie.cookie_header(services.settings, key))


@router.post("/sign-out", response_class=HTMLResponse)
@requires("service")
async def sign_out(request: Request, services: ServicesDep) -> Response:
    """Deletes the cookie with the API key, and redirects to the web page."""
    try:
        session_cookie.require_same_site(request.headers)
    except CrossSiteRequest as refused:
        return _form(services, refused.title, refused.status)
    return RedirectResponse("./", 303, _HEADERS | session_cookie.cookie_header(services.settings, ""))


async def _read_key(request: Request) -> str:
    """Reads the API key in the form. Raises CredentialRefused for any other body.

    Stops reading a body that is longer than the form can be.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_BYTES:
            break
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM_MEDIA_TYPE
    keys = parse_qs(body.decode("latin-1")).get("key", []) if is_form and len(body) <= _MAX_FORM_BYTES else []
    key = keys[0].strip() if len(keys) == 1 else ""
    if not is_well_formed(key):
        raise CredentialRefused("The form has no key: the text that `pathways keys add` printed is expected.")
    return key


def _form(services: Services, fault: str, status: int) -> HTMLResponse:
    challenge = {"WWW-Authenticate": 'Bearer realm="firmware-pathways"'} if status == 401 else {}
    text = render_template("sign_in.html", fault=fault, off=services.request_authenticator is None)
    return HTMLResponse(text, status, _HEADERS | challenge)
