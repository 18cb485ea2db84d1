"""The pages a person sees: rendered here, in need of no script, with nothing from another origin."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.api.authorisation import requires
from service.api.deps import AccessDep, RecorderDep, ServicesDep
from service.domain.clock import iso
from service.rules.permissions import ALL_RIGHTS, classification_of
from service.schemas.responses.pathways import NOTICE
from service.web import session
from service.web.page_data import PageData, build_page_data
from service.web.query_string import QueryString
from service.web.session import PageRoute

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


def _plain(instant: datetime) -> str:
    """To the second, for reading; links carry the whole instant."""
    return f"{instant.isoformat(sep=' ', timespec='seconds').removesuffix('+00:00')} UTC"


_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"iso": iso, "plain": _plain}
_templates.globals |= {"notice": NOTICE, "style": STYLE_PATH}


def render_template(template: str, **shown: Any) -> str:
    """A page as text."""
    return _templates.get_template(template).render(**shown)


@router.get("/", response_class=HTMLResponse)
@requires("list", also="pathways")
def show_page(request: Request, services: ServicesDep, access: AccessDep, tell: RecorderDep) -> HTMLResponse:
    """Search an entry, choose two, see the pathway."""
    seen = build_page_data(QueryString.of(request.query_params), services.graph_cache, access)
    if seen.way:
        tell.record_page(seen.choice, seen.way.pathway)
    mark = classification_of(services.classifications, access, "list", "pathways")
    reader = None if access.rights is ALL_RIGHTS else access.caller
    text = render_template("page.html", seen=seen, typed=seen.typed, reader=reader, mark=mark)
    headers = _headers(seen)
    if seen.status != 503 and session.has_stale_cookie(request.headers, access.caller):
        headers |= session.cookie_header(services.settings, "")
    return HTMLResponse(text, seen.status, headers)


def _headers(seen: PageData) -> dict[str, str]:
    later = {"Retry-After": "2"} if seen.status == 503 else {}
    if seen.status == 401:
        later["WWW-Authenticate"] = 'Bearer realm="firmware-pathways"'
    return SECURITY_HEADERS | {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"} | later


@router.get(f"/{STYLE_PATH}")
@requires("service")
def get_style_sheet() -> Response:
    """The style sheet. Its name changes with its content, so a browser may keep it for ever."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_STYLE, media_type="text/css", headers=SECURITY_HEADERS | kept)
