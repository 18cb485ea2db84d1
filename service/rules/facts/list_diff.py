"""Works out the changes that loading a published list makes (design 2, 6).

Lists load in the order of their versions. The service never deletes an entry.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.clock import END, Span
from service.domain.facts import EntryContent, Revision
from service.domain.listings import ListRow, ListVersion, PublishedList
from service.domain.names import list_version_order
from service.domain.work import check_work
from service.rules.facts.changeset import RowChanges, row_id, timeline_changes
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.intervals import TimeSegment, covered_by, overlay

RevisionPayload = tuple[EntryContent, str]


@dataclass(frozen=True)
class ListPosition:
    """The position of a list among the lists loaded before, with the interval of effective time over which its content
    holds.

    `known` is the version if the list is loaded already. `runs_backwards`: the list was issued before the previous
    version.
    """

    effective_from: datetime
    until: datetime
    known: ListVersion | None = None
    runs_backwards: bool = False

    @property
    def span(self) -> Span | None:
        """Returns the interval over which the content of the list holds, or None if the next list takes effect at the
        same instant.
        """
        return Span(self.effective_from, self.until) if self.effective_from < self.until else None


@dataclass(frozen=True)
class ListRefusal:
    """The reason why the service refuses to load a list, as a code and a sentence."""

    code: str
    reason: str


def list_position(published: PublishedList, known: Sequence[ListVersion]) -> ListPosition | ListRefusal:
    """Returns the position of a list among the lists loaded before, or the reason to refuse the list.

    The function compares versions as two integers, never by date or as text.
    """
    order = list_version_order(published.number)
    loaded = next((version for version in known if version.order == order), None)
    if loaded:
        return _position_of_loaded(published, loaded, known)
    later = [version for version in known if version.order > order]
    if later:
        reason = f"Version {later[-1].number} is loaded already: lists load in version order."
        return ListRefusal("list-order", reason)
    previous = known[-1].effective_from if known else published.issued
    return ListPosition(max(published.issued, previous), END, None, published.issued < previous)


def _position_of_loaded(
    published: PublishedList, loaded: ListVersion, known: Sequence[ListVersion]
) -> ListPosition | ListRefusal:
    if published.issued.date().isoformat() != loaded.issued:
        reason = f"Version {loaded.number} was issued on {loaded.issued}; a correction cannot change this date."
        return ListRefusal("issue-date", reason)
    following = [version.effective_from for version in known if version.order > loaded.order]
    return ListPosition(loaded.effective_from, min(following, default=END), loaded)


@dataclass(frozen=True)
class ListChanges:
    """The changes that a list makes. `changed` has the entries that it changes, with the old and new value of each
    changed attribute.

    `absent` has the entries in force that the list does not have, and `rows` the new rows to write.
    """

    new: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    rows: RowChanges[Revision] = field(default_factory=RowChanges)

    @property
    def differs(self) -> bool:
        """Returns whether the list adds or changes any entry."""
        return bool(self.new or self.changed)


def compare_list(
    published: PublishedList, position: ListPosition, facts: Facts, recorded: datetime, refused: Collection[str] = ()
) -> ListChanges:
    """Compares the content of a list with the recorded facts, over the interval in which the list is in force.

    `refused` has the entries whose rows the loader could not read. They count as neither changed nor absent.
    """
    changes = ListChanges()
    believed = facts.revisions
    rows = RowChanges.combined(
        [
            _entry_changes(row, position, believed.get(row.entry, ()), published.number, recorded, changes)
            for row in published.rows
        ]
    )
    listed = {row.entry for row in published.rows}.union(refused)
    missing = (
        entry for entry, revisions in facts.revisions.items() if entry not in listed and _in_force(revisions, position)
    )
    return ListChanges(changes.new, changes.changed, changes.unchanged, sorted(missing), rows)


def _in_force(revisions: Sequence[Revision], position: ListPosition) -> bool:
    return position.span is not None and any(row.span.contains(position.effective_from) for row in revisions)


def _entry_changes(
    row: ListRow,
    position: ListPosition,
    believed: Sequence[Revision],
    list_version: str,
    recorded: datetime,
    changes: ListChanges,
) -> RowChanges[Revision]:
    previous = next(
        (revision.content for revision in believed if revision.span.contains(position.effective_from)), None
    )
    check_work()
    content = EntryContent(**((previous.model_dump() if previous else {}) | row.given))
    span = position.span if previous else _span_of_new_entry(position, believed)
    if span is None or (
        previous == content and covered_by(span, (row.span for row in believed if row.content == content))
    ):
        changes.unchanged.append(row.entry)
        return RowChanges()
    if previous is None:
        changes.new.append(row.entry)
    else:
        changes.changed[row.entry] = _difference(previous, content)
    segments = [TimeSegment(revision.span, (revision.content, revision.list_version)) for revision in believed]
    wanted = overlay(segments, span, (content, list_version))
    return timeline_changes(
        believed, wanted, _payload, lambda index, segment: _revision(row.entry, recorded, index, segment)
    )


def _span_of_new_entry(position: ListPosition, believed: Sequence[Revision]) -> Span:
    """Returns the span of an entry that was not in force: until its next revision, since no list deletes an entry."""
    following = [row.valid_from for row in believed if row.valid_from > position.effective_from]
    return Span(position.effective_from, min(following, default=END))


def _difference(before: EntryContent, after: EntryContent) -> dict[str, tuple[str, str]]:
    old_values, new_values = before.model_dump(), after.model_dump()
    return {name: (old_values[name], new_values[name]) for name in old_values if old_values[name] != new_values[name]}


def _payload(revision: Revision) -> RevisionPayload:
    return revision.content, revision.list_version


def _revision(entry: str, recorded: datetime, index: int, segment: TimeSegment[RevisionPayload]) -> Revision:
    content, number = segment.payload
    return Revision(
        id=row_id(entry, recorded, index),
        entry=entry,
        list_version=number,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
        **content.model_dump(),
    )
