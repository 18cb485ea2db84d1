"""Everything that may bear on questions about some entries at any time, as known at one recorded instant (design 9).

Facts and derived rows come with the stretch of time over which they hold; a neighbourhood is what holds at an instant.
Between two instants at which something begins or ends it stays the same, and so does its network: both are kept.
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

_NETWORKS = 8  # of one terrain; nearly every question is about now


class Timed(NamedTuple, Generic[T]):
    """A thing and the stretch of time over which it holds: `start <= t < end`."""

    start: datetime
    end: datetime
    value: T


@dataclass(frozen=True)
class TemporalGraph(Memoized):
    """The device models concerned, all that was ever joined to them, and all that holds of them at some time."""

    listings: Sequence[Timed[EntryInForce]] = ()
    declared: Sequence[Timed[tuple[str, DeclarationInForce]]] = ()
    steps: Sequence[Timed[Step]] = ()
    held: Sequence[Timed[HeldPair]] = ()
    beliefs: Sequence[Timed[tuple[str, IdentityBelief]]] = ()
    accepted: Mapping[str, datetime] = field(default_factory=dict)
    memo: dict[tuple[str, tuple[Any, ...]], Any] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def constant(near: Snapshot) -> "TemporalGraph":
        """A terrain in which a neighbourhood holds for ever."""

        def always(things: Iterable[T]) -> list[Timed[T]]:
            return [Timed(ALWAYS.start, ALWAYS.end, thing) for thing in things]

        return TemporalGraph(
            always(near.entries.values()),
            always((number, listing.declared) for number, listing in near.entries.items()),
            always(near.steps),
            always(near.held),
            always((number, belief) for number, some in near.beliefs.items() for belief in some),
            near.accepted,
        )

    @staticmethod
    def union(parts: Sequence["TemporalGraph"]) -> "TemporalGraph":
        """Terrains side by side: no step leads from one into another."""
        return TemporalGraph(
            [row for part in parts for row in part.listings],
            [row for part in parts for row in part.declared],
            [row for part in parts for row in part.steps],
            [row for part in parts for row in part.held],
            [row for part in parts for row in part.beliefs],
            {key: when for part in parts for key, when in part.accepted.items()},
        )

    @cached_property
    def entries(self) -> frozenset[str]:
        """Every entry that is or was believed to be in it."""
        believed = {row.value.number for row in self.listings}
        return frozenset(believed | {row.value[0] for row in self.beliefs})

    @property
    def size(self) -> int:
        """How many rows it has: what keeping it costs."""
        return sum(map(len, (self.listings, self.declared, self.steps, self.held, self.beliefs)))

    @cached_property
    def boundaries(self) -> list[datetime]:
        """Every instant at which something begins or ends, in order; both ends of time among them."""
        found = {BEGINNING, END}
        for rows in (self.listings, self.declared, self.steps, self.held, self.beliefs):
            found.update(map(itemgetter(0), rows))
            found.update(map(itemgetter(1), rows))
        return sorted(found)

    def interval(self, at: datetime) -> Span:
        """The stretch around an instant in which nothing here begins or ends."""
        edges = self.boundaries
        place = min(bisect_right(edges, at), len(edges) - 1)
        return Span(edges[place - 1], edges[place])

    def at(self, at: datetime) -> Snapshot:
        """What holds at an instant."""
        declared = dict(_holding(self.declared, at))
        blank = DeclarationInForce()
        listings = _holding(self.listings, at)
        beliefs: dict[str, list[IdentityBelief]] = {}
        for number, belief in _holding(self.beliefs, at):
            beliefs.setdefault(number, []).append(belief)
        return Snapshot(
            entries={one.number: one.with_declaration(declared.get(one.number, blank)) for one in listings},
            steps=_holding(self.steps, at),
            held=_holding(self.held, at),
            beliefs=beliefs,
            accepted=dict(self.accepted),
        )

    def network(self, at: datetime) -> Network:
        """The network of what holds at an instant; one and the same for the whole stretch."""
        start = self.interval(at).start
        found = self._networks.get(start)
        if found is None:
            found = Network(self.at(start))
            self._networks.put([start], found, 1)
        return found

    @memoized
    def reachability(self, through_removed: bool) -> TemporalReachability:
        """The course of its steps, those into removed entries with it or not."""
        return temporal_reachability(self.steps, through_removed)

    @cached_property
    def _networks(self) -> SizedLRU[datetime, Network]:
        return SizedLRU(_NETWORKS)


def _holding(rows: Iterable[Timed[T]], at: datetime) -> list[T]:
    return [thing for start, end, thing in rows if start <= at < end]
