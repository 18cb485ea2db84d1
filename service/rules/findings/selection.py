"""Computes all findings (faults in the data) once, as JSON, and selects those that a question asks for."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from service.rules.findings import findings_in_parts
from service.rules.findings.facts_in_force import FactsInForce
from service.schemas.responses.encoded_findings import EncodedFinding
from service.schemas.responses.findings import Finding


@dataclass(frozen=True)
class FindingSelection:
    """One page of the findings (faults in the data) that pass a filter, each with its position among all of these, and
    the number of each code.
    """

    rows: list[tuple[int, Finding]]
    counts: Counter[str] = field(default_factory=Counter)


def encode_findings(facts: FactsInForce) -> list[EncodedFinding]:
    """Returns all findings (faults in the data) as JSON, each with the fields that filters compare, gravest first."""
    return [EncodedFinding.of(finding) for finding in findings_in_parts(facts.overviews())]


def select_findings(
    findings: Sequence[EncodedFinding], matches: Callable[[EncodedFinding], bool], after: int, most: int
) -> FindingSelection:
    """Returns up to `most` of the findings (faults in the data) that pass a filter, in their order, after the position
    `after` (from 1 on), and the number of each code.
    """
    chosen = [finding for finding in findings if matches(finding)]
    rows = islice(enumerate(chosen, 1), after, after + most)
    return FindingSelection(
        [(position, finding.decoded()) for position, finding in rows], Counter(finding.code for finding in chosen)
    )
