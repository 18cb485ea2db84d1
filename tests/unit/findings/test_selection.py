"""The findings of one page: filtered, numbered, and all of them counted."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.rules.findings import all_findings
from service.rules.findings.selection import encode_findings, merge_findings, select_findings
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved
from tests.unit.findings_inputs import chain, in_columns, listed, seen
from tests.worlds import NOW, World, declaration, revision, situations, world

LINE = world(*chain(1, 2), revision(3, "B"))


def test_a_selection_has_a_page_and_counts_all():
    """Positions begin at 1 and count the matching findings alone."""
    findings_input = seen(world(*map(revision, range(1, 9)), declaration(8, 9)))
    everything = all_findings(findings_input)
    undeclared = [finding for finding in everything if finding.code == "undeclared"]
    assert len(everything) > len(undeclared) > 3
    encoded = merge_findings(encode_findings(in_columns(findings_input)).values())
    selection = select_findings(encoded, lambda finding: finding.code == "undeclared", 1, 2)
    assert selection.rows == [(2, undeclared[1]), (3, undeclared[2])]
    assert selection.counts == {"undeclared": len(undeclared)}
    assert [finding for _, finding in select_findings(encoded, lambda finding: True, 0, 99).rows] == everything
    assert select_findings(encoded, lambda finding: True, len(everything), 5).rows == []


def as_json(findings_input):
    """All findings of an input of the findings as JSON, computed at once by the rules."""
    return [finding.model_dump_json() for finding in all_findings(findings_input)]


@reaching("kept", "computed", "findings")
@settings(max_examples=share(40, least=5), deadline=None)
@given(drawn=st.lists(situations(most=6), min_size=3, max_size=4))
@example(drawn=[(LINE, NOW), (world(), NOW), (LINE, NOW)])
def test_findings_of_components_without_changes_are_kept(drawn):
    """After one of several worlds beside each other has changed, with all rows in another order."""
    worlds, at = [moved(drawn_world, nth) for nth, (drawn_world, _) in enumerate(drawn)], drawn[0][1]
    lists = [listed("1.0", "2022-01-02"), listed("1.1", "2022-01-01")]
    kinds = ("revisions", "declarations", "acceptances")
    before, after = (
        seen(World(*([row for w in some for row in getattr(w, kind)] for kind in kinds)), at, lists)
        for some in (worlds[:-1], [worlds[-1], *worlds[-2:0:-1]])
    )
    kept = encode_findings(in_columns(before))
    assert [finding.json for finding in merge_findings(kept.values())] == as_json(before)
    computed = encode_findings(in_columns(after), frozenset(kept))
    reached("kept", sum(findings is None for findings in computed.values()))
    reached("computed", sum(findings is not None for findings in computed.values()) - 1)
    merged = merge_findings(kept[key] if findings is None else findings for key, findings in computed.items())
    reached("findings", len(merged))
    assert [finding.json for finding in merged] == as_json(after)
