"""The findings that a change creates or ends, now and at each later effective date (design 5).

Two findings are the same if all their fields are equal, apart from `since` and the id of the declaration.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from service.domain.clock import END
from service.domain.listings import ListVersion
from service.domain.standards import Standards
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.derive_edges import Facts
from service.rules.findings import all_findings
from service.rules.findings.overview_from_facts import FactsView, FormerBelief
from service.rules.impact.affected_findings import (
    RelatedEntries,
    affected_entries,
    declared_bases,
    iterate_facts,
    restrict_facts,
)
from service.rules.impact.edits import ProposedChange
from service.rules.pathfinding.snapshot import IdentityBelief
from service.rules.pathfinding.temporal_graph import Timed
from service.schemas.responses.findings import Finding
from service.schemas.responses.impact import FindingChange

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class FindingContext:
    """The data on which findings depend, besides the facts of the proposed change.

    `facts` are the facts of the entries that carry an image of an affected entry. `former` are superseded beliefs
    about the edited entries and their bases. `published` is the list that the change publishes, if it publishes one.
    """

    standards: Standards
    facts: Facts = field(default_factory=Facts)
    former: Sequence[FormerBelief] = ()
    lists: Sequence[ListVersion] = ()
    published: ListVersion | None = None

    @property
    def lists_after(self) -> list[ListVersion]:
        """The lists after the change: the published list replaces an earlier record of the same number."""
        published = [self.published] if self.published else []
        numbers = [version.number for version in published]
        others = [version for version in self.lists if version.number not in numbers]
        return sorted([*others, *published], key=lambda version: version.order)


@dataclass(frozen=True)
class FindingDifference:
    """The findings that exist only after the change (`new`) or only before it (`gone`), the gravest first."""

    at: datetime
    new: list[FindingChange]
    gone: list[FindingChange]


def finding_differences(
    proposed: ProposedChange, context: FindingContext, now: datetime
) -> Iterator[FindingDifference]:
    """The differences now, and at each later instant at which the overview before or after the change differs."""
    before, after = _views(proposed, context, now)
    added = {row.id for row in proposed.changes.declarations.added}
    previous: tuple[object, object] | None = None
    for at in _instants(before, after, now):
        overviews = before.overview(at), after.overview(at)
        if overviews == previous:
            continue
        previous = overviews
        old, new = (_changes_by_key(all_findings(overview), at, added) for overview in overviews)
        yield FindingDifference(at, _without(new, old), _without(old, new))


def _views(proposed: ProposedChange, context: FindingContext, now: datetime) -> tuple[FactsView, FactsView]:
    """The facts before and after the change, restricted to the facts on which affected findings depend."""
    before, after = (
        _extended(proposed.before, proposed.after, context.facts),
        _extended(proposed.after, proposed.before, context.facts),
    )
    affected = affected_entries(before, after, proposed.changes).entries
    bases = declared_bases((before, after), affected) - affected
    entries = affected | RelatedEntries(before, after).of(bases)
    former = [*context.former, *_superseded(proposed.changes, now)]
    return (
        FactsView(restrict_facts(before, affected, entries), context.standards, context.former, context.lists),
        FactsView(restrict_facts(after, affected, entries), context.standards, former, context.lists_after),
    )


def _extended(facts: Facts, other: Facts, more: Facts) -> Facts:
    """The facts, extended by `more` for the entries that the proposed change did not examine."""
    return Facts(
        _merged(facts.revisions, other.revisions, more.revisions),
        _merged(facts.declarations, other.declarations, more.declarations),
        _merged(facts.acceptances, other.acceptances, more.acceptances),
    )


def _merged(own: Mapping[K, V], other: Mapping[K, V], more: Mapping[K, V]) -> dict[K, V]:
    return {key: rows for key, rows in more.items() if key not in own and key not in other} | dict(own)


def _superseded(changes: ChangeSet, now: datetime) -> list[FormerBelief]:
    """The beliefs about entries that the change supersedes."""
    return [
        Timed(row.valid_from, row.valid_to, (row.entry, IdentityBelief(row.recorded_from, now, row.twin_key)))
        for row in changes.revisions.closed
    ]


def _instants(before: FactsView, after: FactsView, now: datetime) -> list[datetime]:
    rows = (row for view in (before, after) for row in iterate_facts(view.facts))
    later = {boundary for row in rows for boundary in (row.valid_from, row.valid_to)}
    later |= {version.effective_from for version in after.lists}
    return [now, *sorted(boundary for boundary in later if now < boundary < END)]


def _changes_by_key(findings: Sequence[Finding], at: datetime, added: set[str]) -> dict[str, FindingChange]:
    """Findings by the fields that identify them. A declaration that is not recorded yet has no id."""
    return {_key(finding): _change(finding, at, added) for finding in findings}


def _key(finding: Finding) -> str:
    return finding.model_dump_json(exclude={"since": True, "evidence": {"declaration"}})


def _change(finding: Finding, at: datetime, added: set[str]) -> FindingChange:
    fields: dict[str, Any] = {name: getattr(finding, name) for name in FindingChange.model_fields if name != "at"}
    evidence = finding.evidence
    if getattr(evidence, "declaration", "") in added:
        fields["evidence"] = evidence.model_copy(update={"declaration": ""})
    return FindingChange(at=at, **fields)


def _without(changes: Mapping[str, FindingChange], others: Mapping[str, FindingChange]) -> list[FindingChange]:
    return [change for key, change in changes.items() if key not in others]
