"""The findings that a change makes new and those that it ends, at now and at each later effective date (design 5).

Two findings are one where all that is told of them is, but for since when, and for the number of the declaration.
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
    """What findings rest on beside the facts by which a change was considered.

    `facts` are of the entries that carry an image of one concerned; `former` is what was believed before of entries
    edited and of their bases. `published` is the list that the change brings, if it is one.
    """

    standards: Standards
    facts: Facts = field(default_factory=Facts)
    former: Sequence[FormerBelief] = ()
    lists: Sequence[ListVersion] = ()
    published: ListVersion | None = None

    @property
    def lists_after(self) -> list[ListVersion]:
        """The lists with the one that is brought, which takes the place of what was known of it."""
        news = [self.published] if self.published else []
        others = [version for version in self.lists if version.number not in [one.number for one in news]]
        return sorted([*others, *news], key=lambda version: version.order)


@dataclass(frozen=True)
class FindingDifference:
    """The findings of an instant that are new by a change, and those that are gone; the gravest first."""

    at: datetime
    new: list[FindingChange]
    gone: list[FindingChange]


def finding_differences(here: ProposedChange, wider: FindingContext, now: datetime) -> Iterator[FindingDifference]:
    """Of now, and of each later instant at which they are others than at the one before."""
    before, after = _views(here, wider, now)
    added = {row.id for row in here.changes.declarations.added}
    last: tuple[object, object] | None = None
    for at in _instants(before, after, now):
        seen = before.overview(at), after.overview(at)
        if seen == last:
            continue
        last = seen
        old, new = (_told(all_findings(overview), at, added) for overview in seen)
        yield FindingDifference(at, _without(new, old), _without(old, new))


def _views(here: ProposedChange, wider: FindingContext, now: datetime) -> tuple[FactsView, FactsView]:
    """Both sides, and of each only what a change of findings can rest on."""
    before, after = _beside(here.before, here.after, wider.facts), _beside(here.after, here.before, wider.facts)
    inside = affected_entries(before, after, here.changes).entries
    bases = declared_bases((before, after), inside) - inside
    seen = inside | RelatedEntries(before, after).of(bases)
    former = [*wider.former, *_closed(here.changes, now)]
    return (
        FactsView(restrict_facts(before, inside, seen), wider.standards, wider.former, wider.lists),
        FactsView(restrict_facts(after, inside, seen), wider.standards, former, wider.lists_after),
    )


def _beside(facts: Facts, other: Facts, more: Facts) -> Facts:
    """Facts with those of entries about which nothing was considered."""
    return Facts(
        _joined(facts.revisions, other.revisions, more.revisions),
        _joined(facts.declarations, other.declarations, more.declarations),
        _joined(facts.acceptances, other.acceptances, more.acceptances),
    )


def _joined(mine: Mapping[K, V], other: Mapping[K, V], more: Mapping[K, V]) -> dict[K, V]:
    return {key: rows for key, rows in more.items() if key not in mine and key not in other} | dict(mine)


def _closed(changes: ChangeSet, now: datetime) -> list[FormerBelief]:
    """What is believed of entries until a change."""
    return [
        Timed(row.valid_from, row.valid_to, (row.entry, IdentityBelief(row.recorded_from, now, row.twin_key)))
        for row in changes.revisions.closed
    ]


def _instants(before: FactsView, after: FactsView, now: datetime) -> list[datetime]:
    rows = (row for view in (before, after) for row in iterate_facts(view.facts))
    later = {edge for row in rows for edge in (row.valid_from, row.valid_to)}
    later |= {version.effective_from for version in after.lists}
    return [now, *sorted(edge for edge in later if now < edge < END)]


def _told(findings: Sequence[Finding], at: datetime, added: set[str]) -> dict[str, FindingChange]:
    """Findings by all that makes them what they are. A declaration that is not made yet has no number."""
    return {_key(finding): _change(finding, at, added) for finding in findings}


def _key(finding: Finding) -> str:
    return finding.model_dump_json(exclude={"since": True, "evidence": {"declaration"}})


def _change(finding: Finding, at: datetime, added: set[str]) -> FindingChange:
    said: dict[str, Any] = {name: getattr(finding, name) for name in FindingChange.model_fields if name != "at"}
    evidence = finding.evidence
    if getattr(evidence, "declaration", "") in added:
        said["evidence"] = evidence.model_copy(update={"declaration": ""})
    return FindingChange(at=at, **said)


def _without(some: Mapping[str, FindingChange], others: Mapping[str, FindingChange]) -> list[FindingChange]:
    return [change for key, change in some.items() if key not in others]
