"""Places the boxes of an acyclic graph in layers, so that every edge leads to a later layer and few edges cross.

The method is the usual one for layered drawings: layers by the longest path, invisible points where an edge passes a
layer, and an order within the layers by barycentres (the mean position of the neighbours).
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

Edge = tuple[int, int]
"""A base and a target, as the numbers of their boxes."""

_SWEEPS = 12
_RELAXATIONS = 8
_GAP, _PASSAGE = 0.5, 0.4  # rows between two boxes, and rows that an edge takes where it passes a layer


@dataclass(frozen=True)
class Layout:
    """Where the boxes of a graph stand: the layer of each, and its first row. Rows are counted from the top, and need
    not be whole. `passages` has the rows at which an edge passes the layers between its ends, in their order.
    """

    layers: list[int]
    rows: list[float]
    passages: dict[Edge, list[float]]
    crossings: int

    @property
    def layer_count(self) -> int:
        """Returns the number of layers."""
        return max(self.layers, default=-1) + 1


@dataclass(slots=True)
class _Point:
    """A box, or a place at which an edge passes a layer, with its neighbours in the two adjacent layers."""

    size: float
    earlier: list[int]
    later: list[int]
    row: float = 0

    @property
    def middle(self) -> float:
        return self.row + self.size / 2


def longest_path_layers(count: int, edges: Sequence[Edge]) -> list[int]:
    """Returns the layer of each of so many boxes: the number of edges of the longest path that leads to it.

    Raises ValueError if the edges have a cycle.
    """
    targets, waiting = defaultdict(list), [0] * count
    for base, target in edges:
        targets[base].append(target)
        waiting[target] += 1
    layers, ready = [0] * count, [box for box in range(count) if not waiting[box]]
    for box in ready:
        for target in targets[box]:
            layers[target] = max(layers[target], layers[box] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    if len(ready) < count:
        raise ValueError("the edges have a cycle")
    return layers


def layered_layout(heights: Sequence[float], edges: Sequence[Edge], unseen: Sequence[Edge] = ()) -> Layout:
    """Places boxes with the heights given, in rows. The same graph always gets the same layout.

    `unseen` are further edges, which lead to later layers too, but need no room. Raises ValueError if all these edges
    together have a cycle.
    """
    layers = longest_path_layers(len(heights), list(dict.fromkeys([*edges, *unseen])))
    points = [_Point(height, [], []) for height in heights]
    columns: list[list[int]] = [[] for _ in range(max(layers, default=-1) + 1)]
    for box, layer in enumerate(layers):
        columns[layer].append(box)
    passing = {edge: _pass(points, columns, layers, edge) for edge in dict.fromkeys(edges)}
    crossings = _order(points, columns)
    _place(points, columns)
    top = min((point.row for point in points), default=0)
    return Layout(
        layers,
        [points[box].row - top for box in range(len(heights))],
        {edge: [points[passage].middle - top for passage in passages] for edge, passages in passing.items()},
        crossings,
    )


def _pass(points: list[_Point], columns: list[list[int]], layers: Sequence[int], edge: Edge) -> list[int]:
    """Adds a point in each layer that an edge passes, and joins all points of the edge. Returns the added points."""
    base, target = edge
    passages = []
    for layer in range(layers[base] + 1, layers[target]):
        passages.append(len(points))
        columns[layer].append(len(points))
        points.append(_Point(_PASSAGE, [], []))
    chain = [base, *passages, target]
    for one, next_one in itertools.pairwise(chain):
        points[one].later.append(next_one)
        points[next_one].earlier.append(one)
    return passages


def _order(points: Sequence[_Point], columns: list[list[int]]) -> int:
    """Orders each layer by the barycentres of the layer before it, and of the layer after it, in turn. Keeps the order
    with the fewest crossings, and returns their number.
    """
    best, fewest = [list(column) for column in columns], count_crossings(points, columns)
    for sweep in range(_SWEEPS):
        forwards = sweep % 2 == 0
        for layer in range(1, len(columns)) if forwards else range(len(columns) - 2, -1, -1):
            adjacent = columns[layer - 1 if forwards else layer + 1]
            position_of = {point: position for position, point in enumerate(adjacent)}
            own = {point: position for position, point in enumerate(columns[layer])}

            def barycentre(point: int, position_of: dict[int, int] = position_of, own: dict[int, int] = own) -> float:
                neighbours = points[point].earlier if forwards else points[point].later  # noqa: B023
                positions = [position_of[neighbour] for neighbour in neighbours]
                return sum(positions) / len(positions) if positions else own[point]

            columns[layer].sort(key=barycentre)
        crossings = count_crossings(points, columns)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    columns[:] = best
    return fewest


def count_crossings(points: Sequence[_Point], columns: Sequence[Sequence[int]]) -> int:
    """Returns how many pairs of edges cross between adjacent layers, given the order of each layer."""
    crossings = 0
    for column, following in itertools.pairwise(columns):
        position_of = {point: position for position, point in enumerate(following)}
        passed: list[int] = []
        for point in column:
            ends = sorted(position_of[target] for target in points[point].later)
            crossings += sum(end < former for end in ends for former in passed)
            passed += ends
    return crossings


def _place(points: Sequence[_Point], columns: Sequence[Sequence[int]]) -> None:
    """Gives each point a row: as near to the middle of its neighbours as the order of its layer allows."""
    for column in columns:
        row = 0.0
        for point in column:
            points[point].row = row
            row += points[point].size + _GAP
    for relaxation in range(_RELAXATIONS):
        for column in columns if relaxation % 2 == 0 else reversed(columns):
            _relax(points, column)


def _relax(points: Sequence[_Point], column: Sequence[int]) -> None:
    """Moves the points of a layer towards their neighbours. Two points keep their order and their distance: each gets
    the mean of a row that respects all points above it, and a row that respects all points below it.
    """
    wanted = [_wanted_row(points, point) for point in column]
    below, above = list(wanted), list(wanted)
    for nth in range(1, len(column)):
        below[nth] = max(wanted[nth], below[nth - 1] + points[column[nth - 1]].size + _GAP)
    for nth in range(len(column) - 2, -1, -1):
        above[nth] = min(wanted[nth], above[nth + 1] - points[column[nth]].size - _GAP)
    for point, low, high in zip(column, below, above, strict=True):
        points[point].row = (low + high) / 2


def _wanted_row(points: Sequence[_Point], point: int) -> float:
    neighbours = points[point].earlier + points[point].later
    if not neighbours:
        return points[point].row
    return sum(points[neighbour].middle for neighbour in neighbours) / len(neighbours) - points[point].size / 2
