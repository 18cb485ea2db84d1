"""The findings of one page: filtered, numbered, and all of them counted."""

from service.rules.findings import all_findings
from service.rules.findings.selection import encode_findings, select_findings
from tests.unit.overviews import in_columns, seen
from tests.worlds import declaration, revision, world


def test_a_selection_has_a_page_and_counts_all():
    """Positions begin at 1 and count the matching findings alone."""
    overview = seen(world(*map(revision, range(1, 9)), declaration(8, 9)))
    everything = all_findings(overview)
    undeclared = [finding for finding in everything if finding.code == "undeclared"]
    assert len(everything) > len(undeclared) > 3
    encoded = encode_findings(in_columns(overview))
    selection = select_findings(encoded, lambda finding: finding.code == "undeclared", 1, 2)
    assert selection.rows == [(2, undeclared[1]), (3, undeclared[2])]
    assert selection.counts == {"undeclared": len(undeclared)}
    assert [finding for _, finding in select_findings(encoded, lambda finding: True, 0, 99).rows] == everything
    assert select_findings(encoded, lambda finding: True, len(everything), 5).rows == []
