"""The generated lists and declarations of `scripts/bench` are as `docs/bench.md` says; no test measures time."""

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


@pytest.fixture(scope="module")
def declarations(copied):
    return draw_declarations(copied)


def test_generated_list_has_the_size_of_the_genuine_list(rows):
    """As many entries and device models as list 2.051, the largest no larger; the same list every time."""
    sizes = [len(members) for members in by_device_model(rows).values()]
    assert (len(rows), len(sizes)) == (ENTRIES, DEVICE_MODELS)
    assert 1 == min(sizes) < max(sizes) <= LARGEST
    assert rows == generate_list() != generate_list(seed=1)


def test_copies_share_no_number_device_model_or_image(rows, copied):
    """The copies are independent lists with the properties of the original."""
    images = {row.given["image_hash"] for row in rows if row.given["image_hash"]}
    assert len({row.number for row in copied}) == COPIES * len(rows)
    assert len(by_device_model(copied)) == COPIES * len(by_device_model(rows))
    assert len({row.given["image_hash"] for row in copied} - {""}) == COPIES * len(images)
    assert all(len(row.number) == 6 for row in copy_list(rows[:2], 500))


def test_written_list_is_loaded_completely(copied, tmp_path):
    """The loader reads the CSV view row by row, without refusals or remarks."""
    file = read_list(write_list(copied, tmp_path / "list.csv"), Limits())
    assert HEADING.endswith(file.published.issued.strftime("%d-%m-%Y"))
    assert (file.refusals, file.remarks) == ([], [])
    assert {row.entry: row.given for row in file.published.rows} == {row.number: row.given for row in copied}


def test_declarations_stay_within_the_device_model(copied, declarations, tmp_path):
    """One to three bases of the entry's own device model, no cycle, a few N/A, about one in twenty undeclared."""
    model = {row.number: row.device_model for row in copied}
    targets = {base: [entry for entry, bases in declarations.items() if base in bases] for base in model}
    kinds = Counter(min(len(bases), 1) for bases in declarations.values())
    assert all(model[base] == model[entry] for entry, bases in declarations.items() for base in bases)
    assert all(entry not in reachable(targets, target) for entry in model for target in targets[entry])
    assert {len(bases) for bases in declarations.values()} == {0, 1, 2, 3}
    assert 0 < kinds[0] <= len(by_device_model(copied))
    assert 0.03 < 1 - len(declarations) / len(copied) < 0.07
    assert declarations == draw_declarations(copied)
    file = read_bases(write_bases(declarations, tmp_path / "bases.csv"), Limits(), None)
    assert (file.refusals, {edit.entry: edit.bases for edit in file.edits}) == ([], declarations)


def test_half_of_the_pairs_have_a_pathway(copied, declarations):
    """Pairs of one device model, alternating between those with and those without a declared pathway."""
    model = {row.number: row.device_model for row in copied}
    listed = {row.number for row in copied if row.listed}
    onwards = {base: [e for e, bases in declarations.items() if base in bases and e in listed] for base in model}
    pairs = draw_pairs(copied, declarations, 60)
    assert [target in reachable(onwards, base) for base, target in pairs] == [True, False] * 30
    assert all(base != target and model[base] == model[target] for base, target in pairs)


def test_dense_list_is_one_component_with_a_pathway_for_half_of_its_pairs():
    """1,400 entries and about 58,000 declared bases, the same every time because the generator is deterministic."""
    rows = generate_dense_list()
    declarations = draw_declarations(rows, MANY)
    graph = networkx.DiGraph((base, entry) for entry, bases in declarations.items() for base in bases)
    assert (len(rows), len(by_device_model(rows))) == (DENSE, 1)
    assert DENSE - 10 < len(graph) <= DENSE  # a few are undeclared and no entry's base
    assert networkx.number_weakly_connected_components(graph) == 1
    assert 57_500 < graph.number_of_edges() < 58_500
    assert networkx.is_directed_acyclic_graph(graph)
    pathways = sum(len(networkx.descendants(graph, entry)) for entry in list(graph)[::50])
    assert 0.4 < pathways / (DENSE * len(list(graph)[::50])) < 0.6


def test_plain_graph_has_the_pathways_of_the_declarations(copied, declarations):
    """rustworkx finds a pathway exactly where the declarations give one."""
    graph = to_plain_graph(copied, declarations)
    network = rustworkx.PyDiGraph()
    network.add_nodes_from(range(max(graph["of"].values()) + 1))
    network.add_edges_from_no_data(graph["edges"])
    pairs = draw_pairs(copied, declarations, 60)
    pathways = shortest_paths(network, [(graph["of"][base], graph["of"][target]) for base, target in pairs])
    assert [pathway is not None for pathway in pathways] == [True, False] * 30
    assert all(pair in graph["edges"] for pathway in pathways if pathway for pair in pairwise(pathway))


def test_contradictory_answers_are_counted():
    """A pathway more or less, or fewer steps than the fewest; more steps may avoid entries that cannot be sent."""
    assert count_differences([2, None, 1, None, 1], [2, None, None, 1, 2]) == 3
    assert count_differences([3, 0], [2, 0]) == 0


def test_a_target_includes_its_bound():
    """Both limits include the bound; a missed target says so."""
    assert Target("", 2.0, least=2).met and not Target("", 1.99, least=2).met
    assert Target("", 3.0, most=3).met and not Target("", 3.01, most=3).met
    assert str(Target("", 3.456, most=3)) == "3.46: missed"


def test_a_ratio_has_the_range_of_its_rounds():
    """Twice as long is 2.0; the range is that of the rounds; fewer answers a second give less than 1."""
    slow, quick = Side("slow", 1), Side("quick", 1)
    for twice, once in ((0.004, 0.001), (0.002, 0.001)):
        slow.rounds.append(Sample([twice] * 10, 10 * twice))
        quick.rounds.append(Sample([once] * 10, 10 * once))
    median, _, rate = ratios(slow, quick)
    assert (median.least, median.most) == pytest.approx((2.0, 4.0))
    assert (median.value, rate.value) == pytest.approx((3.0, 1 / 3))
    assert str(median) == "3 (2–4)"
