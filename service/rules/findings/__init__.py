"""Findings: what is wrong, missing or doubtful in all that is in force at a moment. One module a family of rules.

Nothing here corrects anything, and order is never derived from versions or numbers.
"""

from collections.abc import Callable, Iterator

from service.model.finding import Finding
from service.rules.findings import declared, doubts, listed, ways
from service.rules.findings.overview import Overview

RULES: tuple[Callable[[Overview], Iterator[Finding]], ...] = (
    listed.dates_backwards,
    listed.fragments_that_skip,
    ways.missing_steps,
    ways.stranded,
    declared.undeclared,
    declared.bases_of_their_own_twins,
    ways.cycles,
    declared.held_bases,
    doubts.left_behind,
    doubts.lone_exceptions,
    declared.none_though_earlier,
    declared.old_declarations,
    declared.pending_bases,
    listed.twins_differ,
    ways.islands,
    ways.relied_on,
    listed.same_version,
)


def found(seen: Overview) -> list[Finding]:
    """All findings, the gravest first: severity, then code, then entries."""
    return sorted((finding for rule in RULES for finding in rule(seen)), key=lambda finding: finding.place)
