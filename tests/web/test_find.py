"""The box in the header of each page: it leads to the page of what the text names, and else to the search."""

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK


@pytest.fixture(scope="module")
def found(client):
    """A function that returns where a text leads."""

    def find(text, by=client):
        response = by.get("/", params={"find": text}, follow_redirects=False)
        assert response.status_code == 303
        assert response.headers["cache-control"] == "no-store"
        return response.headers["location"]

    return find


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("34", "./?from=000034"),
        ("000034", "./?from=000034"),
        (" 000034 ", "./?from=000034"),
        ("02100031", "./?from=000012"),
        ("02:10:00:31", "./?from=000012"),
        ("02.10.00.31", "./?from=000012"),
        ("FE01-10010100", "./device-models/FE01-10010100"),
        ("fe01:1001:01:00", "./device-models/FE01-10010100"),
        ("10010100", "./device-models/FE01-10010100"),
        ("0B010000", "./?q=0B010000"),
        ("FE01", "./?q=FE01"),
        ("999999", "./?q=999999"),
        ("gas meter", "./?q=gas+meter"),
        ("a b c d e f g h i", "./?q=a+b+c+d+e+f+g+h+i"),
        ("//evil.example", "./?q=%2F%2Fevil.example"),
        ("x\r\nSet-Cookie: a", "./?q=x%0D%0ASet-Cookie%3A+a"),
    ],
)
def test_a_text_leads_to_the_page_of_what_it_names(found, text, address):
    """Two entries with one firmware version, and what names nothing, lead to the search. Never to another site."""
    assert found(text) == address


def test_an_image_hash_leads_to_its_entry(found, client):
    """In both spellings; a hash of two entries leads to the search."""
    entries = client.get("/v1/entries?limit=1000").json()["items"]
    hashes = [entry["image"]["hash"] for entry in entries if entry["image"]["hash"]]
    (single, *_) = [entry for entry in entries if hashes.count(entry["image"]["hash"]) == 1]
    digits = single["image"]["hash"]
    assert found(digits) == f"./?from={single['number']}"
    assert found(":".join(digits[nth : nth + 2] for nth in range(0, 64, 2))) == f"./?from={single['number']}"
    (double, *_) = [value for value in hashes if hashes.count(value) == 2]
    assert found(double) == f"./?q={double}"


def test_a_reader_without_the_right_to_pathways_is_led_to_entries_alone(found, examples):
    """The search tells the same, so the box tells nothing more."""
    with TestClient(create_app(Settings(auth="on"), examples, EXAMPLE_CLOCK)) as public:
        assert found("000034", public) == "./?from=000034"
        assert found("FE01-10010100", public) == "./?q=FE01-10010100"


def test_the_box_is_on_every_page(page):
    """With a label, and an action that leads to the root of the service."""
    for address, action in (("", "./"), ("?from=1&to=10", "./"), ("device-models/FE01-10010100", "../")):
        form = page(address).one("form", klass="find")
        assert (form["action"], form["method"], form.one("label")["for"]) == (action, "get", form.one("input")["id"])


def test_an_empty_graph_leads_to_the_search(empty):
    """Which says that no list is loaded."""
    response = empty.get("/?find=1", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "./?q=1")


def test_a_blank_box_is_no_question(page):
    """The page without a question."""
    assert page("?find=").one("h1").text == "Firmware Pathways"
