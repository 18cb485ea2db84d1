"""Confirms declared bases: which facts an edit with `confirm` records, and why the service refuses such an edit.

A confirmation says that a declared base is still right for what both ends are now, such as after a correction of a
hash. It changes no step.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from service.domain.clock import BEGINNING, Span
from service.domain.edits import Edit
from service.domain.facts import Confirmation
from service.rules.facts.amended_rows import ConfirmationPayload, Identities, confirmation_row, confirmed_payload
from service.rules.facts.changeset import RowChanges, timeline_changes
from service.rules.facts.grouped_facts import Facts, row_in_force
from service.rules.facts.intervals import TimeSegment, covered_by, merge_segments, overlay

CONFIRMED_UNCHANGED = "{} is not declared so at that time: to confirm, send the bases in force, and no others."
"""The reason why the service refuses to confirm other bases than those in force."""


def judgement_instant(span: Span, recorded: datetime) -> datetime:
    """Returns the instant at which the rules judge an edit: now if the edit holds now, else the start of its span."""
    return recorded if span.contains(recorded) else max(span.start, BEGINNING)


def confirmed_span(facts: Facts, edit: Edit, span: Span, recorded: datetime) -> Span | None:
    """Returns the part of the edit's interval around the instant of judgement over which an entry is declared as the
    edit states; None where the entry is declared otherwise then.
    """
    at = judgement_instant(span, recorded)
    rows = facts.declarations.get(edit.entry, ())
    periods = merge_segments(TimeSegment(row.span, (row.kind, row.given)) for row in rows)
    stated = (edit.kind, edit.given)
    return next(
        (period.span.clipped_to(span) for period in periods if period.span.contains(at) and period.payload == stated),
        None,
    )


def confirmation_changes(
    facts: Facts, dated_edits: Sequence[tuple[Edit, Span]], recorded: datetime
) -> RowChanges[Confirmation]:
    """Returns the confirmations that edits of one entry record, one for each base, without those that the service has
    recorded already.
    """
    confirming = [(edit, span) for edit, span in dated_edits if edit.confirm]
    numbers = dict.fromkeys(number for edit, _ in confirming for number in edit.bases or ())
    return RowChanges.combined(_pair_changes(facts, number, confirming, recorded) for number in numbers)


def _pair_changes(
    facts: Facts, number: str, confirming: Iterable[tuple[Edit, Span]], recorded: datetime
) -> RowChanges[Confirmation]:
    """Returns the confirmations of one base that edits of one target record."""
    pair, segments = (number, ""), list[TimeSegment[ConfirmationPayload]]()
    believed: Sequence[Confirmation] = ()
    for edit, span in confirming:
        pair = number, edit.entry
        believed = facts.confirmations.get(pair, ())
        segments = segments or [TimeSegment(row.span, confirmed_payload(row)) for row in believed]
        for part, identities in _to_confirm(facts, pair, edit, span, recorded):
            segments = overlay(segments, part, (identities, edit.amendment, edit.evidence))
    return timeline_changes(
        believed,
        segments,
        confirmed_payload,
        lambda index, segment: confirmation_row(*pair, recorded, index, segment),
    )


def _to_confirm(
    facts: Facts, pair: tuple[str, str], edit: Edit, span: Span, recorded: datetime
) -> Iterator[tuple[Span, Identities]]:
    """Yields the interval and the two ends' identities that an edit confirms, unless a confirmation of them covers the
    interval. A pending base (which is on no list in force) has no identity to confirm.
    """
    part = confirmed_span(facts, edit, span, recorded) if pair[0] in (edit.bases or ()) else None
    at = judgement_instant(span, recorded)
    base, target = (row_in_force(facts.revisions.get(end, ()), at) for end in pair)
    if part is None or base is None or target is None:
        return
    identities = base.twin_key, target.twin_key
    same = (row.span for row in facts.confirmations.get(pair, ()) if row.identities == identities)
    if not covered_by(part, same):
        yield part, identities
