"""Edits put to the facts: what they would change, and why some cannot be taken (design 5)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from service.domain.clock import BEGINNING, END, Span, iso
from service.domain.edits import Edit, StatusEdit
from service.domain.facts import Declaration, Revision
from service.rules.facts.changeset import ChangeSet, RowChanges, complete_changes, facts_after, row_id, timeline_changes
from service.rules.facts.declare import EditJudgement, judge_edits
from service.rules.facts.derive_edges import Facts
from service.rules.facts.intervals import Segment, subtract_span, subtract_spans
from service.schemas.responses.impact import EditRemark, ReplacedPeriod


@dataclass(frozen=True)
class EditFault:
    """Why an edit cannot be taken."""

    entry: str
    where: str
    code: str
    reason: str


@dataclass(frozen=True)
class ProposedChange:
    """Edits with all that they change: facts before and after, and what is to be said of them."""

    before: Facts
    after: Facts
    changes: ChangeSet
    verdict: EditJudgement
    faults: list[EditFault]


def propose_change(facts: Facts, edits: Sequence[Edit | StatusEdit], now: datetime) -> ProposedChange:
    """Edits against the facts believed. Where there are faults the caller refuses all of them."""
    bases = [edit for edit in edits if isinstance(edit, Edit)]
    statuses = [edit for edit in edits if isinstance(edit, StatusEdit)]
    revisions = RowChanges.combined(_status(facts, edit, now) for edit in statuses)
    verdict = judge_edits(facts_after(facts, ChangeSet(revisions=revisions)), bases, now)
    changes, then = complete_changes(facts, replace(verdict.changes, revisions=revisions), now)
    faults = [*_said_twice(edits), *_of_statuses(facts, statuses, now), *_of(verdict)]
    return ProposedChange(facts, then, changes, verdict, faults)


def _of(verdict: EditJudgement) -> Iterator[EditFault]:
    for refused in verdict.refused:
        yield EditFault(refused.edit.entry, refused.column, refused.code, refused.reason)
    for edit in verdict.no_effect:
        yield EditFault(edit.entry, "bases", "changes-nothing", f"{edit.entry} is declared so already.")


def _said_twice(edits: Sequence[Edit | StatusEdit]) -> Iterator[EditFault]:
    starts = Counter((type(edit), edit.entry, edit.effective_from or BEGINNING) for edit in edits)
    for (_, entry, _), times in starts.items():
        if times > 1:
            yield EditFault(entry, "entry", "entry-twice", f"{entry} is edited twice from the same date.")


def _of_statuses(facts: Facts, edits: Iterable[StatusEdit], now: datetime) -> Iterator[EditFault]:
    for edit in edits:
        if edit.entry not in facts.revisions:
            yield EditFault(edit.entry, "entry", "unknown-entry", f"{edit.entry} is on no list that is loaded.")
        elif not _status(facts, edit, now):
            yield EditFault(edit.entry, "status", "changes-nothing", f"The status of {edit.entry} is so already.")


def _status(facts: Facts, edit: StatusEdit, now: datetime) -> RowChanges[Revision]:
    """The revisions of the entry with another status, for as long as a list has it from then on."""
    since = Span(edit.effective_from or now, END)
    believed = facts.revisions.get(edit.entry, ())
    pieces = [(row, piece) for row in believed for piece in _pieces(row, edit.status, since)]
    return timeline_changes(
        believed,
        [
            Segment(piece, _with(row, edit.status if since.contains(piece.start) else row.status))
            for row, piece in pieces
        ],
        _payload,
        lambda nth, segment: _revision(edit.entry, now, nth, segment),
    )


def _pieces(row: Revision, status: str, since: Span) -> list[Span]:
    """The stretch of a revision, cut where the status changes."""
    inside = row.span.intersection(since)
    if row.status == status or inside is None:
        return [row.span]
    return [*subtract_span(row.span, since), inside]


StatusPayload = tuple[str, Revision]


def _with(row: Revision, status: str) -> StatusPayload:
    return status, row


def _payload(row: Revision) -> StatusPayload:
    return row.status, row


def _revision(entry: str, now: datetime, nth: int, segment: Segment[StatusPayload]) -> Revision:
    status, row = segment.payload
    told = {"status": status, "valid_from": segment.span.start, "valid_to": segment.span.end}
    return row.model_copy(update=told | {"id": row_id(entry, now, nth), "recorded_from": now})


def replaced_declarations(changes: ChangeSet) -> list[ReplacedPeriod]:
    """What is declared over an interval and is not any more, by entry and then by time."""
    added = changes.declarations.added
    rows = [
        (row.entry, span, row)
        for row in changes.declarations.closed
        for span in subtract_spans(row.span, (other.span for other in added if _says_the_same(other, row)))
    ]
    return [
        ReplacedPeriod(entry=entry, kind=row.kind, bases=list(row.bases), valid_from=span.since, valid_to=span.until)
        for entry, span, row in sorted(rows, key=itemgetter(0, 1))
    ]


def _says_the_same(one: Declaration, other: Declaration) -> bool:
    return (one.entry, one.kind, one.given) == (other.entry, other.kind, other.given)


def edit_remarks(verdict: EditJudgement) -> list[EditRemark]:
    """What an edit's author should see."""
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
    """Edits as the digest of an impact has them; the order in which they were sent means nothing."""
    return sorted(map(_digested, edits))


def _digested(edit: Edit | StatusEdit) -> str:
    since = iso(edit.effective_from) if edit.effective_from else ""
    if isinstance(edit, StatusEdit):
        return f"{edit.entry} status {edit.status} {since}"
    return f"{edit.entry} {edit.kind} {edit.given} accept {';'.join(sorted(set(edit.accept)))} {since}"
