"""Why an exposed entry has no migration path: all reasons that hold, in a fixed order, each with its entries."""

from collections.abc import Callable
from functools import cached_property

from service.rules.answers.text import join_with_and
from service.rules.pathfinding.bitset import indices, reachable_from
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.possible_paths import possibly_reachable, vertices_to_ask
from service.rules.zigbee.migration_path import MigrationPaths, find_migration_paths
from service.schemas.responses.exposure import BlockedCode, BlockingReason

_MAX_LISTED = 20


class BlockingContext:
    """A component of the network with vertices that have no migration path.

    `exposed`, `clear` and `unknown` are bit sets of the vertices in these states.
    """

    def __init__(self, network: Network, region: int, exposed: int, clear: int, unknown: int) -> None:
        self.network = network
        self.region = region
        self.exposed = exposed
        self.clear = clear & region
        self.unknown = unknown & region
        self.enterable = network.enterable(False)

    @cached_property
    def goals(self) -> int:
        """The clear vertices that a step may lead to."""
        return self.clear & self.enterable

    @cached_property
    def through_held(self) -> MigrationPaths:
        """The migration paths that would exist if every held base were accepted."""
        return find_migration_paths(self.network.with_held(), self.exposed, self.clear, self.enterable, False)

    @cached_property
    def through_removed(self) -> MigrationPaths:
        """The migration paths that would exist if steps could lead to removed entries."""
        return find_migration_paths(self.network, self.exposed, self.clear, self.network.all, False)

    def members(self, vertices: int) -> list[str]:
        """All entry numbers of these vertices."""
        return sorted(member.number for place in indices(vertices) for member in self.network.vertices[place].members)

    def shown(self, path: list[int]) -> list[str]:
        """The entry numbers that represent the vertices of a path."""
        return [self.network.shown[place] for place in path]


BlockingEvidence = tuple[str, list[str], list[str]]
"""The text of a reason, the entries concerned, and the steps of the path that the reason is about."""


def blocking_reasons(context: BlockingContext, start: int) -> list[BlockingReason]:
    """All reasons why a vertex has no migration path. The list is never empty."""
    evidence = ((code, rule(context, start)) for code, rule in _RULES.items())
    return [BlockingReason(code=code, text=row[0], entries=row[1], steps=row[2]) for code, row in evidence if row]


def _none_known_clear(context: BlockingContext, start: int) -> BlockingEvidence | None:
    if context.clear:
        return None
    return "No entry of this device model, or of a device model joined to it, is known to be clear.", [], []


def _not_told(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Entries are reachable whose ZigBee data are not known."""
    onwards = reachable_from(context.network.after, 1 << start, context.enterable) & ~(1 << start)
    entries = context.members(onwards & context.unknown)
    if not entries:
        return None
    text = f"A pathway leads to {_list_entries(entries)}, whose ZigBee data are not known. Ask the manufacturer."
    return text, entries, []


def _not_declared(context: BlockingContext, start: int) -> BlockingEvidence | None:
    possible_goals = possibly_reachable(context.network, start, context.enterable) & context.goals
    undeclared = 0
    for goal in indices(possible_goals):
        undeclared |= vertices_to_ask(context.network, start, goal, context.enterable)
    if not possible_goals:
        return None
    entries = context.members(undeclared)
    text = f"No Firmware Upgrade Path was supplied for {_list_entries(entries)}. A declaration could give a pathway."
    return text, entries, []


def _only_through_held(context: BlockingContext, start: int) -> BlockingEvidence | None:
    if not context.network.snapshot.held or start not in context.through_held.costs:
        return None
    steps = context.shown(context.through_held.path(start))
    return f"A pathway exists if bases that await acceptance are accepted: {' → '.join(steps)}.", steps, steps


def _only_through_removed(context: BlockingContext, start: int) -> BlockingEvidence | None:
    if start not in context.through_removed.costs or context.through_removed.costs[start] == (0, 0, 0):
        return None
    path = context.through_removed.path(start)
    removed = context.members(sum(1 << place for place in path[1:] if not context.enterable >> place & 1))
    steps = context.shown(path)
    return f"The only declared pathway leads through removed entries: {' → '.join(steps)}.", removed, steps


def _opposite_direction(context: BlockingContext, start: int) -> BlockingEvidence | None:
    entries = context.members(context.network.ancestors(False)[start] & context.clear & ~(1 << start))
    text = f"Declared pathways lead from {_list_entries(entries)} to this entry, but not back."
    return (text, entries, []) if entries else None


def _no_declared_path(context: BlockingContext, start: int) -> BlockingEvidence | None:
    entries = context.members(context.clear)
    text = f"No declared pathway leads to {_list_entries(entries)}, known to be clear."
    return (text, entries, []) if entries else None


def _list_entries(entries: list[str]) -> str:
    if len(entries) <= _MAX_LISTED:
        return join_with_and(entries)
    return f"{', '.join(entries[:_MAX_LISTED])} and {len(entries) - _MAX_LISTED} more"


_RULES: dict[BlockedCode, Callable[[BlockingContext, int], BlockingEvidence | None]] = {
    "none-known-clear": _none_known_clear,
    "not-told": _not_told,
    "not-declared": _not_declared,
    "only-through-held": _only_through_held,
    "only-through-removed": _only_through_removed,
    "opposite-direction": _opposite_direction,
    "no-declared-way": _no_declared_path,
}
