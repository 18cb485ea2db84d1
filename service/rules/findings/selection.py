"""The findings that a question selects: one page of them, and their number by code."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from service.rules.findings import all_findings
from service.rules.findings.overview import Overview
from service.schemas.responses.findings import Finding


@dataclass(frozen=True)
class FindingSelection:
    """Findings with their positions in the order of all selected findings, and the number of each code."""

    rows: list[tuple[int, Finding]]
    counts: Counter[str] = field(default_factory=Counter)


def select_findings(overview: Overview, matches: Callable[[Finding], bool], after: int, most: int) -> FindingSelection:
    """At most `most` of the matching findings, the gravest first, behind position `after`; positions begin at 1."""
    findings = [finding for finding in all_findings(overview) if matches(finding)]
    return FindingSelection(
        list(islice(enumerate(findings, 1), after, after + most)), Counter(finding.code for finding in findings)
    )
