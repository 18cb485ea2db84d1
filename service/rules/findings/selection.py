"""Selects the findings (faults in the data) that a question asks for: one page of them, and their number by code."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from service.rules.findings import all_findings
from service.rules.findings.overview import Overview
from service.schemas.responses.findings import Finding


@dataclass(frozen=True)
class FindingSelection:
    """One page of the findings (faults in the data) that pass a filter, each with its position among all of these, and
    the number of each code.
    """

    rows: list[tuple[int, Finding]]
    counts: Counter[str] = field(default_factory=Counter)


def select_findings(overview: Overview, matches: Callable[[Finding], bool], after: int, most: int) -> FindingSelection:
    """Returns up to `most` of the findings (faults in the data) that pass a filter, gravest first, after the position
    `after` (from 1 on), and the number of each code.
    """
    findings = [finding for finding in all_findings(overview) if matches(finding)]
    return FindingSelection(
        list(islice(enumerate(findings, 1), after, after + most)), Counter(finding.code for finding in findings)
    )
