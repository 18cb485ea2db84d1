"""Signing in to the page: a key by a form, kept where no script and no other site reaches it."""

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
from service.web.session import MAX_AGE_SECONDS
from tests.callers import key_of
from tests.conftest import EXAMPLE_CLOCK
from tests.web.reading import read

SAME = {"Sec-Fetch-Site": "same-origin"}
SECURE = "__Host-pathways"


@pytest.fixture(scope="module")
def made(examples):
    """A key of each kind of caller."""
    found = {kind: key_of(kind, EXAMPLE_CLOCK) for kind in ("party", "ssc", "own")}
    for one in found.values():
        stored.add_key(examples, one.key)
    return found


@pytest.fixture
def site(examples):
    """The service that knows its callers, as a browser reaches it over TLS."""
    settings = Settings(auth="on", rate=0, public_rate=0)
    with TestClient(create_app(settings, examples, EXAMPLE_CLOCK), "https://pathways.example") as found:
        yield found


def sign_in(site, key, **headers):
    """What the form is answered with."""
    return site.post("/sign-in", data={"key": key}, headers=SAME | headers, follow_redirects=False)


def cookie_of(response):
    """The one cookie that a response sets."""
    (morsel,) = SimpleCookie(response.headers["set-cookie"]).values()
    return morsel


def test_without_a_key_the_list_is_shown_and_how_to_sign_in(site):
    """Search and single entries, without what is declared; a pathway is for others, and says so."""
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


def test_with_a_key_the_page_shows_what_its_roles_may_see(site, made):
    """From the redirect on, until the browser forgets it."""
    response = sign_in(site, made["party"].text)
    assert (response.status_code, response.headers["location"]) == (303, "./")
    shown = read(site.get("/?from=1&to=34"))
    assert shown.one(id="pathway")["data-outcome"] == "route"
    assert "Organisation party: party" in shown.one(id="reader").text
    out = site.post("/sign-out", headers=SAME, follow_redirects=False)
    assert (out.status_code, cookie_of(out).value, cookie_of(out)["max-age"]) == (303, "", "0")
    assert site.get("/?from=1&to=34").status_code == 401


def test_the_cookie_is_out_of_reach(site, made):
    """Of scripts, of other sites, of neighbours and of the wire; it goes by itself."""
    morsel = cookie_of(sign_in(site, made["party"].text))
    assert (morsel.key, morsel.value) == (SECURE, made["party"].text)
    assert morsel["httponly"]
    assert morsel["secure"]
    assert (morsel["samesite"], morsel["path"], morsel["domain"]) == ("Strict", "/", "")
    assert int(morsel["max-age"]) == MAX_AGE_SECONDS == 12 * 60 * 60


def test_plain_http_is_for_whoever_says_so(examples, made):
    """Then the name promises nothing."""
    with TestClient(create_app(Settings(auth="on", cookies="plain"), examples, EXAMPLE_CLOCK)) as site:
        morsel = cookie_of(sign_in(site, made["party"].text))
        assert (morsel.key, morsel["secure"], bool(morsel["httponly"])) == ("pathways", "", True)
        assert site.get("/?from=1&to=34").status_code == 200


def test_the_cookie_opens_pages_alone(site, made):
    """So that no form of anybody's reaches the interface."""
    sign_in(site, made["party"].text)
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
def test_a_form_from_elsewhere_does_nothing(site, made, origin, form):
    """It cannot sign a reader in as somebody else, nor out."""
    sign_in(site, made["ssc"].text)
    sent = {"key": made["party"].text}
    response = site.post(f"/{form}", data=sent, headers=ELSEWHERE[origin], follow_redirects=False)
    assert (response.status_code, "set-cookie" in response.headers) == (403, False)
    assert "not sent from a page of this service" in read(response).one(id="fault").text
    assert "Organisation ssc" in read(site.get("/")).one(id="reader").text


def test_an_old_browser_says_where_a_form_is_from(site, made):
    """By its origin, and the page asks it to."""
    assert site.get("/sign-in").headers["referrer-policy"] == "same-origin"
    response = site.post(
        "/sign-in",
        data={"key": made["party"].text},
        headers={"Origin": "https://pathways.example"},
        follow_redirects=False,
    )
    assert response.status_code == 303


def bad_keys(good):
    """What may be typed that is no key."""
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
def test_a_bad_key_is_not_kept(site, made, bad):
    """It is not repeated either: not on the page, not in the log."""
    with structlog.testing.capture_logs() as logged:
        response = site.post("/sign-in", data=bad_keys(made["party"].text)[bad], headers=SAME, follow_redirects=False)
    assert (response.status_code, "set-cookie" in response.headers) == (401, False)
    shown = read(response)
    assert shown.one(id="fault").text == "The key or token is not accepted"
    assert "value" not in shown.one("input", id="key").attributes
    secret = made["party"].text.split("_", 2)[2][:-1]
    assert secret not in response.text + str(logged)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("content", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_only_a_form_is_read(site, made, content):
    """What a script of another site could send without asking is not taken for one."""
    response = site.post("/sign-in", content=f"key={made['party'].text}", headers=SAME | {"Content-Type": content})
    assert response.status_code == 401


def test_a_key_in_the_address_is_not_read(site, made):
    """It would stand in logs and histories."""
    key = made["party"].text
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
def test_a_cookie_that_is_not_ours_is_as_none(site, made, cookies):
    """The page is the public's, and says how to sign in."""
    sent = COOKIES[cookies].format(name=SECURE, good=made["party"].text)
    response = site.get("/?from=1&to=34", headers={"Cookie": sent})
    assert response.status_code == 401
    assert read(response).one(id="reader").one("a")["href"] == "./sign-in"
    assert (cookie_of(response).value, cookie_of(response)["max-age"]) == ("", "0")


def test_a_key_that_was_taken_back_signs_in_no_more(site, examples, monkeypatch):
    """The page it had opened is the public's again, within seconds."""
    own = key_of("party", EXAMPLE_CLOCK)
    stored.add_key(examples, own.key)
    sign_in(site, own.text)
    assert site.get("/?from=1&to=34").status_code == 200
    stored.revoke_key(examples, own.key.prefix, EXAMPLE_CLOCK())
    keys = site.app.state.services.gate._keys
    later = keys._monotonic() + KEY_CACHE_SECONDS
    monkeypatch.setattr(keys, "_monotonic", lambda: later)
    assert site.get("/?from=1&to=34").status_code == 401
    assert sign_in(site, own.text).status_code == 401


def test_a_manufacturer_and_the_ssc_see_pathways(site, made):
    """As every role does but the public's."""
    for kind in ("own", "ssc"):
        sign_in(site, made[kind].text)
        assert site.get("/?from=1&to=34").status_code == 200


def test_pathways_may_be_opened_to_the_public(examples):
    """By a setting; the page has no fault then."""
    settings = Settings(auth="on", pathways_visible_to="public")
    with TestClient(create_app(settings, examples, EXAMPLE_CLOCK)) as site:
        assert read(site.get("/?from=1&to=34")).one(id="pathway")["data-outcome"] == "route"
        assert site.get("/v1/pathways?from=1&to=34").status_code == 200


def test_without_sign_in_there_is_nothing_to_do(client):
    """The page does not speak of it; the form says that nobody signs in, and keeps nothing."""
    assert not read(client.get("/")).all(id="reader")
    assert read(client.get("/sign-in")).one(id="off")
    response = client.post(
        "/sign-in", data={"key": "pathways_abcdefgh_" + "x" * 43}, headers=SAME, follow_redirects=False
    )
    assert "set-cookie" not in response.headers
    assert OWNER.caller.name == "owner"


def test_the_form_comes_with_what_browsers_are_told(site):
    """As every page does; no cache keeps it."""
    headers = site.get("/sign-in").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    assert re.search(r"authorization, cookie", site.get("/").headers["vary"], re.IGNORECASE)
