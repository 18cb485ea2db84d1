"""Finds the findings (reported faults in the list) that a change creates or ends, now and at later dates (design 5).

Two findings are the same if all their fields are equal, apart from `since` and the id of the declaration.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from service.domain.clock import END
from service.domain.finding_thresholds import FindingThresholds
from service.domain.listings import ListVersion
from service.rules.facts.grouped_facts import Facts
from service.rules.findings import all_findings
from service.rules.findings.findings_input_from_facts import FactsOfEntries, FormerBelief
from service.rules.impact.affected_findings import (
    RelatedEntries,
    affected_entries,
    declared_bases,
    iterate_facts,
    restrict_facts,
)
from service.rules.impact.edits import ProposedChange
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.rules.pathfinding.temporal_graph import TimedValue
from service.schemas.responses.findings import Finding
from service.schemas.responses.impact import FindingChange

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class FactsForFindings:
    """Further facts on which findings (reported faults in the data) depend, besides the facts that a proposed change
    alters.

    `facts` are about the entries that carry the same image as an affected entry. `former` are superseded records of the
    attributes of the edited entries and of their bases. `published` is the list that the change publishes, or None.
    """

    thresholds: FindingThresholds
    facts: Facts = field(default_factory=Facts)
    former: Sequence[FormerBelief] = ()
    lists: Sequence[ListVersion] = ()
    published: ListVersion | None = None

    @property
    def lists_after(self) -> list[ListVersion]:
        """Returns the lists as they are after a change, sorted. A published list replaces the list with the same
        number.
        """
        published = [self.published] if self.published else []
        others = [version for version in self.lists if version.number not in {row.number for row in published}]
        return sorted([*others, *published], key=lambda version: version.order)


@dataclass(frozen=True)
class FindingDifference:
    """The findings (reported faults) at an instant that exist only after a change (`new`) or only before it (`gone`),
    gravest first, each under the text that identifies the finding.
    """

    at: datetime
    new: dict[str, FindingChange]
    gone: dict[str, FindingChange]


def finding_differences(
    proposed: ProposedChange, context: FactsForFindings, now: datetime
) -> Iterator[FindingDifference]:
    """Yields the findings (reported faults) that a change creates or ends: now, and at each later instant at which
    other facts come into force.
    """
    before, after = _restricted_views(proposed, context, now)
    added = {row.id for row in proposed.changes.declarations.added}
    previous: tuple[object, object] | None = None
    for at in _instants(before, after, now):
        inputs = before.findings_input(at), after.findings_input(at)
        if inputs != previous:
            old, new = (
                {_finding_key(row): _response_change(row, at, added) for row in all_findings(findings_input)}
                for findings_input in inputs
            )
            yield FindingDifference(at, _without(new, old), _without(old, new))
        previous = inputs


def _restricted_views(
    proposed: ProposedChange, context: FactsForFindings, now: datetime
) -> tuple[FactsOfEntries, FactsOfEntries]:
    """Returns the facts before and after the change, reduced to the facts on which the affected findings depend."""
    before, after = (
        _extended(proposed.before, proposed.after, context.facts),
        _extended(proposed.after, proposed.before, context.facts),
    )
    affected = affected_entries(before, after, proposed.changes).entries
    bases = declared_bases((before, after), affected) - affected
    entries = affected | RelatedEntries(before, after).of(bases)
    superseded = (
        TimedValue(row.valid_from, row.valid_to, (row.entry, RecordedIdentity(row.recorded_from, now, row.twin_key)))
        for row in proposed.changes.revisions.closed
    )
    former = [*context.former, *superseded]
    return (
        FactsOfEntries(restrict_facts(before, affected, entries), context.thresholds, context.former, context.lists),
        FactsOfEntries(restrict_facts(after, affected, entries), context.thresholds, former, context.lists_after),
    )


def _extended(facts: Facts, other: Facts, more: Facts) -> Facts:
    """Returns the `facts` with the rows of `more` added for entries that neither `facts` nor `other` has."""
    return Facts(
        _merged(facts.revisions, other.revisions, more.revisions),
        _merged(facts.declarations, other.declarations, more.declarations),
        _merged(facts.acceptances, other.acceptances, more.acceptances),
        _merged(facts.confirmations, other.confirmations, more.confirmations),
    )


def _merged(own: Mapping[K, V], other: Mapping[K, V], more: Mapping[K, V]) -> dict[K, V]:
    """Returns the mapping `own`, with the items of `more` added whose keys are in neither `own` nor `other`."""
    return {key: rows for key, rows in more.items() if key not in own and key not in other} | dict(own)


def _instants(before: FactsOfEntries, after: FactsOfEntries, now: datetime) -> list[datetime]:
    """Returns `now`, and the later instants at which a fact begins or ends or a list takes effect, sorted."""
    rows = (row for view in (before, after) for row in iterate_facts(view.facts))
    later = {boundary for row in rows for boundary in (row.valid_from, row.valid_to)}
    later |= {version.effective_from for version in after.lists}
    return [now, *sorted(boundary for boundary in later if now < boundary < END)]


def _finding_key(finding: Finding) -> str:
    """Returns the text that identifies a finding: its JSON without `since` and the id of the declaration."""
    return finding.model_dump_json(exclude={"since": True, "evidence": {"declaration"}})


def _response_change(finding: Finding, at: datetime, added: set[str]) -> FindingChange:
    """Returns a finding as the response of an impact shows it at an instant.

    The id of a declaration in `added` becomes blank, because that declaration is not recorded yet.
    """
    fields: dict[str, Any] = {name: getattr(finding, name) for name in FindingChange.model_fields if name != "at"}
    evidence = finding.evidence
    if getattr(evidence, "declaration", "") in added:
        fields["evidence"] = evidence.model_copy(update={"declaration": ""})
    return FindingChange(at=at, **fields)


def _without(changes: Mapping[str, FindingChange], others: Mapping[str, FindingChange]) -> dict[str, FindingChange]:
    """Returns the changes whose keys are not among the keys of `others`, in their order."""
    return {key: change for key, change in changes.items() if key not in others}
