"""The whole interface, well and badly asked, by every kind of caller: no failure of the service, and what the document
says of it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks

from service.app import create_app
from service.settings import Settings
from tests.api.test_openapi import Later
from tests.callers import KINDS, headers_of
from tests.conftest import EXAMPLE_CLOCK, open_examples

LATER = Later()
APP = create_app(Settings(auth="on", rate=0, public_rate=0), LATER, EXAMPLE_CLOCK)
# Schemas of answers are held against by test_openapi.
KEPT = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    schemathesis.checks.not_a_server_error,
]
DOCUMENT = APP.openapi()
for operation in (told for path in DOCUMENT["paths"].values() for told in path.values()):
    del operation["security"]  # it would show keys of its own making
schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def sent(request, tmp_path_factory):
    """What each kind of caller sends to the service over the examples."""
    LATER.graph = open_examples("ladybug", request, tmp_path_factory.mktemp("fuzzed"))
    yield headers_of(LATER.graph, EXAMPLE_CLOCK)
    LATER.graph.close()


@pytest.mark.deep("requests fuzzed by each role")
@schema.parametrize()
@settings(max_examples=2, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_whoever_asks_is_answered_as_the_document_says(sent, case):
    """The very same question, by all of them: who is not let in is told so, whatever it asks."""
    for kind in KINDS:
        response = case.call(app=APP, headers=dict(sent[kind]))
        case.validate_response(response, checks=KEPT)
        roles = case.operation.definition.raw["x-roles"]
        if {"public", *KINDS[kind][0]} & roles.keys():
            assert response.status_code != 401
        else:
            # A body that says to be too large is refused by its head, whoever sends it.
            assert response.status_code in (401 if kind == "public" else 403, 413)
