"""Applies edits to the facts without recording them: the changes, and the edits to refuse (design 5)."""

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
    """Why an edit is refused: `where` names the field of the edit, `code` the kind of fault."""

    entry: str
    where: str
    code: str
    reason: str


@dataclass(frozen=True)
class ProposedChange:
    """Edits with all their changes: the facts before and after, the judgement of the edits, and the faults."""

    before: Facts
    after: Facts
    changes: ChangeSet
    verdict: EditJudgement
    faults: list[EditFault]


def propose_change(facts: Facts, edits: Sequence[Edit | StatusEdit], now: datetime) -> ProposedChange:
    """Applies edits to the current facts. If there are faults, the caller refuses all edits."""
    base_edits = [edit for edit in edits if isinstance(edit, Edit)]
    status_edits = [edit for edit in edits if isinstance(edit, StatusEdit)]
    revisions = RowChanges.combined(_status_changes(facts, edit, now) for edit in status_edits)
    verdict = judge_edits(facts_after(facts, ChangeSet(revisions=revisions)), base_edits, now)
    changes, after = complete_changes(facts, replace(verdict.changes, revisions=revisions), now)
    faults = [*_duplicate_faults(edits), *_status_faults(facts, status_edits, now), *_base_faults(verdict)]
    return ProposedChange(facts, after, changes, verdict, faults)


def _base_faults(verdict: EditJudgement) -> Iterator[EditFault]:
    for refused in verdict.refused:
        yield EditFault(refused.edit.entry, refused.column, refused.code, refused.reason)
    for edit in verdict.no_effect:
        yield EditFault(
            edit.entry, "bases", "changes-nothing", f"The edit does not change the declaration of {edit.entry}."
        )


def _duplicate_faults(edits: Sequence[Edit | StatusEdit]) -> Iterator[EditFault]:
    starts = Counter((type(edit), edit.entry, edit.effective_from or BEGINNING) for edit in edits)
    for (_, entry, _), count in starts.items():
        if count > 1:
            yield EditFault(
                entry, "entry", "entry-twice", f"{entry} has more than one edit from the same date: send one of them."
            )


def _status_faults(facts: Facts, edits: Iterable[StatusEdit], now: datetime) -> Iterator[EditFault]:
    for edit in edits:
        if edit.entry not in facts.revisions:
            yield EditFault(edit.entry, "entry", "unknown-entry", f"{edit.entry} is on no list that is loaded.")
        elif not _status_changes(facts, edit, now):
            yield EditFault(
                edit.entry, "status", "changes-nothing", f"The edit does not change the status of {edit.entry}."
            )


def _status_changes(facts: Facts, edit: StatusEdit, now: datetime) -> RowChanges[Revision]:
    """The revisions of the entry with the new status, from the effective date on while a list has the entry."""
    since = Span(edit.effective_from or now, END)
    revisions = facts.revisions.get(edit.entry, ())
    pieces = [(row, piece) for row in revisions for piece in _pieces(row, edit.status, since)]
    return timeline_changes(
        revisions,
        [
            Segment(piece, _status_payload(row, edit.status if since.contains(piece.start) else row.status))
            for row, piece in pieces
        ],
        _payload_of,
        lambda nth, segment: _revision(edit.entry, now, nth, segment),
    )


def _pieces(row: Revision, status: str, since: Span) -> list[Span]:
    """The interval of a revision, divided at the instants at which the status changes."""
    inside = row.span.intersection(since)
    if row.status == status or inside is None:
        return [row.span]
    return [*subtract_span(row.span, since), inside]


StatusPayload = tuple[str, Revision]


def _status_payload(row: Revision, status: str) -> StatusPayload:
    return status, row


def _payload_of(row: Revision) -> StatusPayload:
    return row.status, row


def _revision(entry: str, now: datetime, nth: int, segment: Segment[StatusPayload]) -> Revision:
    status, row = segment.payload
    changed = {"status": status, "valid_from": segment.span.start, "valid_to": segment.span.end}
    return row.model_copy(update=changed | {"id": row_id(entry, now, nth), "recorded_from": now})


def replaced_declarations(changes: ChangeSet) -> list[ReplacedPeriod]:
    """The periods whose declarations the change withdraws or replaces, ordered by entry, then by time."""
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
    return (row.entry, row.kind, row.given) == (other.entry, other.kind, other.given)


def edit_remarks(verdict: EditJudgement) -> list[EditRemark]:
    """The remarks on the edits, for their author."""
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
    """The edits as lines for the digest of an impact, sorted, so that the order of the request does not matter."""
    return sorted(map(_digest_line, edits))


def _digest_line(edit: Edit | StatusEdit) -> str:
    since = iso(edit.effective_from) if edit.effective_from else ""
    if isinstance(edit, StatusEdit):
        return f"{edit.entry} status {edit.status} {since}"
    return f"{edit.entry} {edit.kind} {edit.given} accept {';'.join(sorted(set(edit.accept)))} {since}"
