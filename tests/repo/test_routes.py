"""Every route documents its purpose, its capability, its answers and its parameters."""

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
    device_models,
    devices,
    disclosures,
    entries,
    entry_history,
    findings,
    fir,
    health,
    lists,
    manufacturers,
    pathways,
    plan_check,
    proposals,
    receipts,
    uploads,
    zigbee,
    zigbee_uploads,
)
from service.app import create_app
from service.domain.capabilities import CAPABILITIES
from service.graph.ladybug import LadybugGraph
from service.settings import Settings
from service.web import device_model_page, findings_page, pages, sign_in
from tests.api.test_openapi import APP
from tests.conftest import EXAMPLE_CLOCK

MODULES = (
    pathways,
    answer_history,
    plan_check,
    devices,
    device_models,
    entries,
    entry_history,
    lists,
    manufacturers,
    receipts,
    findings,
    fir,
    disclosures,
    amendments,
    proposals,
    uploads,
    zigbee,
    zigbee_uploads,
    health,
)
ROUTES = [r for module in MODULES for r in module.router.routes if isinstance(r, APIRoute)]
FILES = {"GET /v1/fir", "GET /v1/zigbee/exposure/file"}
"""Routes that answer with a file."""
PAGES = [
    route
    for module in (pages, device_model_page, findings_page, sign_in)
    for route in module.router.routes
    if isinstance(route, APIRoute)
]


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
    "POST /v1/manufacturers",
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
    """The methods and path of a route."""
    return f"{'/'.join(sorted(route.methods))} {route.path}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of the application on an empty graph."""
    graph = LadybugGraph(tmp_path_factory.mktemp("routes") / "graph.lbdb")
    app = create_app(Settings(), graph, EXAMPLE_CLOCK)
    with TestClient(app) as test_client:
        yield test_client
    graph.close()


def test_the_tested_routes_are_all_routes_of_the_application():
    """The tests below cover all routes of the API."""
    operations = {f"{m.upper()} {path}" for path, methods in APP.openapi()["paths"].items() for m in methods}
    assert operations == set(map(name, ROUTES))


@pytest.mark.parametrize("route", ROUTES + PAGES, ids=name)
def test_a_route_has_a_description(route):
    """The docstring is the description in OpenAPI and begins with a sentence."""
    assert re.match(r"[A-Z`].+[.?]", route.endpoint.__doc__ or "")


@pytest.mark.parametrize("route", ROUTES + PAGES, ids=name)
def test_a_route_has_a_capability(route):
    """A capability of the table, enforced by the guard; a route without one cannot be created."""
    assert isinstance(route, GuardedRoute)
    assert route.capability in CAPABILITIES
    with pytest.raises(AttributeError):
        GuardedRoute("/", lambda: None)


def test_an_unguarded_route_is_refused():
    """An unguarded router is refused when it is added."""
    router = APIRouter()
    router.get("/open")(lambda: None)
    with pytest.raises(TypeError, match="is open to everybody"):
        require_guarded(router)


def test_requests_about_restricted_data_and_disclosures_are_unlogged():
    """By the capabilities that routes have: a former name would protect no route."""
    assert sorted(UNLOGGED) == ["audit", "disclosures", "own-disclosures", "zigbee", "zigbee-write"]
    assert {name for route in ROUTES for name in (route.capability, route.also)} >= UNLOGGED


def test_openapi_documents_the_roles_of_each_operation(tmp_path):
    """Each operation has its capability, the roles with their extent, and the security scheme."""
    document = create_app(Settings(auth="on"), LadybugGraph(tmp_path / "graph.lbdb"), EXAMPLE_CLOCK).openapi()
    impact, listed = document["paths"]["/v1/impact"]["post"], document["paths"]["/v1/entries"]["get"]
    assert impact["x-roles"] == {"manufacturer": "for its own entries", "ssc": "in full", "secas": "in full"}
    assert impact["security"] == [{"bearer": ["manufacturer", "ssc", "secas"]}]
    assert listed["security"] == [{}, {"bearer": ["party", "manufacturer", "ssc", "secas"]}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["x-capability"] in CAPABILITIES, path
            assert operation["responses"].keys() >= {"401", "403", "429"}, path


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_a_route_has_a_response_model(route):
    """A model and never a bare dictionary; or a file with documented media types."""
    if name(route) in FILES:
        assert route.responses[200]["content"].keys() >= {"text/csv"}
        return
    schema = TypeAdapter(route.response_model).json_schema()
    models = [route.response_model] if isinstance(route.response_model, type) else list(route.response_model.__args__)
    assert all(issubclass(model, BaseModel) for model in models)
    assert schema.get("properties") or schema.get("anyOf")


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_a_route_refuses_unknown_and_repeated_parameters(route, client):
    """An unknown or repeated parameter is an error that names it, so that a typing error does not become a default."""
    path = route.path.replace("{number}", "1").replace("{id}", "amendment-1")
    for query, where in (("stray=1", {"stray"}), ("at=2026-05-01&at=2026-05-02", {"at"})):
        response = client.request(min(route.methods), f"{path}?{query}")
        assert response.status_code == 422
        assert where <= {fault["where"] for fault in response.json()["errors"]}


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_every_route_that_writes_is_listed(route):
    """Other POST routes are queries too long for an address."""
    assert route.methods == {"GET"} or name(route) in QUESTIONS | CHANGES
