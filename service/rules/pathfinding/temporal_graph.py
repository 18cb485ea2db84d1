"""The facts about some device models over all effective time, by what the service had recorded at one instant (design
9).

Every fact and derived row has an interval of effective time. A snapshot has the rows in force at one instant. Between
two neighbouring boundaries (instants at which a row begins or ends) the snapshot does not change, so the graph caches
one network for each such interval.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from service.domain.clock import BEGINNING, END, Span
from service.domain.memo import Memoized, SizedLRU, cached_property, memoized
from service.rules.pathfinding.later_changes import LaterChange, later_changes
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import (
    ConfirmedPair,
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    RecordedIdentity,
    Snapshot,
    Step,
)
from service.rules.pathfinding.temporal_reachability import TemporalReachability, temporal_reachability
from service.rules.pathfinding.twins import group_by_key

T = TypeVar("T")

_MAX_NETWORKS = 8  # for each temporal graph; nearly all questions are about the present


class TimedValue(NamedTuple, Generic[T]):
    """A value and the interval of effective time during which it holds: `start <= t < end`."""

    start: datetime
    end: datetime
    value: T


@dataclass(frozen=True)
class TemporalGraph(Memoized):
    """The entries, declarations, upgrade steps and bases that await acceptance of some device models, each with the
    interval of time during which it is in force. `names` has the names of their manufacturers, with their codes.
    """

    listings: Sequence[TimedValue[EntryInForce]] = ()
    declared: Sequence[TimedValue[tuple[str, DeclarationInForce]]] = ()
    steps: Sequence[TimedValue[Step]] = ()
    held: Sequence[TimedValue[HeldPair]] = ()
    beliefs: Sequence[TimedValue[tuple[str, RecordedIdentity]]] = ()
    accepted: Mapping[str, datetime] = field(default_factory=dict)
    confirmed: Sequence[TimedValue[ConfirmedPair]] = ()
    names: Sequence[TimedValue[tuple[str, str]]] = ()
    memo: dict[tuple[str, tuple[Any, ...]], Any] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def union(graphs: Sequence["TemporalGraph"]) -> "TemporalGraph":
        """Builds one graph of upgrade steps over time from several graphs between which no step leads."""
        return TemporalGraph(
            [row for graph in graphs for row in graph.listings],
            [row for graph in graphs for row in graph.declared],
            [row for graph in graphs for row in graph.steps],
            [row for graph in graphs for row in graph.held],
            [row for graph in graphs for row in graph.beliefs],
            {key: recorded for graph in graphs for key, recorded in graph.accepted.items()},
            [row for graph in graphs for row in graph.confirmed],
            [row for graph in graphs for row in graph.names],
        )

    @cached_property
    def entries(self) -> frozenset[str]:
        """Returns the numbers of all entries in the graph, including those of which it has superseded records only."""
        listed = {row.value.number for row in self.listings}
        return frozenset(listed | {row.value[0] for row in self.beliefs})

    @property
    def size(self) -> int:
        """Returns the number of rows (facts and derived steps) in the graph, by which a cache limits its size."""
        return sum(map(len, (self.listings, self.declared, self.steps, self.held, self.beliefs)))

    @cached_property
    def boundaries(self) -> list[datetime]:
        """Returns every instant at which a row of the graph begins or ends, and both ends of time, in ascending
        order.
        """
        rows: list[TimedValue[Any]] = [
            *self.listings,
            *self.declared,
            *self.steps,
            *self.held,
            *self.beliefs,
            *self.confirmed,
            *self.names,
        ]
        return sorted({BEGINNING, END}.union(map(itemgetter(0), rows), map(itemgetter(1), rows)))

    def interval(self, at: datetime) -> Span:
        """Returns the interval around an instant in which no row of the graph begins or ends."""
        boundaries = self.boundaries
        index = min(bisect_right(boundaries, at), len(boundaries) - 1)
        return Span(boundaries[index - 1], boundaries[index])

    def at(self, at: datetime) -> Snapshot:
        """Builds the snapshot of the graph: the entries, declarations and steps in force at an instant of effective
        time.
        """
        declared = dict(_in_force(self.declared, at))
        not_supplied = DeclarationInForce()
        return Snapshot(
            entries={
                entry.number: entry.with_declaration(declared.get(entry.number, not_supplied))
                for entry in _in_force(self.listings, at)
            },
            steps=_in_force(self.steps, at),
            held=_in_force(self.held, at),
            beliefs=group_by_key(_in_force(self.beliefs, at)),
            accepted=dict(self.accepted),
            confirmed=group_by_key(_in_force(self.confirmed, at)),
            names=dict(_in_force(self.names, at)),
        )

    def network(self, at: datetime) -> Network:
        """Returns the upgrade graph as in force at an instant. All instants between the same two changes share one
        object.
        """
        start = self.interval(at).start
        network = self._networks.get(start)
        if network is None:
            network = Network(self.at(start))
            self._networks.put([start], network, 1)
        return network

    def later_changes(self, at: datetime) -> Sequence[LaterChange]:
        """Returns the later instants at which facts change that can decide an outcome or a route, each with the
        vertices of the network in force at `at` that these facts concern.
        """
        if at >= self.boundaries[-2]:  # no row begins or ends later
            return ()
        start = self.interval(at).start
        changes = self._later_changes.get(start)
        if changes is None:
            rows = self.listings, self.declared, self.steps, self.held
            changes = later_changes(self.network(at), start, *rows)
            self._later_changes.put([start], changes, 1)
        return changes

    @memoized
    def reachability(self, through_removed: bool) -> TemporalReachability:
        """Returns an object that says when one entry can reach another, over all effective time, with or without steps
        into removed entries.
        """
        return temporal_reachability(self.steps, through_removed)

    @cached_property
    def _networks(self) -> SizedLRU[datetime, Network]:
        return SizedLRU(_MAX_NETWORKS)

    @cached_property
    def _later_changes(self) -> SizedLRU[datetime, Sequence[LaterChange]]:
        return SizedLRU(_MAX_NETWORKS)


def _in_force(rows: Iterable[TimedValue[T]], at: datetime) -> list[T]:
    return [value for start, end, value in rows if start <= at < end]
