"""Everything in force at one moment, as the findings look at it: twins are one vertex throughout."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from service.domain.clock import BEGINNING
from service.domain.listings import ListVersion
from service.rules.findings.reachability import Reachability
from service.rules.pathfinding.bitset import bitset_of, indices, reachable_from
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce, HeldPair, Snapshot
from service.schemas.responses.findings import Finding, FindingCode, FindingEvidence, Severity


class ModelComponent:
    """Device models joined to each other by steps, on places of their own. Ways lead to listed vertices alone."""

    def __init__(self, network: Network, vertices: list[int], told_since: Callable[[Iterable[str]], datetime]) -> None:
        self.network = network
        self._told_since = told_since
        self.vertices = vertices
        self.place = {vertex: nth for nth, vertex in enumerate(vertices)}
        self.listed = self._own(network.listed)
        self.undeclared = self._own(network.undeclared)
        self.askable = self.listed & bitset_of(nth for nth, v in enumerate(vertices) if _open(network, v))
        self.models: dict[str, int] = defaultdict(int)
        for nth, vertex in enumerate(vertices):
            self.models[network.vertices[vertex].device_model] |= 1 << nth

    def _own(self, found: int) -> int:
        """What of a set of the network's vertices is here, by places."""
        return bitset_of(nth for nth, vertex in enumerate(self.vertices) if found >> vertex & 1)

    @cached_property
    def reach(self) -> Reachability:
        """Who reaches whom."""
        listed, after, place = self.network.listed, self.network.after, self.place
        return Reachability([bitset_of(place[n] for n in indices(after[vertex] & listed)) for vertex in self.vertices])

    def believed_since(self, found: int) -> datetime:
        """The recorded instant since which all that is told of these places, one at least, is believed."""
        return next(when for when, told in self._told if told & found)

    @cached_property
    def _told(self) -> list[tuple[datetime, int]]:
        """The places by the instant since which they are told of, the latest first."""
        found: dict[datetime, int] = defaultdict(int)
        for nth in range(len(self.vertices)):
            found[self._told_since(self.members([nth]))] |= 1 << nth
        return sorted(found.items(), reverse=True)

    def shown(self, nth: int) -> str:
        """The number by which a place is shown."""
        return self.network.shown[self.vertices[nth]]

    def model(self, nth: int) -> str:
        """The device model of a place."""
        return self.network.vertices[self.vertices[nth]].device_model

    def members(self, those: Iterable[int]) -> list[str]:
        """All entry numbers of these places."""
        return sorted(m.number for nth in those for m in self.network.vertices[self.vertices[nth]].members)


@dataclass(frozen=True)
class Overview:
    """The list in force with its steps and held bases, the lists in force and before, and who is obliged to declare.

    `obliged` are device types in lower case; `many` is the number of routes from which on an entry is relied on.
    """

    snapshot: Snapshot
    lists: Sequence[ListVersion] = ()
    first_listed: Mapping[str, datetime] = field(default_factory=dict)
    obliged_device_types: frozenset[str] = frozenset()
    many_routes: int = 5

    @cached_property
    def network(self) -> Network:
        """The entries as vertices."""
        return Network(self.snapshot)

    @property
    def held(self) -> list[HeldPair]:
        """The declared bases that give no step until they are accepted."""
        return sorted(self.snapshot.held)

    @property
    def entries(self) -> Mapping[str, EntryInForce]:
        """The entries in force, by number."""
        return self.snapshot.entries

    @cached_property
    def groups(self) -> list[ModelComponent]:
        """The vertices by what may have a way to each other: one device model, or several that steps join."""
        network = self.network
        peers = [network.peers[vertex.device_model] for vertex in network.vertices]
        return [
            ModelComponent(network, list(indices(part)), self.believed_since)
            for part in weak_components(network, peers)
        ]

    def entries_declaring(self, *kinds: str) -> Iterator[EntryInForce]:
        """The entries whose declaration in force is of these kinds, in the order of their numbers."""
        return (e for _, e in sorted(self.entries.items()) if e.declared.kind in kinds)

    def listed_from(self, vertex: int) -> datetime:
        """From when on a vertex is listed: the first of its twins."""
        return min(self.first_listed.get(m.number, BEGINNING) for m in self.network.vertices[vertex].members)

    def age(self, vertex: int) -> tuple[datetime, str]:
        """What orders vertices by when they came onto the list; numbers are allocated in turn. It orders no upgrade."""
        return self.listed_from(vertex), min(member.number for member in self.network.vertices[vertex].members)

    def listed_since(self, entry: str) -> datetime:
        """The recorded instant since which an entry is known for this time, whatever else changed of it."""
        return min(
            [self.entries[entry].recorded, *(b.recorded_from for b in self.snapshot.beliefs.get(entry, ()))],
        )

    def identity_since(self, entry: str) -> datetime:
        """The recorded instant since which an entry is believed to be what it is: hardware, version and image."""
        since = self.entries[entry].recorded
        for belief in sorted(self.snapshot.beliefs.get(entry, ()), key=lambda b: b.recorded_from, reverse=True):
            if belief.identity != self.entries[entry].identity:
                break
            since = min(since, belief.recorded_from)
        return since

    def believed_since(self, entries: Iterable[str]) -> datetime:
        """The recorded instant since which all these entries are known, and their declarations believed."""
        told = ((self.identity_since(e), self.entries[e].declared.recorded) for e in entries if e in self.entries)
        return max((when for pair in told for when in pair), default=BEGINNING)

    def finding(
        self,
        code: FindingCode,
        text: str,
        entries: Iterable[str],
        evidence: FindingEvidence,
        since: datetime | None = None,
    ) -> Finding:
        """A finding about these entries, by default since all that is told of them is believed."""
        numbers = sorted(set(entries))
        there = [self.entries[number] for number in numbers if number in self.entries]
        return Finding(
            code=code,
            severity=SEVERITY[code],
            text=text,
            entries=numbers,
            device_models=sorted({entry.device_model for entry in there}),
            manufacturers=sorted({entry.manufacturer for entry in there}),
            evidence=evidence,
            since=since or self.believed_since(numbers),
        )


def _open(network: Network, vertex: int) -> bool:
    kinds = {member.declared.kind for member in network.vertices[vertex].members}
    return "none" not in kinds or "bases" in kinds


def weak_components(network: Network, beside: Sequence[int] = ()) -> Iterator[int]:
    """The vertices by what steps join, whatever their direction, and whatever else is told to lie beside each."""
    ways = [after | before for after, before in zip(network.after, network.before, strict=True)]
    ways = [way | more for way, more in zip(ways, beside, strict=True)] if beside else ways
    left = network.all
    while left:
        part = reachable_from(ways, left & -left, network.all)
        left &= ~part
        yield part


def shorten_numbers(numbers: Sequence[str], most: int = 20) -> str:
    """Numbers in a sentence; of many, the first ones and how many there are."""
    if len(numbers) > most:
        return f"{', '.join(numbers[:most])} and {len(numbers) - most} more"
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}" if len(numbers) > 1 else "".join(numbers)


SEVERITY: dict[FindingCode, Severity] = {
    "dates-backwards": "wrong",
    "fragment-skips-part": "wrong",
    "missing-step": "missing",
    "stranded": "missing",
    "undeclared": "missing",
    "base-is-twin": "doubtful",
    "cycle": "doubtful",
    "held-base": "doubtful",
    "left-behind": "doubtful",
    "lone-exception": "doubtful",
    "none-though-earlier": "doubtful",
    "old-declaration": "doubtful",
    "pending-base": "doubtful",
    "twins-differ": "doubtful",
    "islands": "notice",
    "not-computed": "notice",
    "relied-on": "notice",
    "same-version": "notice",
}
