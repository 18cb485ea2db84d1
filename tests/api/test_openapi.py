"""The OpenAPI document: valid, complete about errors, and true of the service's responses."""

import json
import re
from typing import get_args

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks
from starlette.testclient import TestClient

from service.app import create_app
from service.domain.limits import Limits
from service.errors import UnsupportedMediaType
from service.schemas.enumerations import ENUMERATIONS
from service.schemas.field_descriptions import FIELD_DESCRIPTIONS, OWN_DESCRIPTIONS
from service.schemas.requests.amendments import AmendmentHeader, AmendmentRequest
from service.schemas.requests.bodies import BatchQuestion
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.requests.edits import ImpactQuestion
from service.schemas.requests.examples import CSV_EXAMPLES
from service.schemas.requests.files import UPLOAD_MEDIA_TYPES
from service.schemas.requests.manufacturers import ManufacturerNamesRequest
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.requests.proposals import DecisionRequest, ProposalAcceptance, ProposalRequest
from service.schemas.requests.zigbee import DeviceExposureQuestion, ZigbeeStatementRequest
from service.schemas.responses.receipts import Receipt
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, Ticking, open_examples
from tests.loaders.zigbee_files import load_zigbee_examples
from tests.properties import QUICK, share

pytestmark = pytest.mark.seconds(11)

PROBLEM_JSON = "application/problem+json"
FILES = {"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class LateGraph:
    """A stand-in for a graph that the `app` fixture sets; the document is needed before, when pytest collects the
    tests."""

    graph = None

    def __getattr__(self, name):
        return getattr(self.graph, name)


LATE_GRAPH = LateGraph()
# Generated bodies have any size; test_bodies covers the limit.
APP = create_app(Settings(), LATE_GRAPH, EXAMPLE_CLOCK, limits=Limits(body_bytes=1_000_000_000))


@pytest.fixture(scope="module")
def app(request, tmp_path_factory):
    """The application over the examples, on Ladybug alone; the document does not depend on the engine."""
    LATE_GRAPH.graph = open_examples("ladybug", request, tmp_path_factory.mktemp("openapi"))
    load_zigbee_examples(LATE_GRAPH.graph, Ticking(EXAMPLE_CLOCK.now.replace(hour=11)))
    yield APP
    LATE_GRAPH.graph.close()


@pytest.fixture(scope="module")
def document():
    """The document as callers get it, through JSON."""
    return json.loads(json.dumps(APP.openapi()))


@pytest.fixture(scope="module")
def operations(document):
    """Every operation by method and path."""
    paths = document["paths"].items()
    return {f"{method.upper()} {path}": operation for path, methods in paths for method, operation in methods.items()}


def test_the_document_is_valid_openapi(document):
    """The document conforms to the OpenAPI 3.1 schema, and every reference resolves."""
    schemathesis.openapi.from_dict(document).validate()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named
    assert named == document["components"]["schemas"].keys()


def test_the_document_has_every_route_of_the_contract(operations):
    """The document has no other route."""
    assert operations.keys() == {
        "GET /v1/pathways",
        "POST /v1/pathways",
        "GET /v1/pathways/changes",
        "POST /v1/resolve",
        "GET /v1/entries",
        "GET /v1/entries/{number}",
        "GET /v1/entries/{number}/targets",
        "GET /v1/device-models/{device_model}",
        "GET /v1/entries/{number}/origins",
        "GET /v1/entries/{number}/history",
        "POST /v1/pathways/check",
        "GET /v1/manufacturers",
        "POST /v1/manufacturers",
        "GET /v1/lists",
        "GET /v1/lists/{number}",
        "GET /v1/lists/{number}/impact",
        "GET /v1/receipts/key",
        "POST /v1/receipts/verify",
        "GET /v1/findings",
        "GET /v1/fir",
        "POST /v1/impact",
        "GET /v1/amendments",
        "POST /v1/amendments",
        "GET /v1/amendments/{id}",
        "GET /v1/amendments/{id}/impact",
        "GET /v1/amendments/{id}/revert",
        "POST /v1/amendments/{id}/revert",
        "POST /v1/lists",
        "POST /v1/bases",
        "GET /v1/proposals",
        "POST /v1/proposals",
        "GET /v1/proposals/{id}",
        "GET /v1/proposals/{id}/impact",
        "POST /v1/proposals/{id}/accept",
        "POST /v1/proposals/{id}/reject",
        "GET /v1/zigbee/entries",
        "GET /v1/zigbee/exposure",
        "POST /v1/zigbee/exposure",
        "GET /v1/zigbee/exposure/file",
        "PUT /v1/entries/{number}/zigbee",
        "POST /v1/zigbee",
        "POST /v1/zigbee/orders",
        "GET /v1/audit",
        "GET /v1/disclosures",
        "GET /healthz",
        "GET /readyz",
    }


def test_errors_are_problem_documents(operations):
    """Every status from 400 on has the media type `application/problem+json` and the schema ProblemDetails only."""
    for name, operation in operations.items():
        refusals = {status: response for status, response in operation["responses"].items() if status >= "400"}
        assert refusals.keys() >= {"422", "500", "503"}, name
        # these operations name no entry that could be unknown
        without_entry = re.search(
            "lists$|bases|receipts|findings|fir|v1/impact|amendments$|proposals$|v1/zigbee|audit|disclosures"
            "|manufacturers",
            name,
        )
        assert ("404" in refusals) == ("/v1/" in name and not without_entry), name
        assert (refusals.keys() >= {"408", "413"}) == ("requestBody" in operation), name
        for response in refusals.values():
            schema = {"$ref": "#/components/schemas/ProblemDetails"}
            assert response["content"] == {PROBLEM_JSON: {"schema": schema}}, name


MOMENT = {"before-first-list", "before-first-record", "known-at-in-future"}


def test_every_problem_type_is_documented_per_status(operations):
    """A caller can read which problem types a request with instants may get."""
    responses = operations["GET /v1/pathways"]["responses"]
    slugs = {status: set(re.findall(r"`([a-z-]+)`", response["description"])) for status, response in responses.items()}
    assert slugs["404"] == {"unknown-entry"}
    assert slugs["422"] == MOMENT | {"invalid-question", "too-much-work"}
    assert slugs["401"] == {"sign-in-needed", "credential-refused"}
    assert slugs["403"] == {"access-refused", "not-allowed", "cross-site"}
    assert slugs["429"] == {"too-many-requests"}
    engine = {"engine-unavailable", "engine-held", "engine-memory", "writes-refused", "outcome-unknown", "clock-behind"}
    assert slugs["503"] == engine | {"sign-in-unavailable", "overloaded", "stopped"}
    assert slugs["500"] == {"internal", "engine-failed", "schema-refused"}


def test_every_parameter_is_described(operations):
    """Each parameter has a description, and a schema without null."""
    for name, operation in operations.items():
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (name, parameter["name"])
            assert "null" not in json.dumps(parameter["schema"]), (name, parameter["name"])


def test_response_schemas_are_closed(document, operations):
    """Objects list all their fields; only ProblemDetails and Health allow additional properties."""
    for name, operation in operations.items():
        content = operation["responses"]["200"]["content"]
        assert (content.keys() == FILES) is (name in {"GET /v1/fir", "GET /v1/zigbee/exposure/file"}), name
        assert all(content[kind]["schema"] for kind in content.keys() & {"application/json", *FILES}), name
        assert content.keys() & {"application/json", *FILES}, name
    schemas = document["components"]["schemas"].items()
    loose = {name for name, said in schemas if "enum" not in said and said.get("additionalProperties", True)}
    assert loose == {"ProblemDetails", "Health"}


OPERATION_IDS = """
accept_proposal answer_batch check_plan download_exposure export_fir get_amendment get_amendment_impact
get_device_exposure get_entry get_entry_history get_exposure get_list_impact get_list_version get_list_versions
get_liveness get_pathway get_proposal get_readiness get_receipt_keys get_upgrade_graph list_amendments list_audit
list_changes list_disclosures list_findings list_manufacturers list_origins list_proposals list_targets
list_zigbee_entries load_bases load_list load_stack_order load_zigbee make_amendment name_manufacturers preview_impact
preview_proposal preview_revert propose put_statement reject_proposal resolve_device revert_amendment search_entries
verify_receipt
"""


def test_operation_ids_are_short_and_stable(operations):
    """Generated clients name their functions after them, so that a changed one breaks every caller."""
    assert sorted(operation["operationId"] for operation in operations.values()) == OPERATION_IDS.split()


def test_schema_names_are_unique_and_plain(document):
    """No name of a module, no pair for input and output, no parameters of a generic class: one word for one thing."""
    names = document["components"]["schemas"].keys()
    assert [name for name in names if not re.fullmatch(r"([A-Z][a-z0-9]+)+", name)] == []
    titles = [schema["title"] for schema in document["components"]["schemas"].values()]
    assert sorted(titles) == sorted(names)


def inline_enumerations(part):
    """Every list of values in a part of the document."""
    if isinstance(part, list):
        return [values for item in part for values in inline_enumerations(item)]
    if not isinstance(part, dict):
        return []
    own = [part["enum"]] if isinstance(part.get("enum"), list) else []
    return own + [values for value in part.values() for values in inline_enumerations(value)]


def test_every_enumeration_has_a_name(document):
    """Generators name an inline one after each place of its use. No two have the same values, or one name is lost."""
    schemas = document["components"]["schemas"]
    assert len({frozenset(get_args(values)) for values in ENUMERATIONS.values()}) == len(ENUMERATIONS)
    for name, values in ENUMERATIONS.items():
        assert schemas[name] == {"type": "string", "enum": list(get_args(values)), "title": name}
    rest = [schema for name, schema in schemas.items() if name not in ENUMERATIONS]
    assert inline_enumerations([document["paths"], rest]) == []


MODELS = {
    "answer_batch": BatchQuestion,
    "check_plan": PlanQuestion,
    "resolve_device": ResolveQuestion,
    "preview_impact": ImpactQuestion,
    "make_amendment": AmendmentRequest,
    "name_manufacturers": ManufacturerNamesRequest,
    "revert_amendment": AmendmentHeader,
    "propose": ProposalRequest,
    "accept_proposal": ProposalAcceptance,
    "reject_proposal": DecisionRequest,
    "get_device_exposure": DeviceExposureQuestion,
    "put_statement": ZigbeeStatementRequest,
    "verify_receipt": Receipt,
}


def test_every_request_body_has_an_example(operations):
    """A JSON example is what the model of the body takes; a file is accepted as octets too, and never as a form."""
    with_body = {
        told["operationId"]: told["requestBody"]["content"] for told in operations.values() if "requestBody" in told
    }
    assert with_body.keys() == MODELS.keys() | CSV_EXAMPLES.keys()
    for name, content in with_body.items():
        if name in MODELS:
            assert content.keys() == {"application/json"}
            MODELS[name].model_validate_json(json.dumps(content["application/json"]["example"]))
        else:
            assert content.keys() == {*UPLOAD_MEDIA_TYPES.values(), "application/octet-stream"}
            assert (
                content["application/octet-stream"]["example"] == content["text/csv"]["example"] == CSV_EXAMPLES[name]
            )


def test_every_field_is_described(document):
    """In words of its model, or those that its name has everywhere; and no words are left of a field that is gone."""
    schemas = document["components"]["schemas"]
    fields = {f"{name}.{field}": part for name, schema in schemas.items() for field, part in fields_of(schema)}
    assert [name for name, part in fields.items() if not part.get("description")] == []
    assert {name.partition(".")[2] for name in fields} >= FIELD_DESCRIPTIONS.keys()
    assert fields.keys() >= OWN_DESCRIPTIONS.keys()
    assert [text for name, text in OWN_DESCRIPTIONS.items() if fields[name]["description"] != text] == []


def fields_of(schema):
    """The fields of an object's schema; none of an enumeration."""
    return schema.get("properties", {}).items()


def test_the_server_and_the_request_id_are_described(document, operations):
    """A client that is given the document alone knows where to ask, and what to quote when an answer is wrong."""
    assert [server["url"] for server in document["servers"]] == ["/"]
    for name, told in operations.items():
        for status, response in told["responses"].items():
            assert response["headers"]["X-Request-ID"]["$ref"] == "#/components/headers/X-Request-ID", (name, status)
    assert "X-Request-ID" in document["components"]["headers"]


def test_a_file_is_taken_as_octets(app):
    """The form of an upload that a generated client sends; as a form it is refused, since any page may send one."""
    with TestClient(app) as client:
        address = "/v1/bases?file=bases.csv&by=a&reason=b&dry_run=true"
        octets = {"Content-Type": "application/octet-stream"}
        taken = client.post(address, content=CSV_EXAMPLES["load_bases"], headers=octets)
        assert (taken.status_code, taken.json()["applied"]) == (200, False)
        refused = client.post(address, files={"file": ("bases.csv", CSV_EXAMPLES["load_bases"])})
        assert (refused.status_code, refused.json()["title"]) == (415, UnsupportedMediaType.title)


def test_every_spelling_of_a_device_is_described(document):
    """The names of the list and of DUIS, each with a description; other names are refused."""
    said = document["components"]["schemas"]["DeviceRequest"]
    assert said["additionalProperties"] is False
    assert {"manufacturer", "DeviceManufacturer", "firmware_version", "FirmwareVersion"} <= said["properties"].keys()
    assert all(attribute["description"] for attribute in said["properties"].values())


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_no_page_loads_scripts_from_another_origin(app, path):
    """FastAPI's own pages would load such scripts; a page at these paths, if any, names no other origin."""
    with TestClient(app) as client:
        response = client.get(path)
    assert response.status_code in (200, 404)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", response.text)


CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
    schemathesis.checks.not_a_server_error,
]


# 4,000 boundary values of parameters, which take 30 of the 40 seconds: the deep half and its slices try them.
COVERAGE = {"phases": {"coverage": {"enabled": share(1, QUICK) > QUICK}}}
schema = schemathesis.openapi.from_dict(APP.openapi(), config=SchemathesisConfig.from_dict(COVERAGE))


@schemathesis.serializer(*UPLOAD_MEDIA_TYPES.values(), "application/octet-stream")
def encode_file(context, value):
    """Sends a generated file without another encoding."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schema.parametrize()
@settings(max_examples=share(3, 8), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_responses_conform_to_the_document(app, case):
    """Generated valid and invalid requests: no server error, and every response is documented."""
    case.call_and_validate(checks=CHECKS, app=app)


ANSWERED = [
    ("/v1/pathways", {}, {"from": "6", "to": "58"}),
    ("/v1/pathways", {}, {"from": "16", "to": "42"}),
    ("/v1/pathways", {}, {"from": "7", "to": "51", "at": "2026-05-01", "known_at": "2026-06-01T11:00:00Z"}),
    ("/v1/pathways", {}, {"from": "17", "to": "28"}),
    ("/v1/pathways", {}, {"from": "15", "to": "55", "through_removed": "true"}),
    ("/v1/pathways", {}, {"from": "15", "to": "55"}),
    ("/v1/pathways", {}, {"from": "8", "to": "50"}),
    ("/v1/pathways", {}, {"from": "61", "to": "63", "at": "2026-02-01"}),
    ("/v1/entries", {}, {}),
    ("/v1/entries", {}, {"limit": "5", "q": "fictional", "status": "Current"}),
    ("/v1/entries/{number}", {"number": "46"}, {}),
    ("/v1/entries/{number}", {"number": "7"}, {}),
    ("/v1/entries/{number}", {"number": "62"}, {"at": "2026-02-01"}),
    ("/v1/entries/{number}/targets", {"number": "6"}, {"limit": "3"}),
    ("/v1/entries/{number}/origins", {"number": "58"}, {}),
    ("/v1/device-models/{device_model}", {"device_model": "FE01-10010100"}, {}),
    ("/v1/device-models/{device_model}", {"device_model": "FE02:20010100"}, {"through_removed": "true"}),
    ("/v1/entries/{number}/history", {"number": "46"}, {}),
    ("/v1/entries/{number}/history", {"number": "42"}, {"limit": "1", "at": "2026-05-01"}),
    ("/v1/lists", {}, {"limit": "1"}),
    ("/v1/pathways/changes", {}, {"from": "10", "to": "46"}),
    ("/v1/pathways/changes", {}, {"from": "1", "to": "34", "since": "2026-06-01T08:30:00Z", "limit": "1"}),
    ("/v1/findings", {}, {}),
    ("/v1/findings", {}, {"known_at": "2026-06-01T08:30:00Z", "limit": "3"}),
    ("/v1/fir", {}, {}),
    ("/v1/zigbee/entries", {}, {}),
    ("/v1/zigbee/entries", {}, {"state": "unknown", "limit": "3"}),
    ("/v1/zigbee/exposure", {}, {"stack_vendor": "Larkspur Radio", "stack_version_to": "6.1.0"}),
    ("/v1/zigbee/exposure", {}, {"stack_vendor": "Larkspur", "avoid": "exposed"}),
    ("/v1/zigbee/exposure/file", {}, {"chipset_part": "OS7"}),
    ("/v1/audit", {}, {}),
    ("/v1/disclosures", {}, {}),
]


@pytest.mark.parametrize(("path", "path_parameters", "query"), ANSWERED)
def test_example_responses_conform_to_the_document(app, path, path_parameters, query):
    """Every kind of answer, nulls included, conforms to the schema of its route."""
    case = schema[path]["GET"].Case(path_parameters=path_parameters, query=query)
    response = case.call(app=app)
    assert response.status_code == 200
    case.validate_response(response, checks=CHECKS)


@pytest.mark.parametrize("plan", ["1 2 5", "1 34", "34 1", "10 46", "14 29", "8 50", "1 50", "42 53", "17 28", "3 13"])
def test_every_verdict_conforms_to_the_document(app, plan):
    """Every code of a step conforms to the schema."""
    case = schema["/v1/pathways/check"]["POST"].Case(body={"steps": plan.split()}, media_type="application/json")
    response = case.call(app=app)
    assert response.status_code == 200
    case.validate_response(response, checks=CHECKS)


RESOLVED = [
    {"device": {"DeviceManufacturer": "FE01", "DeviceModel": "10020100", "FirmwareVersion": "02010000"}, "to": "52"},
    {"device": {"device_model": "FE01-10020100", "firmware_version": "02010000", "gbcs_version": "2.1"}, "to": "52"},
    {"device": {"device_model": "FE03-30020000", "firmware_version": "00000301", "status": "Expired"}, "to": None},
    {"device": {"device_model": "FE03-30020000", "firmware_version": "00000999"}, "at": "2026-05-01"},
    {"device": {"image_hash": "0" * 64}, "known_at": "2026-06-01T11:00:00Z", "through_removed": True},
]


@pytest.mark.parametrize("body", RESOLVED)
def test_device_responses_conform_to_the_document(app, body):
    """One match with and without a target; ambiguous device, unknown firmware, unknown device."""
    case = schema["/v1/resolve"]["POST"].Case(body=body, media_type="application/json")
    response = case.call(app=app)
    assert response.status_code == 200
    case.validate_response(response, checks=CHECKS)
