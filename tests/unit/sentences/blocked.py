"""What the reasons claim why an exposed entry has no pathway to a clear one, and whether the facts have it."""

import networkx as nx

from tests.unit.oracles.exposure import Exposures
from tests.unit.sentences.answers import SUPPLIED
from tests.unit.sentences.reading import Catalogue, Sentence, numbers


class BlockedCase:
    """An exposed entry without a pathway to a clear one."""

    def __init__(self, exposures: Exposures, entry: str) -> None:
        self.exposures, self.oracle = exposures, exposures.oracle
        self.start = self.oracle.vertex(entry)

    def vertices(self, v) -> set[frozenset[str]]:
        """The vertices of the entries that are named."""
        return {self.oracle.vertex(number) for number in numbers(v["entries"])}

    def states(self, v) -> set[str]:
        """What is known of the entries that are named."""
        return {self.exposures.states[vertex] for vertex in self.vertices(v)}

    def reaches(self, graph: nx.DiGraph, vertex: frozenset[str]) -> bool:
        """Whether a pathway of the graph leads to the vertex."""
        return nx.has_path(graph, self.start, vertex)

    def leads_out(self, v, graph: nx.DiGraph) -> bool:
        """Whether the route is one of the graph, from here to a clear entry, and is no pathway now."""
        route = [self.oracle.vertex(number) for number in numbers(v["route"])]
        ends = route[0] == self.start and self.exposures.states[route[-1]] == "clear"
        return ends and nx.is_path(graph, route) and not nx.is_path(self.oracle.graph, route)

    def accepted(self) -> nx.DiGraph:
        """All steps that there would be if somebody accepted the bases that await acceptance."""
        graph = self.oracle.graph.copy()
        pairs = ((self.oracle.vertex(base), self.oracle.vertex(target)) for base, target in self.oracle.held())
        graph.add_edges_from(pair for pair in pairs if self.oracle.may_enter(pair[1]))
        return graph

    def could(self) -> bool:
        """Whether missing declarations could give a pathway to a clear entry."""
        return any(self.reaches(self.oracle.supposed, goal) for goal in self.exposures.goals())


BLOCKED = Catalogue(
    "blocked",
    {
        "none-known-clear": [
            Sentence("No entry of this device model, or of a device model joined to it, is known to be clear.",
                     lambda c, v: "clear" not in {c.exposures.states[vertex] for vertex in
                                                  nx.node_connected_component(c.exposures.joined(), c.start)})
        ],
        "not-told": [
            Sentence("A pathway leads to {entries}, whose ZigBee data are not known. Ask the manufacturer.",
                     lambda c, v: c.states(v) == {"unknown"}
                     and all(c.reaches(c.oracle.graph, vertex) for vertex in c.vertices(v)))
        ],
        "not-declared": [
            Sentence(f"{SUPPLIED} A declaration could give a pathway.",
                     lambda c, v: all(map(c.oracle.undeclared, c.vertices(v))) and c.could())
        ],
        "only-through-held": [
            Sentence("There would be a pathway if somebody accepted the bases that await acceptance: {route}.",
                     lambda c, v: c.leads_out(v, c.accepted()))
        ],
        "only-through-removed": [
            Sentence("There would be a pathway if steps could lead to removed entries: {route}.",
                     lambda c, v: c.leads_out(v, c.exposures.through_removed.graph))
        ],
        "opposite-direction": [
            Sentence("Declared pathways lead from {entries} to this entry, but not back.",
                     lambda c, v: c.states(v) == {"clear"} and all(
                         nx.has_path(c.oracle.graph, vertex, c.start) and not c.reaches(c.oracle.graph, vertex)
                         for vertex in c.vertices(v)))
        ],
        "no-declared-way": [
            Sentence("The declarations in force give no pathway from this entry to {entries}, known to be clear.",
                     lambda c, v: c.states(v) == {"clear"}
                     and not any(c.reaches(c.oracle.graph, vertex) for vertex in c.vertices(v)))
        ],
    },
)  # fmt: skip
