"""Typed values are only text, no content comes from another origin, and headers restrict the browser."""

import hashlib
import re
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

import service.web
from service.web.query_string import PARAMETERS
from tests.api.test_openapi import APP
from tests.web.reading import read

WEB = Path(service.web.__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HOSTILE = [
    '"><script>alert(1)</script>',
    "' autofocus onfocus=alert(1) x='",
    "</title></textarea><img src=//elsewhere.example/x onerror=alert(1)>",
    "javascript:alert(1)",
    "//elsewhere.example/",
    "' OR 1=1 RETURN e //",
    "\\'}) DETACH DELETE n //",
    "{{ 7 * 7 }}{% include 'page.html' %}",
    "&lt;b&gt;&amp;",
    "\x00\x1b[31m",
    "\u202egnp.exe \U0001f600 ¡ñ",
    "%00%ff\ud7ff",
    "000001" * 3,
]
ELEMENTS = {"script", "iframe", "object", "embed", "base", "style", "img", "svg", "textarea", "b"}


def assert_harmless(shown):
    """Asserts that there are no scripts, event handlers, inline styles or links to other origins."""
    assert ELEMENTS & {element.tag for element in shown.every} == set()
    for element in shown.every:
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        for name in {"href", "src", "action", "formaction", "srcset", "data", "poster"} & element.attributes.keys():
            if element[name] != "data:,":  # the empty icon, which stops browsers from requesting one
                address = urlsplit(element[name])
                assert (address.scheme, address.netloc) == ("", ""), element[name]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_shown_as_text(client, text):
    """In a search beside an answer, and in every parameter at once; the fields hold the exact text."""
    searched = read(client.get(f"/?from=3&to=14&q={quote(text)}"))
    assert searched.one(id="pathway")["data-outcome"] == "route"
    assert searched.one("input", id="q")["value"] == text
    everywhere = client.get(f"/?{urlencode(dict.fromkeys(PARAMETERS, text))}")
    assert everywhere.status_code == 422
    for shown in (searched, read(everywhere)):
        assert_harmless(shown)
        assert len(shown.all("form")) == 3
        assert "49" not in shown.one("title").text
    for name in ("from", "to", "at", "known_at", "q", "manufacturer", "device_model", "firmware_version", "image_hash"):
        assert read(everywhere).one("input", id=name)["value"] == text


@pytest.mark.parametrize(
    "address", ["", "?from=46&q=", "?from=3&to=30&q=gas", "?from=8&to=50", "?from=abc", "?to=999999"]
)
def test_nothing_comes_from_another_origin(client, address):
    """Links, forms and the style sheet belong to the service, and there is no script."""
    shown = read(client.get(f"/{address}"))
    assert_harmless(shown)
    assert len(shown.all("link")) == 2
    assert client.get(f"/{shown.one('link', rel='stylesheet')['href']}").status_code == 200


def test_the_style_sheet_loads_nothing():
    """The style sheet has no import, font or picture."""
    style = (WEB / "static" / "pathways.css").read_text(encoding="utf-8")
    assert not re.search(r"url\s*\(|@import|@font-face|src\s*:", style)


@pytest.mark.parametrize("address", ["/", "/?from=3&to=14", "/?from=abc", "/?to=999999", "style"])
def test_pages_have_security_headers(client, address):
    """On answers and on faults."""
    if address == "style":
        address = f"/{read(client.get('/')).one('link', rel='stylesheet')['href']}"
    headers = client.get(address).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_style_sheet_has_its_digest_in_its_name(client):
    """Thus browsers may cache the style sheet without limit, and fetch a changed one at once."""
    content = (WEB / "static" / "pathways.css").read_bytes()
    address = f"/static/pathways.{hashlib.sha256(content).hexdigest()[:16]}.css"
    response = client.get(address)
    assert response.content == content
    assert response.headers["content-type"].startswith("text/css")
    assert "immutable" in response.headers["cache-control"]
    assert client.get("/static/pathways.0000000000000000.css").status_code == 404
    assert client.get("/static/../pages.py").status_code == 404
    assert client.get("/").headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("template", sorted(WEB.glob("templates/*.html")), ids=lambda path: path.name)
def test_pages_use_the_domain_terms(template):
    """No entry is called latest or best, and a device model is called hardware."""
    text = re.sub(r"\{[{%#].*?[%}#]\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\b(latest|newest|best|recommended|held)\b", re.sub(r"<[^>]*>", "", text), re.IGNORECASE)
    assert not re.search(r"device model(?! \(hardware\))", re.sub(r"<[^>]*>", "", text), re.IGNORECASE)
    assert "safe" not in re.findall(r"\|\s*(\w+)", template.read_text(encoding="utf-8"))


def test_pages_are_not_in_the_openapi_document():
    """Only paths under /v1 are part of the contract."""
    assert "/" not in APP.openapi()["paths"]
