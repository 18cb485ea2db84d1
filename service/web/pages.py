"""The pages a person sees: rendered here, in need of no script, with nothing from another origin."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.api.authorisation import AccessDep, may
from service.api.deps import TellDep
from service.domain.clock import iso
from service.rules.permissions import EVERYTHING, marked
from service.schemas.responses.pathways import NOTICE
from service.web import session
from service.web.page_data import Answered, answered
from service.web.query_string import Typed
from service.web.session import Page

_HERE = Path(__file__).parent
_STYLE = (_HERE / "static" / "pathways.css").read_bytes()
STYLE = f"static/pathways.{hashlib.sha256(_STYLE).hexdigest()[:16]}.css"

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

router = APIRouter(include_in_schema=False, route_class=Page)


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
_templates.globals |= {"notice": NOTICE, "style": STYLE}


def rendered(template: str, **shown: Any) -> str:
    """A page as text."""
    return _templates.get_template(template).render(**shown)


@router.get("/", response_class=HTMLResponse)
@may("list", also="pathways")
def page(request: Request, access: AccessDep, tell: TellDep) -> HTMLResponse:
    """Search an entry, choose two, see the pathway."""
    seen = answered(Typed.of(request.query_params), request.app.state.memory, access)
    if seen.way:
        tell.shown(seen.choice, seen.way.pathway)
    mark = marked(request.app.state.classes, access, "list", "pathways")
    reader = None if access.rights is EVERYTHING else access.caller
    text = rendered("page.html", seen=seen, typed=seen.typed, reader=reader, mark=mark)
    headers = _headers(seen)
    if seen.status != 503 and session.stale(request.headers, access.caller):
        headers |= session.kept(request.app.state.settings, "")
    return HTMLResponse(text, seen.status, headers)


def _headers(seen: Answered) -> dict[str, str]:
    later = {"Retry-After": "2"} if seen.status == 503 else {}
    if seen.status == 401:
        later["WWW-Authenticate"] = 'Bearer realm="firmware-pathways"'
    return SAFE | {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"} | later


@router.get(f"/{STYLE}")
@may("service")
def style() -> Response:
    """The style sheet. Its name changes with its content, so a browser may keep it for ever."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_STYLE, media_type="text/css", headers=SAFE | kept)
