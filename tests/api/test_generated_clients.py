"""Clients that generators make of the OpenAPI document: nothing is left out, and every response has its type."""

import importlib
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import httpx
import pytest
import uvicorn

from service.api.request_log import RequestLog
from service.app import create_app
from service.schemas.requests.examples import CSV_EXAMPLES, JSON_EXAMPLES
from service.schemas.requests.files import UPLOAD_MEDIA_TYPES
from service.settings import Settings
from tests.api.test_openapi import APP
from tests.conftest import Ticking, open_examples
from tests.loaders.zigbee_files import load_zigbee_examples

pytestmark = pytest.mark.seconds(10)

PACKAGE = "generated_pathways_client"
TOOLS = Path(sys.executable).parent
CLOCK = Ticking(datetime(2026, 6, 1, 12, tzinfo=UTC))
PROBLEM = {"type": "urn:firmware-pathways:problem:internal", "title": "t", "status": 500, "detail": "d"}


def run(*command: object) -> str:
    """What a generator writes on both of its streams; it must succeed."""
    environment = os.environ | {"PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def document():
    """The document as anybody gets it, through JSON."""
    return json.loads(json.dumps(APP.openapi()))


@pytest.fixture(scope="session")
def operations(document):
    """Each operation of the document by its id."""
    return {told["operationId"]: told for path in document["paths"].values() for told in path.values()}


@pytest.fixture(scope="session")
def generated(document, tmp_path_factory):
    """The folder with both clients, and what openapi-python-client said. Made once, since it takes some seconds."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(document))
    generate = [TOOLS / "openapi-python-client", "generate", "--meta", "none", "--path", folder / "openapi.json"]
    said = run(*generate, "--output-path", folder / PACKAGE)
    models = ["--input", folder / "openapi.json", "--input-file-type", "openapi", "--output", folder / "models.py"]
    style = ["--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin", "--use-annotated"]
    assert run(TOOLS / "datamodel-codegen", *models, *style) == ""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder, said


@pytest.fixture(scope="session")
def functions(generated):
    """Each generated operation as its module, by its id."""
    folder, _ = generated
    paths = (folder / PACKAGE / "api").glob("*/*.py")
    return {
        path.stem: importlib.import_module(f"{PACKAGE}.api.{path.parent.name}.{path.stem}")
        for path in paths
        if path.stem != "__init__"
    }


@pytest.fixture(scope="module")
def client(generated, request, tmp_path_factory):
    """A generated client of a running server over the examples, on Ladybug: both engines have one document."""
    graph = open_examples("ladybug", request, tmp_path_factory.mktemp("generated-clients"))
    load_zigbee_examples(graph, Ticking(CLOCK.now.replace(hour=11)))
    app = RequestLog(create_app(Settings(), graph, CLOCK))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    module = importlib.import_module(PACKAGE)
    with module.Client(base_url=f"http://127.0.0.1:{port}", timeout=httpx.Timeout(60)) as made:
        yield made
    server.should_exit = True
    thread.join(20)
    graph.close()


EXAMPLES_OF_UNIONS = {"Receipt"}
"""The schemas of the examples of bodies that may have one of several schemas."""


@pytest.fixture(scope="module")
def call(client, functions):
    """Calls an operation through its generated function, with the example of its body."""
    types = importlib.import_module(f"{PACKAGE}.types")

    def called(operation, body=None, **parameters):
        function = functions[operation]
        if operation in CSV_EXAMPLES:
            parameters["body"] = types.File(payload=io.BytesIO(CSV_EXAMPLES[operation].encode()))
        elif operation in JSON_EXAMPLES:
            model = function._get_kwargs.__annotations__["body"]
            if get_args(model):
                (model,) = (one for one in get_args(model) if one.__name__ in EXAMPLES_OF_UNIONS)
            parameters["body"] = model.from_dict(JSON_EXAMPLES[operation] | (body or {}))
        CLOCK.forward(seconds=1)
        return function.sync_detailed(client=client, **parameters)

    return called


def response_types(response):
    """The names of the types of a response: those of its schemas; `str` or `File` for one that is no JSON."""
    content = response["content"]
    schemas = [media_type["schema"] for kind, media_type in content.items() if "json" in kind and media_type]
    if not schemas:
        return {"str", "File"}
    parts = schemas[0].get("anyOf", [schemas[0]])
    return {part["$ref"].rpartition("/")[2] for part in parts}


def test_every_operation_is_generated(generated, operations, functions):
    """The one thing that the generator reports is that it sends no spreadsheet under a media type of its own."""
    _, said = generated
    assert functions.keys() == operations.keys()
    assert "will not be generated" not in said
    uploads = {f"POST /v1/{path}" for path in ("lists", "bases", "zigbee", "zigbee/orders")}
    warnings = re.findall(r"^WARNING parsing (\S+ \S+) within \w+\.\n\n(.+)$", said, re.MULTILINE)
    assert len(warnings) == len(re.findall("WARNING|ERROR", said)) == len(uploads) * len(UPLOAD_MEDIA_TYPES)
    assert {place for place, _ in warnings} == uploads
    known = {f"Unsupported content type {kind}" for kind in UPLOAD_MEDIA_TYPES.values()} | {"Invalid content type"}
    assert {warning for _, warning in warnings} <= known


def test_every_schema_is_generated_under_its_name(document, generated):
    """In both clients, and enumerations as such; no class has a number behind its name but for an alias of a text."""
    folder, _ = generated
    models = importlib.import_module(f"{PACKAGE}.models")
    names = document["components"]["schemas"].keys()
    sent = {name for name in names if hasattr(models, name)}
    assert names == sent
    written = (folder / "models.py").read_text()
    classes = dict(re.findall(r"^class (\w+)\((.+)\):$", written, re.MULTILINE))
    assert names <= classes.keys()
    enumerations = {name for name, base in classes.items() if base in ("Enum", "StrEnum")}
    assert enumerations == {name for name, schema in document["components"]["schemas"].items() if "enum" in schema}
    assert {name: base for name, base in classes.items() if re.search(r"\d$", name) and base == "BaseModel"} == {}
    compile(written, "models.py", "exec")


def test_every_refusal_is_typed(functions, operations, client):
    """Every documented status from 400 on is a ProblemDetails, with a member that this service added."""
    for name, operation in operations.items():
        for status in (int(status) for status in operation["responses"] if status >= "400"):
            body = PROBLEM | {"status": status, "errors": [{"where": "at", "detail": "at is missing"}]}
            parsed = functions[name]._parse_response(client=client, response=httpx.Response(status, json=body))
            assert (type(parsed).__name__, parsed.status) == ("ProblemDetails", status), (name, status)
            assert parsed.errors[0].where == "at"


WHY = {"by": "Ada Example", "reason": "example"}
READ = {
    "get_pathway": {"from_": "1", "to": "34"},
    "list_changes": {"from_": "10", "to": "46"},
    "list_targets": {"number": "6"},
    "list_origins": {"number": "58"},
    "get_upgrade_graph": {"device_model": "FE01-10010100"},
    "search_entries": {"q": "fictional"},
    "get_entry": {"number": "46"},
    "get_entry_history": {"number": "46"},
    "get_list_versions": {},
    "get_list_version": {"number": "1.002"},
    "get_list_impact": {"number": "1.002"},
    "list_manufacturers": {},
    "get_receipt_keys": {},
    "list_findings": {},
    "export_fir": {},
    "list_disclosures": {},
    "list_amendments": {},
    "list_proposals": {},
    "list_zigbee_entries": {},
    "get_exposure": {"stack_vendor": "Larkspur Radio"},
    "download_exposure": {"chipset_part": "OS7"},
    "list_audit": {},
    "get_liveness": {},
    "get_readiness": {},
    "answer_batch": {},
    "check_plan": {},
    "resolve_device": {},
    "preview_impact": {},
    "verify_receipt": {},
    "get_device_exposure": {},
    "load_list": {"file": "list.csv", "by": "Ada", "dry_run": True, "allow_absent": True, "skip_refused": True},
    "load_bases": {"file": "bases.csv", "dry_run": True, **WHY},
    "load_zigbee": {"file": "zigbee.csv", "dry_run": True, "reason": "example"},
    "load_stack_order": {"file": "order.csv", "dry_run": True, "reason": "example"},
}
WRITTEN = {
    "put_statement", "propose", "get_proposal", "preview_proposal", "accept_proposal", "reject_proposal",
    "get_amendment", "get_amendment_impact", "preview_revert", "revert_amendment", "make_amendment",
    "name_manufacturers",
}  # fmt: skip


def checked(operation, answer, status=200):
    """The answer's content, which must have the type that the document names for its status."""
    found = answer.status_code, type(answer.parsed).__name__
    assert found[0] == status, (operation, answer)
    assert found[1] in response_types(operation["responses"][str(status)]), (operation, found)
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    return answer.parsed


@pytest.mark.parametrize("operation", READ)
def test_an_answer_has_its_type(call, operations, operation):
    """Every operation that changes nothing, asked of a running server."""
    checked(operations[operation], call(operation, **READ[operation]))


def test_every_operation_is_called(operations):
    """By the tests of this file, with a running server."""
    assert operations.keys() == READ.keys() | WRITTEN


def test_answers_are_typed_to_their_last_member(call, functions):
    """Enumerations are enumerations and instants are instants, several levels deep."""
    models = importlib.import_module(f"{PACKAGE}.models")
    pathway = call("get_pathway", from_="1", to="34").parsed
    assert pathway.outcome is models.Outcome.ROUTE
    assert (pathway.steps[0].base, pathway.receipt.question.from_) == ("000001", "000001")
    assert call("check_plan").parsed.verdict in models.Verdict
    resolved = call("resolve_device").parsed
    assert resolved.outcome in models.ResolveOutcome
    assert {type(match).__name__ for match in resolved.matches} == {"DeviceMatch"}
    findings = call("list_findings", severity=models.Severity.MISSING).parsed
    assert {finding.severity for finding in findings.items} == {models.Severity.MISSING}


def test_changes_have_their_types(call, functions, client, operations):
    """A statement; a proposal accepted, taken back and made again as an amendment; a proposal rejected."""

    def done(operation, status, body=None, **parameters):
        parsed = checked(operations[operation], call(operation, body, **parameters), status)
        if status == 201:  # a retry has the same content under another status
            again = httpx.Response(200, json=parsed.to_dict())
            assert type(functions[operation]._parse_response(client=client, response=again)) is type(parsed)
        return parsed

    done("put_statement", 200, number="30")
    proposal = done("propose", 201).proposal
    assert done("get_proposal", 200, id=proposal.id).state.value == "open"
    impact = done("preview_proposal", 200, id=proposal.id)
    accepted = done("accept_proposal", 201, {"impact": impact.id}, id=proposal.id)
    name = accepted.amendment.id
    assert done("get_amendment", 200, id=name).changes[0].entry == "000014"
    assert done("get_amendment_impact", 200, id=name).counts == impact.counts
    revert = done("preview_revert", 200, id=name)
    assert done("revert_amendment", 201, {"impact": revert.id}, id=name).amendment.reverts == name
    again = done("make_amendment", 201, {"impact": call("preview_impact").parsed.id, "id": "an-example"})
    assert again.amendment.id == "an-example"
    retried = done("make_amendment", 200, {"impact": "", "id": "an-example"})
    assert retried.amendment.id == "an-example"
    assert done("name_manufacturers", 201, {"id": "names-0001"}).id == "names-0001"
    other = done("propose", 201, {"edits": [{"entry": "000002", "bases": None, "accept": []}]}).proposal
    assert done("reject_proposal", 200, id=other.id).decision.reason == JSON_EXAMPLES["reject_proposal"]["reason"]
    decided = done("accept_proposal", 409, id=other.id)
    assert decided.state == "rejected"


def test_refusals_of_a_running_server_are_typed(call, operations):
    """A malformed question, an unknown entry, an impact that is out of date, a file that cannot be read."""
    wrong = checked(operations["get_pathway"], call("get_pathway", from_="x", to="34"), 422)
    assert [field.where for field in wrong.errors] == ["from"]
    assert checked(operations["get_entry"], call("get_entry", number="999999"), 404).entry == "999999"
    edits = [{"entry": "000002", "bases": None}]
    moved = checked(operations["make_amendment"], call("make_amendment", {"impact": "0" * 64, "edits": edits}), 409)
    assert type(moved.impact).__name__ == "Impact"
    refused = checked(operations["load_bases"], call("load_bases", file="bases.xlsx", dry_run=True, **WHY), 422)
    assert refused.refusals[0].file == "bases.xlsx"
