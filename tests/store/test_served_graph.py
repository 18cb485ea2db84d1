"""A graph that was lost, exchanged or set back is not served as if it were the one served before."""

import json
from pathlib import Path

import pytest

from service.application.pathways.graph_cache import GraphCache
from service.application.served_graph import require_file, require_same_graph
from service.errors import UnexpectedGraph
from service.graph.connect import graph_location
from service.graph.protocol import Graph
from service.repositories import compartments
from service.repositories.graph_identity import read_graph_id
from service.security.served_graphs import ServedGraphRecord
from service.settings import Settings
from tests.conftest import Ticking
from tests.store.crash_worker import raw

HERE = "ladybug:/data/pathways.lbdb"


def write(graph: Graph, clock: Ticking) -> None:
    """Writes the public data once, as a load does."""

    def work(transaction):
        state = compartments.begin_write(transaction, clock)
        compartments.stamp_state(transaction, state.recorded, state.sequence, state.head)

    clock.forward(seconds=1)
    graph.write(work)


def serve(graph: Graph, folder: Path, clock: Ticking, accept: str | None = None, location: str = HERE) -> GraphCache:
    """Checks the graph as a start does, and returns the cache that all answers use."""
    remember = require_same_graph(graph, ServedGraphRecord(folder, location), clock(), accept)
    return GraphCache(graph, clock, on_state=remember)


@pytest.fixture
def served(graph, clock, tmp_path):
    """A graph with three writes, the last of them seen by an answer, and the folder that remembers it."""
    write(graph, clock)
    cache = serve(graph, tmp_path / "keys", clock)
    write(graph, clock)
    write(graph, clock)
    cache.last()
    return graph, tmp_path / "keys"


def test_the_same_graph_is_served_again(served, clock):
    """Also after further writes; it keeps its id, and the file of the record is its owner's alone."""
    graph, folder = served
    name = read_graph_id(graph)
    write(graph, clock)
    serve(graph, folder, clock)
    assert (len(name), read_graph_id(graph)) == (32, name)
    (file,) = folder.iterdir()
    kept = json.loads(file.read_text())
    assert (kept["location"], kept["graph"]["graph_id"], kept["graph"]["revision"]) == (HERE, name, 4)
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


LOST = {
    "an empty graph": "MATCH (c:Compartment {name: 'public'}) SET c.revision = 0, c.graph_id = ''",
    "another graph": "MATCH (c:Compartment {name: 'public'}) SET c.graph_id = 'other'",
    "an older state of the graph, revision 2": "MATCH (c:Compartment {name: 'public'}) SET c.revision = 2",
    "another history": "MATCH (c:Compartment {name: 'public'}) SET c.recorded = c.recorded + {day}",
}


@pytest.mark.parametrize("fault", LOST)
def test_what_is_not_the_served_graph_is_refused_until_it_is_accepted(served, clock, fault):
    """The refusal names the revision served; the acceptance is kept with its reason, and holds from then on."""
    graph, folder = served
    day = "INTERVAL('1 day')" if graph.dialect == "ladybug" else "duration('P1D')"
    raw(graph, LOST[fault].replace("{day}", day))
    with pytest.raises(UnexpectedGraph, match=f"{fault}.* up to revision 3.*--accept-graph"):
        serve(graph, folder, clock)
    serve(graph, folder, clock, accept="the disk was lost")
    serve(graph, folder, clock)
    (kept,) = (json.loads(file.read_text()) for file in folder.iterdir())
    assert [(one["reason"], one["before"]["revision"]) for one in kept["accepted"]] == [("the disk was lost", 3)]


def test_a_reason_that_is_not_needed_is_not_kept(served, clock):
    """An `--accept-graph` that stays in a unit file must not fill the record."""
    graph, folder = served
    serve(graph, folder, clock, accept="for ever")
    assert [json.loads(file.read_text())["accepted"] for file in folder.iterdir()] == [[]]


def test_two_graphs_beside_one_folder(served, clock):
    """Another location has its own record: the same graph may be served there first, and be set back."""
    graph, folder = served
    serve(graph, folder, clock, location="ladybug:/other/pathways.lbdb")
    assert len(list(folder.iterdir())) == 2
    serve(graph, folder, clock)


def test_a_missing_file_is_refused_before_the_engine_makes_a_new_one(tmp_path):
    """A location that was never served may be empty; with a reason, so may one that was."""
    settings = Settings(graph=f"ladybug:{tmp_path}/graph.lbdb")
    folder = tmp_path / "keys"
    assert not require_file(settings, folder, None).is_known
    file = folder / ServedGraphRecord(folder, graph_location(settings))._file.name
    folder.mkdir()
    state = {"graph_id": "a", "revision": 3, "recorded": "2026-06-01T00:00:00Z"}
    file.write_text(json.dumps({"location": graph_location(settings), "graph": state, "accepted": []}))
    with pytest.raises(UnexpectedGraph, match="has no graph"):
        require_file(settings, folder, None)
    require_file(settings, folder, "begin anew")
    file.write_text("{")
    with pytest.raises(UnexpectedGraph, match="cannot be read"):
        require_file(settings, folder, "begin anew")


@pytest.mark.parametrize(
    ("one", "other"),
    [("neo4j://host", "bolt://host:7687"), ("bolt+s://host:7688", "neo4j+ssc://host:7688/")],
)
def test_the_scheme_of_an_address_is_no_part_of_the_location(one, other):
    """A location is host, port and database."""
    assert graph_location(Settings(graph=one)) == graph_location(Settings(graph=other))
    assert graph_location(Settings(graph=one)) != graph_location(Settings(graph=one, neo4j_database="other"))


def test_a_folder_that_cannot_be_written_stops_no_answer(served, clock, monkeypatch):
    """The service logs an error, and answers."""
    graph, folder = served
    cache = serve(graph, folder, clock)
    write(graph, clock)

    def fail(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("service.security.served_graphs.new_file", fail)
    assert cache.last().revision == 4
