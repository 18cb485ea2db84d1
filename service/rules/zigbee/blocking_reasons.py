"""Explains why an exposed entry (one with the chipset or stack searched for) has no upgrade path to a clear entry (one
known to be without it).

All reasons that hold are given, in a fixed order, each with the entries concerned.
"""

from collections.abc import Callable

from service.domain.memo import cached_property
from service.rules.findings.findings_input import shorten_numbers
from service.rules.pathfinding.bitset import indices, reachable_from
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.possible_paths import possible_targets_of, undeclared_on_possible_paths
from service.rules.zigbee.migration_path import MigrationPaths, find_migration_paths
from service.schemas.responses.exposure import BlockedCode, BlockingReason


class BlockingContext:
    """One component of the upgrade graph, in which entries with the chipset or stack searched for have no path to an
    entry known to be without it.

    `exposed`, `clear` and `unknown` are bit sets: the vertices that match the criteria, differ from them, or lack data.
    """

    def __init__(self, network: Network, region: int, exposed: int, clear: int, unknown: int) -> None:
        self.network = network
        self.exposed = exposed
        self.clear = clear & region
        self.unknown = unknown & region
        self.enterable = network.enterable(False)

    @cached_property
    def goals(self) -> int:
        """Returns, as a bit set, the vertices known to be without the chipset or stack searched for to which a step may
        lead.
        """
        return self.clear & self.enterable

    @cached_property
    def through_held(self) -> MigrationPaths:
        """Returns the paths to clear vertices (known to be without the chipset or stack) that would exist if somebody
        accepted every declared base that awaits acceptance.
        """
        return find_migration_paths(self.network.with_held_accepted(), self.exposed, self.clear, self.enterable, False)

    @cached_property
    def through_removed(self) -> MigrationPaths:
        """Returns the paths to clear vertices (known to be without the chipset or stack) that would exist if steps
        could lead to removed entries.
        """
        return find_migration_paths(self.network, self.exposed, self.clear, self.network.all, False)

    def members(self, vertices: int) -> list[str]:
        """Returns the sorted numbers of all entries of the vertices given. A vertex has all entries that carry one
        image.
        """
        return sorted(member.number for place in indices(vertices) for member in self.network.vertices[place].members)

    def shown(self, path: list[int]) -> list[str]:
        """Returns, for each vertex of a path, the number of the entry that represents it."""
        return [self.network.shown[place] for place in path]


BlockingEvidence = tuple[str, list[str], list[str]]
"""The text of a reason, the numbers of the entries concerned, and the steps of the path that the reason is about."""


def blocking_reasons(context: BlockingContext, start: int) -> list[BlockingReason]:
    """Returns all reasons why the vertex `start` has no path to a vertex known to be without the chipset or stack
    searched for. The list is never empty.
    """
    evidence = ((code, rule(context, start)) for code, rule in _RULES.items())
    return [BlockingReason(code=code, text=row[0], entries=row[1], steps=row[2]) for code, row in evidence if row]


def _none_known_clear(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Returns the reason that no entry of the component is known to be clear, if that is so."""
    if context.clear:
        return None
    return "No entry of this device model, or of a device model joined to it, is known to be clear.", [], []


def _not_known(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Returns the reason that a path leads to entries whose ZigBee data are not known, if there are any."""
    onwards = reachable_from(context.network.after, 1 << start, context.enterable) & ~(1 << start)
    text = "A pathway leads to {}, whose ZigBee data are not known. Ask the manufacturer."
    return _evidence(context, text, onwards & context.unknown)


def _not_declared(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Returns the reason that missing declarations could give a path, if they could."""
    possible_goals = possible_targets_of(context.network, start, context.enterable) & context.goals
    undeclared = 0
    for goal in indices(possible_goals):
        undeclared |= undeclared_on_possible_paths(context.network, start, goal, context.enterable)
    text = "No Firmware Upgrade Path was supplied for {}. A declaration could give a pathway."
    return _evidence(context, text, undeclared)


def _only_through_held(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Returns the reason that a path exists only through bases that await acceptance, if it does."""
    if not context.network.snapshot.held or start not in context.through_held.costs:
        return None
    steps = context.shown(context.through_held.path(start))
    text = f"There would be a pathway if somebody accepted the bases that await acceptance: {' → '.join(steps)}."
    return text, steps, steps


def _only_through_removed(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Returns the reason that a path exists only through removed entries, if it does."""
    if start not in context.through_removed.costs or context.through_removed.costs[start] == (0, 0, 0):
        return None
    path = context.through_removed.path(start)
    removed = context.members(sum(1 << place for place in path[1:] if not context.enterable >> place & 1))
    steps = context.shown(path)
    text = f"There would be a pathway if steps could lead to removed entries: {' → '.join(steps)}."
    return text, removed, steps


def _opposite_direction(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Returns the reason that clear entries lead to the start, but not the other way round, if there are any."""
    sources = context.network.ancestors(False)[start] & context.clear & ~(1 << start)
    return _evidence(context, "Declared pathways lead from {} to this entry, but not back.", sources)


def _no_declared_path(context: BlockingContext, start: int) -> BlockingEvidence | None:
    """Returns the reason that no declared path leads to the clear entries of the component, if there are any."""
    text = "The declarations in force give no pathway from this entry to {}, known to be clear."
    return _evidence(context, text, context.clear)


def _evidence(context: BlockingContext, text: str, vertices: int) -> BlockingEvidence | None:
    """Returns the text about the entries of the given vertices; None if there is no vertex."""
    entries = context.members(vertices)
    return (text.format(shorten_numbers(entries)), entries, []) if entries else None


_RULES: dict[BlockedCode, Callable[[BlockingContext, int], BlockingEvidence | None]] = {
    "none-known-clear": _none_known_clear,
    "not-told": _not_known,
    "not-declared": _not_declared,
    "only-through-held": _only_through_held,
    "only-through-removed": _only_through_removed,
    "opposite-direction": _opposite_direction,
    "no-declared-way": _no_declared_path,
}
