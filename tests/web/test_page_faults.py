"""What cannot be answered is said on the page, beside its field, with what was typed kept."""

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
    "?from=1&to=2&through_removed=perhaps": (422, {"through_removed": "valid boolean"}),
    "?manufacturer=FE0": (422, {"manufacturer": "'FE0' is not 4 hex digits"}),
    "?device_model=12": (422, {"device_model": "'12' is not 8 hex digits"}),
    "?firmware_version=1.2.3": (422, {"firmware_version": "is not 8 hex digits"}),
    "?image_hash=ff": (422, {"image_hash": "is not 64 hex digits"}),
    "?status=new": (422, {"status": "'Current' or 'Removed'"}),
    "?q=gas&at=never": (422, {"at": "'never' is not an ISO date"}),
    "?cursor=abc": (422, {"search": "it was not given by this service"}),
    "?from=1&targets=abc": (422, {"choice": "it was not given by this service"}),
    "?q=" + "x" * 201: (422, {"q": "at most 200 characters"}),
    "?from=abc&to=xyz&status=new": (422, {"from": "'abc'", "to": "'xyz'", "status": "'Current'"}),
}


@pytest.mark.parametrize(("address", "expected"), FAULTS.items())
def test_a_fault_stands_beside_its_field(page, address, expected):
    """With the status that the interface would answer, a summary above, and what was typed kept in the fields."""
    status, faults = expected
    shown = page(address, status)
    summary = shown.one(id="faults")
    assert summary["role"] == "alert"
    assert {link["href"][1:] for link in summary.all("a")} == faults.keys()
    for place, said in faults.items():
        assert said in shown.one("strong", id=f"{place}-fault").text
        assert said in summary.text
    for name, (typed,) in parse_qs(address[1:]).items():
        field = shown.all(id=name)
        if field and field[0].tag == "input" and field[0].attributes.get("type") != "checkbox":
            assert field[0]["value"] == typed
            assert ("aria-invalid" in field[0].attributes) == (name in faults)


def test_a_fault_among_the_instants_is_not_folded_away(page):
    """The part of the form that holds it is open."""
    assert "open" in page("?from=1&at=never", 422).one("details").attributes
    assert "open" not in page("?from=1").one("details").attributes


def test_before_the_first_list_the_instant_is_asked_for(examples):
    """No list is in force yet, and none was asked for: the field that would name another day is in view."""
    early = Ticking(EXAMPLE_CLOCK.now.replace(year=2025))
    with TestClient(create_app(Settings(), examples, early)) as client:
        coming, asking = client.get("/"), client.get("/?q=gas")
    assert (coming.status_code, asking.status_code) == (200, 422)
    shown = read(coming)
    assert shown.one(id="at-fault").text.startswith("The first list, 1.001, is in force from 2026-01-05")
    assert "open" in shown.one("details").attributes


def test_a_status_that_there_is_not_stays_chosen(page):
    """So that the reader sees what the complaint is about."""
    options = page("?status=new", 422).one("select", id="status").all("option")
    assert [option.text for option in options if "selected" in option.attributes] == ["new"]


def test_a_bad_number_leaves_the_search_alone(page):
    """Each part of the page answers for itself."""
    assert len(page("?from=abc&q=gas", 422).one("table", id="found").rows()) > 3
    assert page("?from=3&to=14&status=new", 422).one(id="pathway")["data-outcome"] == "route"


def test_an_empty_graph_says_what_to_do(empty):
    """Coming in is no error; asking is, as it is for the interface."""
    for address, status in (("/", 200), ("/?q=", 200), ("/?q=gas", 422), ("/?from=1&to=2", 422), ("/?from=1", 422)):
        response = empty.get(address)
        assert response.status_code == status
        shown = read(response)
        assert shown.one(id="empty").one("h2").text == "Nothing has been loaded yet"
        assert shown.one(id="empty").one("code").text == "pathways load list FILE"
        assert len(shown.all("form")) == 2
        assert shown.one(id="notice").text


@contextmanager
def failing(client, error):
    """The graph fails at whatever is asked of it."""

    class Down:
        def rows(self, query, **given):
            raise error

    services = client.app.state.services
    client.app.state.services = replace(services, graph_cache=GraphCache(Down(), services.clock))
    yield
    client.app.state.services = services


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (EngineUnavailable("secret-host:7687 refused"), 503, "The graph engine cannot be reached"),
        (GraphLocked("secret-host"), 503, "Another process holds the graph"),
        (EngineError("secret-host"), 500, "The graph engine failed"),
    ],
)
@pytest.mark.parametrize("address", ["/", "/?from=1&to=34&q=gas"])
def test_an_engine_that_fails_is_a_page_too(client, capsys, error, status, said, address):
    """No trace and no inner word on the page; the log has them. What was typed is kept for another try."""
    with failing(client, error):
        response = client.get(address)
    assert response.status_code == status
    assert response.headers.get("retry-after") == ("2" if status == 503 else None)
    shown = read(response)
    assert shown.one(id="failure").one("h2").text == said
    assert "secret-host" not in response.text
    assert "Traceback" not in response.text
    assert "secret-host" in "".join(capsys.readouterr())
    if "from" in address:
        assert [shown.one("input", id=name)["value"] for name in ("from", "to", "q")] == ["1", "34", "gas"]
