"""The page of a device model: its picture and its table have the same content, and a selection shows the route."""

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK
from tests.web.reading import read

MODEL = "device-models/FE01-10010100"


def drawn(page, *kinds):
    """The arrows of the picture, of some kinds or all."""
    arrows = [path for path in page.one("svg").all("path") if "data-base" in path.attributes]
    return {
        (arrow["data-base"], arrow["data-target"])
        for arrow in arrows
        if not kinds or arrow["class"].split()[1] in kinds
    }


def images(page):
    """The images of the picture, by their entry."""
    groups = [group for group in page.one("svg").all("g") if "data-entry" in group.attributes]
    return {group["data-entry"]: group for group in groups}


@pytest.mark.parametrize(
    "address",
    [
        "FE01-10010100",
        "FE01-10010100?from=1&to=10",
        "FE01-10010200?to=46",
        "FE03-30010103?from=12",
        "FE02-20020100?from=2&to=46&through_removed=true",
    ],
)
def test_picture_and_table_have_the_same_content(page, address):
    """The same images, states and steps."""
    shown = page(f"device-models/{address}")
    table = shown.one("table", id="images")
    rows = {row["data-entry"]: row for row in table.all("tr") if "data-entry" in row.attributes}
    assert rows.keys() == images(shown).keys()
    pairs = set()
    for entry, row in rows.items():
        cells = [cell for cell in row.inside if not isinstance(cell, str)]
        pairs |= {(link.text, entry) for link in cells[3].all("a")}
        state = images(shown)[entry].one("title").text
        assert f"firmware version {cells[1].text}, {cells[2].text.split(' · cycle')[0].split(' · FE')[0]}" in state
    assert pairs == drawn(shown, "step", "route", "shortcut")


def test_the_page_says_what_it_is_about(page):
    """Its own title and heading, how many images and steps, and the notice."""
    shown = page(MODEL)
    assert shown.one("h1").text == "Device model (hardware) FE01-10010100"
    assert shown.one("p", id="summary").text == "7 firmware images, 5 upgrade steps in force."
    assert "Release Notes" in shown.one("p", id="notice").text


def test_an_image_is_a_link_that_selects_it(page):
    """First the base, then the target."""
    assert [link["href"] for link in page(MODEL).one("svg").all("a")][:2] == ["?from=000001", "?from=000002"]
    links = [link["href"] for link in page(f"{MODEL}?from=1").one("svg").all("a")]
    assert links[:2] == ["?from=000001", "?from=1&to=000002"]


def test_a_route_is_drawn_and_told_in_words(page):
    """Its images are emphasised, its steps stand in a strip, and the whole answer is a link away."""
    shown = page(f"{MODEL}?from=1&to=10")
    assert shown.one("section", id="route")["data-outcome"] == "route"
    assert shown.one("section", id="route").one("h2").text == "3 steps from 000001 to 000010"
    assert [item.text.split()[0] for item in shown.one("ol", klass="strip").all("li")] == [
        "000001",
        "000002",
        "000005",
        "000010",
    ]
    assert drawn(shown, "route") == {("000001", "000002"), ("000002", "000005"), ("000005", "000010")}
    assert {entry for entry, group in images(shown).items() if "selected" in group["class"]} == {
        "000001",
        "000002",
        "000005",
        "000010",
    }
    whole = [link["href"] for link in shown.one("section", id="route").all("a") if "whole" in link.text]
    assert whole == ["../?from=1&to=10"]
    assert page(whole[0].removeprefix("../")).one("section", id="pathway")["data-outcome"] == "route"


@pytest.mark.parametrize(("query", "outcome"), [("from=10&to=1", "none"), ("from=1&to=1", "already-there")])
def test_a_selection_without_a_route_says_so(page, query, outcome):
    """In words; the picture has no route."""
    shown = page(f"{MODEL}?{query}")
    assert shown.one("section", id="route")["data-outcome"] == outcome
    assert drawn(shown, "route") == set()


def test_a_base_that_awaits_acceptance_is_drawn_as_such(page):
    """And is no step in the table."""
    shown = page(MODEL)
    assert drawn(shown, "held") == {("000010", "000046")}
    row = next(row for row in shown.one("table", id="images").all("tr") if row.attributes.get("data-entry") == "000046")
    cells = [cell.text for cell in row.inside if not isinstance(cell, str)]
    assert (cells[3], cells[4], cells[5]) == ("", "0", "000010")
    assert "awaiting acceptance" in cells[2]


def test_the_graph_of_another_time(page):
    """The form asks for it, and keeps the selection."""
    before = page(f"{MODEL}?known_at=2026-06-01T09:30:00Z&from=1")
    assert before.one("form", id="dates").one("input", id="known_at")["value"] == "2026-06-01T09:30:00Z"
    assert before.one("form", id="dates").one("input", type="hidden")["value"] == "1"
    assert before.one("p", id="summary").text == "6 firmware images, 0 upgrade steps in force."
    assert drawn(before) == set()


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("device-models/FE09-99999999", 404, "No list known at that time has an entry of device model FE09-99999999."),
        ("device-models/nonsense", 422, "Device model (hardware): 'nonsense' is not 12 hex digits"),
        (f"{MODEL}?at=yesterday", 422, "at"),
        (f"{MODEL}?from=1&to=999999", 404, "999999"),
    ],
)
def test_what_is_wrong_is_said_in_words(page, address, status, text):
    """On a page, with the status of the API."""
    assert text in page(address, status).one("div", id="faults").text


def test_a_reader_without_the_right_is_asked_to_sign_in(examples):
    """The page says nothing of the device model, whether it exists or not."""
    with TestClient(create_app(Settings(auth="on"), examples, EXAMPLE_CLOCK)) as client:
        answers = [client.get(f"/device-models/{model}") for model in ("FE01-10010100", "FE09-99999999")]
    assert [answer.status_code for answer in answers] == [401, 401]
    first, second = (answer.text.replace("FE01-10010100", "FE09-99999999") for answer in answers)
    assert first == second
    assert "Sign in to see pathways." in read(answers[0]).one("div", id="faults").text


def test_the_other_pages_lead_there(page):
    """From an entry with the entry selected, from a pathway with both ends."""
    links = [link["href"] for link in page("?from=5").all("a") if "device-models" in link["href"]]
    assert links == [f"{MODEL}?from=000005"]
    links = [link["href"] for link in page("?from=1&to=10").all("a") if "device-models" in link["href"]]
    assert links == [f"{MODEL}?from=1&to=10"]


def test_a_large_graph_is_drawn_around_the_selection(page, monkeypatch):
    """Without one there is an overview by the number of steps."""
    monkeypatch.setattr("service.rules.drawing.upgrade_graph_drawing.MOST_IMAGES", 4)
    overview = page(MODEL)
    assert not overview.all("svg")
    assert [row[:2] for row in overview.one("table", id="layers").rows()] == [
        ["0", "2"],
        ["1", "1"],
        ["2", "1"],
        ["3", "1"],
        ["4", "1"],
        ["5", "1"],
    ]
    around = page(f"{MODEL}?from=5")
    assert len(images(around)) == 4
    assert "leaves out 3" in around.one("p", id="summary").text
    assert not around.all("table", id="layers")
