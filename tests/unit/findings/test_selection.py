"""The findings of one page: filtered, numbered, and all of them counted."""

from service.rules.findings import all_findings
from service.rules.findings.selection import select_findings
from tests.unit.overviews import seen
from tests.worlds import declaration, revision, world


def test_a_selection_has_a_page_and_counts_all():
    """Positions begin at 1 and count the matching findings alone."""
    overview = seen(world(*map(revision, range(1, 9)), declaration(8, 9)))
    everything = all_findings(overview)
    undeclared = [finding for finding in everything if finding.code == "undeclared"]
    assert len(everything) > len(undeclared) > 3
    selection = select_findings(overview, lambda finding: finding.code == "undeclared", 1, 2)
    assert selection.rows == [(2, undeclared[1]), (3, undeclared[2])]
    assert selection.counts == {"undeclared": len(undeclared)}
    assert select_findings(overview, lambda finding: True, len(everything), 5).rows == []
