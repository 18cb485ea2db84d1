"""Finds the later instants at which facts about an upgrade graph change, and the vertices (firmware images) whose facts
change then.

A question depends on some vertices of the graph only, so most later instants cannot change its answer. The rules look
at an answer again only where a fact about one of these vertices changes.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from service.domain.clock import END
from service.domain.facts import FirmwareIdentity
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import DeclarationInForce, EntryInForce, HeldPair, Step

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

TimedRows = Iterable[tuple[datetime, datetime, T]]
"""Facts, each with the start and the end of the time in which the fact is in force."""


@dataclass(slots=True)
class LaterChange:
    """The facts about an upgrade graph that begin or end at one later instant.

    `touched` has the vertices with a fact that changes, as a bit set. `opened` has the undeclared vertices to which a
    missing declaration could lead from an entry of another device model that appears after the time of the graph.
    `entering` has the numbers of the entries that no vertex of the graph has.
    """

    at: datetime
    touched: int = 0
    opened: int = 0
    entering: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Dependence:
    """The part of an upgrade graph on which an answer depends: the vertices, as a bit set, and the entries of the
    question that no vertex has. `possible`: the answer also depends on the steps that missing declarations could give.
    """

    vertices: int
    absent: frozenset[str] = frozenset()
    possible: bool = False

    def affected_by(self, change: LaterChange) -> bool:
        """Returns whether facts that change at a later instant can change the answer."""
        touched = change.touched | (change.opened if self.possible else 0)
        return bool(touched & self.vertices) or not self.absent.isdisjoint(change.entering)


class _Collector:
    """Collects the changes of facts after an instant, by the instant of each change."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._vertex_of = {vertex.shown.identity: 1 << index for index, vertex in enumerate(network.vertices)}
        self._models: dict[str, set[str]] = defaultdict(set)
        self.changes: dict[datetime, LaterChange] = {}

    def touch(self, at: datetime, number: str) -> LaterChange:
        """Adds a change of a fact about an entry."""
        change = self.changes.setdefault(at, LaterChange(at))
        index = self._network.index_of.get(number)
        if index is None:
            change.entering.add(number)
        else:
            change.touched |= 1 << index
        return change

    def listing(self, at: datetime, number: str, identity: FirmwareIdentity) -> None:
        """Adds the beginning or the end of list attributes of an entry."""
        self.touch(at, number).touched |= self._vertex_of.get(identity, 0)
        self._models[number].add(identity[0])

    def step(self, at: datetime, target: str, acceptance: str) -> None:
        """Adds the beginning or the end of an upgrade step. All listings must have been added before."""
        change = self.touch(at, target)
        for model in self._models[target] if acceptance else ():
            change.opened |= self._network.peers.get(model, 0) & self._network.undeclared


def later_changes(
    network: Network,
    after: datetime,
    listings: TimedRows[EntryInForce],
    declared: TimedRows[tuple[str, DeclarationInForce]],
    steps: TimedRows[Step],
    held: TimedRows[HeldPair],
) -> Sequence[LaterChange]:
    """Returns all changes of facts after an instant, in the order of time. `network` is the upgrade graph in force at
    that instant.

    A step or a base that awaits acceptance counts as a fact about its target. The attributes of an entry that decide no
    outcome, no route and no verdict on a plan, such as its certificate, do not count.
    """
    collector = _Collector(network)
    for at, (number, identity, _, _) in _edges(listings, after, _listing):
        collector.listing(at, number, identity)
    for at, (number, _) in _edges(declared, after, _declared):
        collector.touch(at, number)
    for at, (_, target, acceptance) in _edges(steps, after, _step):
        collector.step(at, target, acceptance)
    for at, (_, target) in _edges(held, after, _held):
        collector.touch(at, target)
    return sorted(collector.changes.values(), key=lambda change: change.at)


def _edges(rows: TimedRows[T], after: datetime, content: Callable[[T], K]) -> Iterator[tuple[datetime, K]]:
    """Returns an iterator over the instants later than `after` at which some content begins or ends, each with this
    content.

    A fact that ends where another fact with the same content begins changes nothing.
    """
    edges: set[tuple[datetime, K]] = set()
    for start, end, value in rows:
        if start > after or after < end < END:
            key = content(value)
            edges ^= {(start, key), (end, key)}
    return (edge for edge in edges if after < edge[0] < END)


def _listing(entry: EntryInForce) -> tuple[str, FirmwareIdentity, bool, str]:
    return entry.number, entry.identity, entry.listed, entry.descriptor


def _declared(declaration: tuple[str, DeclarationInForce]) -> tuple[str, bool]:
    return declaration[0], declaration[1].kind == "not-supplied"


def _step(step: Step) -> tuple[str, str, str]:
    return step.base, step.target, step.acceptance


def _held(pair: HeldPair) -> tuple[str, str]:
    return pair.base, pair.target
