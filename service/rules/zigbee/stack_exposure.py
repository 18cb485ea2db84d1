"""Counts exposed, clear and unknown entries, and finds the migration path of each exposed entry, or why there is none.

An entry is exposed if its ZigBee data match the criteria, clear if a known value differs, and otherwise unknown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from service.domain.memo import cached_property
from service.domain.work import check_work
from service.rules.findings.findings_input import weak_components
from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce
from service.rules.pathfinding.twins import group_by_key
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
class ExposureSearch:
    """All entries in force with their ZigBee attributes, and the criteria of a search by chipset or stack.

    `own`: the only entries that the caller may see; None for all. `devices`: the number of devices that run each entry;
    None if not counted. `avoid`: whether upgrade paths prefer fewer exposed entries (which match the search) to fewer
    steps.
    """

    network: Network
    attributes: Mapping[str, ZigbeeAttributes]
    matcher: ZigbeeMatcher
    avoid: bool = False
    devices: DeviceCounts | None = None
    own: frozenset[str] | None = None

    @cached_property
    def states(self) -> list[ExposureState]:
        """Returns the state of each vertex: exposed (matches the ZigBee search), clear (differs from it) or unknown."""
        return [
            self.matcher.state(
                [self.attributes[member.number] for member in vertex.members if member.number in self.attributes]
            )
            for vertex in self.network.vertices
        ]

    def all(self, state: ExposureState) -> int:
        """Returns, as a bit set, the vertices in a state: exposed (match the ZigBee search), clear (differ from it) or
        unknown.
        """
        return bitset_of(place for place, other in enumerate(self.states) if other == state)

    @cached_property
    def entries(self) -> list[tuple[EntryInForce, ExposureState]]:
        """Returns every entry that the caller may see, by number, with its state: exposed (matches the ZigBee search),
        clear (differs) or unknown.
        """
        rows = (
            (member, state)
            for vertex, state in zip(self.network.vertices, self.states, strict=True)
            for member in vertex.members
            if self.own is None or member.number in self.own
        )
        return sorted(rows, key=lambda pair: pair[0].number)

    @cached_property
    def migration_paths(self) -> MigrationPaths:
        """Returns the preferred upgrade paths from exposed vertices (which match the ZigBee search) to clear ones
        (which differ from it).
        """
        exposed, clear, enterable = self.all("exposed"), self.all("clear"), self.network.enterable(False)
        return find_migration_paths(self.network, exposed, clear, enterable, self.avoid)

    @cached_property
    def exposed(self) -> list[EntryInForce]:
        """Returns the exposed entries (which match the ZigBee search) that the caller may see, in the order of the
        numbers.
        """
        return [entry for entry, state in self.entries if state == "exposed"]

    @cached_property
    def blocking_contexts(self) -> dict[int, BlockingContext]:
        """Returns, for each vertex, the component of the graph that it belongs to.

        Upgrade steps, bases that await acceptance and device models join vertices to components.
        """
        network = self.network
        peers = [network.peers[vertex.device_model] for vertex in network.vertices]
        states = [self.all(state) for state in STATES]
        contexts = (
            (component, BlockingContext(network, component, *states))
            for component in weak_components(network.with_held_accepted(), peers)
        )
        return {vertex: context for component, context in contexts for vertex in indices(component)}

    def meters(self, entries: Iterable[EntryInForce]) -> int | None:
        """Returns the number of devices that run the entries given, or None if devices were not counted."""
        return None if self.devices is None else sum(self.devices.get(entry.number, 0) for entry in entries)

    def has_path(self, entry: EntryInForce) -> bool:
        """Returns whether an upgrade path leads from the entry to a clear entry (one known not to match the search)."""
        return self.network.index_of[entry.number] in self.migration_paths.costs


def coverage(view: ExposureSearch) -> Coverage:
    """Counts the entries that the caller may see by state: exposed (match the ZigBee search), clear (differ from it) or
    unknown; in total and by manufacturer.
    """
    by_manufacturer = group_by_key((entry.manufacturer, (entry, state)) for entry, state in view.entries)
    counts = [
        ManufacturerExposureCounts(manufacturer=manufacturer, **_counts_by_state(view, by_manufacturer[manufacturer]))
        for manufacturer in sorted(by_manufacturer)
    ]
    return Coverage(by_manufacturer=counts, **_counts_by_state(view, view.entries))


def _counts_by_state(
    view: ExposureSearch, entries: Sequence[tuple[EntryInForce, ExposureState]]
) -> dict[str, int | None]:
    """Returns the numbers of entries and devices in each state, as fields of the response."""
    counts: dict[str, int | None] = {}
    for state in STATES:
        matching = [entry for entry, entry_state in entries if entry_state == state]
        counts |= {state: len(matching), f"meters_{state}": view.meters(matching)}
    return counts


def exposed_groups(view: ExposureSearch) -> list[DeviceModelExposure]:
    """Returns the exposed entries (which match the ZigBee search) that the caller may see, counted by manufacturer and
    device model.
    """
    models = group_by_key(((entry.manufacturer, entry.device_model), entry) for entry in view.exposed)
    return [_device_model_exposure(view, *key, models[key]) for key in sorted(models)]


def _device_model_exposure(
    view: ExposureSearch, manufacturer: str, device_model: str, entries: Sequence[EntryInForce]
) -> DeviceModelExposure:
    """Returns the counts of the exposed entries of one device model: with a migration path, and blocked."""
    costs = view.migration_paths.costs
    steps = [costs[view.network.index_of[entry.number]][2] for entry in entries if view.has_path(entry)]
    blocked = [entry for entry in entries if not view.has_path(entry)]
    return DeviceModelExposure(
        manufacturer=manufacturer,
        device_model=device_model[-8:],
        exposed=len(entries),
        with_a_way=len(steps),
        blocked=len(blocked),
        most_steps=max(steps, default=None),
        meters=view.meters(entries),
        meters_blocked=view.meters(blocked),
    )


def exposed_items(view: ExposureSearch, entries: Iterable[EntryInForce]) -> Iterator[ExposedEntry]:
    """Yields the exposed entries given (which match the ZigBee search), each with its upgrade path to a clear entry
    (which differs), or with the reasons why it has none.
    """
    reasons_of = cache(lambda vertex: blocking_reasons(view.blocking_contexts[vertex], vertex))
    for entry in entries:
        check_work()
        vertex = view.network.index_of[entry.number]
        fields = (
            _path_fields(view, entry.number, vertex) if view.has_path(entry) else _blocked_fields(reasons_of(vertex))
        )
        yield ExposedEntry(
            entry=entry.number,
            status=entry.status,
            manufacturer=entry.manufacturer,
            device_model=entry.device_model[-8:],
            firmware_version=entry.firmware_version,
            by_twin=view.matcher.state([view.attributes.get(entry.number, {})]) != "exposed",
            meters=view.meters([entry]),
            **fields,
        )


def _path_fields(view: ExposureSearch, entry: str, place: int) -> dict[str, object]:
    """Returns the fields of the response for an exposed entry that has a migration path."""
    network, paths = view.network, view.migration_paths
    path = paths.path(place)
    stops = [step_cost(network, paths.exposed, True, vertex) for vertex in path[1:]]
    return {
        "steps": len(stops),
        "cannot_be_sent": sum(imageless for imageless, _, _ in stops),
        "exposed_stops": sum(exposed for _, exposed, _ in stops),
        "nearest": sorted(network.shown[vertex] for vertex in indices(paths.nearest[place])),
        "way": [entry, *(network.shown[vertex] for vertex in path[1:])],
        "blocked_by": [],
    }


def _blocked_fields(reasons: Sequence[BlockingReason]) -> dict[str, object]:
    """Returns the fields of the response for an exposed entry that has no migration path."""
    blank = dict.fromkeys(("steps", "cannot_be_sent", "exposed_stops"))
    return blank | {"nearest": [], "way": [], "blocked_by": list(reasons)}
