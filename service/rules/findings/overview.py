"""All facts in force at one instant, as input of the finding rules. Twins are one vertex throughout."""

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
    """Device models that steps join. Paths lead to listed vertices only.

    A place is the index of a vertex within the component; the bit sets are sets of places.
    """

    def __init__(
        self, network: Network, vertices: list[int], believed_since: Callable[[Iterable[str]], datetime]
    ) -> None:
        self.network = network
        self._believed_since = believed_since
        self.vertices = vertices
        self.place = {vertex: nth for nth, vertex in enumerate(vertices)}
        self.listed = self._places_of(network.listed)
        self.undeclared = self._places_of(network.undeclared)
        self.askable = self.listed & bitset_of(
            nth for nth, vertex in enumerate(vertices) if _accepts_bases(network, vertex)
        )
        self.models: dict[str, int] = defaultdict(int)
        for nth, vertex in enumerate(vertices):
            self.models[network.vertices[vertex].device_model] |= 1 << nth

    def _places_of(self, vertices: int) -> int:
        """The vertices of a bit set of the network that belong to this component, as a bit set of places."""
        return bitset_of(nth for nth, vertex in enumerate(self.vertices) if vertices >> vertex & 1)

    @cached_property
    def reach(self) -> Reachability:
        """Reachability between the places."""
        listed, after, place = self.network.listed, self.network.after, self.place
        return Reachability(
            [bitset_of(place[target] for target in indices(after[vertex] & listed)) for vertex in self.vertices]
        )

    def believed_since(self, places: int) -> datetime:
        """The recorded instant since which all facts about these places (at least one) have been in force."""
        return next(recorded for recorded, group in self._places_by_belief if group & places)

    @cached_property
    def _places_by_belief(self) -> list[tuple[datetime, int]]:
        """The places by the recorded instant since which their facts have been in force, the latest first."""
        places: dict[datetime, int] = defaultdict(int)
        for nth in range(len(self.vertices)):
            places[self._believed_since(self.members([nth]))] |= 1 << nth
        return sorted(places.items(), reverse=True)

    def shown(self, nth: int) -> str:
        """The entry number that represents a place."""
        return self.network.shown[self.vertices[nth]]

    def model(self, nth: int) -> str:
        """The device model of a place."""
        return self.network.vertices[self.vertices[nth]].device_model

    def members(self, places: Iterable[int]) -> list[str]:
        """All entry numbers of these places."""
        return sorted(member.number for nth in places for member in self.network.vertices[self.vertices[nth]].members)


@dataclass(frozen=True)
class Overview:
    """The list in force with its steps and held bases, and all lists that are or were in force.

    `obliged_device_types` (lower case) must have a declaration. `many_routes`: the least number of routes through an
    entry for the finding `relied-on`. `first_listed`: the start of the first listing of each entry.
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
        """The declared bases that await acceptance, sorted."""
        return sorted(self.snapshot.held)

    @property
    def entries(self) -> Mapping[str, EntryInForce]:
        """The entries in force, by number."""
        return self.snapshot.entries

    @cached_property
    def groups(self) -> list[ModelComponent]:
        """The components: one device model, or several that steps join. No path leads out of a component."""
        network = self.network
        peers = [network.peers[vertex.device_model] for vertex in network.vertices]
        return [
            ModelComponent(network, list(indices(component)), self.believed_since)
            for component in weak_components(network, peers)
        ]

    def entries_declaring(self, *kinds: str) -> Iterator[EntryInForce]:
        """The entries whose declaration in force is of these kinds, in the order of their numbers."""
        return (entry for _, entry in sorted(self.entries.items()) if entry.declared.kind in kinds)

    def listed_from(self, vertex: int) -> datetime:
        """The earliest start of a listing of the vertex's twins."""
        return min(self.first_listed.get(member.number, BEGINNING) for member in self.network.vertices[vertex].members)

    def age(self, vertex: int) -> tuple[datetime, str]:
        """A sort key for the first listing. Entry numbers are allocated in turn. The key implies no upgrade order."""
        return self.listed_from(vertex), min(member.number for member in self.network.vertices[vertex].members)

    def listed_since(self, entry: str) -> datetime:
        """The recorded instant since which the entry is known to be listed now, with whatever attributes."""
        return min(
            [self.entries[entry].recorded, *(belief.recorded_from for belief in self.snapshot.beliefs.get(entry, ()))],
        )

    def identity_since(self, entry: str) -> datetime:
        """The recorded instant since which the device model, version and image of the entry are the same."""
        since = self.entries[entry].recorded
        for belief in sorted(self.snapshot.beliefs.get(entry, ()), key=lambda row: row.recorded_from, reverse=True):
            if belief.identity != self.entries[entry].identity:
                break
            since = min(since, belief.recorded_from)
        return since

    def believed_since(self, entries: Iterable[str]) -> datetime:
        """The recorded instant since which the identities and declarations of all these entries have been in force."""
        instants = (
            (self.identity_since(entry), self.entries[entry].declared.recorded)
            for entry in entries
            if entry in self.entries
        )
        return max((recorded for pair in instants for recorded in pair), default=BEGINNING)

    def finding(
        self,
        code: FindingCode,
        text: str,
        entries: Iterable[str],
        evidence: FindingEvidence,
        since: datetime | None = None,
    ) -> Finding:
        """A finding about these entries. `since` defaults to `believed_since(entries)`."""
        numbers = sorted(set(entries))
        listed = [self.entries[number] for number in numbers if number in self.entries]
        return Finding(
            code=code,
            severity=SEVERITY[code],
            text=text,
            entries=numbers,
            device_models=sorted({entry.device_model for entry in listed}),
            manufacturers=sorted({entry.manufacturer for entry in listed}),
            evidence=evidence,
            since=since or self.believed_since(numbers),
        )


def _accepts_bases(network: Network, vertex: int) -> bool:
    kinds = {member.declared.kind for member in network.vertices[vertex].members}
    return "none" not in kinds or "bases" in kinds


def weak_components(network: Network, beside: Sequence[int] = ()) -> Iterator[int]:
    """The weakly connected components. `beside` adds neighbours for each vertex."""
    neighbours = [after | before for after, before in zip(network.after, network.before, strict=True)]
    neighbours = [near | more for near, more in zip(neighbours, beside, strict=True)] if beside else neighbours
    remaining = network.all
    while remaining:
        component = reachable_from(neighbours, remaining & -remaining, network.all)
        remaining &= ~component
        yield component


def shorten_numbers(numbers: Sequence[str], most: int = 20) -> str:
    """The numbers as text, joined with "and"; the first `most` numbers and a count of the others if there are more."""
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
