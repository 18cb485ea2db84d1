"""Chooses what a picture of an upgrade graph shows, and gives each image and each step its place, in pixels.

The picture has the steps of the transitive reduction, and of the other steps those of the selected entries or of the
selected route. Nothing is concluded from a picture: a route comes from the answer to its question.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from service.rules.drawing.layered_layout import Layout, layered_layout, longest_path_layers
from service.schemas.responses.device_models import UpgradeGraphNode

MOST_IMAGES = 60
"""The images up to which a picture shows the whole graph; of a larger one it shows what is near the selection."""

_NEAR = 2  # steps from a selected image to the images that are shown around it
_WIDTH, _HEIGHT = 216, 44  # of a box
_ROW, _COLUMN = 52, 288  # from one box to the next in a cycle, and from one layer to the next
_MARGIN = 24
_FRAME = 0.5  # rows that the frame of a cycle takes beside its images
_BEND = 60

StepKind = Literal["step", "route", "shortcut", "held"]
"""`step`: of the reduction; `route`: of the selected route; `shortcut`: another step of a selected entry; `held`: a
declared base that awaits acceptance, and gives no step.
"""


@dataclass(frozen=True)
class DrawnImage:
    """The box of a firmware image: its left upper corner. `selected` says why it is emphasised, or is a blank."""

    node: UpgradeGraphNode
    x: float
    y: float
    selected: Literal["", "from", "to", "route"]


@dataclass(frozen=True)
class DrawnStep:
    """An arrow from a base to a target, each the `entry` of its image. `path` is the `d` of an SVG path."""

    base: str
    target: str
    kind: StepKind
    path: str


@dataclass(frozen=True)
class DrawnCycle:
    """The frame around the images that all lead to each other."""

    number: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """A picture of an upgrade graph. `left_out` counts the images that it does not show, `shortcuts` the steps in force
    between shown images that it does not draw.
    """

    images: list[DrawnImage]
    steps: list[DrawnStep]
    cycles: list[DrawnCycle]
    width: float
    height: float
    left_out: int
    shortcuts: int
    box_width: int = _WIDTH
    box_height: int = _HEIGHT

    def bases_of(self, entry: str) -> list[str]:
        """Returns the bases from which the picture draws a step to an image, in the order of their numbers."""
        return sorted(step.base for step in self.steps if step.target == entry and step.kind != "held")


def draw_upgrade_graph(
    nodes: Sequence[UpgradeGraphNode], from_: str | None, to: str | None, route: Sequence[str]
) -> Drawing:
    """Draws the images of a device model, or those near the selected ones where there are too many.

    `from_` and `to` are the selected entries, `route` the entries of the pathway between them, both ends included.
    """
    node_of = {number: node for node in nodes for number in node.entries}
    route_nodes = [node_of[number].entry for number in route if number in node_of]
    ends = {end: node_of[number].entry for end, number in (("from", from_), ("to", to)) if number in node_of}
    shown = shown_images(nodes, [*ends.values(), *route_nodes])
    boxes = _boxes(shown)
    box_of = {node.entry: box for box, members in enumerate(boxes) for node in members}
    reduced = [(base, node.entry) for node in shown for base in node.reduced_bases if base in box_of]
    heights = [len(members) + (_FRAME if members[1:] else 0.0) for members in boxes]
    layout = _layout(heights, shown, reduced, box_of)
    corners = dict(_corners(boxes, layout))
    steps = _steps(shown, reduced, list(pairwise(route_nodes)), frozenset(ends.values()))
    drawn = [DrawnStep(*pair, kind, _path(pair, kind, corners, box_of, layout)) for pair, kind in steps.items()]
    selected = {**dict.fromkeys(route_nodes, "route"), **{entry: end for end, entry in ends.items()}}
    bottom = max((layout.rows[box] + height for box, height in enumerate(heights)), default=0)
    return Drawing(
        [DrawnImage(node, *corners[node.entry], selected.get(node.entry, "")) for node in shown],  # type: ignore[arg-type]
        drawn,
        [_cycle(members, corners) for members in boxes if members[1:]],
        layout.layer_count * _COLUMN - (_COLUMN - _WIDTH) + 2 * _MARGIN if shown else 0,
        bottom * _ROW + 2 * _MARGIN,
        len(nodes) - len(shown),
        sum(base in box_of for node in shown for base in node.bases) - sum(step.kind != "held" for step in drawn),
    )


def shown_images(nodes: Sequence[UpgradeGraphNode], selected: Collection[str]) -> list[UpgradeGraphNode]:
    """Returns the images that a picture shows: all, or of a large graph at most sixty within two steps of the selected
    ones, the nearest first. Without a selection a picture of a large graph shows none.
    """
    if len(nodes) <= MOST_IMAGES:
        return list(nodes)
    bases_of = {node.entry: node.bases for node in nodes}
    near, fringe = dict.fromkeys(selected), set(selected)
    for _ in range(_NEAR):
        bases = {base for entry in fringe for base in bases_of[entry]}
        fringe = (bases | {node.entry for node in nodes if not fringe.isdisjoint(node.bases)}) - near.keys()
        near |= dict.fromkeys(sorted(fringe))
    kept = set(list(near)[:MOST_IMAGES])
    return [node for node in nodes if node.entry in kept]


def images_by_layer(nodes: Sequence[UpgradeGraphNode]) -> list[list[UpgradeGraphNode]]:
    """Returns all images by the number of steps of the longest path that leads to them. The images of a cycle count as
    one.
    """
    boxes = _boxes(nodes)
    box_of = {node.entry: box for box, members in enumerate(boxes) for node in members}
    edges = {(box_of[base], box_of[node.entry]) for node in nodes for base in node.reduced_bases}
    layers = longest_path_layers(len(boxes), sorted(edges))
    found: list[list[UpgradeGraphNode]] = [[] for _ in range(max(layers, default=-1) + 1)]
    for box, members in enumerate(boxes):
        found[layers[box]] += members
    return found


def _layout(
    heights: Sequence[float],
    shown: Sequence[UpgradeGraphNode],
    reduced: Sequence[tuple[str, str]],
    box_of: Mapping[str, int],
) -> Layout:
    """Returns a layout in which all steps lead to later layers, and so do the declared bases that await acceptance.

    These bases may be declared in the opposite direction, and a removed image may stand between two others that lead to
    it and back: where there is such a cycle, only the steps of the reduction count.
    """
    steps = [(base, node.entry) for node in shown for base in node.bases]
    held = [(held.base, node.entry) for node in shown for held in node.held]
    edges, others = (
        [(box_of[base], box_of[target]) for base, target in pairs if base in box_of and box_of[base] != box_of[target]]
        for pairs in (reduced, steps + held)
    )
    try:
        return layered_layout(heights, edges, others)
    except ValueError:
        return layered_layout(heights, edges)


def _boxes(nodes: Sequence[UpgradeGraphNode]) -> list[list[UpgradeGraphNode]]:
    """Groups the images of each cycle; any other image is a group of its own."""
    boxes: dict[object, list[UpgradeGraphNode]] = defaultdict(list)
    for node in nodes:
        boxes[node.cycle or node.entry].append(node)
    return list(boxes.values())


def _corners(boxes: Sequence[Sequence[UpgradeGraphNode]], layout: Layout) -> Iterator[tuple[str, tuple[float, float]]]:
    for box, members in enumerate(boxes):
        first = layout.rows[box] + (_FRAME / 2 if members[1:] else 0)
        for nth, node in enumerate(members):
            x, y = _MARGIN + layout.layers[box] * _COLUMN, _MARGIN + (first + nth) * _ROW + (_ROW - _HEIGHT) / 2
            yield node.entry, (x, round(y, 1))


def _steps(
    shown: Sequence[UpgradeGraphNode],
    reduced: Sequence[tuple[str, str]],
    route: Sequence[tuple[str, str]],
    selected: frozenset[str],
) -> Mapping[tuple[str, str], StepKind]:
    """Returns the arrows to draw, each with its kind. Without a route, all steps of the selected images are drawn."""
    entries = {node.entry for node in shown}
    steps: dict[tuple[str, str], StepKind] = dict.fromkeys(reduced, "step")
    for node in shown:
        for held in node.held:
            if held.base in entries:
                steps.setdefault((held.base, node.entry), "held")
        for base in node.bases:
            if base in entries and not route and not selected.isdisjoint((base, node.entry)):
                steps.setdefault((base, node.entry), "shortcut")
    return steps | dict.fromkeys((pair for pair in route if entries.issuperset(pair)), "route")


def _path(
    pair: tuple[str, str],
    kind: StepKind,
    corners: Mapping[str, tuple[float, float]],
    box_of: Mapping[str, int],
    layout: Layout,
) -> str:
    (x, y), (to_x, to_y) = (corners[entry] for entry in pair)
    boxes = box_of[pair[0]], box_of[pair[1]]
    start, end = (x + _WIDTH, y + _HEIGHT / 2), (to_x, to_y + _HEIGHT / 2)
    if boxes in layout.passages or to_x - x == _COLUMN:
        return _through(start, end, layout.passages.get(boxes, ()), layout.layers[boxes[0]])
    if to_x > x:
        lift = min(_BEND + (to_x - x) / 8, min(start[1], end[1]))  # the arc stays in the picture
        return _curve(start, (start[0] + _BEND, start[1] - lift), (end[0] - _BEND, end[1] - lift), end)
    end = to_x + _WIDTH, end[1]
    return _curve(start, (start[0] + _BEND, start[1]), (end[0] + _BEND, end[1]), end)


def _through(start: tuple[float, float], end: tuple[float, float], rows: Sequence[float], layer: int) -> str:
    """Returns the path of a step that passes the layers between its ends beside their boxes."""
    parts, (x, y) = [f"M{start[0]:g} {start[1]:g}"], start
    for nth, row in enumerate(rows, layer + 1):
        left, passed = _MARGIN + nth * _COLUMN, round(_MARGIN + row * _ROW, 1)
        parts.append(_bend(x, y, left, passed) + f"H{left + _WIDTH:g}")
        x, y = left + _WIDTH, passed
    return "".join([*parts, _bend(x, y, *end)])


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"


def _curve(*points: tuple[float, float]) -> str:
    (x, y), *others = points
    return f"M{x:g} {y:g}C" + " ".join(f"{one:g} {other:g}" for one, other in others)


def _cycle(members: Sequence[UpgradeGraphNode], corners: Mapping[str, tuple[float, float]]) -> DrawnCycle:
    (x, y), height = corners[members[0].entry], (len(members) + _FRAME) * _ROW
    assert members[0].cycle
    return DrawnCycle(members[0].cycle, x - _FRAME * _ROW / 4, y - (_ROW - _HEIGHT) / 2 - _FRAME * _ROW / 2, height)
