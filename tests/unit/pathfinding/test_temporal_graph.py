"""Facts over effective time: boundaries, the interval around an instant, snapshots and cached networks."""

from datetime import timedelta

from service.domain.clock import BEGINNING, END, Span
from service.rules.pathfinding.temporal_graph import TemporalGraph
from tests.unit.questions import constant_graph
from tests.worlds import DATES, declaration, near, revision, terrain, world

FIRST, SECOND, THIRD, FOURTH = DATES
GRAPH = terrain(world(revision(1), revision(2, until=THIRD), declaration(2, 1, since=SECOND)))


def test_boundaries_are_all_instants_at_which_a_row_begins_or_ends():
    """The step holds from the declaration to the end of the revision."""
    assert GRAPH.boundaries == [BEGINNING, FIRST, SECOND, THIRD, END]


def test_the_interval_around_an_instant_lies_between_two_boundaries():
    """Half-open: a boundary belongs to the interval that it begins; the end of time to the last."""
    assert GRAPH.interval(SECOND) == Span(SECOND, THIRD)
    assert GRAPH.interval(SECOND - timedelta.resolution) == Span(FIRST, SECOND)
    assert GRAPH.interval(FOURTH) == GRAPH.interval(END) == Span(THIRD, END)


def test_a_snapshot_has_the_rows_in_force():
    """Each entry with its declaration in force."""
    snapshots = [GRAPH.at(instant) for instant in (FIRST, SECOND, THIRD)]
    assert [sorted(snapshot.entries) for snapshot in snapshots] == [["000001", "000002"]] * 2 + [["000001"]]
    assert [[step[:2] for step in snapshot.steps] for snapshot in snapshots] == [[], [("000001", "000002")], []]
    assert [snapshot.entries["000002"].declared.kind for snapshot in snapshots[:2]] == ["not-supplied", "bases"]


def test_instants_of_one_interval_share_a_network():
    """Another interval has a network of its own."""
    assert GRAPH.network(SECOND) is GRAPH.network(SECOND + timedelta(days=1))
    assert GRAPH.network(SECOND) is not GRAPH.network(FIRST)


def test_a_constant_graph_has_one_snapshot_for_all_time():
    """Its only boundaries are the two ends of time."""
    snapshot = near(world(revision(1), revision(2), declaration(2, 1)))
    graph = constant_graph(snapshot)
    assert graph.boundaries == [BEGINNING, END]
    assert graph.at(FIRST) == graph.at(FOURTH) == snapshot


def test_a_union_has_the_entries_and_rows_of_all_graphs():
    """The size of a graph is its number of rows."""
    other = terrain(world(revision(7, "D")))
    union = TemporalGraph.union([GRAPH, other])
    assert union.entries == {"000001", "000002", "000007"}
    assert (GRAPH.size, other.size, union.size) == (4, 1, 5)
