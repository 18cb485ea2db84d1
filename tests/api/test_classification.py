"""The classification of responses: set by the most confidential category shown, absent without the setting."""

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
PATHWAY = "/v1/pathways?from=1&to=34"


def served(graph, **settings):
    """A test client of the service with these settings."""
    return TestClient(create_app(Settings(**{"auth": "on"} | settings), graph, EXAMPLE_CLOCK))


@pytest.fixture(scope="module")
def sent(example_graph):
    """Authorization headers by kind of caller."""
    return headers_of(example_graph, EXAMPLE_CLOCK)


@pytest.mark.parametrize(
    ("path", "public", "party"),
    [
        ("/v1/entries/1", "White", "Green"),
        ("/v1/entries?limit=2", "White", "Green"),
        ("/v1/lists", "White", "White"),
        (PATHWAY, None, "Green"),
        ("/v1/fir", None, "Green"),
        ("/v1/entries/999999", "White", "Green"),
        ("/v1/amendments", None, None),
        ("/healthz", None, None),
        ("/?q=", "White", "Green"),
    ],
)
def test_an_answer_has_the_strictest_class_of_its_content(example_graph, sent, path, public, party):
    """The class depends on the caller; a category without a class, and a refusal, have no mark."""
    with served(example_graph, classification=MARKS) as client:
        for kind, expected in (("public", public), ("party", party)):
            response = client.get(path, headers=sent[kind])
            assert response.headers.get("classification") == expected
            if path.startswith("/?"):
                assert read(response).one(id="classification").text == f"Classification: {expected}"


def test_an_exported_file_contains_its_class(example_graph, sent):
    """A file travels without its HTTP headers. The rest of the file is unchanged, so that it loads as before."""
    with served(example_graph, classification=MARKS) as client, served(example_graph) as plain:
        rows, bare = (
            list(csv.reader(io.StringIO(each.get("/v1/fir", headers=sent["party"]).text))) for each in (client, plain)
        )
    assert rows[0] == bare[0]
    assert [row[:-1] for row in rows] == [row[:-1] for row in bare]
    assert all(row[-1] == f"Classification: Green. {was[-1]}" for row, was in zip(rows[1:], bare[1:], strict=True))


@pytest.mark.parametrize("auth", ["on", "off"])
def test_without_the_setting_there_is_no_class(example_graph, sent, auth):
    """With the setting, and with sign-in off, responses are marked as well."""
    with served(example_graph, auth=auth) as client:
        assert "classification" not in client.get(PATHWAY, headers=sent["party"]).headers
        assert not read(client.get("/", headers=sent["party"])).all(id="classification")
    with served(example_graph, auth=auth, classification="pathways=Amber") as client:
        assert client.get(PATHWAY, headers=sent["party"]).headers["classification"] == "Amber"


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
def test_a_malformed_classification_is_refused(text):
    """The service refuses the setting at start."""
    with pytest.raises(ValidationError, match="is not one of service, list"):
        Settings(classification=text)


@pytest.mark.parametrize("classification", ["", MARKS])
def test_restricted_zigbee_data_always_has_its_class(example_graph, sent, classification):
    """A setting of its own gives the class, equal in header and body; a refusal has none."""
    path = "/v1/zigbee/exposure?stack_vendor=x"
    for mark in ("Amber", "Red"):
        with served(example_graph, classification=classification, zigbee_class=mark) as client:
            response = client.get(path, headers=sent["ssc"])
            assert (response.headers["classification"], response.json()["classification"]) == (mark, mark)
            assert client.get("/v1/audit", headers=sent["ssc"]).headers["classification"] == mark
            assert "classification" not in client.get(path, headers=sent["party"]).headers


def test_classes_are_parsed_in_any_case():
    """Blanks are ignored."""
    assert parse_classification(" Pathways = GREEN ;; list=white") == {"pathways": "Green", "list": "White"}
