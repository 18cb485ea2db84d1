"""Judges statements about chipsets and stacks: the changes of the ZigBee facts, and the statements to refuse."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from service.domain.clock import BEGINNING, END, Span
from service.domain.zigbee_facts import ZigbeeAttribute, ZigbeeFact, ZigbeeKind
from service.domain.zigbee_statements import KIND_ATTRIBUTES, ZigbeeStatement, ZigbeeValue
from service.rules.facts.changeset import RowChanges, row_id, timeline_changes
from service.rules.facts.intervals import Segment, merge_segments, subtract_span


@dataclass(frozen=True)
class RefusedStatement:
    """A refused statement, with the code and the text of the reason."""

    statement: ZigbeeStatement
    code: str
    reason: str
    column: ZigbeeAttribute | None = None


@dataclass
class StatementJudgement:
    """The row changes of statements, the entries changed and unchanged, and the refused statements."""

    rows: RowChanges[ZigbeeFact] = field(default_factory=RowChanges)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[RefusedStatement] = field(default_factory=list)


class ZigbeeContent(NamedTuple):
    """The content of a row (normalised and as given), and the first amendment with this content."""

    vendor: str
    detail: str
    given_vendor: str
    given_detail: str
    amendment: str


_NO_CONTENT = ZigbeeContent("", "", "", "", "")
ZigbeeBeliefs = Mapping[tuple[str, ZigbeeKind], Sequence[ZigbeeFact]]


def group_beliefs(rows: Iterable[ZigbeeFact]) -> ZigbeeBeliefs:
    """The rows, grouped by entry and kind."""
    groups: dict[tuple[str, ZigbeeKind], list[ZigbeeFact]] = defaultdict(list)
    for row in rows:
        groups[row.entry, row.kind].append(row)
    return groups


def judge_statements(
    believed: ZigbeeBeliefs, statements: Sequence[ZigbeeStatement], recorded: datetime, amendment: str
) -> StatementJudgement:
    """Judges statements against the current facts. If one statement of an entry is refused, none of them has effect."""
    verdict, rows = StatementJudgement(), []
    groups: dict[str, list[ZigbeeStatement]] = defaultdict(list)
    for statement in statements:
        groups[statement.entry].append(statement)
    for entry, group in groups.items():
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
    """The statements of one entry, each valid until the next begins; the last until the end of time."""
    ordered = sorted(group, key=lambda statement: statement.effective_from or BEGINNING)
    starts = [statement.effective_from or BEGINNING for statement in ordered]
    for statement, start, end in zip(ordered, starts, [*starts[1:], END], strict=True):
        yield statement, Span(start, end)


def _faults(
    rows: Sequence[ZigbeeFact], kind: ZigbeeKind, timed: Sequence[tuple[ZigbeeStatement, Span]]
) -> Iterator[RefusedStatement]:
    segments = [Segment(row.span, _content(row)) for row in rows]
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
        mixed = [
            previous
            for previous, new in ((old.payload, new) for old, new in before)
            if new.vendor != previous.vendor and all(previous[:2])
        ]
        if vendor in statement.values and detail not in statement.values and mixed:
            previous_text = f"{mixed[0].given_vendor} {mixed[0].given_detail}"
            missing = detail.replace("_", " ")
            reason = f"The vendor changes, but the value before was {previous_text}. State the {missing} too."
            yield RefusedStatement(statement, "vendor-alone", reason, vendor)
        segments = _overlay(segments, span, kind, statement, "")


def _content(row: ZigbeeFact) -> ZigbeeContent:
    return ZigbeeContent(row.vendor, row.detail, row.given_vendor, row.given_detail, row.amendment)


def _content_after(
    old: Segment[ZigbeeContent], kind: ZigbeeKind, statement: ZigbeeStatement, amendment: str
) -> ZigbeeContent:
    """The content of an interval after a statement. A statement with the same normalised content changes nothing."""
    before = old.payload
    values = (ZigbeeValue(before.vendor, before.given_vendor), ZigbeeValue(before.detail, before.given_detail))
    vendor, detail = (
        statement.values.get(name, previous) for name, previous in zip(KIND_ATTRIBUTES[kind], values, strict=True)
    )
    if (vendor.normalised, detail.normalised) == before[:2]:
        return before
    return ZigbeeContent(vendor.normalised, detail.normalised, vendor.given, detail.given, amendment)


def _divide(segments: Sequence[Segment[ZigbeeContent]], span: Span) -> Iterator[Segment[ZigbeeContent]]:
    """An interval divided into segments with one content each; `_NO_CONTENT` for parts without a fact."""
    gaps = [span]
    for segment in segments:
        if common := segment.span.intersection(span):
            yield Segment(common, segment.payload)
        gaps = [rest for gap in gaps for rest in subtract_span(gap, segment.span)]
    yield from (Segment(gap, _NO_CONTENT) for gap in gaps)


def _overlay(
    segments: Sequence[Segment[ZigbeeContent]], span: Span, kind: ZigbeeKind, statement: ZigbeeStatement, amendment: str
) -> list[Segment[ZigbeeContent]]:
    kept = [Segment(rest, old.payload) for old in segments for rest in subtract_span(old.span, span)]
    stated = [Segment(old.span, _content_after(old, kind, statement, amendment)) for old in _divide(segments, span)]
    return merge_segments([*kept, *(segment for segment in stated if any(segment.payload[:2]))])


def _changes_of_kind(
    rows: Sequence[ZigbeeFact],
    entry: str,
    kind: ZigbeeKind,
    timed: Sequence[tuple[ZigbeeStatement, Span]],
    recorded: datetime,
    amendment: str,
) -> RowChanges[ZigbeeFact]:
    segments = [Segment(row.span, _content(row)) for row in rows]
    for statement, span in timed:
        segments = _overlay(segments, span, kind, statement, amendment)
    return timeline_changes(rows, segments, _content, lambda nth, segment: _row(entry, kind, recorded, nth, segment))


def _row(entry: str, kind: ZigbeeKind, recorded: datetime, nth: int, segment: Segment[ZigbeeContent]) -> ZigbeeFact:
    return ZigbeeFact(
        id=row_id(f"{entry}-{kind}", recorded, nth),
        entry=entry,
        kind=kind,
        **segment.payload._asdict(),
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )
