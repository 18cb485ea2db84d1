"""The reasons of design 4 a second time, over the oracle: codes, entries and pathways."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import networkx as nx

from service.domain.clock import BEGINNING, END
from tests.unit.oracles.pathway import Oracle, Vertex
from tests.worlds import World, acceptance

Said = tuple[str, list[str], list[str]]


def numbers(vertices: Iterable[Vertex]) -> list[str]:
    """Every entry number of these vertices."""
    return sorted(number for vertex in vertices for number in vertex)


class Why:
    """The reasons why there is no route from one entry to another."""

    def __init__(self, world: World, at: datetime, base: str, target: str, *, through_removed: bool = False) -> None:
        self.oracle = Oracle(world, at, through_removed=through_removed)
        self.freely = Oracle(world, at, through_removed=True)
        self.world, self.at, self.through_removed = world, at, through_removed
        self.base, self.target = base, target
        self.absent = sorted({base, target} - self.oracle.entries.keys())

    def reasons(self) -> list[Said]:
        """All reasons that apply, in the order of the contract."""
        found: list[Said] = []
        if self.absent:
            found.append(("not-yet-listed", self.absent, []))
        if self.target not in self.absent:
            found = [*self.target_not_listed(), *found, *self.declared_none()]
        if not self.absent:
            ends = [self.other_device_model(), self.not_declared(), self.only_through_removed()]
            ends += [self.only_through_held(), self.opposite_direction()]
            found += [said for reasons in ends for said in reasons]
        found += self.not_at_this_time()
        if self.target not in self.absent:
            found.append(("no-declared-way", self.origins(), []))
        order = list(ORDER)
        return sorted(found, key=lambda said: order.index(said[0]))

    def goal(self) -> Vertex:
        """The vertex of the target."""
        return self.oracle.vertex(self.target)

    def target_not_listed(self) -> list[Said]:
        """No step may lead to a removed entry."""
        listed = self.oracle.may_enter(self.goal())
        return [] if listed else [("target-not-listed", [self.target], [])]

    def other_device_model(self) -> list[Said]:
        """A base of another device model must be accepted by name."""
        same = self.oracle.like(self.goal()) == self.oracle.like(self.oracle.vertex(self.base))
        return [] if same else [("other-device-model", sorted([self.base, self.target]), [])]

    def declared_none(self) -> list[Said]:
        """The target is declared to have no previous version, and no twin has bases."""
        kinds = {number: self.oracle.kind(number) for number in self.goal()}
        none = sorted(number for number, kind in kinds.items() if kind == "none")
        return [("declared-none", none, [])] if none and "bases" not in kinds.values() else []

    def not_declared(self) -> list[Said]:
        """The undeclared entries on paths that missing declarations could make."""
        asked = numbers(self.on_loop_free_ways() & set(self.oracle.missing))
        return [("not-declared", asked, [])] if asked else []

    def on_loop_free_ways(self) -> set[Vertex]:
        """All vertices that any loop-free path enters; the oracle enumerates the paths."""
        ways = nx.all_simple_paths(self.oracle.supposed, self.oracle.vertex(self.base), self.goal())
        return {vertex for way in ways for vertex in way[1:]}

    def only_through_removed(self) -> list[Said]:
        """The route that would exist if steps could enter removed entries."""
        if self.oracle.through_removed or self.freely.outcome(self.base, self.target) != "route":
            return []
        way = self.freely.preferred(self.base, self.target)
        entered = [self.freely.vertex(number) for number in way[1:]]
        removed = numbers(vertex for vertex in entered if not self.freely.listed(vertex))
        return [("only-through-removed", removed, way)]

    def only_through_held(self) -> list[Said]:
        """The route that would exist if all held bases were accepted by name."""
        waiting = self.oracle.held()
        models = {number: row.device_model for number, row in self.oracle.entries.items()}
        rows = [acceptance(b, t, since=BEGINNING) for b, t in waiting]
        given = [r.model_copy(update={"base_model": models[r.base], "target_model": models[r.target]}) for r in rows]
        accepting = replace(self.world, acceptances=[*self.world.acceptances, *given])
        then = Oracle(accepting, self.at, through_removed=self.through_removed)
        if then.outcome(self.base, self.target) != "route":
            return []
        way = then.preferred(self.base, self.target)
        taken = set(pairwise(self.oracle.vertex(number) for number in way))
        pairs = [pair for pair in waiting if tuple(map(self.oracle.vertex, pair)) in taken]
        needed = [p for p in pairs if not self.oracle.graph.has_edge(*map(self.oracle.vertex, p))]
        return [("only-through-held", sorted({number for pair in needed for number in pair}), way)]

    def opposite_direction(self) -> list[Said]:
        """A route from the target to the base."""
        if self.oracle.outcome(self.target, self.base) != "route":
            return []
        return [("opposite-direction", sorted([self.base, self.target]), self.oracle.preferred(self.target, self.base))]

    def not_at_this_time(self) -> list[Said]:
        """A route at another time: the oracle asks in every interval and gives the nearest."""
        routes = [span for span in self.intervals() if self.then(span[0]).outcome(self.base, self.target) == "route"]
        if not routes:
            return []
        nearest = min(routes, key=lambda span: (span[0] - self.at if self.at < span[0] else self.at - span[1], span))
        way = self.then(nearest[0]).preferred(self.base, self.target)
        return [("not-at-this-time", sorted([self.base, self.target]), way)]

    def intervals(self) -> list[tuple[datetime, datetime]]:
        """All time, divided at every instant at which a fact begins or ends."""
        return list(pairwise([*self.world.moments, END]))

    def then(self, at: datetime) -> Oracle:
        """The world at another time."""
        return Oracle(self.world, at, through_removed=self.through_removed)

    def origins(self) -> list[str]:
        """The vertices that lead to the target and have no base outside their own cycle."""
        graph, goal = self.oracle.graph, self.goal()
        leading = graph.subgraph({goal, *nx.ancestors(graph, goal)})
        whole = nx.condensation(leading)
        return numbers(
            vertex for part in whole if whole.in_degree(part) == 0 for vertex in whole.nodes[part]["members"]
        )


ORDER = (
    "target-not-listed",
    "not-yet-listed",
    "other-device-model",
    "declared-none",
    "not-declared",
    "only-through-held",
    "only-through-removed",
    "opposite-direction",
    "not-at-this-time",
    "no-declared-way",
)
