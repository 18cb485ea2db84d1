"""All findings of an input of the findings, in the order in which they are listed."""

from service.rules.findings import all_findings
from tests.unit.findings_inputs import chain, seen
from tests.worlds import declaration, revision, world


def test_exceptions_come_first():
    """Severity, then code, then entries."""
    part = revision(9, image_descriptor="Fragment 2 of 2")
    got = all_findings(seen(world(*chain(1, 2), *chain(3, 4), part, declaration(9), revision(7), revision(8, "B"))))
    severities = [finding.severity for finding in got]
    assert severities == sorted(severities, key=["wrong", "missing", "doubtful", "notice"].index)
    assert {"wrong", "missing", "notice"} <= set(severities)
    places = [(finding.code, finding.entries) for finding in got if finding.severity == "missing"]
    assert places == sorted(places)
