"""Computes all findings (faults in the data) once, as JSON, and selects those that a question asks for."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from service.rules.findings import findings_in_parts
from service.rules.findings.component_digests import component_digests
from service.rules.findings.facts_in_force import FactsInForce
from service.schemas.responses.encoded_findings import EncodedFinding
from service.schemas.responses.findings import Finding

LISTS = b""
"""The key of the findings about lists, in place of a component's digest."""

ComponentFindings = Mapping[bytes, Sequence[EncodedFinding] | None]
"""The findings of each component of the facts by its digest, or None where the caller has kept them."""


@dataclass(frozen=True)
class FindingSelection:
    """One page of the findings (faults in the data) that pass a filter, each with its position among all of these, and
    the number of each code.
    """

    rows: list[tuple[int, Finding]]
    counts: Counter[str] = field(default_factory=Counter)


def encode_findings(facts: FactsInForce, kept: Container[bytes] = ()) -> ComponentFindings:
    """Computes the findings (faults in the data) of each component of the facts, and returns them as JSON by the digest
    of the component; None for a component whose digest is in `kept`.

    The findings about lists have the key `LISTS`. Each list of findings is in the order of `merge_findings`.
    """
    digests = component_digests(facts)
    result: dict[bytes, list[EncodedFinding] | None] = {
        digest: None if digest in kept else [] for digest in digests.values()
    }
    known = {component for component, digest in digests.items() if result[digest] is None}
    result[LISTS] = []
    for finding in findings_in_parts(facts.inputs(without=known)):
        component = next((facts.component_of[entry] for entry in finding.entries if entry in facts.component_of), None)
        findings = result[LISTS if component is None else digests[component]]
        assert findings is not None  # the rules got no facts of such a component
        findings.append(EncodedFinding.of(finding))
    return result


def merge_findings(parts: Iterable[Iterable[EncodedFinding]]) -> list[EncodedFinding]:
    """Returns the findings (faults in the data) of all components in one list, the gravest first, then by code and
    entries.
    """
    return sorted(chain.from_iterable(parts), key=lambda finding: finding.place)


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
