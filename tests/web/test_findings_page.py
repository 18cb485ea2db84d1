"""The page of findings: the same as `GET /v1/findings`, with filters in the address."""

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.errors import Overloaded, TooMuchWork
from service.settings import Settings
from service.web import findings_page
from tests.conftest import EXAMPLE_CLOCK
from tests.web.reading import read


def rows(page):
    """The code and text of each finding of the page."""
    return [(row["data-code"], row) for row in page.all("tr") if "data-code" in row.attributes]


@pytest.mark.parametrize(
    "query",
    ["", "code=undeclared", "severity=wrong", "manufacturer=FE01", "entry=46", "device_model=10010200", "at=1/4/2026"],
)
def test_the_page_has_the_findings_of_the_api(page, client, query):
    """In the same order, with the same text; the counts are links that filter."""
    api = client.get(f"/v1/findings?limit=25&{query.replace('1/4/2026', '2026-04-01')}").json()
    shown = page(f"findings?{query}")
    assert [code for code, _ in rows(shown)] == [finding["code"] for finding in api["items"]]
    for (_, row), finding in zip(rows(shown), api["items"], strict=True):
        assert finding["text"] in row.text
        entries = [link.text for link in row.all("a", klass="entry")]
        assert entries == finding["entries"][:12]
    counts = {
        item.one("a").text: int(item.one("span").text)
        for item in shown.one("ul", id="counts").all("li")
        if item.all("a")
    }
    assert counts == api["counts"]


def test_a_finding_leads_to_its_entries_and_hardware(page):
    """By addresses that exist."""
    shown = page("findings?entry=46&at=2026-04-01")
    (row, *_) = [row for _, row in rows(shown)]
    links = [link["href"] for link in row.all("a")]
    assert "./?at=2026-04-01&from=000046" in links
    assert page(next(link for link in links if link.startswith("device-models/"))).one("h1")


def test_the_pages_have_all_findings_once(page, client):
    """By the links to the next page."""
    seen, address = [], "findings"
    while address:
        shown = page(address)
        seen += [row.text for _, row in rows(shown)]
        following = [link["href"] for link in shown.all("a") if link.text == "Next page"]
        address = f"findings{following[0]}" if following else ""
    assert len(seen) == sum(client.get("/v1/findings").json()["counts"].values()) > 25


def test_filters_keep_their_values_and_wrong_ones_are_said(page):
    """In words, beside the field."""
    assert page("findings?manufacturer=FE01&code=undeclared").one("input", id="manufacturer")["value"] == "FE01"
    shown = page("findings?code=nonsense&entry=x", 422)
    assert {fault["id"] for fault in shown.all("strong", klass="fault")} == {"code-fault", "entry-fault"}
    assert "no finding that passes" in page("findings?entry=999999").one("ul", id="counts").text


def test_a_reader_without_the_right_is_asked_to_sign_in(examples):
    """Without any finding."""
    with TestClient(create_app(Settings(auth="on"), examples, EXAMPLE_CLOCK)) as client:
        answer = client.get("/findings")
    assert answer.status_code == 401
    assert "Sign in to see pathways." in read(answer).one("div", id="faults").text
    assert not read(answer).all("table")


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (Overloaded("busy", retry_after=2), 503, "The service is busy"),
        (TooMuchWork("It takes too long."), 422, "It takes too long."),
    ],
)
def test_too_much_work_is_said_on_the_page(page, monkeypatch, error, status, text):
    """A browser gets no JSON."""

    def refuse(*arguments):
        raise error

    monkeypatch.setattr(findings_page, "_found_page", refuse)
    assert text in page("findings", status).one("div", klass="wrong").text
