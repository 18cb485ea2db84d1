"""The facts about some device models over all valid time, as known at one recorded instant (design 9).

Every fact and derived row has a validity interval. A snapshot has the rows in force at one instant. Between two
neighbouring boundaries (instants at which a row begins or ends) the snapshot does not change, so its network is cached
for the interval between them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from service.domain.clock import ALWAYS, BEGINNING, END, Span
from service.domain.memo import Memoized, SizedLRU, memoized
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import (
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    IdentityBelief,
    Snapshot,
    Step,
)
from service.rules.pathfinding.temporal_reachability import TemporalReachability, temporal_reachability

T = TypeVar("T")

_MAX_NETWORKS = 8  # for each temporal graph; nearly all questions are about the present


class Timed(NamedTuple, Generic[T]):
    """A value and its validity interval: `start <= t < end`."""

    start: datetime
    end: datetime
    value: T


@dataclass(frozen=True)
class TemporalGraph(Memoized):
    """The entries, declarations, steps and held bases of some device models, each with its validity interval."""

    listings: Sequence[Timed[EntryInForce]] = ()
    declared: Sequence[Timed[tuple[str, DeclarationInForce]]] = ()
    steps: Sequence[Timed[Step]] = ()
    held: Sequence[Timed[HeldPair]] = ()
    beliefs: Sequence[Timed[tuple[str, IdentityBelief]]] = ()
    accepted: Mapping[str, datetime] = field(default_factory=dict)
    memo: dict[tuple[str, tuple[Any, ...]], Any] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def constant(snapshot: Snapshot) -> "TemporalGraph":
        """A temporal graph whose snapshot is the same at every instant."""

        def for_ever(values: Iterable[T]) -> list[Timed[T]]:
            return [Timed(ALWAYS.start, ALWAYS.end, value) for value in values]

        return TemporalGraph(
            for_ever(snapshot.entries.values()),
            for_ever((number, entry.declared) for number, entry in snapshot.entries.items()),
            for_ever(snapshot.steps),
            for_ever(snapshot.held),
            for_ever((number, belief) for number, beliefs in snapshot.beliefs.items() for belief in beliefs),
            snapshot.accepted,
        )

    @staticmethod
    def union(graphs: Sequence["TemporalGraph"]) -> "TemporalGraph":
        """The union of graphs between which there are no steps."""
        return TemporalGraph(
            [row for graph in graphs for row in graph.listings],
            [row for graph in graphs for row in graph.declared],
            [row for graph in graphs for row in graph.steps],
            [row for graph in graphs for row in graph.held],
            [row for graph in graphs for row in graph.beliefs],
            {key: recorded for graph in graphs for key, recorded in graph.accepted.items()},
        )

    @cached_property
    def entries(self) -> frozenset[str]:
        """The numbers of all entries with a row or an earlier recorded identity in this graph."""
        listed = {row.value.number for row in self.listings}
        return frozenset(listed | {row.value[0] for row in self.beliefs})

    @property
    def size(self) -> int:
        """The number of rows: the cost of this graph in a cache."""
        return sum(map(len, (self.listings, self.declared, self.steps, self.held, self.beliefs)))

    @cached_property
    def boundaries(self) -> list[datetime]:
        """Every instant at which a row begins or ends, and both ends of time, in ascending order."""
        instants = {BEGINNING, END}
        for rows in (self.listings, self.declared, self.steps, self.held, self.beliefs):
            instants.update(map(itemgetter(0), rows))
            instants.update(map(itemgetter(1), rows))
        return sorted(instants)

    def interval(self, at: datetime) -> Span:
        """The interval around an instant in which no row begins or ends."""
        boundaries = self.boundaries
        index = min(bisect_right(boundaries, at), len(boundaries) - 1)
        return Span(boundaries[index - 1], boundaries[index])

    def at(self, at: datetime) -> Snapshot:
        """The snapshot of the rows in force at an instant."""
        declared = dict(_in_force(self.declared, at))
        not_supplied = DeclarationInForce()
        entries = _in_force(self.listings, at)
        beliefs: dict[str, list[IdentityBelief]] = {}
        for number, belief in _in_force(self.beliefs, at):
            beliefs.setdefault(number, []).append(belief)
        return Snapshot(
            entries={
                entry.number: entry.with_declaration(declared.get(entry.number, not_supplied)) for entry in entries
            },
            steps=_in_force(self.steps, at),
            held=_in_force(self.held, at),
            beliefs=beliefs,
            accepted=dict(self.accepted),
        )

    def network(self, at: datetime) -> Network:
        """The network of the snapshot at an instant; the same object for the whole interval around the instant."""
        start = self.interval(at).start
        network = self._networks.get(start)
        if network is None:
            network = Network(self.at(start))
            self._networks.put([start], network, 1)
        return network

    @memoized
    def reachability(self, through_removed: bool) -> TemporalReachability:
        """Reachability over time, with or without the steps into removed entries."""
        return temporal_reachability(self.steps, through_removed)

    @cached_property
    def _networks(self) -> SizedLRU[datetime, Network]:
        return SizedLRU(_MAX_NETWORKS)


def _in_force(rows: Iterable[Timed[T]], at: datetime) -> list[T]:
    return [value for start, end, value in rows if start <= at < end]
