"""The list and the declarations that `scripts/bench` measures on are what `docs/bench.md` says; no time is taken."""

from collections import Counter
from itertools import pairwise

import networkx
import pytest
import rustworkx

from bench.batch import count_differences, shortest_paths, to_plain_graph
from bench.declarations import MANY, by_device_model, draw_declarations, draw_pairs, reachable, write_bases
from bench.figures import Sample, Side, Target, ratios
from bench.lists import (
    DENSE,
    DEVICE_MODELS,
    ENTRIES,
    HEADING,
    LARGEST,
    copy_list,
    generate_dense_list,
    generate_list,
    write_list,
)
from loaders.bases import read_bases
from loaders.lists import read_list
from service.domain.limits import Limits

COPIES = 3


@pytest.fixture(scope="module")
def rows():
    return generate_list()


@pytest.fixture(scope="module")
def copied(rows):
    return copy_list(rows, COPIES)


def test_generated_list_has_the_genuine_ones_shape(rows):
    """As many entries and device models as list 2.051, the largest no larger; the same list every time."""
    sizes = [len(members) for members in by_device_model(rows).values()]
    assert (len(rows), len(sizes)) == (ENTRIES, DEVICE_MODELS)
    assert 1 == min(sizes) < max(sizes) <= LARGEST
    assert rows == generate_list() != generate_list(seed=1)


def test_copies_share_no_number_device_model_or_image(rows, copied):
    """Each copy is a list beside the others: the shape times so many."""
    images = {row.given["image_hash"] for row in rows if row.given["image_hash"]}
    assert len({row.number for row in copied}) == COPIES * len(rows)
    assert len(by_device_model(copied)) == COPIES * len(by_device_model(rows))
    assert len({row.given["image_hash"] for row in copied} - {""}) == COPIES * len(images)
    assert all(len(row.number) == 6 for row in copy_list(rows[:2], 500))


def test_written_list_is_taken_whole_by_the_loader(copied, tmp_path):
    """The CSV view is read back row by row, with nothing refused and nothing to remark."""
    found = read_list(write_list(copied, tmp_path / "list.csv"), Limits())
    assert HEADING.endswith(found.published.issued.strftime("%d-%m-%Y"))
    assert (found.refusals, found.remarks) == ([], [])
    assert {row.entry: row.given for row in found.published.rows} == {row.number: row.given for row in copied}


def test_declarations_lead_on_within_the_device_model(copied, tmp_path):
    """One to three bases of the entry's own device model, no cycle, a few N/A, about one in twenty undeclared."""
    said = draw_declarations(copied)
    model = {row.number: row.device_model for row in copied}
    targets = {base: [entry for entry, bases in said.items() if base in bases] for base in model}
    kinds = Counter(min(len(bases), 1) for bases in said.values())
    assert all(model[base] == model[entry] for entry, bases in said.items() for base in bases)
    assert all(entry not in reachable(targets, target) for entry in model for target in targets[entry])
    assert {len(bases) for bases in said.values()} == {0, 1, 2, 3}
    assert 0 < kinds[0] <= len(by_device_model(copied))
    assert 0.03 < 1 - len(said) / len(copied) < 0.07
    assert said == draw_declarations(copied)
    found = read_bases(write_bases(said, tmp_path / "bases.csv"), Limits(), None)
    assert (found.refusals, {edit.entry: edit.bases for edit, _ in found.edits}) == ([], said)


def test_half_of_the_questions_have_a_way(copied):
    """Questions stay within a device model; in turn there is a way by what is declared, and there is none."""
    said = draw_declarations(copied)
    model = {row.number: row.device_model for row in copied}
    listed = {row.number for row in copied if row.listed}
    onwards = {base: [e for e, bases in said.items() if base in bases and e in listed] for base in model}
    asked = draw_pairs(copied, said, 60)
    assert [target in reachable(onwards, base) for base, target in asked] == [True, False] * 30
    assert all(base != target and model[base] == model[target] for base, target in asked)


def test_dense_shape_is_one_component_in_which_half_of_all_pairs_have_a_way():
    """1,400 entries and about 58,000 declared bases; the generator's, so the same ones every time."""
    rows = generate_dense_list()
    said = draw_declarations(rows, MANY)
    graph = networkx.DiGraph((base, entry) for entry, bases in said.items() for base in bases)
    assert (len(rows), len(by_device_model(rows))) == (DENSE, 1)
    assert DENSE - 10 < len(graph) <= DENSE  # a few are undeclared and nobody's base
    assert networkx.number_weakly_connected_components(graph) == 1
    assert 57_500 < graph.number_of_edges() < 58_500
    assert networkx.is_directed_acyclic_graph(graph)
    ways = sum(len(networkx.descendants(graph, entry)) for entry in list(graph)[::50])
    assert 0.4 < ways / (DENSE * len(list(graph)[::50])) < 0.6


def test_plain_graph_of_the_batch_answers_as_the_declarations_do(copied):
    """What rustworkx finds is what can be reached by what is declared, and in no more steps than there are entries."""
    said = draw_declarations(copied)
    graph = to_plain_graph(copied, said)
    network = rustworkx.PyDiGraph()
    network.add_nodes_from(range(max(graph["of"].values()) + 1))
    network.add_edges_from_no_data(graph["edges"])
    asked = draw_pairs(copied, said, 60)
    ways = shortest_paths(network, [(graph["of"][base], graph["of"][target]) for base, target in asked])
    assert [way is not None for way in ways] == [True, False] * 30
    assert all(pair in graph["edges"] for way in ways if way for pair in pairwise(way))


def test_answers_that_cannot_be_of_the_same_pair_are_counted():
    """A way more or less, or fewer steps than the fewest; more steps may be, to avoid what cannot be sent."""
    assert count_differences([2, None, 1, None, 1], [2, None, None, 1, 2]) == 3
    assert count_differences([3, 0], [2, 0]) == 0


def test_target_is_met_from_its_bound_on():
    """At least and at most, the bound included; what is missed says so."""
    assert Target("", 2.0, least=2).met and not Target("", 1.99, least=2).met
    assert Target("", 3.0, most=3).met and not Target("", 3.01, most=3).met
    assert str(Target("", 3.456, most=3)) == "3.46: missed"


def test_ratio_is_told_with_what_single_rounds_gave():
    """Twice as long is 2.0; the range is that of the rounds, and fewer answers a second is less than 1."""
    slow, quick = Side("slow", 1), Side("quick", 1)
    for twice, once in ((0.004, 0.001), (0.002, 0.001)):
        slow.rounds.append(Sample([twice] * 10, 10 * twice))
        quick.rounds.append(Sample([once] * 10, 10 * once))
    median, _, rate = ratios(slow, quick)
    assert (median.least, median.most) == pytest.approx((2.0, 4.0))
    assert (median.value, rate.value) == pytest.approx((3.0, 1 / 3))
    assert str(median) == "3 (2–4)"
