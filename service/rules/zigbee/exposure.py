"""How many entries have it, are known not to, or are not told of; and for each that has it the way off it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.rules.findings.overview import weak_components
from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce
from service.rules.zigbee.blocking_reasons import BlockingContext, blocking_reasons
from service.rules.zigbee.match import ZigbeeAttributes, ZigbeeMatcher
from service.rules.zigbee.migration_path import MigrationPaths, find_migration_paths, step_cost
from service.schemas.responses.exposure import (
    BlockingReason,
    Coverage,
    DeviceModelExposure,
    ExposedEntry,
    ExposureState,
    ManufacturerExposureCounts,
)

DeviceCounts = Mapping[str, int]
STATES: tuple[ExposureState, ...] = ("exposed", "clear", "unknown")


@dataclass(frozen=True)
class ExposureView:
    """All entries in force with what is told of them, seen by one who may see these entries alone, or all."""

    network: Network
    attributes: Mapping[str, ZigbeeAttributes]
    matcher: ZigbeeMatcher
    avoid: bool = False
    devices: DeviceCounts | None = None
    own: frozenset[str] | None = None

    @cached_property
    def states(self) -> list[ExposureState]:
        """What each vertex is to what is sought."""
        return [
            self.matcher.state([self.attributes[m.number] for m in vertex.members if m.number in self.attributes])
            for vertex in self.network.vertices
        ]

    def all(self, state: ExposureState) -> int:
        """The vertices in a state."""
        return bitset_of(place for place, found in enumerate(self.states) if found == state)

    @cached_property
    def entries(self) -> list[tuple[EntryInForce, ExposureState]]:
        """Every entry that may be seen, with its state, in the order of the numbers."""
        found = (
            (member, state)
            for vertex, state in zip(self.network.vertices, self.states, strict=True)
            for member in vertex.members
            if self.own is None or member.number in self.own
        )
        return sorted(found, key=lambda pair: pair[0].number)

    @cached_property
    def migration_paths(self) -> MigrationPaths:
        """The ways off it."""
        network = self.network
        enterable = network.enterable(False)
        return find_migration_paths(network, self.all("exposed"), self.all("clear"), enterable, self.avoid)

    @cached_property
    def exposed(self) -> list[EntryInForce]:
        """The entries that have it, in the order of the numbers."""
        return [entry for entry, state in self.entries if state == "exposed"]

    def meters(self, entries: Iterable[EntryInForce]) -> int | None:
        """How many devices run these entries, if devices were counted."""
        return None if self.devices is None else sum(self.devices.get(entry.number, 0) for entry in entries)

    def has_path(self, entry: EntryInForce) -> bool:
        """Whether there is a way off it."""
        return self.network.of[entry.number] in self.migration_paths.costs


def coverage(seen: ExposureView) -> Coverage:
    """How much is told at all, of every entry that may be seen."""
    makers: dict[str, list[tuple[EntryInForce, ExposureState]]] = defaultdict(list)
    for entry, state in seen.entries:
        makers[entry.manufacturer].append((entry, state))
    tallies = [
        ManufacturerExposureCounts(manufacturer=maker, **_tally(seen, makers[maker])) for maker in sorted(makers)
    ]
    return Coverage(by_manufacturer=tallies, **_tally(seen, seen.entries))


def _tally(seen: ExposureView, entries: Sequence[tuple[EntryInForce, ExposureState]]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for state in STATES:
        those = [entry for entry, own in entries if own == state]
        found |= {state: len(those), f"meters_{state}": seen.meters(those)}
    return found


def exposed_groups(seen: ExposureView) -> list[DeviceModelExposure]:
    """The entries that have it by manufacturer and device model."""
    models: dict[tuple[str, str], list[EntryInForce]] = defaultdict(list)
    for entry in seen.exposed:
        models[entry.manufacturer, entry.device_model].append(entry)
    return [_group(seen, *key, models[key]) for key in sorted(models)]


def _group(
    seen: ExposureView, manufacturer: str, device_model: str, entries: Sequence[EntryInForce]
) -> DeviceModelExposure:
    costs = seen.migration_paths.costs
    steps = [costs[seen.network.of[entry.number]][2] for entry in entries if seen.has_path(entry)]
    stuck = [entry for entry in entries if not seen.has_path(entry)]
    return DeviceModelExposure(
        manufacturer=manufacturer,
        device_model=device_model[-8:],
        exposed=len(entries),
        with_a_way=len(steps),
        blocked=len(stuck),
        most_steps=max(steps, default=None),
        meters=seen.meters(entries),
        meters_blocked=seen.meters(stuck),
    )


def exposed_items(seen: ExposureView, entries: Iterable[EntryInForce]) -> Iterator[ExposedEntry]:
    """These entries, all of which have it, each with the way off it or with what blocks it."""
    obstacles = _Obstacles(seen)
    for entry in entries:
        place = seen.network.of[entry.number]
        way = _way(seen, entry.number, place) if seen.has_path(entry) else _no_way(obstacles.of(place))
        yield ExposedEntry(
            entry=entry.number,
            status=entry.status,
            manufacturer=entry.manufacturer,
            device_model=entry.device_model[-8:],
            firmware_version=entry.firmware_version,
            by_twin=seen.matcher.state([seen.attributes.get(entry.number, {})]) != "exposed",
            meters=seen.meters([entry]),
            **way,
        )


def _way(seen: ExposureView, entry: str, place: int) -> dict[str, object]:
    network, found = seen.network, seen.migration_paths
    way = found.path(place)
    stops = [step_cost(network, found.exposed, True, there) for there in way[1:]]
    return {
        "steps": len(stops),
        "cannot_be_sent": sum(flawed for flawed, _, _ in stops),
        "exposed_stops": sum(exposed for _, exposed, _ in stops),
        "nearest": sorted(network.shown[there] for there in indices(found.nearest[place])),
        "way": [entry, *(network.shown[there] for there in way[1:])],
        "blocked_by": [],
    }


def _no_way(why: Sequence[BlockingReason]) -> dict[str, object]:
    nothing = dict.fromkeys(("steps", "cannot_be_sent", "exposed_stops"))
    return nothing | {"nearest": [], "way": [], "blocked_by": list(why)}


class _Obstacles:
    """What blocks each vertex, region by region: device models that steps join, or bases that await acceptance."""

    def __init__(self, seen: ExposureView) -> None:
        self._seen = seen
        self._found: dict[int, list[BlockingReason]] = {}

    def of(self, place: int) -> list[BlockingReason]:
        """What blocks a vertex; twins share it."""
        if place not in self._found:
            self._found[place] = blocking_reasons(self._blocking[place], place)
        return self._found[place]

    @cached_property
    def _blocking(self) -> dict[int, BlockingContext]:
        seen, network = self._seen, self._seen.network
        peers = [network.peers[vertex.device_model] for vertex in network.vertices]
        states = [seen.all(state) for state in STATES]
        parts = (
            (part, BlockingContext(network, part, *states)) for part in weak_components(network.with_held(), peers)
        )
        return {place: here for part, here in parts for place in indices(part)}
