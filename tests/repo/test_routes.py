"""Every route says what it does, what it answers and what it may be asked."""

import re

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from starlette.testclient import TestClient

from service.api.authorisation import UNLOGGED, GuardedRoute, require_guarded
from service.api.routers import (
    amendments,
    answer_history,
    devices,
    disclosures,
    entries,
    entry_history,
    findings,
    fir,
    health,
    lists,
    pathways,
    plan_check,
    proposals,
    receipts,
    uploads,
    zigbee,
    zigbee_files,
)
from service.app import create_app
from service.domain.capabilities import CAPABILITIES
from service.graph.ladybug import LadybugGraph
from service.settings import Settings
from service.web import pages, sign_in
from tests.conftest import EXAMPLE_CLOCK

PARTS = (
    pathways,
    answer_history,
    plan_check,
    devices,
    entries,
    entry_history,
    lists,
    receipts,
    findings,
    fir,
    disclosures,
    amendments,
    proposals,
    uploads,
    zigbee,
    zigbee_files,
    health,
)
ROUTES = [r for part in PARTS for r in part.router.routes if isinstance(r, APIRoute)]
FILES = {"GET /v1/fir", "GET /v1/zigbee/exposure/file"}
"""Routes that answer with a file."""
PAGES = [route for part in (pages, sign_in) for route in part.router.routes if isinstance(route, APIRoute)]


QUESTIONS = {
    "POST /v1/pathways",
    "POST /v1/pathways/check",
    "POST /v1/resolve",
    "POST /v1/receipts/verify",
    "POST /v1/impact",
    "POST /v1/zigbee/exposure",
}
CHANGES = {
    "POST /v1/amendments",
    "POST /v1/amendments/{id}/revert",
    "POST /v1/lists",
    "POST /v1/bases",
    "POST /v1/proposals",
    "POST /v1/proposals/{id}/accept",
    "POST /v1/proposals/{id}/reject",
    "PUT /v1/entries/{number}/zigbee",
    "POST /v1/zigbee",
    "POST /v1/zigbee/orders",
}
"""Routes that write."""


def name(route):
    """A route as it is asked."""
    return f"{'/'.join(sorted(route.methods))} {route.path}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The application over an empty graph."""
    graph = LadybugGraph(tmp_path_factory.mktemp("routes") / "graph.lbdb")
    app = create_app(Settings(), graph, EXAMPLE_CLOCK)
    with TestClient(app) as found:
        yield found
    graph.close()


def test_the_application_serves_these_routes_and_no_others(client):
    """What the tests below look at is all that there is for programs."""
    told = {f"{m.upper()} {path}" for path, methods in client.app.openapi()["paths"].items() for m in methods}
    assert told == set(map(name, ROUTES))


@pytest.mark.parametrize("route", ROUTES + PAGES, ids=name)
def test_a_route_says_what_it_does(route):
    """Its docstring is what OpenAPI tells; it begins with a sentence."""
    assert re.match(r"[A-Z`].+[.?]", route.endpoint.__doc__ or "")


@pytest.mark.parametrize("route", ROUTES + PAGES, ids=name)
def test_a_route_says_who_may(route):
    """One of the table's capabilities, held by the guard; without one there is no route."""
    assert isinstance(route, GuardedRoute)
    assert route.capability in CAPABILITIES
    with pytest.raises(AttributeError):
        GuardedRoute("/", lambda: None)


def test_an_application_with_a_route_that_is_open_is_not_made():
    """A router that forgets the guard is refused when it is put in."""
    router = APIRouter()
    router.get("/open")(lambda: None)
    with pytest.raises(TypeError, match="is open to everybody"):
        require_guarded(router)


def test_requests_about_restricted_data_and_disclosures_are_unlogged():
    """By the capabilities that routes have: a former name would protect no route."""
    assert sorted(UNLOGGED) == ["audit", "disclosures", "zigbee", "zigbee-write"]
    assert {route.capability for route in ROUTES} >= UNLOGGED


def test_openapi_tells_who_may(tmp_path):
    """At each operation the capability, the roles that may and how far, and what must be shown."""
    told = create_app(Settings(auth="on"), LadybugGraph(tmp_path / "graph.lbdb"), EXAMPLE_CLOCK).openapi()
    impact, listed = told["paths"]["/v1/impact"]["post"], told["paths"]["/v1/entries"]["get"]
    assert impact["x-roles"] == {"manufacturer": "for its own entries", "ssc": "in full", "secas": "in full"}
    assert impact["security"] == [{"bearer": ["manufacturer", "ssc", "secas"]}]
    assert listed["security"] == [{}, {"bearer": ["party", "manufacturer", "ssc", "secas"]}]
    assert told["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, methods in told["paths"].items():
        for operation in methods.values():
            assert operation["x-capability"] in CAPABILITIES, path
            assert operation["responses"].keys() >= {"401", "403", "429"}, path


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_a_route_says_what_it_answers(route):
    """A model of its own, never a bare dictionary; or a file, of media types that are told."""
    if name(route) in FILES:
        assert route.responses[200]["content"].keys() >= {"text/csv"}
        return
    schema = TypeAdapter(route.response_model).json_schema()
    models = [route.response_model] if isinstance(route.response_model, type) else list(route.response_model.__args__)
    assert all(issubclass(model, BaseModel) for model in models)
    assert schema.get("properties") or schema.get("anyOf")


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_a_route_refuses_what_it_does_not_know(route, client):
    """An unknown parameter is an error that names it, as is one given twice: a typing error is no default."""
    path = route.path.replace("{number}", "1").replace("{id}", "amendment-1")
    for query, where in (("stray=1", {"stray"}), ("at=2026-05-01&at=2026-05-02", {"at"})):
        response = client.request(min(route.methods), f"{path}?{query}")
        assert response.status_code == 422
        assert where <= {fault["where"] for fault in response.json()["errors"]}


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_a_route_that_writes_is_known(route):
    """Whatever else is posted is a question too long for an address."""
    assert route.methods == {"GET"} or name(route) in QUESTIONS | CHANGES
