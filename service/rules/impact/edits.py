"""Applies proposed edits to the facts without recording them, and finds the edits that the service must refuse (design
5).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from service.domain.clock import BEGINNING, END, Span, iso
from service.domain.edits import Edit, StatusEdit
from service.domain.facts import Declaration, Revision
from service.rules.facts.changeset import ChangeSet, RowChanges, complete_changes, facts_after, row_id, timeline_changes
from service.rules.facts.edit_judgement import EditJudgement, judge_edits
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.intervals import TimeSegment, subtract_span, subtract_spans
from service.schemas.responses.impact import EditRemark, ReplacedPeriod


@dataclass(frozen=True)
class EditFault:
    """The reason why the service refuses an edit: the entry, the field at fault (`where`), the kind of fault, and a
    text.
    """

    entry: str
    where: str
    code: str
    reason: str


@dataclass(frozen=True)
class ProposedChange:
    """The effect of proposed edits: the facts before and after, the rows that change, the remarks, and the faults."""

    before: Facts
    after: Facts
    changes: ChangeSet
    verdict: EditJudgement
    faults: list[EditFault]


def propose_change(facts: Facts, edits: Sequence[Edit | StatusEdit], now: datetime) -> ProposedChange:
    """Applies proposed edits to the facts in memory, and records nothing. If the result has faults, the caller must
    refuse all edits.
    """
    base_edits = [edit for edit in edits if isinstance(edit, Edit)]
    status_edits = [edit for edit in edits if isinstance(edit, StatusEdit)]
    revisions = RowChanges.combined(_status_changes(facts, edit, now) for edit in status_edits)
    verdict = judge_edits(facts_after(facts, ChangeSet(revisions=revisions)), base_edits, now)
    changes, after = complete_changes(facts, replace(verdict.changes, revisions=revisions), now)
    faults = [*_duplicate_faults(edits), *_status_faults(facts, status_edits, now), *_base_faults(verdict)]
    return ProposedChange(facts, after, changes, verdict, faults)


def _base_faults(verdict: EditJudgement) -> Iterator[EditFault]:
    """Yields a fault for each edit of a declaration that the rules refuse, or that changes nothing."""
    for refused in verdict.refused:
        yield EditFault(refused.edit.entry, refused.column, refused.code, refused.reason)
    for edit in verdict.no_effect:
        yield EditFault(
            edit.entry, "bases", "changes-nothing", f"The edit does not change the declaration of {edit.entry}."
        )


def _duplicate_faults(edits: Sequence[Edit | StatusEdit]) -> Iterator[EditFault]:
    """Yields a fault for each entry that has two edits of the same kind from the same date."""
    starts = Counter((type(edit), edit.entry, edit.effective_from or BEGINNING) for edit in edits)
    for (_, entry, _), count in starts.items():
        if count > 1:
            yield EditFault(
                entry, "entry", "entry-twice", f"{entry} has more than one edit from the same date: send one of them."
            )


def _status_faults(facts: Facts, edits: Iterable[StatusEdit], now: datetime) -> Iterator[EditFault]:
    """Yields a fault for each edit of a status whose entry is unknown, or which changes nothing."""
    for edit in edits:
        if edit.entry not in facts.revisions:
            yield EditFault(edit.entry, "entry", "unknown-entry", f"{edit.entry} is on no list that is loaded.")
        elif not _status_changes(facts, edit, now):
            yield EditFault(
                edit.entry, "status", "changes-nothing", f"The edit does not change the status of {edit.entry}."
            )


def _status_changes(facts: Facts, edit: StatusEdit, now: datetime) -> RowChanges[Revision]:
    """Returns the changes of revision rows that give an entry a new status from the effective date on.

    Periods in which no list has the entry stay without a revision.
    """
    since = Span(edit.effective_from or now, END)
    revisions = facts.revisions.get(edit.entry, ())
    pieces = [(row, piece) for row in revisions for piece in _pieces(row, edit.status, since)]
    return timeline_changes(
        revisions,
        [
            TimeSegment(piece, (edit.status if since.contains(piece.start) else row.status, row))
            for row, piece in pieces
        ],
        lambda row: (row.status, row),
        lambda nth, segment: _revision(edit.entry, now, nth, segment),
    )


def _pieces(row: Revision, status: str, since: Span) -> list[Span]:
    """Returns the interval of a revision, split at the instants at which its status changes."""
    inside = row.span.intersection(since)
    if row.status == status or inside is None:
        return [row.span]
    return [*subtract_span(row.span, since), inside]


def _revision(entry: str, now: datetime, nth: int, segment: TimeSegment[tuple[str, Revision]]) -> Revision:
    """Returns a new row for one interval of a revision, with the new status, a new id, and recorded at `now`."""
    status, row = segment.payload
    changed = {"status": status, "valid_from": segment.span.start, "valid_to": segment.span.end}
    return row.model_copy(update=changed | {"id": row_id(entry, now, nth), "recorded_from": now})


def replaced_declarations(changes: ChangeSet) -> list[ReplacedPeriod]:
    """Returns the parts of earlier declarations that a change withdraws or replaces, each with its period, sorted by
    entry and time.
    """
    added = changes.declarations.added
    rows = [
        (row.entry, span, row)
        for row in changes.declarations.closed
        for span in subtract_spans(row.span, (other.span for other in added if _same_content(other, row)))
    ]
    return [
        ReplacedPeriod(entry=entry, kind=row.kind, bases=list(row.bases), valid_from=span.since, valid_to=span.until)
        for entry, span, row in sorted(rows, key=itemgetter(0, 1))
    ]


def _same_content(row: Declaration, other: Declaration) -> bool:
    """Returns whether two declarations are about the same entry and declare the same."""
    return (row.entry, row.kind, row.given) == (other.entry, other.kind, other.given)


def edit_remarks(verdict: EditJudgement) -> list[EditRemark]:
    """Returns the remarks on edits (for example: a base awaits acceptance) in the form of the response."""
    return [
        EditRemark(
            code=remark.code,
            text=remark.text,
            entry=remark.edit.entry,
            base=remark.entry if remark.entry != remark.edit.entry else None,
            held=remark.held,
            counterpart=remark.counterpart,
        )
        for remark in verdict.remarks
    ]


def edit_digest_lines(edits: Iterable[Edit | StatusEdit]) -> list[str]:
    """Returns one line of text for each edit, sorted, from which the id of an impact is computed. The order of the
    edits makes no difference.
    """
    return sorted(map(_digest_line, edits))


def list_digest_line(number: str, sha256: str) -> str:
    """Returns a list version as a line of text, from which the id of its impact is computed. `sha256` is that of the
    content of the file.
    """
    return f"list {number} {sha256}"


def _digest_line(edit: Edit | StatusEdit) -> str:
    """Returns one edit as a line of text: entry, new content and effective date."""
    since = iso(edit.effective_from) if edit.effective_from else ""
    if isinstance(edit, StatusEdit):
        return f"{edit.entry} status {edit.status} {since}"
    confirm = " confirm" if edit.confirm else ""
    return f"{edit.entry} {edit.kind} {edit.given} accept {';'.join(sorted(set(edit.accept)))} {since}{confirm}"
