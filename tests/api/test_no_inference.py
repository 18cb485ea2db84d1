"""Restricted ZigBee data cannot be inferred: callers without access get the same answers with any ZigBee data.


Both graphs hold the same list, bases and bands. In each graph the SSC and the manufacturers load, change and read
different ZigBee data before and between the requests of a caller without access. Every byte of every answer is
equal, and no such request runs a statement on the zigbee compartment."""

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from service import cli
from service.app import create_app
from service.application.files import load_stack_version_order, load_transaction, load_zigbee
from service.domain.amendments import AmendmentRecord
from service.graph.protocol import Graph
from service.repositories import compartments
from service.settings import Settings
from tests.callers import headers_of
from tests.cli.conftest import run_here
from tests.conftest import EXAMPLE_CLOCK, Ticking, open_empty
from tests.loaders.files import entry
from tests.loaders.zigbee_files import ZigbeeDesk
from tests.properties import share

EXAMPLES = share(25, least=2)
OTHER = {"manufacturer": "FE02", "model": "0009"}
LISTED = [entry(1), entry(2), entry(3), entry(4, status="Removed"), entry(5, **OTHER), entry(6, firmware_version="3")]
LISTED[5]["image_hash"] = LISTED[2]["image_hash"]
LISTED[5]["firmware_version"] = LISTED[2]["firmware_version"]
BASES = [("1", "N/A"), ("2", "1"), ("3", "2;5"), ("4", "3")]
BANDS = {"000001": "Dual Band", "000005": "Single Band (Sub-GHz)"}
EMPTY = ("", "", "", "")
VALUES = st.tuples(
    *(st.sampled_from(values) for values in (["", "Acme", "Zenith"], ["", "A1"], ["", "Acme"], ["", "1", "2"]))
)
OUTSIDERS = ("public", "party", "secas")
"""Kinds of caller without access to ZigBee data of any entry; a manufacturer has access to that of its own entries."""

ZigbeeFacts = dict[str, tuple[str, ...]]
WORLDS = st.dictionaries(st.sampled_from([row["number"] for row in LISTED]), VALUES)
EVENTS = st.one_of(
    st.tuples(st.just("load"), WORLDS),
    st.tuples(st.just("put"), st.sampled_from(["1", "2", "5", "9"]), VALUES),
    st.tuples(st.just("order"), st.permutations(["1", "2", "3"])),
    st.tuples(st.just("ask"), st.sampled_from(["zigbee/entries", "zigbee/exposure?stack_vendor=Acme", "audit"])),
)
REQUESTS: list[tuple[str, str, Any]] = [
    *(
        ("GET", f"/v1/pathways?from={a}&to={b}&alternatives=1", None)
        for a, b in ((1, 3), (5, 3), (1, 4), (3, 6), (1, 9))
    ),
    ("POST", "/v1/pathways", {"pairs": [["1", "3"], ["3", "1"], ["5", "9"]]}),
    ("POST", "/v1/pathways/check", {"steps": ["1", "2", "3"]}),
    ("POST", "/v1/resolve", {"device": {"manufacturer": "FE01", "firmware_version": "00000001"}, "to": "3"}),
    ("POST", "/v1/impact", {"edits": [{"entry": "3", "bases": ["1"]}]}),
    ("GET", "/v1/entries", None),
    ("GET", "/v1/entries?limit=2", None),
    *(("GET", f"/v1/entries/{number}{part}", None) for number in (1, 5, 9) for part in ("", "/targets", "/history")),
    ("GET", "/v1/device-models/FE01-10010101", None),
    ("GET", "/v1/lists", None),
    ("GET", "/v1/lists/1.001", None),
    ("GET", "/v1/lists/1.001/impact", None),
    ("GET", "/v1/manufacturers", None),
    ("GET", "/v1/amendments", None),
    ("GET", "/v1/amendments/p1", None),
    ("GET", "/v1/amendments/p1/impact", None),
    ("GET", "/v1/findings", None),
    ("GET", "/v1/fir", None),
    ("GET", "/v1/fir?format=xlsx", None),
    ("GET", "/v1/receipts/key", None),
    ("GET", "/openapi.json", None),
    ("GET", "/healthz", None),
    ("GET", "/readyz", None),
    ("GET", "/", None),
    ("GET", "/?q=fictional", None),
    ("GET", "/device-models/FE01-10010100?from=1&to=5", None),
    ("GET", "/findings", None),
    ("GET", "/v1/zigbee/entries", None),
    ("GET", "/v1/zigbee/exposure?stack_vendor=Acme", None),
    ("GET", "/v1/zigbee/exposure/file?stack_vendor=Acme", None),
    ("POST", "/v1/zigbee/exposure", {"stack_vendor": "Acme", "devices": []}),
    ("POST", "/v1/zigbee?file=a.csv&reason=r", {}),
    ("PUT", "/v1/entries/1/zigbee", {"chipset": None, "stack": None, "reason": "r"}),
    ("GET", "/v1/audit", None),
    ("GET", "/v1/nothing", None),
]


class Watched:
    """A graph that records the names of the statements it runs, with the compartment names in their parameters."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.statements: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)

    def rows(self, query: Any, **parameters: Any) -> Any:
        """Runs a query, and records its name."""
        self._record(query, parameters)
        return self._graph.rows(query, **parameters)

    def write(self, work: Any) -> Any:
        """Runs a write transaction, and records the names of its queries."""
        return self._graph.write(lambda tx: work(SimpleNamespace(rows=lambda q, **g: self._run_recorded(tx, q, g))))

    def _run_recorded(self, transaction: Any, query: Any, parameters: dict[str, Any]) -> Any:
        self._record(query, parameters)
        return transaction.rows(query, **parameters)

    def _record(self, query: Any, parameters: dict[str, Any]) -> None:
        self.statements.append(f"{query.name} {parameters.get('name', '')}".strip())


@contextmanager
def deterministic_ids() -> Iterator[None]:
    """Gives amendments sequential ids instead of random ids; public and restricted amendments are counted
    separately."""
    public, restricted = count(1), count(1)

    def amendment(options: Any, reason: str, source: str) -> AmendmentRecord:
        name = f"p{next(public)}" if reason == load_zigbee.PUBLIC_REASON else f"z{next(restricted)}"
        return AmendmentRecord(name, options.made_by, reason, options.evidence, source)

    bases = count(1)
    with pytest.MonkeyPatch.context() as patch:
        for module in (load_zigbee, load_stack_version_order):
            patch.setattr(module, "to_amendment_record", amendment)
        patch.setattr(compartments, "CLOCK_TOLERANCE", timedelta(days=1))  # each turn is asked at noon again
        patch.setattr(load_transaction, "uuid4", lambda: SimpleNamespace(hex=f"b{next(bases)}"))
        yield


def answers(
    graph: Graph, folder: Any, zigbee_facts: ZigbeeFacts, between: dict[int, list[Any]], requests: list[tuple[int, str]]
) -> list[Any]:
    """Every response to callers without access, in one graph. Asserts that no statement reads the zigbee
    compartment."""
    clock = Ticking(EXAMPLE_CLOCK.now - timedelta(hours=12))
    with deterministic_ids():
        desk = ZigbeeDesk(graph, clock, folder)
        desk.issue("1.001", "2025-01-10", LISTED)
        desk.bases(*BASES)
        desk.told(
            *((number, BANDS.get(number, ""), *zigbee_facts.get(number, EMPTY)) for number in {*zigbee_facts, *BANDS}),
            evidence="x",
        )
        clock.now = EXAMPLE_CLOCK.now
        watched = Watched(graph)
        sent = headers_of(graph, clock)
        # Without the disclosure log, which SECAS may see: test_disclosures_inference covers the log.
        app = create_app(Settings(auth="on", rate=0, public_rate=0, disclosure_days=0), watched, clock)
        with TestClient(app, raise_server_exceptions=False) as client:
            look_up_keys(client, sent)
            responses = []
            for turn, (index, kind) in enumerate(requests):
                for event in between.get(turn, ()):
                    run_event(client, sent, desk, event)
                clock.now = EXAMPLE_CLOCK.now
                watched.statements.clear()
                method, path, body = REQUESTS[index]
                response = client.request(method, path, json=body, headers=sent[kind])
                headers = {name: value for name, value in response.headers.items()}
                responses.append((kind, path, response.status_code, headers, response.content))
                touched = [name for name in watched.statements if name.startswith("zigbee/") or " " in name]
                assert [name for name in touched if not name.endswith(" public")] == []
        assert desk.faults() == []
    return responses


def look_up_keys(client: Any, sent: dict[str, Any]) -> None:
    """Looks up every key once, so that no later response depends on the lookup."""
    for headers in sent.values():
        client.get("/healthz", headers=headers)


def run_event(client: Any, sent: dict[str, Any], desk: ZigbeeDesk, event: Any) -> None:
    """A write or read of ZigBee data by a caller with access."""
    action, *arguments = event
    if action == "load":
        desk.told(*((number, "", *values) for number, values in arguments[0].items()))
    elif action == "order":
        desk.ordered(*(("Acme", version, order) for order, version in enumerate(arguments[0])))
    else:
        headers = sent["own"] if arguments[0] == "2" else sent["ssc"]
        if action == "ask":
            assert client.get(f"/v1/{arguments[0]}", headers=headers).status_code == 200
        else:
            vendor, part, stack, version = arguments[1]
            values = {"chipset": {"vendor": vendor, "part": part}, "stack": {"vendor": stack, "version": version}}
            client.put(f"/v1/entries/{arguments[0]}/zigbee", json={**values, "reason": "told"}, headers=headers)


ASKED = st.tuples(st.integers(0, len(REQUESTS) - 1), st.sampled_from(OUTSIDERS))
HISTORIES = st.tuples(WORLDS, st.dictionaries(st.integers(0, 11), st.lists(EVENTS, max_size=2), max_size=6))


@pytest.mark.deep("two whole worlds compared")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(HISTORIES, HISTORIES, st.lists(ASKED, min_size=12, max_size=12))
def test_graphs_that_differ_only_in_zigbee_data_answer_alike(afresh, tmp_path_factory, first, second, requests):
    """Random requests get the same status, headers with ETag, body and order."""
    assert_equal_responses(afresh, tmp_path_factory.mktemp("world"), first, second, requests)


@pytest.mark.deep("two whole worlds compared")
def test_every_request_gets_the_same_answer(afresh, tmp_path):
    """All requests, over a graph without ZigBee data and over a graph with data for every entry that changes
    constantly."""
    full = {row["number"]: ("Acme", "A1", "Acme", "1") for row in LISTED}
    requests = [(nth, kind) for kind in OUTSIDERS for nth in range(len(REQUESTS))]
    events = {turn: [("load", {"000002": ("Zenith", "A1", "Acme", str(turn))})] for turn in range(0, len(requests), 2)}
    events |= {turn: [("ask", "zigbee/entries"), ("ask", "audit")] for turn in range(1, len(requests), 6)}
    assert_equal_responses(afresh, tmp_path, ({}, {}), (full, events), requests)


def assert_equal_responses(afresh, folder, one_graph, other_graph, requests) -> None:
    """Compares the responses over both graphs."""
    responses = []
    for zigbee_facts, between in (one_graph, other_graph):
        responses.append(answers(afresh(), folder, zigbee_facts, between, requests))
    for first, second in zip(*responses, strict=True):
        assert first == second
    closed = [(kind, status) for kind, path, status, *_ in responses[0] if "zigbee" in path or path == "/v1/audit"]
    assert all(status == (401 if kind == "public" else 403) for kind, status in closed)


COMMANDS = [
    ("path", "1", "3", "--json"),
    ("path", "3", "1"),
    ("check", "1", "2", "3", "--json"),
    ("history", "1", "--json"),
    ("resolve", "--manufacturer", "FE01", "--firmware", "00000001", "--json"),
    ("findings", "--json"),
    ("verify", "--pairs", "0", "--json"),
    ("verify", "--pairs", "0"),
]


def test_every_command_prints_the_same(request, tmp_path_factory, monkeypatch):
    """On the embedded engine: the output of commands that do not concern ZigBee data, including `verify`."""
    for found in pkgutil.iter_modules(cli.__path__, "service.cli."):  # a command would import its module only now
        if hasattr(module := import_module(found.name), "now"):
            monkeypatch.setattr(module, "now", lambda: EXAMPLE_CLOCK.now + timedelta(days=1))
    full = {row["number"]: ("Acme", "A1", "Acme", "1") for row in LISTED}
    outputs = []
    for zigbee_facts, between in (
        ({}, {}),
        (full, {0: [("load", {"000002": ("Zenith", "Z", "Acme", "2")}), ("ask", "audit")]}),
    ):
        folder = tmp_path_factory.mktemp("commands")
        graph = open_empty("ladybug", request, folder)
        answers(graph, folder, zigbee_facts, between, [(0, "party")])
        graph.close()
        graph_setting = f"ladybug:{folder}/graph.lbdb"
        run_here("export", "fir", "--out", str(folder / "fir.csv"), PATHWAYS_GRAPH=graph_setting)
        results = [run_here(*words, PATHWAYS_GRAPH=graph_setting) for words in COMMANDS]
        assert {result.code for result in results} <= {0, 1, 4} and all(result.out for result in results)
        outputs.append((results, (folder / "fir.csv").read_bytes()))
    assert outputs[0] == outputs[1]
