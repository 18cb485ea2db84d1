"""The pages a person sees: rendered here, in need of no script, with nothing from another origin."""

import hashlib
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.model.clock import iso
from service.model.pathway import NOTICE
from service.web.answered import Answered, answered
from service.web.typed import Typed

_HERE = Path(__file__).parent
_STYLE = (_HERE / "static" / "pathways.css").read_bytes()
STYLE = f"static/pathways.{hashlib.sha256(_STYLE).hexdigest()[:16]}.css"

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

router = APIRouter(include_in_schema=False)


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


@router.get("/", response_class=HTMLResponse)
def page(request: Request) -> HTMLResponse:
    """Search an entry, choose two, see the pathway."""
    seen = answered(Typed.of(request.query_params), request.app.state.memory)
    text = _templates.get_template("page.html").render(seen=seen, typed=seen.typed)
    return HTMLResponse(text, seen.status, _headers(seen))


def _headers(seen: Answered) -> dict[str, str]:
    later = {"Retry-After": "2"} if seen.status == 503 else {}
    return SAFE | {"Cache-Control": "no-cache"} | later


@router.get(f"/{STYLE}")
def style() -> Response:
    """The style sheet. Its name changes with its content, so a browser may keep it for ever."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_STYLE, media_type="text/css", headers=SAFE | kept)
