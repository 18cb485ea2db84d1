"""Generated valid and invalid requests by every kind of caller: no server error, and only documented responses."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks

from service.app import create_app
from service.settings import Settings
from tests.api.test_openapi import COVERAGE, LateGraph
from tests.callers import KINDS, headers_of
from tests.conftest import EXAMPLE_CLOCK, open_examples

LATE_GRAPH = LateGraph()
APP = create_app(Settings(auth="on", rate=0, public_rate=0), LATE_GRAPH, EXAMPLE_CLOCK)
# test_openapi checks the schemas of the responses.
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    schemathesis.checks.not_a_server_error,
]
DOCUMENT = APP.openapi()
for operation in (method for path in DOCUMENT["paths"].values() for method in path.values()):
    del operation["security"]  # otherwise schemathesis would send generated keys
schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(COVERAGE))


@pytest.fixture(scope="module")
def sent(request, tmp_path_factory):
    """Authorization headers by kind of caller, for the service over the examples."""
    LATE_GRAPH.graph = open_examples("ladybug", request, tmp_path_factory.mktemp("fuzzed"))
    yield headers_of(LATE_GRAPH.graph, EXAMPLE_CLOCK)
    LATE_GRAPH.graph.close()


@pytest.mark.deep("requests fuzzed by each role")
@schema.parametrize()
@settings(max_examples=2, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_caller_gets_a_documented_response(sent, case):
    """A caller without access gets 401 or 403, whatever the request."""
    for kind in KINDS:
        response = case.call(app=APP, headers=dict(sent[kind]))
        case.validate_response(response, checks=CHECKS)
        roles = case.operation.definition.raw["x-roles"]
        if {"public", *KINDS[kind][0]} & roles.keys():
            assert response.status_code != 401
        else:
            # A body with too large a Content-Length is refused before the access check.
            assert response.status_code in (401 if kind == "public" else 403, 413)
