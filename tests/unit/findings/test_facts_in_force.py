"""The facts in parts: the findings of all parts together are those of the facts as a whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from service.rules.findings import all_findings, findings_in_parts
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved
from tests.unit.findings_inputs import chain, in_columns, listed, seen
from tests.worlds import World, declaration, revision, situations, world

KINDS = ("revisions", "declarations", "acceptances")


@reaching("parts", "findings")
@settings(max_examples=share(60, least=5), deadline=None)
@given(drawn=st.lists(situations(most=7), min_size=2, max_size=3), most=st.sampled_from([1, 5]))
def test_parts_have_the_findings_of_the_whole(drawn, most):
    """In the same order, for worlds of several device models beside each other."""
    worlds = [moved(drawn_world, nth) for nth, (drawn_world, _) in enumerate(drawn)]
    together = World(*([row for w in worlds for row in getattr(w, kind)] for kind in KINDS))
    findings_input = seen(together, drawn[0][1], [listed("1.0", "2022-01-02"), listed("1.1", "2022-01-01")])
    parts = list(in_columns(findings_input).inputs(most))
    reached("parts", len(parts) - 1)
    findings = findings_in_parts(parts)
    reached("findings", len(findings))
    assert findings == all_findings(findings_input)


def test_the_snapshot_has_all_facts():
    """As the repository fetched them."""
    findings_input = seen(world(*chain(1, 2), revision(3, "B"), declaration(3, 2)))
    snapshot = in_columns(findings_input).snapshot
    assert (snapshot.entries, snapshot.held) == (findings_input.snapshot.entries, findings_input.snapshot.held)
    assert [step[:2] for step in snapshot.steps] == [step[:2] for step in findings_input.snapshot.steps]
    assert snapshot.steps[0].listed
    assert snapshot.held


def test_device_models_that_a_declaration_or_an_image_joins_are_one_part():
    """Others are parts of their own, and the lists belong to one of them."""
    held, same_image = [revision(1, "A"), revision(2, "D"), declaration(2, 1)], [revision(3, "B", image=7)]
    facts = [*held, *same_image, revision(4, "E", image=7), revision(5, "C", image=7)]
    parts = list(in_columns(seen(world(*facts), lists=[listed("1.0", "2022-01-01")])).inputs(1))
    entries = [["000001", "000002"], ["000003", "000004"], ["000005"]]
    assert sorted(sorted(part.entries) for part in parts) == entries
    assert [len(part.lists) for part in parts] == [1, 0, 0]


def test_facts_without_entries_are_one_part():
    """Its lists may still have a finding."""
    lists = [listed("1.0", "2022-01-02"), listed("1.1", "2022-01-01")]
    (part,) = in_columns(seen(world(), lists=lists)).inputs()
    assert [finding.code for finding in all_findings(part)] == ["dates-backwards"]
