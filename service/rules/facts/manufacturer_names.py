"""Works out how the recorded names of the companies behind manufacturer codes change: by a statement of SECAS, or by
the notes of a published list.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from service.domain.clock import BEGINNING, END, Span
from service.domain.facts import ManufacturerName
from service.rules.facts.changeset import RowChanges, row_id, timeline_changes
from service.rules.facts.intervals import TimeSegment, covered_by, overlay, subtract_spans
from service.rules.facts.list_diff import ListPosition
from service.rules.pathfinding.twins import group_by_key

NamePayload = tuple[str, str, str]
"""A name, the list version whose notes give it (blank: recorded by hand), and the id of its amendment."""


def stated_name_changes(
    believed: Iterable[ManufacturerName],
    names: Mapping[str, str | None],
    effective_from: datetime | None,
    recorded: datetime,
    amendment: str,
) -> RowChanges[ManufacturerName]:
    """Returns the rows to close and to add so that each code has the name that SECAS states, or none, from an instant
    on (None: at any time).
    """
    rows = group_by_key((row.code, row) for row in believed)
    span = Span(effective_from or BEGINNING, END)
    return RowChanges.combined(
        _changes_of_code(code, rows.get(code, ()), [span], (name or "", "", amendment), recorded)
        for code, name in names.items()
    )


def noted_name_changes(
    believed: Iterable[ManufacturerName],
    names: Mapping[str, str],
    position: ListPosition,
    list_version: str,
    recorded: datetime,
    amendment: str,
) -> RowChanges[ManufacturerName]:
    """Returns the rows to close and to add so that each code has the name that the notes of a list give, while the list
    is in force. A name that SECAS stated stays.
    """
    rows = group_by_key((row.code, row) for row in believed)
    return RowChanges.combined(
        _changes_of_code(code, known, _noted_spans(known, name, position), (name, list_version, amendment), recorded)
        for code, name in names.items()
        for known in [rows.get(code, ())]
    )


def _noted_spans(rows: Sequence[ManufacturerName], name: str, position: ListPosition) -> list[Span]:
    """Returns the intervals over which the notes of a list change the name of a code. A code without a name has the new
    one until the next name recorded, because a list without notes takes no name away.
    """
    if position.span is None:
        return []
    start = position.effective_from
    following = [row.valid_from for row in rows if row.valid_from > start]
    named = any(row.span.contains(start) for row in rows)
    span = position.span if named else Span(start, min(following, default=END))
    return subtract_spans(span, [row.span for row in rows if not row.list_version or row.name == name])


def _changes_of_code(
    code: str, rows: Sequence[ManufacturerName], spans: Sequence[Span], payload: NamePayload, recorded: datetime
) -> RowChanges[ManufacturerName]:
    """Returns the rows to close and to add so that a code has a name over the intervals given."""
    same = [row.span for row in rows if (row.name, row.list_version) == payload[:2]]
    wanted = [TimeSegment(row.span, _payload(row)) for row in rows]
    for span in spans:
        wanted = wanted if covered_by(span, same) else overlay(wanted, span, payload)
    return timeline_changes(rows, wanted, _payload, lambda nth, segment: _row(code, recorded, nth, segment))


def _payload(row: ManufacturerName) -> NamePayload:
    return row.name, row.list_version, row.amendment


def _row(code: str, recorded: datetime, nth: int, segment: TimeSegment[NamePayload]) -> ManufacturerName:
    name, list_version, amendment = segment.payload
    return ManufacturerName(
        id=row_id(f"{code}-name", recorded, nth),
        code=code,
        name=name,
        list_version=list_version,
        amendment=amendment,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )
