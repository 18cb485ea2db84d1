"""The upgrade graph of a device model, against the oracle."""

import networkx as nx
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from service.rules.answers.upgrade_graph import build_nodes
from service.rules.pathfinding.network import Network
from tests.unit.oracles.pathway import Oracle
from tests.worlds import acceptance, declaration, hardware, near, revision, situations, world


def nodes_of(known, device_model, at=None, through_removed=False):
    """The nodes of a device model by the entry that represents them."""
    snapshot = near(known, at) if at else near(known)
    return {node.entry: node for node in build_nodes(Network(snapshot), device_model, through_removed)}


@given(situations(), st.booleans())
def test_the_nodes_and_steps_are_those_of_the_oracle(situation, through_removed):
    """Those of the device model, and all that a step or a held base joins to them; the steps between them alone."""
    known, at = situation
    oracle = Oracle(known, at)
    models = {row.device_model for row in oracle.entries.values()}
    for model in models:
        nodes = nodes_of(known, model, at, through_removed)
        own = {number for number, row in oracle.entries.items() if row.device_model == model}
        pairs = oracle.steps() | set(oracle.held())
        ends = {end for pair in pairs if own & set(pair) for end in pair} | own
        assert {frozenset(node.entries) for node in nodes.values()} == {oracle.vertex(number) for number in ends}
        shown = {number: node.entry for node in nodes.values() for number in node.entries}
        steps = {(shown[base], shown[target]) for base, target in oracle.steps() if {base, target} <= set(shown)}
        assert {(base, node.entry) for node in nodes.values() for base in node.bases} == steps
        held = {
            (base, shown[target], code)
            for (base, target), code in oracle.held().items()
            if {base, target} <= set(shown)
        }
        assert {(one.declared, node.entry, one.code) for node in nodes.values() for one in node.held} == held
        event(f"{len(models)} device models, {bool(steps)} steps")


@given(situations(), st.booleans())
def test_the_reduction_reaches_what_the_steps_reach(situation, through_removed):
    """With the steps within a cycle; and no step of it can be left out."""
    known, at = situation
    for model in {row.device_model for row in Oracle(known, at).entries.values()}:
        nodes = nodes_of(known, model, at, through_removed)
        enterable = [node for node in nodes.values() if node.listed or through_removed]
        whole = nx.DiGraph([(base, node.entry) for node in enterable for base in node.bases])
        drawn = nx.DiGraph([(base, node.entry) for node in nodes.values() for base in node.reduced_bases])
        inner = [
            (base, node.entry)
            for node in enterable
            for base in node.bases
            if nodes[base].cycle == node.cycle != None  # noqa: E711
        ]
        assert set(drawn.edges) <= set(whole.edges)
        joined = nx.DiGraph([*drawn.edges, *inner])
        assert set(nx.transitive_closure(joined).edges) == set(nx.transitive_closure(whole).edges)
        for edge in drawn.edges:
            fewer = nx.DiGraph(joined)
            fewer.remove_edge(*edge)
            assert not nx.has_path(fewer, *edge)
        for node in nodes.values():
            same = {other for other in whole if node.entry in whole and {node.entry} != {other}
                    and nx.has_path(whole, node.entry, other) and nx.has_path(whole, other, node.entry)}  # fmt: skip
            assert {other.entry for other in nodes.values() if other.cycle == node.cycle != None} - {node.entry} == same  # noqa: E711


KNOWN = world(
    revision(1), revision(2), revision(3, image_descriptor="Fragment 1 of 2"), revision(4, status="Removed"),
    revision(5, "B"), revision(6, "B"), revision(7, image=""), revision(8, fw=1, image=1),
    declaration(1), declaration(2, 1), declaration(3, 1, 2, 5, 6), declaration(4, 3), acceptance(5, 3),
)  # fmt: skip


def test_what_a_node_says():
    """Twins, removed entries, fragments, blank images, declarations, accepted and held bases."""
    nodes = nodes_of(KNOWN, hardware("A"))
    assert (nodes["000001"].entries, nodes["000001"].declaration) == (["000001", "000008"], "none")
    third = nodes["000003"]
    assert (third.fragment.part, third.fragment.parts, third.declaration) == (1, 2, "bases")
    assert (third.bases, third.reduced_bases) == (["000001", "000002", "000005"], ["000002", "000005"])
    assert [(one.base, one.declared, one.code) for one in third.held] == [("000006", "000006", "other-device-model")]
    assert (nodes["000004"].listed, nodes["000004"].bases, nodes["000004"].reduced_bases) == (False, ["000003"], [])
    assert (nodes["000007"].image_hash, nodes["000007"].declaration) == (None, "not-supplied")
    assert nodes["000005"].device_model == hardware("B")
    removed = nodes_of(KNOWN, hardware("A"), through_removed=True)["000004"]
    assert removed.reduced_bases == ["000003"]


@pytest.mark.parametrize(("since", "found"), [("B", ["000003", "000005", "000006"]), ("C", [])])
def test_another_device_model(since, found):
    """Its own entries and the joined target; nothing for a device model without entries."""
    assert sorted(nodes_of(KNOWN, hardware(since))) == found
