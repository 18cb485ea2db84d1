"""Signing in and out of the page: a key is sent by a form, once, and kept by the browser in a cookie."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.api.authorisation import GuardedRoute, client_address, identify_caller, requires
from service.api.deps import ServicesDep
from service.api.services import Services
from service.errors import AccessRefused, CredentialRefused, CrossSiteRequest
from service.security.api_keys import is_well_formed
from service.web import session
from service.web.pages import SECURITY_HEADERS, render_template

FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"
_MOST_BYTES = 4_096
# Without a referrer browsers say `Origin: null`, which is as good as nothing.
_HEADERS = SECURITY_HEADERS | {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False, route_class=GuardedRoute)


@router.get("/sign-in", response_class=HTMLResponse)
@requires("service")
async def show_form(services: ServicesDep) -> HTMLResponse:
    """Where a key is typed."""
    return _form(services, "", 200)


@router.post("/sign-in", response_class=HTMLResponse)
@requires("service")
async def sign_in(request: Request, services: ServicesDep) -> Response:
    """Keeps a key that is good in a cookie, and leads to the page."""
    try:
        session.require_same_site(request.headers)
        key = await _key(request)
        if services.gate is None:
            return _form(services, "", 200)
        await identify_caller(services.gate, key, client_address(request.scope))
    except AccessRefused as refused:
        return _form(services, refused.title, refused.status)
    return RedirectResponse("./", 303, _HEADERS | session.cookie_header(services.settings, key))


@router.post("/sign-out", response_class=HTMLResponse)
@requires("service")
async def sign_out(request: Request, services: ServicesDep) -> Response:
    """Makes the browser forget the key."""
    try:
        session.require_same_site(request.headers)
    except CrossSiteRequest as refused:
        return _form(services, refused.title, refused.status)
    return RedirectResponse("./", 303, _HEADERS | session.cookie_header(services.settings, ""))


async def _key(request: Request) -> str:
    """The key that was typed. Raises CredentialRefused; no more is read than a key can take."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            break
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM_MEDIA_TYPE
    given = parse_qs(body.decode("latin-1")).get("key", []) if sent and len(body) <= _MOST_BYTES else []
    key = given[0].strip() if len(given) == 1 else ""
    if not is_well_formed(key):
        raise CredentialRefused("This is not a key.")
    return key


def _form(services: Services, fault: str, status: int) -> HTMLResponse:
    demand = {"WWW-Authenticate": 'Bearer realm="firmware-pathways"'} if status == 401 else {}
    text = render_template("sign_in.html", fault=fault, off=services.gate is None)
    return HTMLResponse(text, status, _HEADERS | demand)
