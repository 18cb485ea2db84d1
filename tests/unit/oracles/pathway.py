"""Design 4 a second time: slow, simple, by enumeration, from the facts alone."""

from datetime import datetime
from functools import cached_property
from itertools import chain, combinations, product

import networkx as nx

from service.domain.facts import Acceptance, Declaration, Revision
from tests.worlds import World

Vertex = frozenset[str]
Said = tuple[str, list[str], list[str]]


def held_code(base: Revision, target: Revision) -> str | None:
    """Why a base is held until it is accepted by name: an upgrade never changes the hardware."""
    if base.manufacturer != target.manufacturer:
        return "other-manufacturer"
    if base.device_type != target.device_type:
        return "other-device-type"
    return "other-device-model" if hardware(base) != hardware(target) else None


def hardware(row: Revision) -> tuple[str, str, str, str]:
    """Manufacturer, model, hardware version and revision, without firmware."""
    return row.manufacturer, row.model, row.hardware_version, row.hardware_revision


def models_of(row: Acceptance) -> tuple[str, str]:
    """The two device models of an acceptance."""
    return row.base_model, row.target_model


class Oracle:
    """A world at one instant."""

    def __init__(self, world: World, at: datetime, *, through_removed: bool = False) -> None:
        self.through_removed = through_removed
        self.entries: dict[str, Revision] = {
            row.entry: row for row in world.revisions if row.valid_from <= at < row.valid_to
        }
        self.declared: dict[str, Declaration] = {
            row.entry: row for row in world.declarations if row.valid_from <= at < row.valid_to
        }
        self.acceptances = [row for row in world.acceptances if row.valid_from <= at < row.valid_to]
        self.beliefs = world.beliefs

    # Facts of the instant

    def vertex(self, entry: str) -> Vertex:
        """The entry and its twins: equal hardware, version and image hash."""
        mine = self.entries[entry]
        return frozenset(
            number
            for number, row in self.entries.items()
            if hardware(row) == hardware(mine)
            and row.firmware_version == mine.firmware_version
            and row.image_hash == mine.image_hash
        )

    def kind(self, entry: str) -> str:
        """The kind of the declaration in force for an entry."""
        return self.declared[entry].kind if entry in self.declared else "not-supplied"

    def named(self) -> list[tuple[str, str]]:
        """Each declared (base, target) whose entries both exist; otherwise the base is pending."""
        return [
            (base, target)
            for target in self.entries
            if self.kind(target) == "bases"
            for base in self.declared[target].given.split(";")
            if base in self.entries
        ]

    def accepted(self, base: str, target: str) -> bool:
        """Whether the pair is accepted by name for the present device models of both entries."""
        models = self.entries[base].device_model, self.entries[target].device_model
        return any((row.base, row.target) == (base, target) and models_of(row) == models for row in self.acceptances)

    def held(self) -> dict[tuple[str, str], str]:
        """Held bases, each with its code."""
        found = {}
        for base, target in self.named():
            code = held_code(self.entries[base], self.entries[target])
            if code and not self.accepted(base, target):
                found[base, target] = code
        return found

    def open(self) -> set[tuple[str, str]]:
        """The declared pairs that give a step."""
        held = self.held()
        return {
            (base, target)
            for base, target in self.named()
            if (base, target) not in held and self.vertex(base) != self.vertex(target)
        }

    def steps(self) -> set[tuple[str, str]]:
        """All pairs of entries with a step: a declaration counts for all twins."""
        return {pair for base, target in self.open() for pair in product(self.vertex(base), self.vertex(target))}

    # The graph of vertices

    def listed(self, vertex: Vertex) -> bool:
        """Whether any entry of the vertex is listed."""
        return any(self.entries[number].status == "Current" for number in vertex)

    def may_enter(self, vertex: Vertex) -> bool:
        """Whether a step may lead to the vertex."""
        return self.through_removed or self.listed(vertex)

    def imageless(self, vertex: Vertex) -> bool:
        """Whether no entry of the vertex has an image hash: a step into it cannot be performed."""
        return not any(self.entries[number].image_hash for number in vertex)

    def undeclared(self, vertex: Vertex) -> bool:
        """Whether no entry of the vertex has a declaration."""
        return all(self.kind(number) == "not-supplied" for number in vertex)

    def like(self, vertex: Vertex) -> tuple[str, str, str, str]:
        """The hardware of a vertex."""
        return hardware(self.entries[min(vertex)])

    @cached_property
    def graph(self) -> nx.DiGraph:
        """The steps into vertices that steps may enter."""
        graph = nx.DiGraph()
        graph.add_nodes_from(self.vertex(number) for number in self.entries)
        ways = ((self.vertex(base), self.vertex(target)) for base, target in self.open())
        graph.add_edges_from((base, target) for base, target in ways if self.may_enter(target))
        return graph

    @cached_property
    def missing(self) -> list[Vertex]:
        """The undeclared vertices that steps may enter."""
        return [vertex for vertex in self.graph if self.undeclared(vertex) and self.may_enter(vertex)]

    def others(self, vertex: Vertex) -> list[Vertex]:
        """The other vertices of the same device model."""
        return [other for other in self.graph if other != vertex and self.like(other) == self.like(vertex)]

    @cached_property
    def supposed(self) -> nx.DiGraph:
        """The steps, and all steps that missing declarations could make within a device model."""
        graph = self.graph.copy()
        graph.add_edges_from((other, vertex) for vertex in self.missing for other in self.others(vertex))
        return graph

    # Outcomes and pathways

    def outcome(self, base: str, target: str) -> str:
        """One of the four outcomes."""
        if not {base, target} <= self.entries.keys():
            return "none"
        start, goal = self.vertex(base), self.vertex(target)
        if start == goal:
            return "already-there"
        if nx.has_path(self.graph, start, goal):
            return "route"
        return "unknown" if nx.has_path(self.supposed, start, goal) else "none"

    def missing_bits(self) -> int:
        """The number of possible steps that the missing declarations leave open."""
        return sum(len(self.others(vertex)) for vertex in self.missing)

    def could_be_declared(self, base: str, target: str) -> bool:
        """By brute force: whether some choice of bases for all undeclared entries makes a route."""
        start, goal = self.vertex(base), self.vertex(target)
        choices = [list(subsets(self.others(vertex))) for vertex in self.missing]
        for choice in product(*choices):
            graph = self.graph.copy()
            graph.add_edges_from(
                (other, vertex) for vertex, bases in zip(self.missing, choice, strict=True) for other in bases
            )
            if nx.has_path(graph, start, goal):
                return True
        return False

    def shown(self, vertex: Vertex, asked: tuple[str, ...] = ()) -> str:
        """The entry of the question, else the lowest listed number, else the lowest."""
        listed = [number for number in vertex if self.entries[number].status == "Current"]
        return min([number for number in asked if number in vertex] or listed or vertex)

    def preferred(self, base: str, target: str) -> list[str]:
        """The first of all loop-free paths by the order of the contract, as the shown numbers."""
        ways = nx.all_simple_paths(self.graph, self.vertex(base), self.vertex(target))
        keys = []
        for way in ways:
            flawed = sum(self.imageless(vertex) for vertex in way[1:])
            keys.append((flawed, len(way), [self.shown(vertex, (base, target)) for vertex in way]))
        return min(keys)[2]

    def targets(self, base: str) -> dict[str, int]:
        """Every entry with a route from the base, with the steps of the pathway."""
        return {to: len(self.preferred(base, to)) - 1 for to in self.entries if self.outcome(base, to) == "route"}

    def origins(self, target: str) -> dict[str, int]:
        """Every entry with a route to the target."""
        return {
            base: len(self.preferred(base, target)) - 1
            for base in self.entries
            if self.outcome(base, target) == "route"
        }


def subsets(things: list[Vertex]) -> chain[tuple[Vertex, ...]]:
    """All subsets."""
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))
