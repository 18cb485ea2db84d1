"""Sign-in to the page: a key in a form, stored in a cookie that scripts and other sites cannot use."""

import re
from http.cookies import SimpleCookie

import pytest
import structlog
from starlette.testclient import TestClient

from service.api.authorisation import OWNER
from service.app import create_app
from service.repositories import access_keys as stored
from service.security.api_keys import KEY_CACHE_SECONDS
from service.settings import Settings
from service.web.session_cookie import MAX_AGE_SECONDS
from tests.callers import key_of
from tests.conftest import EXAMPLE_CLOCK
from tests.web.reading import read

SAME = {"Sec-Fetch-Site": "same-origin"}
SECURE = "__Host-pathways"


@pytest.fixture(scope="module")
def keys(examples):
    """A key for each kind of caller."""
    keys_by_kind = {kind: key_of(kind, EXAMPLE_CLOCK) for kind in ("party", "ssc", "own")}
    for key in keys_by_kind.values():
        stored.add_key(examples, key.key)
    return keys_by_kind


@pytest.fixture
def site(examples):
    """A test client of the service with sign-in, over HTTPS."""
    settings = Settings(auth="on", rate=0, public_rate=0)
    with TestClient(create_app(settings, examples, EXAMPLE_CLOCK), "https://pathways.example") as client:
        yield client


def sign_in(site, key, **headers):
    """The response to the sign-in form."""
    return site.post("/sign-in", data={"key": key}, headers=SAME | headers, follow_redirects=False)


def cookie_of(response):
    """The only cookie that a response sets."""
    (morsel,) = SimpleCookie(response.headers["set-cookie"]).values()
    return morsel


def test_without_a_key_the_list_and_a_sign_in_link_are_shown(site):
    """The public sees searches and single entries without declarations; a pathway asks for sign-in."""
    shown = read(site.get("/?from=46&q="))
    assert shown.one(id="reader").one("a")["href"] == "./sign-in"
    assert shown.one(id="entry").facts()["Device type"]
    assert not [e for e in shown.every if e.attributes.get("id") in ("declaration", "targets", "origins", "held")]
    assert "Firmware Upgrade Path" not in shown.text
    refused = site.get("/?from=1&to=34")
    assert (refused.status_code, "www-authenticate" in refused.headers) == (401, True)
    shown = read(refused)
    assert "Sign in to see pathways." in shown.one(id="faults").text
    assert not shown.all(id="pathway")


def test_with_a_key_the_page_shows_the_data_of_its_roles(site, keys):
    """From the redirect until sign-out."""
    response = sign_in(site, keys["party"].text)
    assert (response.status_code, response.headers["location"]) == (303, "./")
    shown = read(site.get("/?from=1&to=34"))
    assert shown.one(id="pathway")["data-outcome"] == "route"
    assert "Organisation party: party" in shown.one(id="reader").text
    sign_out = site.post("/sign-out", headers=SAME, follow_redirects=False)
    assert (sign_out.status_code, cookie_of(sign_out).value, cookie_of(sign_out)["max-age"]) == (303, "", "0")
    assert site.get("/?from=1&to=34").status_code == 401


def test_the_cookie_is_protected(site, keys):
    """The cookie is HttpOnly, Secure, SameSite=Strict and of limited age."""
    morsel = cookie_of(sign_in(site, keys["party"].text))
    assert (morsel.key, morsel.value) == (SECURE, keys["party"].text)
    assert morsel["httponly"]
    assert morsel["secure"]
    assert (morsel["samesite"], morsel["path"], morsel["domain"]) == ("Strict", "/", "")
    assert int(morsel["max-age"]) == MAX_AGE_SECONDS == 12 * 60 * 60


def test_plain_http_needs_a_setting(examples, keys):
    """The cookie then lacks the `__Host-` prefix."""
    with TestClient(create_app(Settings(auth="on", cookies="plain"), examples, EXAMPLE_CLOCK)) as site:
        morsel = cookie_of(sign_in(site, keys["party"].text))
        assert (morsel.key, morsel["secure"], bool(morsel["httponly"])) == ("pathways", "", True)
        assert site.get("/?from=1&to=34").status_code == 200
        site.cookies.clear()
        secure = {"Cookie": f"{SECURE}={keys['party'].text}"}
        assert site.get("/?from=1&to=34", headers=secure).status_code == 401


def test_the_cookie_is_accepted_only_by_pages(site, keys):
    """Thus no form of another site can call the HTTP interface."""
    sign_in(site, keys["party"].text)
    assert site.get("/v1/pathways?from=1&to=34").status_code == 401
    assert site.post("/v1/pathways", json={"pairs": [["1", "34"]]}).status_code == 401


ELSEWHERE = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a neighbour": {"Sec-Fetch-Site": "same-site", "Origin": "https://other.pathways.example"},
    "the address bar": {"Sec-Fetch-Site": "none"},
    "another site, in an old browser": {"Origin": "https://evil.example"},
    "a site of a longer name": {"Origin": "https://pathways.example.evil.example"},
    "another port": {"Origin": "https://pathways.example:8443"},
    "nowhere": {"Origin": "null"},
    "nobody who says": {},
    "a liar in an old header": {"Referer": "https://pathways.example/"},
    "one who says both": {"Sec-Fetch-Site": "cross-site", "Origin": "https://pathways.example"},
}


@pytest.mark.parametrize("origin", ELSEWHERE)
@pytest.mark.parametrize("form", ["sign-in", "sign-out"])
def test_a_form_from_another_site_is_refused(site, keys, origin, form):
    """Another site can neither sign a reader in as another caller, nor sign the reader out."""
    sign_in(site, keys["ssc"].text)
    fields = {"key": keys["party"].text}
    response = site.post(f"/{form}", data=fields, headers=ELSEWHERE[origin], follow_redirects=False)
    assert (response.status_code, "set-cookie" in response.headers) == (403, False)
    assert "not sent from a page of this service" in read(response).one(id="fault").text
    assert "Organisation ssc" in read(site.get("/")).one(id="reader").text


def test_an_old_browser_sends_the_origin_of_a_form(site, keys):
    """The page's referrer policy makes old browsers send the Origin header."""
    assert site.get("/sign-in").headers["referrer-policy"] == "same-origin"
    response = site.post(
        "/sign-in",
        data={"key": keys["party"].text},
        headers={"Origin": "https://pathways.example"},
        follow_redirects=False,
    )
    assert response.status_code == 303


def bad_keys(good):
    """Invalid form contents by description."""
    return {
        "nothing": {"key": ""},
        "no field": {},
        "two": {"key": [good, good]},
        "another": {"key": good[:-1] + ("A" if good[-1] != "A" else "B")},
        "a header within": {"key": f"{good}\r\nSet-Cookie: evil=1"},
        "an attribute within": {"key": f"{good}; Domain=evil.example"},
        "a token": {"key": "eyJhbGciOiJub25lIn0.e30."},
        "markup": {"key": "<script>alert(1)</script>"},
        "no ASCII": {"key": "pathways_ключ"},
        "long": {"key": good + "x" * 5_000},
    }


@pytest.mark.parametrize("bad", bad_keys("pathways_abcdefgh_" + "x" * 43))
def test_a_bad_key_is_not_stored(site, keys, bad):
    """Neither the page nor the log repeats the key."""
    with structlog.testing.capture_logs() as logged:
        response = site.post("/sign-in", data=bad_keys(keys["party"].text)[bad], headers=SAME, follow_redirects=False)
    assert (response.status_code, "set-cookie" in response.headers) == (401, False)
    shown = read(response)
    assert shown.one(id="fault").text == "The key or token is not accepted"
    assert "value" not in shown.one("input", id="key").attributes
    secret = keys["party"].text.split("_", 2)[2][:-1]
    assert secret not in response.text + str(logged)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("content", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_only_a_form_is_read(site, keys, content):
    """Scripts of other sites can send these media types without a CORS preflight."""
    response = site.post("/sign-in", content=f"key={keys['party'].text}", headers=SAME | {"Content-Type": content})
    assert response.status_code == 401


def test_a_key_in_the_query_is_ignored(site, keys):
    """Queries appear in logs and in the browser history."""
    key = keys["party"].text
    assert site.post(f"/sign-in?key={key}", headers=SAME, follow_redirects=False).status_code == 401
    assert site.get(f"/?key={key}&from=1&to=34").status_code == 401
    assert key not in site.get(f"/?key={key}&q=").text


COOKIES = {
    "two that differ": "{name}=pathways_evil0000_" + "x" * 43 + "; {name}={good}",
    "twice the same": "{name}={good}; {name}={good}",
    "another key": "{name}=pathways_evil0000_" + "x" * 43,
    "nothing": "{name}=",
    "a session of a stranger's choice": "session=1; sid=2; {name}=chosen-by-a-stranger",
    "a token": "{name}=eyJhbGciOiJub25lIn0.e30.",
}


@pytest.mark.parametrize("cookies", COOKIES)
def test_a_foreign_cookie_is_ignored(site, keys, cookies):
    """The reader gets the public page with a link to sign in."""
    cookie = COOKIES[cookies].format(name=SECURE, good=keys["party"].text)
    response = site.get("/?from=1&to=34", headers={"Cookie": cookie})
    assert response.status_code == 401
    assert read(response).one(id="reader").one("a")["href"] == "./sign-in"
    assert (cookie_of(response).value, cookie_of(response)["max-age"]) == ("", "0")


@pytest.mark.parametrize("planted", ["stranger", "two"])
def test_a_plain_cookie_does_not_count_in_secure_mode(site, keys, planted):
    """A sibling host can set one for all hosts of the domain; it neither signs a reader in, nor out, nor as another."""
    plain = f"pathways={keys['party'].text}" + ("; pathways=x" if planted == "two" else "")
    response = site.get("/?from=1&to=34", headers={"Cookie": plain})
    assert (response.status_code, "set-cookie" in response.headers) == (401, False)
    response = site.get("/", headers={"Cookie": f"{plain}; {SECURE}={keys['ssc'].text}"})
    assert "Organisation ssc" in read(response).one(id="reader").text


def test_a_revoked_key_cannot_sign_in(site, examples, monkeypatch):
    """Pages opened with the key become public within seconds."""
    own = key_of("party", EXAMPLE_CLOCK)
    stored.add_key(examples, own.key)
    sign_in(site, own.text)
    assert site.get("/?from=1&to=34").status_code == 200
    stored.revoke_key(examples, own.key.prefix, EXAMPLE_CLOCK())
    keys = site.app.state.services.request_authenticator._keys.authenticator
    later = keys._monotonic() + KEY_CACHE_SECONDS
    monkeypatch.setattr(keys, "_monotonic", lambda: later)
    assert site.get("/?from=1&to=34").status_code == 401
    assert sign_in(site, own.text).status_code == 401


def test_a_manufacturer_and_the_ssc_see_pathways(site, keys):
    """As every role except the public."""
    for kind in ("own", "ssc"):
        sign_in(site, keys[kind].text)
        assert site.get("/?from=1&to=34").status_code == 200


def test_pathways_can_be_public_by_a_setting(examples):
    """The page has no fault then."""
    settings = Settings(auth="on", pathways_visible_to="public")
    with TestClient(create_app(settings, examples, EXAMPLE_CLOCK)) as site:
        assert read(site.get("/?from=1&to=34")).one(id="pathway")["data-outcome"] == "route"
        assert site.get("/v1/pathways?from=1&to=34").status_code == 200


def test_without_sign_in_the_form_does_nothing(client):
    """The page does not mention sign-in; the form states that sign-in is off, and sets no cookie."""
    assert not read(client.get("/")).all(id="reader")
    assert read(client.get("/sign-in")).one(id="off")
    response = client.post(
        "/sign-in", data={"key": "pathways_abcdefgh_" + "x" * 43}, headers=SAME, follow_redirects=False
    )
    assert "set-cookie" not in response.headers
    assert OWNER.caller.name == "owner"


def test_the_sign_in_form_has_security_headers(site):
    """As for every page; the form must not be cached."""
    headers = site.get("/sign-in").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    assert re.search(r"authorization, cookie", site.get("/").headers["vary"], re.IGNORECASE)
