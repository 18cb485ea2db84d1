"""Short helpers for the input of the findings of a world, from which the findings follow."""

from itertools import pairwise

from service.domain.finding_thresholds import FindingThresholds
from service.domain.listings import ListVersion
from service.rules.findings.facts_in_force import FactsInForce
from service.rules.findings.findings_input import FindingsInput
from tests.worlds import NOW, declaration, near, revision, world

GAS = frozenset({"gas smart meter"})


def seen(given, at=NOW, lists=(), obliged_device_types=GAS, many_routes=1):
    """The input of the findings that the repository would fetch of a world."""
    firsts = {entry: min(row.valid_from for row in rows) for entry, rows in given.facts.revisions.items()}
    return FindingsInput(near(given, at), lists, firsts, obliged_device_types, many_routes)


def in_columns(findings_input):
    """The facts of an input of the findings as the columns that the repository fetches."""
    snapshot = findings_input.snapshot
    entries = list(snapshot.entries.values())
    declared = [entry for entry in entries if entry.declared.id]
    beliefs = [(entry, belief) for entry, rows in snapshot.beliefs.items() for belief in rows]
    names = ("id", "kind", "given", "declared", "recorded")
    return FactsInForce(
        entries=[[entry[nth] for entry in entries] for nth in (*range(8), 10)],
        declarations=[[e.number for e in declared], *([getattr(e.declared, name) for e in declared] for name in names)],
        steps=[[step[nth] for step in snapshot.steps] for nth in range(5)],
        held=[[pair[nth] for pair in snapshot.held] for nth in range(4)],
        beliefs=[
            [entry for entry, _ in beliefs],
            *([belief.identity[nth] for _, belief in beliefs] for nth in range(3)),
            [belief.recorded_from for _, belief in beliefs],
            [belief.recorded_to for _, belief in beliefs],
        ],
        first_listed=[list(findings_input.first_listed), list(findings_input.first_listed.values())],
        lists=findings_input.lists,
        thresholds=FindingThresholds(findings_input.obliged_device_types, findings_input.many_routes),
    )


def listed(number, issued, effective=NOW):
    """A list version."""
    return ListVersion(number=number, issued=issued, effective_from=effective, sha256="", entries=0, recorded=NOW)


def of(rule, *facts, **more):
    """The findings of one rule on a world of these facts."""
    return list(rule(seen(world(*facts, beliefs=more.pop("beliefs", None)), **more)))


def entries(found_):
    """The entries of each finding."""
    return [finding.entries for finding in found_]


def chain(*numbers):
    """Entries of which each is the only base of the next; the first is N/A."""
    said = [declaration(target, base) for base, target in pairwise(numbers)]
    return [*map(revision, numbers), declaration(numbers[0]), *said]
