"""Errors on the page: each stands beside its field, and the form keeps the typed values."""

from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.application.pathways.graph_cache import GraphCache
from service.errors import EngineError, EngineUnavailable, GraphLocked
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, Ticking
from tests.web.reading import read

FAULTS = {
    "?from=abc&to=2": (422, {"from": "'abc' is not an entry number"}),
    "?from=1&to=0000001": (422, {"to": "is not an entry number"}),
    "?from=0": (422, {"from": "entry numbers begin at 000001"}),
    "?from=2&to=999999": (404, {"to": "No list known at that time has entry 999999."}),
    "?from=999999&to=2": (404, {"from": "has entry 999999."}),
    "?to=999999": (404, {"to": "has entry 999999."}),
    "?from=64&to=1&known_at=2026-06-01T08:30": (404, {"from": "has entry 000064."}),
    "?from=1&to=2&at=yesterday": (422, {"at": "'yesterday' is not an ISO date"}),
    "?from=1&to=2&at=2025-01-01": (422, {"at": "The first list, 1.001, is in force from 2026-01-05"}),
    "?from=1&to=2&known_at=2027-01-01": (422, {"known_at": "known_at is 2027-01-01"}),
    "?from=1&to=2&known_at=2026-05-01": (422, {"known_at": "No list had been loaded by 2026-05-01"}),
    "?from=1&to=2&through_removed=perhaps": (
        422,
        {"through_removed": 'through_removed must be true or false, not "perhaps"'},
    ),
    "?manufacturer=FE0": (422, {"manufacturer": "'FE0' is not 4 hex digits"}),
    "?device_model=12": (422, {"device_model": "'12' is not 8 hex digits"}),
    "?firmware_version=1.2.3": (422, {"firmware_version": "is not 8 hex digits"}),
    "?image_hash=ff": (422, {"image_hash": "is not 64 hex digits"}),
    "?status=new": (422, {"status": 'status must be Current or Removed, not "new"'}),
    "?q=gas&at=never": (422, {"at": "'never' is not an ISO date"}),
    "?cursor=abc": (422, {"search": "it was not given by this service"}),
    "?from=1&targets=abc": (422, {"choice": "it was not given by this service"}),
    "?q=" + "x" * 201: (422, {"q": "at most 200 characters"}),
    "?from=abc&to=xyz&status=new": (422, {"from": "'abc'", "to": "'xyz'", "status": "Current or Removed"}),
}


@pytest.mark.parametrize(("address", "expected"), FAULTS.items())
def test_a_fault_is_shown_beside_its_field(page, address, expected):
    """The status is that of the interface; a summary links to the fields, and the fields keep the typed values."""
    status, faults = expected
    shown = page(address, status)
    summary = shown.one(id="faults")
    assert summary["role"] == "alert"
    assert {link["href"][1:] for link in summary.all("a")} == faults.keys()
    for field_name, text in faults.items():
        assert text in shown.one("strong", id=f"{field_name}-fault").text
        assert text in summary.text
    for name, (typed,) in parse_qs(address[1:]).items():
        field = shown.all(id=name)
        if field and field[0].tag == "input" and field[0].attributes.get("type") != "checkbox":
            assert field[0]["value"] == typed
            assert ("aria-invalid" in field[0].attributes) == (name in faults)


def test_a_fault_in_an_instant_opens_its_section(page):
    """The collapsible section of the form with the wrong field is open."""
    assert "open" in page("?from=1&at=never", 422).one("details").attributes
    assert "open" not in page("?from=1").one("details").attributes


def test_before_the_first_list_the_form_asks_for_an_instant(examples):
    """No list is in force yet, so the section with the field `at` is open."""
    early = Ticking(EXAMPLE_CLOCK.now.replace(year=2025))
    with TestClient(create_app(Settings(), examples, early)) as client:
        start_page, search = client.get("/"), client.get("/?q=gas")
    assert (start_page.status_code, search.status_code) == (200, 422)
    shown = read(start_page)
    assert shown.one(id="at-fault").text.startswith("The first list, 1.001, is in force from 2026-01-05")
    assert "open" in shown.one("details").attributes


def test_an_unknown_status_stays_selected(page):
    """The reader sees the value that the fault concerns."""
    options = page("?status=new", 422).one("select", id="status").all("option")
    assert [option.text for option in options if "selected" in option.attributes] == ["new"]


def test_a_fault_in_one_form_does_not_affect_the_other(page):
    """The search and the choice of entries are answered separately."""
    assert len(page("?from=abc&q=gas", 422).one("table", id="found").rows()) > 3
    assert page("?from=3&to=14&status=new", 422).one(id="pathway")["data-outcome"] == "route"


def test_an_empty_graph_names_the_first_command(empty):
    """The start page has status 200; a query has the status of the interface."""
    for address, status in (("/", 200), ("/?q=", 200), ("/?q=gas", 422), ("/?from=1&to=2", 422), ("/?from=1", 422)):
        response = empty.get(address)
        assert response.status_code == status
        shown = read(response)
        assert shown.one(id="empty").one("h2").text == "No list is loaded yet"
        assert shown.one(id="empty").one("code").text == "pathways load list FILE"
        assert len(shown.all("form")) == 3
        assert shown.one(id="notice").text


@contextmanager
def failing(client, error):
    """A client whose graph fails on every query."""

    class Down:
        def rows(self, query, **parameters):
            raise error

    services = client.app.state.services
    client.app.state.services = replace(services, graph_cache=GraphCache(Down(), services.clock))
    yield
    client.app.state.services = services


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (EngineUnavailable("secret-host:7687 refused"), 503, "The graph engine cannot be reached"),
        (GraphLocked("secret-host"), 503, "Another process holds the graph"),
        (EngineError("secret-host"), 500, "The graph engine failed"),
    ],
)
@pytest.mark.parametrize("address", ["/", "/?from=1&to=34&q=gas"])
def test_an_engine_failure_is_shown_as_a_page(client, capsys, error, status, heading, address):
    """The page has no traceback and no internal text, which are in the log. The form keeps the typed values for a
    retry."""
    with failing(client, error):
        response = client.get(address)
    assert response.status_code == status
    assert response.headers.get("retry-after") == ("2" if status == 503 else None)
    shown = read(response)
    assert shown.one(id="failure").one("h2").text == heading
    assert "secret-host" not in response.text
    assert "Traceback" not in response.text
    assert "secret-host" in "".join(capsys.readouterr())
    if "from" in address:
        assert [shown.one("input", id=name)["value"] for name in ("from", "to", "q")] == ["1", "34", "gas"]
