"""Serves the web page: HTML from templates, without scripts and without content from another origin."""

import hashlib
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.api.authorisation import SEARCH_COST, requires
from service.api.deps import AccessDep, RecorderDep, ServicesDep
from service.api.services import Services
from service.domain.clock import iso
from service.rules.answers.text import describe_end
from service.rules.permissions import ALL_RIGHTS, Access, classification_of
from service.schemas.responses.pathways import NOTICE
from service.web import session_cookie
from service.web.find import find_address
from service.web.page_data import HtmlPageData, build_page_data
from service.web.query_string import QueryString
from service.web.session_cookie import PageRoute

_HERE = Path(__file__).parent
_STYLE = (_HERE / "static" / "pathways.css").read_bytes()
STYLE_PATH = f"static/pathways.{hashlib.sha256(_STYLE).hexdigest()[:16]}.css"

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

router = APIRouter(include_in_schema=False, route_class=PageRoute)


def _readable(instant: datetime) -> str:
    """Returns an instant as text, to the second, with a British date. The links of the page have it in full."""
    return f"{instant:%d/%m/%Y %H:%M:%S} UTC"


def _readable_date(date: str) -> str:
    """Returns a date in ISO form as a British date. The list may have a text that is no date: that stays as it is."""
    try:
        return f"{datetime.fromisoformat(date):%d/%m/%Y}"
    except ValueError:
        return date


_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"iso": iso, "readable": _readable, "readable_date": _readable_date}
_templates.globals |= {
    "notice": NOTICE,
    "style": STYLE_PATH,
    "describe_end": partial(describe_end, write_instant=_readable),
}


def render_template(template: str, **values: Any) -> str:
    """Returns the HTML that a template gives with the values given."""
    return _templates.get_template(template).render(**values)


@router.get("/", response_class=HTMLResponse)
@requires("list", also="pathways", cost=SEARCH_COST)
def show_page(request: Request, services: ServicesDep, access: AccessDep, recorder: RecorderDep) -> Response:
    """Shows the page on which a reader searches entries, chooses two of them, and sees the pathway between them. With
    `find` it leads to the page of what the text names.
    """
    if text := request.query_params.get("find", "").strip():
        headers = SECURITY_HEADERS | {"Cache-Control": "no-store"}
        return RedirectResponse(find_address(text, services.graph_cache, access), 303, headers)
    data = build_page_data(QueryString.of(request.query_params), services.graph_cache, access)
    if data.pathway_view:
        recorder.record_page(data.choice, data.pathway_view.pathway)
    return page_response(request, services, access, "page.html", data)


def page_response(
    request: Request, services: Services, access: Access, template: str, data: HtmlPageData, root: str = ""
) -> HTMLResponse:
    """Returns the page that a template gives with the data given. `root` is the way from the address of the page to the
    root of the service, such as `../`.
    """
    mark = classification_of(services.classifications, access, "list", "pathways")
    reader = None if access.rights is ALL_RIGHTS else access.caller
    text = render_template(template, data=data, query=data.query, reader=reader, mark=mark, root=root)
    headers = _headers(data)
    if data.status != 503 and session_cookie.has_stale_cookie(request.headers, access.caller, services.settings):
        headers |= session_cookie.cookie_header(services.settings, "")
    return HTMLResponse(text, data.status, headers)


def _headers(data: HtmlPageData) -> dict[str, str]:
    extra = {"Retry-After": "2"} if data.status == 503 else {}
    if data.status == 401:
        extra["WWW-Authenticate"] = 'Bearer realm="firmware-pathways"'
    return SECURITY_HEADERS | {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"} | extra


@router.get(f"/{STYLE_PATH}")
@requires("service")
def get_style_sheet() -> Response:
    """Sends the style sheet of the page. Its name contains a hash of its content, so that browsers may cache it without
    expiry.
    """
    caching = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_STYLE, media_type="text/css", headers=SECURITY_HEADERS | caching)
