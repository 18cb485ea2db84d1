"""Exposure said a second time, over the oracle: every loop-free way is walked, every condition asked by itself."""

from datetime import datetime
from itertools import product

import networkx as nx

from tests.unit.oracles.pathway import Oracle
from tests.worlds import World

Told = dict[str, dict[str, str]]

Told = dict[str, dict[str, str]]

# What may be the same as what; all other pairs of different values differ.
ALIKE = {frozenset(("1.0", "1.0.0")), frozenset(("1.0", "1.0.1")), frozenset(("ACME", "ACME RADIO"))}


class Exposures:
    """A world at one instant, with what is told of entries, and what is sought."""

    def __init__(self, world: World, at: datetime, told: Told, sought: dict[str, str], *, avoid: bool = False) -> None:
        self.oracle = oracle = Oracle(world, at)
        self.through_removed = Oracle(world, at, through_removed=True)
        self.told = told
        self.sought = sought
        self.avoid = avoid
        self.states = {vertex: self.state(vertex) for vertex in map(oracle.vertex, oracle.entries)}

    def state(self, vertex) -> str:
        """Has it: all attributes are known and match. Known not to: one is known and nothing speaks for its match."""
        verdicts = []
        for name, wanted in self.sought.items():
            known = {self.told[number][name] for number in vertex if self.told.get(number, {}).get(name)}
            if wanted in known:
                verdicts.append("has")
            elif known and not any(frozenset((wanted, value)) in ALIKE for value in known):
                return "clear"
            else:
                verdicts.append("unknown")
        return "exposed" if set(verdicts) == {"has"} else "unknown"

    def entries(self, state: str) -> list[str]:
        """The entries in a state."""
        return sorted(number for number in self.oracle.entries if self.states[self.oracle.vertex(number)] == state)

    def goals(self) -> list:
        """Those known not to have it to which a step may lead."""
        return [v for v, state in self.states.items() if state == "clear" and self.oracle.listed(v)]

    def cost(self, way) -> tuple[int, int, int]:
        """Steps that cannot be performed, exposed stops where they are avoided, steps."""
        flawed = sum(self.oracle.imageless(vertex) for vertex in way[1:])
        stops = sum(self.states[vertex] == "exposed" for vertex in way[1:])
        return flawed, stops if self.avoid else 0, len(way) - 1

    def best(self, entry: str):
        """(cost, the entries as near, the preferred way), or None."""
        start = self.oracle.vertex(entry)
        ways = [w for goal in self.goals() for w in nx.all_simple_paths(self.oracle.graph, start, goal)]
        if not ways:
            return None
        least = min(map(self.cost, ways))
        shortest = [way for way in ways if self.cost(way) == least]
        told = min([entry, *(self.oracle.shown(vertex) for vertex in way[1:])] for way in shortest)
        return least, sorted({self.oracle.shown(way[-1]) for way in shortest}), told

    def blocked(self, entry: str) -> list[str]:
        """The codes of all that blocks an entry, in the order of the contract."""
        oracle, start = self.oracle, self.oracle.vertex(entry)
        near = nx.node_connected_component(self.joined(), start)
        clear = [vertex for vertex in near if self.states[vertex] == "clear"]
        listed = [vertex for vertex in clear if oracle.listed(vertex)]
        held = oracle.graph.copy()
        pairs = ((oracle.vertex(a), oracle.vertex(b)) for a, b in oracle.held())
        held.add_edges_from(pair for pair in pairs if oracle.may_enter(pair[1]))
        conditions = {
            "none-known-clear": not clear,
            "not-told": any(self.states[v] == "unknown" for v in nx.descendants(oracle.graph, start)),
            "not-declared": any(nx.has_path(oracle.supposed, start, goal) for goal in listed),
            "only-through-held": bool(oracle.held()) and any(nx.has_path(held, start, goal) for goal in listed),
            "only-through-removed": any(nx.has_path(self.through_removed.graph, start, goal) for goal in clear),
            "opposite-direction": any(nx.has_path(oracle.graph, goal, start) for goal in clear),
            "no-declared-way": bool(clear),
        }
        return [code for code, holds in conditions.items() if holds]

    def joined(self) -> nx.Graph:
        """Vertices joined by a step, by a base that awaits acceptance, or by their hardware."""
        graph = nx.Graph()
        graph.add_nodes_from(self.states)
        pairs = {*self.oracle.open(), *self.oracle.held()}
        graph.add_edges_from((self.oracle.vertex(a), self.oracle.vertex(b)) for a, b in pairs)
        graph.add_edges_from(
            (a, b) for a, b in product(self.states, repeat=2) if self.oracle.like(a) == self.oracle.like(b)
        )
        return graph
