"""What is told in confidence cannot be inferred: two worlds that differ in nothing else answer everybody else alike.

Both worlds are loaded with the same list, bases and bands; in each the SSC and the manufacturers then tell, amend and
ask as they like, before and between the requests of somebody who may not see any of it. Every byte of every answer is
the same, and no such request causes a statement of the zigbee compartment.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from service.app import create_app
from service.application.files import load, load_zigbee
from service.domain.amendments import AmendmentRecord
from service.graph.protocol import Graph
from service.settings import Settings
from tests.callers import headers_of
from tests.cli.conftest import run_here
from tests.conftest import EXAMPLE_CLOCK, Ticking, open_empty
from tests.loaders.files import entry
from tests.loaders.zigbee_files import ZigbeeDesk
from tests.properties import share

TURNS = share(25, least=2)
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
"""Who may see nothing of it, whatever the entry; a manufacturer may see that of its own."""

Told = dict[str, tuple[str, ...]]
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
    ("GET", "/v1/lists", None),
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
    """A graph that says which statements it was asked, and with what names of compartments."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)

    def rows(self, query: Any, **given: Any) -> Any:
        """The rows of a query, whose name is kept."""
        self._note(query, given)
        return self._graph.rows(query, **given)

    def write(self, work: Any) -> Any:
        """One write transaction."""
        return self._graph.write(lambda tx: work(SimpleNamespace(rows=lambda q, **g: self._noted(tx, q, g))))

    def _noted(self, transaction: Any, query: Any, given: dict[str, Any]) -> Any:
        self._note(query, given)
        return transaction.rows(query, **given)

    def _note(self, query: Any, given: dict[str, Any]) -> None:
        self.asked.append(f"{query.name} {given.get('name', '')}".strip())


@contextmanager
def numbered() -> Iterator[None]:
    """Ids of amendments counted, not drawn: those of the public record by themselves."""
    public, confidential = count(1), count(1)

    def amendment(options: Any, reason: str, source: str) -> AmendmentRecord:
        name = f"p{next(public)}" if reason == load_zigbee.PUBLIC_REASON else f"z{next(confidential)}"
        return AmendmentRecord(name, options.made_by, reason, options.evidence, source)

    bases = count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load_zigbee, "_amendment", amendment)
        patch.setattr(load, "uuid4", lambda: SimpleNamespace(hex=f"b{next(bases)}"))
        yield


def answers(
    graph: Graph, folder: Any, told: Told, between: dict[int, list[Any]], asked: list[tuple[int, str]]
) -> list[Any]:
    """All that somebody without the right to it gets in a world, and the statements that this caused."""
    clock = Ticking(EXAMPLE_CLOCK.now)
    with numbered():
        desk = ZigbeeDesk(graph, clock, folder)
        desk.issue("1.001", "2025-01-10", LISTED)
        desk.bases(*BASES)
        desk.told(
            *((number, BANDS.get(number, ""), *told.get(number, EMPTY)) for number in {*told, *BANDS}), evidence="x"
        )
        clock.now = EXAMPLE_CLOCK.now
        watched = Watched(graph)
        sent = headers_of(graph, clock)
        # Without the log of who was told what, which SECAS sees as soon as it is written: test_told_inference is of it.
        app = create_app(Settings(auth="on", rate=0, public_rate=0, disclosure_days=0), watched, clock)
        with TestClient(app, raise_server_exceptions=False) as client:
            recognised(client, sent)
            found = []
            for turn, (nth, kind) in enumerate(asked):
                for event in between.get(turn, ()):
                    happens(client, sent, desk, event)
                clock.now = EXAMPLE_CLOCK.now
                watched.asked.clear()
                method, path, body = REQUESTS[nth]
                response = client.request(method, path, json=body, headers=sent[kind])
                headers = {name: value for name, value in response.headers.items()}
                found.append((kind, path, response.status_code, headers, response.content))
                touched = [name for name in watched.asked if name.startswith("zigbee/") or " " in name]
                assert [name for name in touched if not name.endswith(" public")] == []
        assert desk.faults() == []
    return found


def recognised(client: Any, sent: dict[str, Any]) -> None:
    """Every key is looked up once, so that no later request waits for that."""
    for headers in sent.values():
        client.get("/healthz", headers=headers)


def happens(client: Any, sent: dict[str, Any], desk: ZigbeeDesk, event: Any) -> None:
    """Something that those do who may."""
    what, *given = event
    if what == "load":
        desk.told(*((number, "", *values) for number, values in given[0].items()))
    elif what == "order":
        desk.ordered(*(("Acme", version, place) for place, version in enumerate(given[0])))
    else:
        headers = sent["own"] if given[0] == "2" else sent["ssc"]
        if what == "ask":
            assert client.get(f"/v1/{given[0]}", headers=headers).status_code == 200
        else:
            vendor, part, stack, version = given[1]
            said = {"chipset": {"vendor": vendor, "part": part}, "stack": {"vendor": stack, "version": version}}
            client.put(f"/v1/entries/{given[0]}/zigbee", json={**said, "reason": "told"}, headers=headers)


ASKED = st.tuples(st.integers(0, len(REQUESTS) - 1), st.sampled_from(OUTSIDERS))
HISTORIES = st.tuples(WORLDS, st.dictionaries(st.integers(0, 11), st.lists(EVENTS, max_size=2), max_size=6))


@pytest.mark.deep("two whole worlds compared")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(HISTORIES, HISTORIES, st.lists(ASKED, min_size=12, max_size=12))
def test_two_worlds_that_differ_in_confidence_answer_alike(afresh, tmp_path_factory, one, other, asked):
    """Status, headers with their ETags, bodies, order: the same random requests get the same bytes."""
    compared(afresh, tmp_path_factory.mktemp("world"), one, other, asked)


@pytest.mark.deep("two whole worlds compared")
def test_every_request_is_answered_alike(afresh, tmp_path):
    """All of them, in a world of which nothing is told, and in one of which everything is and that never rests."""
    full = {row["number"]: ("Acme", "A1", "Acme", "1") for row in LISTED}
    every = [(nth, kind) for kind in OUTSIDERS for nth in range(len(REQUESTS))]
    events = {turn: [("load", {"000002": ("Zenith", "A1", "Acme", str(turn))})] for turn in range(0, len(every), 2)}
    events |= {turn: [("ask", "zigbee/entries"), ("ask", "audit")] for turn in range(1, len(every), 6)}
    compared(afresh, tmp_path, ({}, {}), (full, events), every)


def compared(afresh, folder, one, other, asked) -> None:
    """Both worlds, one after the other."""
    found = []
    for told, between in (one, other):
        found.append(answers(afresh(), folder, told, between, asked))
    for first, second in zip(*found, strict=True):
        assert first == second
    closed = [(kind, status) for kind, path, status, *_ in found[0] if "zigbee" in path or path == "/v1/audit"]
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


def test_every_command_says_alike(request, tmp_path_factory, monkeypatch):
    """On the embedded engine: what is printed by commands that are not about it, verification among them."""
    for module in {m for name, m in sys.modules.items() if name.startswith("service.cli.") and hasattr(m, "now")}:
        monkeypatch.setattr(module, "now", lambda: EXAMPLE_CLOCK.now)
    full = {row["number"]: ("Acme", "A1", "Acme", "1") for row in LISTED}
    said = []
    for told, between in (
        ({}, {}),
        (full, {0: [("load", {"000002": ("Zenith", "Z", "Acme", "2")}), ("ask", "audit")]}),
    ):
        folder = tmp_path_factory.mktemp("commands")
        graph = open_empty("ladybug", request, folder)
        answers(graph, folder, told, between, [(0, "party")])
        graph.close()
        place = f"ladybug:{folder}/graph.lbdb"
        run_here("export", "fir", "--out", str(folder / "fir.csv"), PATHWAYS_GRAPH=place)
        ran = [run_here(*words, PATHWAYS_GRAPH=place) for words in COMMANDS]
        assert {one.code for one in ran} <= {0, 1, 4} and all(one.out for one in ran)
        said.append((ran, (folder / "fir.csv").read_bytes()))
    assert said[0] == said[1]
