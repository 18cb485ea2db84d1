"""What a picture of an upgrade graph shows: its images, their places, and the arrows between them."""

import random
import re

from hypothesis import event, given
from hypothesis import strategies as st

from service.rules.answers.upgrade_graph import build_nodes
from service.rules.drawing.upgrade_graph_drawing import (
    MOST_IMAGES,
    draw_upgrade_graph,
    images_by_layer,
    shown_images,
)
from service.rules.pathfinding.network import Network
from service.schemas.responses.device_models import UnacceptedBase, UpgradeGraphNode
from tests.worlds import near, situations


def image(number, *bases, reduced=None, cycle=None, held=()):
    """An image on one device model, of one entry."""
    name = f"{number:06}"
    return UpgradeGraphNode(
        entry=name,
        entries=[name],
        device_model="FE01-10010100",
        firmware_version=f"{number:08}",
        image_hash=None,
        listed=True,
        declaration="bases" if bases else "none",
        fragment=None,
        cycle=cycle,
        bases=[f"{base:06}" for base in bases],
        reduced_bases=[f"{base:06}" for base in (bases if reduced is None else reduced)],
        held=[UnacceptedBase(base=f"{base:06}", declared=f"{base:06}", code="other-device-model") for base in held],
    )


def numbers(step):
    """The numbers of an arrow's path."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", step.path)]


def arrows(drawing, *kinds):
    """The arrows of some kinds, or all, as base and target."""
    return {(int(step.base), int(step.target)) for step in drawing.steps if not kinds or step.kind in kinds}


@given(situations(), st.booleans(), st.data())
def test_a_picture_has_the_images_and_reduced_steps_of_its_graph(situation, through_removed, data):
    """Every image once, at a place of its own; every reduced step once; and every other step counted or drawn."""
    known, at = situation
    network = Network(near(known, at))
    for model in {vertex.device_model for vertex in network.vertices}:
        nodes = build_nodes(network, model, through_removed)
        from_ = data.draw(st.sampled_from([None, *(number for node in nodes for number in node.entries)]))
        drawing = draw_upgrade_graph(nodes, from_, None, [])
        assert [drawn.node for drawn in drawing.images] == list(nodes)
        assert len({(drawn.x, drawn.y) for drawn in drawing.images}) == len(nodes)
        reduced = {(base, node.entry) for node in nodes for base in node.reduced_bases}
        steps = {(base, node.entry) for node in nodes for base in node.bases}
        own = next((node.entry for node in nodes if from_ in node.entries), None)
        drawn = {(step.base, step.target): step.kind for step in drawing.steps}
        assert len(drawn) == len(drawing.steps)
        assert {pair for pair, kind in drawn.items() if kind == "step"} == reduced
        assert {pair for pair, kind in drawn.items() if kind == "shortcut"} == {
            pair for pair in steps - reduced if own in pair
        } - {pair for pair, kind in drawn.items() if kind == "held"}
        assert drawing.shortcuts == len(steps - drawn.keys())
        event(f"shortcuts: {bool(drawing.shortcuts)}")


@given(situations())
def test_everything_is_inside_the_picture_and_arrows_lead_right(situation):
    """Boxes and ends of arrows have room, and a reduced step ends right of its beginning."""
    known, at = situation
    network = Network(near(known, at))
    for model in {vertex.device_model for vertex in network.vertices}:
        drawing = draw_upgrade_graph(build_nodes(network, model, False), None, None, [])
        x_of = {drawn.node.entry: drawn.x for drawn in drawing.images}
        for drawn in drawing.images:
            assert 0 < drawn.x < drawn.x + drawing.box_width < drawing.width
            assert 0 < drawn.y < drawn.y + drawing.box_height < drawing.height
        for step in drawing.steps:
            if step.kind == "step":
                assert x_of[step.base] < x_of[step.target]
                points = numbers(step)
                assert points[0] == x_of[step.base] + drawing.box_width
                assert points[-2] == x_of[step.target]


def test_a_route_is_the_answer_and_is_never_computed_here():
    """Its steps are drawn as the answer has them, also where the reduction has others; and no other shortcut is."""
    nodes = [image(1), image(2, 1), image(3, 1, 2, reduced=[2]), image(4, 1, 2, 3, reduced=[3])]
    drawing = draw_upgrade_graph(nodes, "000001", "000004", ["000001", "000004"])
    assert arrows(drawing, "route") == {(1, 4)}
    assert arrows(drawing, "step") == {(1, 2), (2, 3), (3, 4)}
    assert arrows(drawing, "shortcut") == set()
    assert drawing.shortcuts == 2
    assert [drawn.selected for drawn in drawing.images] == ["from", "", "", "to"]
    along = draw_upgrade_graph(nodes, "000001", "000004", ["000001", "000002", "000004"])
    assert arrows(along, "route") == {(1, 2), (2, 4)}
    assert [drawn.selected for drawn in along.images] == ["from", "route", "", "to"]


def test_a_selected_image_shows_its_own_steps():
    """In both directions."""
    nodes = [image(1), image(2, 1), image(3, 1, 2, reduced=[2]), image(4, 1, 2, 3, reduced=[3])]
    assert arrows(draw_upgrade_graph(nodes, "000001", None, []), "shortcut") == {(1, 3), (1, 4)}
    assert arrows(draw_upgrade_graph(nodes, None, "000004", []), "shortcut") == {(1, 4), (2, 4)}
    assert draw_upgrade_graph(nodes, "000099", None, []).shortcuts == 3


def test_a_cycle_is_framed_and_its_steps_are_drawn_when_one_is_selected():
    """Its images stand together, and the graph goes on after them."""
    nodes = [image(1), image(2, 1, 3, reduced=[1], cycle=1), image(3, 2, reduced=[], cycle=1), image(4, 3)]
    drawing = draw_upgrade_graph(nodes, None, None, [])
    (frame,) = drawing.cycles
    two, three = drawing.images[1:3]
    assert two.x == three.x and frame.number == 1
    assert frame.x < two.x and frame.y < two.y and three.y + drawing.box_height < frame.y + frame.height
    assert arrows(drawing) == {(1, 2), (3, 4)}
    assert arrows(draw_upgrade_graph(nodes, "000003", None, []), "shortcut") == {(2, 3), (3, 2)}


def test_a_base_that_awaits_acceptance_is_no_step():
    """It stands before its target, unless it is declared in the opposite direction."""
    drawing = draw_upgrade_graph([image(1), image(2, 1), image(3, held=[2])], None, None, [])
    assert (arrows(drawing, "held"), arrows(drawing, "step")) == ({(2, 3)}, {(1, 2)})
    assert [drawn.x for drawn in drawing.images] == sorted({drawn.x for drawn in drawing.images})
    assert drawing.bases_of("000003") == []
    opposite = draw_upgrade_graph([image(1, held=[2]), image(2, 1)], None, None, [])
    assert (arrows(opposite, "held"), arrows(opposite, "step")) == ({(2, 1)}, {(1, 2)})


def large(count=200):
    """A chain of images, each of which can be reached from the three before it."""
    return [image(n, *range(max(1, n - 3), n), reduced=[n - 1] if n > 1 else []) for n in range(1, count + 1)]


def test_a_large_graph_shows_what_is_within_two_steps_of_the_selection():
    """Nothing without one. The images that are left out are counted."""
    drawing = draw_upgrade_graph(large(), "000100", None, [])
    assert [int(drawn.node.entry) for drawn in drawing.images] == list(range(94, 107))
    assert [drawn.x for drawn in drawing.images] == sorted({drawn.x for drawn in drawing.images})
    assert drawing.left_out == 200 - 13
    assert draw_upgrade_graph(large(), None, None, []).images == []
    assert len(draw_upgrade_graph(large(MOST_IMAGES), None, None, []).images) == MOST_IMAGES


def test_at_most_sixty_images_are_shown_and_the_nearest_first():
    """The selected image, then those one step away, then some of those two steps away."""
    hub = [image(1), *(image(n, 1) for n in range(2, 40)), *(image(n, 2) for n in range(40, 100))]
    shown = [int(node.entry) for node in shown_images(hub, ["000001"])]
    assert len(shown) == MOST_IMAGES
    assert shown == list(range(1, 61))


def test_images_by_layer_has_each_image_once():
    """By the longest path, whatever the order of the images."""
    nodes = large(70)
    random.Random(1).shuffle(nodes)
    assert [[int(node.entry) for node in layer] for layer in images_by_layer(nodes)] == [[n] for n in range(1, 71)]


def test_steps_through_images_that_are_left_out_lead_right_too():
    """The reduction leads from the selected image to its targets by other images, which the picture does not have."""
    middle = [image(n, n - 1) for n in range(2, 100)]
    nodes = [image(1), *middle, image(100, 1, 99, reduced=[99]), *(image(n, 100) for n in range(101, 170))]
    drawing = draw_upgrade_graph(nodes, "000001", None, [])
    x_of = {int(drawn.node.entry): drawn.x for drawn in drawing.images}
    assert 50 not in x_of and x_of[1] < x_of[100] < x_of[101]
    assert arrows(drawing, "shortcut") == {(1, 100)}


def test_the_arcs_of_a_selected_image_stay_in_the_picture():
    """Also the long ones in its first row."""
    nodes = [image(1), *(image(n, *range(1, n), reduced=[n - 1]) for n in range(2, 30))]
    for step in draw_upgrade_graph(nodes, "000001", None, []).steps:
        if step.kind == "shortcut":
            _, y, _, bend, _, other_bend, _, end = numbers(step)
            assert min(y, end) - 0.75 * (min(y, end) - min(bend, other_bend)) > 0
