"""Decides on statements about chipsets and stacks: which recorded ZigBee facts change, and which statements the service
refuses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from service.domain.clock import BEGINNING, END, Span
from service.domain.zigbee_facts import ZigbeeAttribute, ZigbeeFact, ZigbeeKind
from service.domain.zigbee_statements import KIND_ATTRIBUTES, ZigbeeStatement, ZigbeeValue
from service.rules.facts.changeset import RowChanges, row_id, timeline_changes
from service.rules.facts.intervals import TimeSegment, merge_segments, subtract_span
from service.rules.pathfinding.twins import group_by_key


@dataclass(frozen=True)
class RefusedStatement:
    """A statement about a chipset or stack that the service refuses, with the code and the text of the reason, and the
    column at fault, if any.
    """

    statement: ZigbeeStatement
    code: str
    reason: str
    column: ZigbeeAttribute | None = None


@dataclass
class ZigbeeStatementEffect:
    """The effect of statements about chipsets and stacks: the rows that change, the entries changed and unchanged, and
    the refused statements.
    """

    rows: RowChanges[ZigbeeFact] = field(default_factory=RowChanges)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[RefusedStatement] = field(default_factory=list)


class ZigbeeContent(NamedTuple):
    """The content of a ZigBee fact: vendor and detail (part or version), both normalised and as given, and the
    amendment that stated them.
    """

    vendor: str
    detail: str
    given_vendor: str
    given_detail: str
    amendment: str


_NO_CONTENT = ZigbeeContent("", "", "", "", "")
ZigbeeBeliefs = Mapping[tuple[str, ZigbeeKind], Sequence[ZigbeeFact]]


def group_beliefs(rows: Iterable[ZigbeeFact]) -> ZigbeeBeliefs:
    """Groups the recorded ZigBee facts by entry and kind (chipset or stack)."""
    return group_by_key(((row.entry, row.kind), row) for row in rows)


def judge_statements(
    believed: ZigbeeBeliefs, statements: Sequence[ZigbeeStatement], recorded: datetime, amendment: str
) -> ZigbeeStatementEffect:
    """Decides which recorded ZigBee facts the statements given change. If one statement about an entry is refused, no
    statement about this entry applies.

    `recorded` is the instant at which the service records the new rows, `amendment` the id of the amendment that states
    them.
    """
    verdict, rows = ZigbeeStatementEffect(), []
    for entry, group in group_by_key((statement.entry, statement) for statement in statements).items():
        timed = list(_timed_statements(group))
        refused = [fault for kind in KIND_ATTRIBUTES for fault in _faults(believed.get((entry, kind), ()), kind, timed)]
        if refused:
            verdict.refused += refused
            continue
        changes = [
            _changes_of_kind(believed.get((entry, kind), ()), entry, kind, timed, recorded, amendment)
            for kind in KIND_ATTRIBUTES
        ]
        rows += changes
        (verdict.changed if any(changes) else verdict.unchanged).append(entry)
    verdict.rows = RowChanges.combined(rows)
    return verdict


def _timed_statements(group: Sequence[ZigbeeStatement]) -> Iterator[tuple[ZigbeeStatement, Span]]:
    """Yields the statements of one entry with their intervals: each holds until the next one begins."""
    ordered = sorted(group, key=lambda statement: statement.effective_from or BEGINNING)
    starts = [statement.effective_from or BEGINNING for statement in ordered]
    for statement, start, end in zip(ordered, starts, [*starts[1:], END], strict=True):
        yield statement, Span(start, end)


def _faults(
    rows: Sequence[ZigbeeFact], kind: ZigbeeKind, timed: Sequence[tuple[ZigbeeStatement, Span]]
) -> Iterator[RefusedStatement]:
    """Yields a refusal for each statement of one entry that leaves the period or the new detail of a kind unclear."""
    segments = [TimeSegment(row.span, _content(row)) for row in rows]
    for statement, span in timed:
        before = [
            (old, _content_after(old, kind, statement, ""))
            for old in _divide(segments, span)
            if old.payload is not _NO_CONTENT
        ]
        changed = {old.payload[:2] for old, new in before if new != old.payload}
        if statement.effective_from is None and len(changed) > 1:
            reason = "This entry has different data in several periods. Give the date from which the statement holds."
            yield RefusedStatement(statement, "which-period", reason)
        vendor, detail = KIND_ATTRIBUTES[kind]
        mixed = [old.payload for old, new in before if new.vendor != old.payload.vendor and all(old.payload[:2])]
        if vendor in statement.values and detail not in statement.values and mixed:
            reason = (
                f"The vendor changes, but the value before was {mixed[0].given_vendor} {mixed[0].given_detail}. "
                f"State the {detail.replace('_', ' ')} too."
            )
            yield RefusedStatement(statement, "vendor-alone", reason, vendor)
        segments = _overlay(segments, span, kind, statement, "")


def _content(row: ZigbeeFact) -> ZigbeeContent:
    """Returns the content of a row, without its interval."""
    return ZigbeeContent(row.vendor, row.detail, row.given_vendor, row.given_detail, row.amendment)


def _content_after(
    old: TimeSegment[ZigbeeContent], kind: ZigbeeKind, statement: ZigbeeStatement, amendment: str
) -> ZigbeeContent:
    """Returns the content of an interval after a statement; unchanged if it is equal when normalised."""
    before = old.payload
    values = (ZigbeeValue(before.vendor, before.given_vendor), ZigbeeValue(before.detail, before.given_detail))
    vendor, detail = (
        statement.values.get(name, previous) for name, previous in zip(KIND_ATTRIBUTES[kind], values, strict=True)
    )
    if (vendor.normalised, detail.normalised) == before[:2]:
        return before
    return ZigbeeContent(vendor.normalised, detail.normalised, vendor.given, detail.given, amendment)


def _divide(segments: Sequence[TimeSegment[ZigbeeContent]], span: Span) -> Iterator[TimeSegment[ZigbeeContent]]:
    """Yields the segments of an interval, with one content each; `_NO_CONTENT` for parts without a fact."""
    gaps = [span]
    for segment in segments:
        if common := segment.span.intersection(span):
            yield TimeSegment(common, segment.payload)
        gaps = [rest for gap in gaps for rest in subtract_span(gap, segment.span)]
    yield from (TimeSegment(gap, _NO_CONTENT) for gap in gaps)


def _overlay(
    segments: Sequence[TimeSegment[ZigbeeContent]],
    span: Span,
    kind: ZigbeeKind,
    statement: ZigbeeStatement,
    amendment: str,
) -> list[TimeSegment[ZigbeeContent]]:
    """Returns the segments with the values of a statement put over one interval."""
    kept = [TimeSegment(rest, old.payload) for old in segments for rest in subtract_span(old.span, span)]
    stated = [TimeSegment(old.span, _content_after(old, kind, statement, amendment)) for old in _divide(segments, span)]
    return merge_segments([*kept, *(segment for segment in stated if any(segment.payload[:2]))])


def _changes_of_kind(
    rows: Sequence[ZigbeeFact],
    entry: str,
    kind: ZigbeeKind,
    timed: Sequence[tuple[ZigbeeStatement, Span]],
    recorded: datetime,
    amendment: str,
) -> RowChanges[ZigbeeFact]:
    """Returns the changes of the rows of one entry and kind that its statements cause."""
    segments = [TimeSegment(row.span, _content(row)) for row in rows]
    for statement, span in timed:
        segments = _overlay(segments, span, kind, statement, amendment)
    return timeline_changes(rows, segments, _content, lambda nth, segment: _row(entry, kind, recorded, nth, segment))


def _row(entry: str, kind: ZigbeeKind, recorded: datetime, nth: int, segment: TimeSegment[ZigbeeContent]) -> ZigbeeFact:
    """Returns the new row of a ZigBee fact for one segment."""
    return ZigbeeFact(
        id=row_id(f"{entry}-{kind}", recorded, nth),
        entry=entry,
        kind=kind,
        **segment.payload._asdict(),
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )
