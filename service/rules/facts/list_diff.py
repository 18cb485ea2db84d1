"""What loading a published list changes (design 2, 6). Lists load in version order; entries are never deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.clock import END, Span
from service.domain.facts import EntryContent, Revision
from service.domain.listings import ListRow, ListVersion, PublishedList
from service.domain.names import list_version_order
from service.rules.facts.changeset import RowChanges, row_id, timeline_changes
from service.rules.facts.derive_edges import Facts
from service.rules.facts.intervals import Segment, overlay

RevisionPayload = tuple[EntryContent, str]


@dataclass(frozen=True)
class ListPosition:
    """Where a list stands among those known: the stretch over which its content holds, if there is any."""

    effective_from: datetime
    until: datetime
    known: ListVersion | None = None
    runs_backwards: bool = False

    @property
    def span(self) -> Span | None:
        """The stretch; none where the next list took effect at the same instant."""
        return Span(self.effective_from, self.until) if self.effective_from < self.until else None


@dataclass(frozen=True)
class ListRefusal:
    """Why a list cannot be loaded."""

    code: str
    reason: str


def list_position(published: PublishedList, known: Sequence[ListVersion]) -> ListPosition | ListRefusal:
    """Where the list stands. Versions are compared as two integers, never by date or text."""
    order = list_version_order(published.number)
    same = next((v for v in known if v.order == order), None)
    if same:
        return _known_again(published, same, known)
    later = [v for v in known if v.order > order]
    if later:
        reason = f"Version {later[-1].number} is loaded already: lists load in version order."
        return ListRefusal("list-order", reason)
    previous = known[-1].effective_from if known else published.issued
    return ListPosition(max(published.issued, previous), END, None, published.issued < previous)


def _known_again(
    published: PublishedList, same: ListVersion, known: Sequence[ListVersion]
) -> ListPosition | ListRefusal:
    if published.issued.date().isoformat() != same.issued:
        reason = f"Version {same.number} is known as issued on {same.issued}; a correction cannot move that date."
        return ListRefusal("issue-date", reason)
    following = [v.effective_from for v in known if v.order > same.order]
    return ListPosition(same.effective_from, min(following, default=END), same)


@dataclass(frozen=True)
class ListChanges:
    """What a list changes, entry by entry. `changed` says which attributes, old and new."""

    new: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    rows: RowChanges[Revision] = field(default_factory=RowChanges)

    @property
    def differs(self) -> bool:
        """Whether any entry would be said to be something else."""
        return bool(self.new or self.changed)


def compare_list(
    published: PublishedList, place: ListPosition, facts: Facts, recorded: datetime, refused: Collection[str] = ()
) -> ListChanges:
    """The list against what is believed for the stretch in which it holds. Entries refused are there, and unread."""
    found = ListChanges()
    believed = facts.revisions
    rows = RowChanges.combined(
        [_one(row, place, believed.get(row.entry, ()), published.number, recorded, found) for row in published.rows]
    )
    there = {row.entry for row in published.rows}.union(refused)
    missing = (e for e, revisions in facts.revisions.items() if e not in there and _holds(revisions, place))
    return ListChanges(found.new, found.changed, found.unchanged, sorted(missing), rows)


def _holds(revisions: Sequence[Revision], place: ListPosition) -> bool:
    return place.span is not None and any(r.span.contains(place.effective_from) for r in revisions)


def _one(
    row: ListRow, place: ListPosition, believed: Sequence[Revision], number: str, recorded: datetime, found: ListChanges
) -> RowChanges[Revision]:
    before = next((r.content for r in believed if r.span.contains(place.effective_from)), None)
    said = EntryContent(**((before.model_dump() if before else {}) | row.given))
    span = place.span if before else _from_then_on(place, believed)
    if span is None or (before == said and _covers(believed, span, said)):
        found.unchanged.append(row.entry)
        return RowChanges()
    if before is None:
        found.new.append(row.entry)
    else:
        found.changed[row.entry] = _difference(before, said)
    segments = [Segment(r.span, (r.content, r.list_version)) for r in believed]
    wanted = overlay(segments, span, (said, number))
    return timeline_changes(believed, wanted, _payload, lambda nth, s: _revision(row.entry, recorded, nth, s))


def _from_then_on(place: ListPosition, believed: Sequence[Revision]) -> Span:
    """Where an entry that was unknown holds: entries are never deleted, so up to the next list known to have it."""
    following = [r.valid_from for r in believed if r.valid_from > place.effective_from]
    return Span(place.effective_from, min(following, default=END))


def _covers(believed: Sequence[Revision], span: Span, said: EntryContent) -> bool:
    """Whether all of the stretch says so already."""
    inside = [r for r in believed if r.span.intersection(span)]
    ends = {r.valid_to for r in inside} | {r.valid_from for r in inside}
    return all(r.content == said for r in inside) and min(ends) <= span.start and span.end <= max(ends)


def _difference(before: EntryContent, said: EntryContent) -> dict[str, tuple[str, str]]:
    old, new = before.model_dump(), said.model_dump()
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def _payload(revision: Revision) -> RevisionPayload:
    return revision.content, revision.list_version


def _revision(entry: str, recorded: datetime, nth: int, segment: Segment[RevisionPayload]) -> Revision:
    content, number = segment.payload
    return Revision(
        id=row_id(entry, recorded, nth),
        entry=entry,
        list_version=number,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
        **content.model_dump(),
    )
