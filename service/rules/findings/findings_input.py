"""The input of the rules that compute findings: all facts in force at one instant. Entries with the same image are one
vertex.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.clock import BEGINNING
from service.domain.listings import ListVersion
from service.domain.memo import cached_property
from service.rules.findings.reachability import Reachability
from service.rules.pathfinding.bitset import bitset_of, indices, reachable_from
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot
from service.schemas.responses.findings import Finding, FindingCode, FindingEvidence, Severity


class ModelComponent:
    """A connected component of the upgrade graph: device models that upgrade steps join. Its edges are the steps into
    listed vertices.

    A place is the index of a vertex within the component; the bit sets are sets of places. `askable` has the listed
    vertices that are not declared N/A (no base), for which the service may suggest a further base.
    """

    def __init__(
        self, network: Network, vertices: list[int], believed_since: Callable[[Iterable[str]], datetime]
    ) -> None:
        self.network = network
        self._believed_since = believed_since
        self.vertices = vertices
        self.listed = self._places_of(network.listed)
        self.undeclared = self._places_of(network.undeclared)
        self.askable = self.listed & bitset_of(
            nth for nth, vertex in enumerate(vertices) if _accepts_bases(network, vertex)
        )
        self.models: dict[str, int] = defaultdict(int)
        for nth, vertex in enumerate(vertices):
            self.models[network.vertices[vertex].device_model] |= 1 << nth

    def _places_of(self, vertices: int) -> int:
        """Returns the places of those vertices of a bit set of the whole network that belong to this component."""
        return bitset_of(nth for nth, vertex in enumerate(self.vertices) if vertices >> vertex & 1)

    @cached_property
    def reach(self) -> Reachability:
        """Returns, for each vertex of the component, the vertices that it reaches by one upgrade step or more."""
        listed, after = self.network.listed, self.network.after
        place = {vertex: nth for nth, vertex in enumerate(self.vertices)}
        return Reachability(
            [bitset_of(place[target] for target in indices(after[vertex] & listed)) for vertex in self.vertices]
        )

    def believed_since(self, places: int) -> datetime:
        """Returns the latest recorded instant at which the image or declaration of a vertex given changed."""
        return next(recorded for recorded, group in self._places_by_belief if group & places)

    @cached_property
    def _places_by_belief(self) -> list[tuple[datetime, int]]:
        """Returns (recorded instant, places whose facts have been in force since then), the latest instant first."""
        places: dict[datetime, int] = defaultdict(int)
        for nth in range(len(self.vertices)):
            places[self._believed_since(self.members([nth]))] |= 1 << nth
        return sorted(places.items(), reverse=True)

    def shown(self, nth: int) -> str:
        """Returns the number of the entry that represents the vertex at a place (index within the component)."""
        return self.network.shown[self.vertices[nth]]

    def model(self, nth: int) -> str:
        """Returns the device model of the vertex at a place (index within the component)."""
        return self.network.vertices[self.vertices[nth]].device_model

    def members(self, places: Iterable[int]) -> list[str]:
        """Returns the sorted numbers of all entries of the vertices at the indexes given. A vertex has all entries with
        one image.
        """
        return sorted(member.number for nth in places for member in self.network.vertices[self.vertices[nth]].members)


@dataclass(frozen=True)
class FindingsInput:
    """The facts in force at one instant: entries with their declared steps, and all lists in force until then.

    Entries of `obliged_device_types` (lower case) must have a declaration. `many_routes` is the number of pairs of
    entries from which the finding `relied-on` is reported. `first_listed` has the instant at which a list first had
    each entry.
    """

    snapshot: Snapshot
    lists: Sequence[ListVersion] = ()
    first_listed: Mapping[str, datetime] = field(default_factory=dict)
    obliged_device_types: frozenset[str] = frozenset()
    many_routes: int = 5

    @cached_property
    def network(self) -> Network:
        """Returns the entries and upgrade steps in force as a graph."""
        return Network(self.snapshot)

    @property
    def entries(self) -> Mapping[str, EntryInForce]:
        """Returns the entries in force, by entry number."""
        return self.snapshot.entries

    @cached_property
    def groups(self) -> list[ModelComponent]:
        """Returns the groups of vertices (entries with one image) that belong together: those of one device model, and
        those that an upgrade step joins. No rule about pathways finds anything in a group of one vertex, so
        this method leaves it out.
        """
        network = self.network
        peers = [network.peers[vertex.device_model] for vertex in network.vertices]
        return [
            ModelComponent(network, list(indices(component)), self.believed_since)
            for component in weak_components(network, peers)
            if component.bit_count() > 1
        ]

    def entries_declaring(self, *kinds: str) -> Iterator[EntryInForce]:
        """Returns the entries whose declaration in force is of one of the kinds given, in the order of their
        numbers.
        """
        return (entry for _, entry in sorted(self.entries.items()) if entry.declared.kind in kinds)

    def listed_from(self, vertex: int) -> datetime:
        """Returns the instant at which a list first had one of the entries of a vertex."""
        return min(self.first_listed.get(member.number, BEGINNING) for member in self.network.vertices[vertex].members)

    @cached_property
    def ages(self) -> list[tuple[datetime, str]]:
        """Returns, for each vertex, a key that sorts vertices by the instant of their first listing, then by entry
        number. It says nothing about the upgrade order.
        """
        return [
            (self.listed_from(nth), min(member.number for member in vertex.members))
            for nth, vertex in enumerate(self.network.vertices)
        ]

    def listed_since(self, entry: str) -> datetime:
        """Returns the instant at which the service recorded that the entry is on the list now.

        Later changes of the entry's attributes do not matter.
        """
        return min(
            [self.entries[entry].recorded, *(belief.recorded_from for belief in self.snapshot.beliefs.get(entry, ()))],
        )

    def identity_since(self, entry: str) -> datetime:
        """Returns the instant since which the recorded device model, version and image hash of an entry are
        unchanged.
        """
        since = self.entries[entry].recorded
        if entry not in self.snapshot.beliefs:
            return since
        for belief in sorted(self.snapshot.beliefs[entry], key=lambda row: row.recorded_from, reverse=True):
            if belief.identity != self.entries[entry].identity:
                break
            since = min(since, belief.recorded_from)
        return since

    def believed_since(self, entries: Iterable[str]) -> datetime:
        """Returns the latest recorded instant at which the image or declaration of an entry given changed."""
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
        """Returns a finding (a report of wrong or missing facts) about the entries given. If `since` is None, the
        finding gets the instant since which the recorded facts about these entries are unchanged.
        """
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
    """Returns whether a vertex may get a further base: no entry of it is declared N/A, or one declares bases."""
    kinds = {member.declared.kind for member in network.vertices[vertex].members}
    return "none" not in kinds or "bases" in kinds


def weak_components(network: Network, beside: Sequence[int] = ()) -> Iterator[int]:
    """Yields the weakly connected components of a graph (vertices joined by edges in either direction) as bit sets.

    `beside` adds further neighbours of each vertex, as one bit set for each vertex.
    """
    neighbours = [after | before for after, before in zip(network.after, network.before, strict=True)]
    neighbours = [near | more for near, more in zip(neighbours, beside, strict=True)] if beside else neighbours
    remaining = network.all
    while remaining:
        component = reachable_from(neighbours, remaining & -remaining, network.all)
        remaining &= ~component
        yield component


def shorten_numbers(numbers: Sequence[str], most: int = 20) -> str:
    """Returns entry numbers as a text, joined with "and". If there are more than `most`, names the first ones and
    counts the others.
    """
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
