"""Rules that compute findings: reports of wrong, missing or doubtful facts that are in force at one instant.

A finding never corrects a fact. The rules never derive an upgrade order from firmware versions or entry numbers.
"""

from collections.abc import Callable, Iterable, Iterator

from service.domain.work import check_work
from service.rules.findings import declarations, list_content, paths, suspected_mistakes
from service.rules.findings.findings_input import FindingsInput
from service.schemas.responses.findings import Finding

RULES: tuple[Callable[[FindingsInput], Iterator[Finding]], ...] = (
    list_content.dates_backwards,
    list_content.fragments_that_skip,
    paths.missing_steps,
    paths.stranded,
    declarations.undeclared,
    declarations.bases_of_their_own_twins,
    paths.cycles,
    declarations.held_bases,
    suspected_mistakes.left_behind,
    suspected_mistakes.lone_exceptions,
    declarations.none_though_earlier,
    declarations.old_declarations,
    declarations.pending_bases,
    list_content.twins_differ,
    paths.islands,
    paths.relied_on,
    list_content.same_version,
)


def all_findings(findings_input: FindingsInput) -> list[Finding]:
    """Returns the findings (reports of wrong, missing or doubtful facts) of all rules, sorted by severity (the gravest
    first), then by code, then by entries.
    """
    return findings_in_parts([findings_input])


def findings_in_parts(parts: Iterable[FindingsInput]) -> list[Finding]:
    """Returns the findings (reports of wrong, missing or doubtful facts) of all rules about all parts of the facts, in
    the order of `all_findings`.
    """
    return sorted((finding for part in parts for finding in _each_finding(part)), key=lambda finding: finding.place)


def _each_finding(findings_input: FindingsInput) -> Iterator[Finding]:
    for rule in RULES:
        check_work()
        for finding in rule(findings_input):
            check_work()
            yield finding
