"""What blocks the way off it: all reasons that hold, in this order, each with the entries concerned."""

from collections.abc import Callable
from functools import cached_property

from service.rules.answers.text import join_with_and
from service.rules.pathfinding.bitset import indices, reachable_from
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.possible_paths import possibly_reachable, vertices_to_ask
from service.rules.zigbee.migration_path import MigrationPaths, find_migration_paths
from service.schemas.responses.exposure import BlockedCode, BlockingReason

_MOST = 20


class BlockingContext:
    """A vertex without a way to one of those known not to have it, in its part of the network."""

    def __init__(self, network: Network, region: int, exposed: int, clear: int, unknown: int) -> None:
        self.network = network
        self.region = region
        self.exposed = exposed
        self.clear = clear & region
        self.unknown = unknown & region
        self.enterable = network.enterable(False)

    @cached_property
    def goals(self) -> int:
        """Those known not to have it that a step may lead to."""
        return self.clear & self.enterable

    @cached_property
    def through_held(self) -> MigrationPaths:
        """The ways that there would be if every held base were accepted."""
        return find_migration_paths(self.network.with_held(), self.exposed, self.clear, self.enterable, False)

    @cached_property
    def through_removed(self) -> MigrationPaths:
        """The ways that there would be through removed entries."""
        return find_migration_paths(self.network, self.exposed, self.clear, self.network.all, False)

    def members(self, found: int) -> list[str]:
        """Every entry number of these vertices."""
        return sorted(m.number for place in indices(found) for m in self.network.vertices[place].members)

    def shown(self, way: list[int]) -> list[str]:
        """The numbers by which the vertices of a way are shown."""
        return [self.network.shown[place] for place in way]


BlockingEvidence = tuple[str, list[str], list[str]]


def blocking_reasons(here: BlockingContext, start: int) -> list[BlockingReason]:
    """All that blocks the way of a vertex; never an empty list."""
    found = ((code, rule(here, start)) for code, rule in _RULES.items())
    return [BlockingReason(code=code, text=said[0], entries=said[1], steps=said[2]) for code, said in found if said]


def _none_known_clear(here: BlockingContext, start: int) -> BlockingEvidence | None:
    if here.clear:
        return None
    return "No entry of its device model, or of those joined to it, is known not to have it.", [], []


def _not_told(here: BlockingContext, start: int) -> BlockingEvidence | None:
    """It can get to these, of which nobody has told enough."""
    onwards = reachable_from(here.network.after, 1 << start, here.enterable) & ~(1 << start)
    entries = here.members(onwards & here.unknown)
    if not entries:
        return None
    return f"There is a way to {_some(entries)}, of which it is not known: ask the manufacturer.", entries, []


def _not_declared(here: BlockingContext, start: int) -> BlockingEvidence | None:
    could = possibly_reachable(here.network, start, here.enterable) & here.goals
    asked = 0
    for goal in indices(could):
        asked |= vertices_to_ask(here.network, start, goal, here.enterable)
    if not could:
        return None
    entries = here.members(asked)
    return f"No Firmware Upgrade Path was supplied for {_some(entries)}: it could make a way.", entries, []


def _only_through_held(here: BlockingContext, start: int) -> BlockingEvidence | None:
    if not here.network.snapshot.held or start not in here.through_held.costs:
        return None
    steps = here.shown(here.through_held.path(start))
    return f"A way leads over bases that await acceptance: {' → '.join(steps)}.", steps, steps


def _only_through_removed(here: BlockingContext, start: int) -> BlockingEvidence | None:
    if start not in here.through_removed.costs or here.through_removed.costs[start] == (0, 0, 0):
        return None
    way = here.through_removed.path(start)
    removed = here.members(sum(1 << place for place in way[1:] if not here.enterable >> place & 1))
    steps = here.shown(way)
    return f"The only declared way leads through removed entries: {' → '.join(steps)}.", removed, steps


def _opposite_direction(here: BlockingContext, start: int) -> BlockingEvidence | None:
    entries = here.members(here.network.ancestors(False)[start] & here.clear & ~(1 << start))
    return (f"Declared ways lead here from {_some(entries)}, and not back.", entries, []) if entries else None


def _no_declared_way(here: BlockingContext, start: int) -> BlockingEvidence | None:
    entries = here.members(here.clear)
    return (f"No declared way leads to {_some(entries)}, known not to have it.", entries, []) if entries else None


def _some(entries: list[str]) -> str:
    if len(entries) <= _MOST:
        return join_with_and(entries)
    return f"{', '.join(entries[:_MOST])} and {len(entries) - _MOST} more"


_RULES: dict[BlockedCode, Callable[[BlockingContext, int], BlockingEvidence | None]] = {
    "none-known-clear": _none_known_clear,
    "not-told": _not_told,
    "not-declared": _not_declared,
    "only-through-held": _only_through_held,
    "only-through-removed": _only_through_removed,
    "opposite-direction": _opposite_direction,
    "no-declared-way": _no_declared_way,
}
