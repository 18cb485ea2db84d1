"""The input of the findings: all facts in force at one instant, with components, ages and recorded instants."""

from datetime import timedelta

import networkx as nx
import pytest
from hypothesis import example, given, settings

from service.domain.clock import BEGINNING
from service.rules.findings.findings_input import SEVERITY, FindingsInput, shorten_numbers, weak_components
from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.schemas.responses.findings import FINDING_CODES, SEVERITIES, NamedBase
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.findings_inputs import GAS, chain, seen
from tests.unit.oracles.findings import LINE, RouteOracle
from tests.worlds import DATES, END, NOW, acceptance, declaration, hardware, revision, situations, six, world

JOINED = world(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2), revision(3, "C"))

TWINS = [revision(1, fw=7, image=7), revision(2, fw=7, image=7)]
BOTH_KINDS = world(*TWINS, revision(3), declaration(1), declaration(2, 3))
"""Twins of which one is declared N/A and the other has a base: the image may still get another base."""


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
    ],
)
def test_numbers_are_joined_and_the_rest_is_counted(numbers, text):
    """At most three numbers here; twenty unless the caller says otherwise."""
    assert shorten_numbers(numbers, most=3) == text
    assert shorten_numbers(["x"] * 20).count("x") == 20
    assert shorten_numbers(["x"] * 21).endswith("x and 1 more")


def test_every_finding_has_a_severity():
    """The table of severities has all codes, and uses all severities."""
    assert set(SEVERITY) == set(FINDING_CODES)
    assert set(SEVERITY.values()) == set(SEVERITIES)


@reaching("several device models", "several components")
@settings(max_examples=share(5, 5))
@given(situations(most=9))
@example((JOINED, NOW))
@example((BOTH_KINDS, NOW))
def test_the_components_are_those_of_the_steps_and_device_models(drawn):
    """All steps join vertices, those into removed entries too, and so does a device model; by networkx. A vertex alone
    is left out.
    """
    oracle, findings_input = RouteOracle(*drawn), seen(*drawn)
    joined = oracle.all.to_undirected()
    joined.add_edges_from((vertex, other) for vertex in oracle.all for other in oracle.like(vertex))
    components = list(nx.connected_components(joined))
    due = {frozenset(min(vertex) for vertex in part) for part in components if len(part) > 1}
    groups = findings_input.groups
    lowest = [frozenset(min(group.members([nth])) for nth in range(len(group.vertices))) for group in groups]
    assert (len(lowest), set(lowest)) == (len(due), due)
    reached("several device models", any(len(group.models) > 1 for group in groups))
    reached("several components", len(components) > 1)
    for group in groups:
        check_component(group, oracle)


def check_component(group, oracle):
    """The bit sets of a component, by the oracle: models, listed, undeclared and askable places, and reachability."""
    vertices = [oracle.oracle.vertex(group.shown(nth)) for nth in range(len(group.vertices))]
    assert [group.members([nth]) for nth in range(len(vertices))] == [sorted(vertex) for vertex in vertices]
    assert group.listed == bitset_of(n for n, vertex in enumerate(vertices) if oracle.oracle.listed(vertex))
    assert group.undeclared == bitset_of(n for n, vertex in enumerate(vertices) if oracle.oracle.undeclared(vertex))
    assert group.askable == bitset_of(n for n, vertex in enumerate(vertices) if oracle.askable(vertex))
    assert all(group.models[group.model(nth)] >> nth & 1 for nth in range(len(vertices)))
    assert sum(group.models.values()) == (1 << len(vertices)) - 1
    for nth, vertex in enumerate(vertices):
        successors = {vertices.index(other) for other in oracle.graph.succ[vertex]}
        assert set(indices(group.reach.after[nth])) == successors


@settings(max_examples=share(5, 5))
@given(situations(most=9))
@example((LINE, NOW))
def test_facts_about_places_are_believed_since_the_latest_of_them(drawn):
    """For any places of a component: the latest instant of the single places."""
    findings_input = seen(*drawn)
    for group in findings_input.groups:
        single = [findings_input.believed_since(group.members([nth])) for nth in range(len(group.vertices))]
        for places in range(1, 1 << min(len(single), 4)):
            assert group.believed_since(places) == max(single[nth] for nth in indices(places))


@settings(max_examples=share(5, 5))
@given(situations(most=9))
@example((JOINED, NOW))
def test_weak_components_without_device_models_are_those_of_the_steps(drawn):
    """Each component once, and every vertex in one of them."""
    oracle, network = RouteOracle(*drawn), seen(*drawn).network
    parts = [frozenset(network.shown[place] for place in indices(part)) for part in weak_components(network)]
    due = {frozenset(oracle.oracle.shown(v) for v in part) for part in nx.weakly_connected_components(oracle.all)}
    assert (len(parts), set(parts)) == (len(due), due)


def test_the_declarations_come_in_the_order_of_the_numbers():
    """The declarations of the kinds asked for alone."""
    bases = [revision(7, "B"), revision(3, "C")]
    rows = [declaration(5, 7), declaration(2, 7, 3), declaration(4), declaration(6, kind="not-supplied")]
    findings_input = seen(world(*bases, *map(revision, (6, 5, 4, 2)), *rows))
    assert [entry.number for entry in findings_input.entries_declaring("bases")] == ["000002", "000005"]
    assert [entry.number for entry in findings_input.entries_declaring("bases", "none")] == [
        "000002",
        "000004",
        "000005",
    ]


def test_the_age_of_a_vertex_is_the_first_listing_of_its_twins():
    """The earliest of the twins; of two listed at once the lower number comes first."""
    twins = [revision(8, fw=7, image=7, since=DATES[1]), revision(9, fw=7, image=7, since=DATES[0])]
    findings_input = seen(world(*twins, revision(3, since=DATES[1]), revision(4, since=DATES[1])))
    place = findings_input.network.index_of
    assert findings_input.listed_from(place["000008"]) == findings_input.listed_from(place["000009"]) == DATES[0]
    assert findings_input.ages[place["000008"]] == (DATES[0], "000008")
    assert findings_input.ages[place["000003"]] < findings_input.ages[place["000004"]]


SAME, OTHER = (hardware("A"), f"{1:0>8}", f"{1:0>64}"), (hardware("A"), "0" * 8, f"{1:0>64}")
EARLIER = [NOW - timedelta(days=days) for days in (3, 2, 1)]


def findings_input_of(*identities, recorded=NOW):
    """The findings' input of entry 1, recorded at `recorded`, with a belief from each of three earlier instants."""
    beliefs = [RecordedIdentity(at, END, identity) for at, identity in zip(EARLIER, identities, strict=False)]
    row = revision(1).model_copy(update={"recorded_from": recorded})
    return seen(world(row, beliefs={six(1): beliefs}))


@pytest.mark.parametrize(
    ("identities", "listed", "identity"),
    [
        ([], NOW, NOW),
        ([SAME], EARLIER[0], EARLIER[0]),
        ([OTHER], EARLIER[0], NOW),
        ([SAME, OTHER], EARLIER[0], NOW),
        ([OTHER, SAME, SAME], EARLIER[0], EARLIER[1]),
        ([SAME, OTHER, SAME], EARLIER[0], EARLIER[2]),
    ],
)
def test_since_when_an_entry_and_its_identity_are_known(identities, listed, identity):
    """Listed since the first belief; the identity is the same since the last belief in another one."""
    findings_input = findings_input_of(*identities)
    assert (findings_input.listed_since(six(1)), findings_input.identity_since(six(1))) == (listed, identity)


def test_facts_are_believed_since_the_latest_identity_or_declaration():
    """Of all entries given that are in force; the beginning of time if none is."""
    late, later = DATES[2], DATES[3]
    findings_input = seen(world(*map(revision, (1, 2)), declaration(1, recorded=late), declaration(2, recorded=later)))
    assert findings_input.believed_since([six(1)]) == late
    assert findings_input.believed_since([six(1), six(2)]) == later
    assert findings_input.believed_since([six(9)]) == BEGINNING


def test_a_finding_names_its_entries_models_and_manufacturers_once():
    """Sorted, with the entries that no list in force has; `since` is that of the facts unless it is given."""
    findings_input = seen(world(revision(2, "C"), revision(1), declaration(1, recorded=DATES[3])))
    evidence = NamedBase(base=six(9), target=six(1), declaration="d1")
    finding = findings_input.finding("pending-base", "text", [six(9), six(2), six(1), six(2)], evidence)
    assert finding.model_dump(include={"code", "severity", "text", "entries", "device_models", "manufacturers"}) == {
        "code": "pending-base",
        "severity": "doubtful",
        "text": "text",
        "entries": ["000001", "000002", "000009"],
        "device_models": [hardware("A"), hardware("C")],
        "manufacturers": ["FE01", "FE02"],
    }
    assert (finding.evidence, finding.since) == (evidence, DATES[3])
    assert findings_input.finding("pending-base", "text", [six(1)], evidence, NOW).since == NOW


def test_the_input_knows_its_standards():
    """The defaults: no device type must declare, and five routes make an entry one that many rely on."""
    findings_input = seen(world(*chain(1, 2)))
    assert (findings_input.obliged_device_types, findings_input.many_routes) == (GAS, 1)
    default = FindingsInput(findings_input.snapshot)
    assert (default.obliged_device_types, default.many_routes, default.lists) == (frozenset(), 5, ())
