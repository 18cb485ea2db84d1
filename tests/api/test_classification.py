"""How answers are marked: as the setting says of what they show, and not at all where it says nothing."""

import csv
import io

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from service.app import create_app
from service.domain.classification import parse_classification
from service.settings import Settings
from tests.callers import headers_of
from tests.conftest import EXAMPLE_CLOCK
from tests.web.reading import read

MARKS = "list=White; pathways=Green"
WAY = "/v1/pathways?from=1&to=34"


def served(graph, **settings):
    """The service with its settings."""
    return TestClient(create_app(Settings(**{"auth": "on"} | settings), graph, EXAMPLE_CLOCK))


@pytest.fixture(scope="module")
def sent(example_graph):
    """What each kind of caller sends."""
    return headers_of(example_graph, EXAMPLE_CLOCK)


@pytest.mark.parametrize(
    ("path", "public", "party"),
    [
        ("/v1/entries/1", "White", "Green"),
        ("/v1/entries?limit=2", "White", "Green"),
        ("/v1/lists", "White", "White"),
        (WAY, None, "Green"),
        ("/v1/fir", None, "Green"),
        ("/v1/entries/999999", "White", "Green"),
        ("/v1/amendments", None, None),
        ("/healthz", None, None),
        ("/?q=", "White", "Green"),
    ],
)
def test_an_answer_is_marked_by_the_strictest_of_what_it_shows(example_graph, sent, path, public, party):
    """To this caller; what has no class is not marked, and a refusal shows nothing."""
    with served(example_graph, classification=MARKS) as client:
        for kind, expected in (("public", public), ("party", party)):
            response = client.get(path, headers=sent[kind])
            assert response.headers.get("classification") == expected
            if path.startswith("/?"):
                assert read(response).one(id="classification").text == f"Classification: {expected}"


def test_a_file_says_its_class_itself(example_graph, sent):
    """It is handed on without its headers; and loads again as before."""
    with served(example_graph, classification=MARKS) as client, served(example_graph) as plain:
        rows, bare = (
            list(csv.reader(io.StringIO(one.get("/v1/fir", headers=sent["party"]).text))) for one in (client, plain)
        )
    assert rows[0] == bare[0]
    assert [row[:-1] for row in rows] == [row[:-1] for row in bare]
    assert all(row[-1] == f"Classification: Green. {was[-1]}" for row, was in zip(rows[1:], bare[1:], strict=True))


@pytest.mark.parametrize("auth", ["on", "off"])
def test_without_the_setting_nothing_is_claimed(example_graph, sent, auth):
    """Nor with it where nobody signs in is anything left out."""
    with served(example_graph, auth=auth) as client:
        assert "classification" not in client.get(WAY, headers=sent["party"]).headers
        assert not read(client.get("/", headers=sent["party"])).all(id="classification")
    with served(example_graph, auth=auth, classification="pathways=Amber") as client:
        assert client.get(WAY, headers=sent["party"]).headers["classification"] == "Amber"


@pytest.mark.parametrize(
    "text",
    [
        "pathways",
        "pathways=Blue",
        "everything=Green",
        "pathways=Green; pathways=Green",
        "=Green",
        "zigbee=White",
        "audit=Red",
    ],
)
def test_a_mark_that_makes_no_sense_is_no_setting(text):
    """It is told at the start, and not found missing later."""
    with pytest.raises(ValidationError, match="is not one of service, list"):
        Settings(classification=text)


@pytest.mark.parametrize("given", ["", MARKS])
def test_what_is_told_in_confidence_always_has_its_class(example_graph, sent, given):
    """By a setting of its own, the same in the header as in the answer; others see none of it."""
    asked = "/v1/zigbee/exposure?stack_vendor=x"
    for mark in ("Amber", "Red"):
        with served(example_graph, classification=given, zigbee_class=mark) as client:
            response = client.get(asked, headers=sent["ssc"])
            assert (response.headers["classification"], response.json()["classification"]) == (mark, mark)
            assert client.get("/v1/audit", headers=sent["ssc"]).headers["classification"] == mark
            assert "classification" not in client.get(asked, headers=sent["party"]).headers


def test_marks_are_read_in_any_case():
    """Blanks do not count."""
    assert parse_classification(" Pathways = GREEN ;; list=white") == {"pathways": "Green", "list": "White"}
