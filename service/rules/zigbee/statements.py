"""What a statement about chipsets and stacks changes of what is believed, and what is wrong in it."""

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
    """A statement that cannot be taken."""

    statement: ZigbeeStatement
    code: str
    reason: str
    column: ZigbeeAttribute | None = None


@dataclass
class StatementJudgement:
    """What statements change, and which of them cannot be taken."""

    rows: RowChanges[ZigbeeFact] = field(default_factory=RowChanges)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[RefusedStatement] = field(default_factory=list)


class ZigbeeContent(NamedTuple):
    """What a row tells, and the amendment that said it first."""

    vendor: str
    detail: str
    given_vendor: str
    given_detail: str
    amendment: str


_NONE = ZigbeeContent("", "", "", "", "")
ZigbeeBeliefs = Mapping[tuple[str, ZigbeeKind], Sequence[ZigbeeFact]]


def group_beliefs(rows: Iterable[ZigbeeFact]) -> ZigbeeBeliefs:
    """Rows by entry and kind."""
    found: dict[tuple[str, ZigbeeKind], list[ZigbeeFact]] = defaultdict(list)
    for row in rows:
        found[row.entry, row.kind].append(row)
    return found


def judge_statements(
    believed: ZigbeeBeliefs, statements: Sequence[ZigbeeStatement], recorded: datetime, amendment: str
) -> StatementJudgement:
    """Statements against what is believed. Those of an entry of which one is refused change nothing."""
    verdict, rows = StatementJudgement(), []
    groups: dict[str, list[ZigbeeStatement]] = defaultdict(list)
    for statement in statements:
        groups[statement.entry].append(statement)
    for entry, group in groups.items():
        taken = list(_spans(group))
        refused = [fault for kind in KIND_ATTRIBUTES for fault in _faults(believed.get((entry, kind), ()), kind, taken)]
        if refused:
            verdict.refused += refused
            continue
        made = [
            _rewritten(believed.get((entry, kind), ()), entry, kind, taken, recorded, amendment)
            for kind in KIND_ATTRIBUTES
        ]
        rows += made
        (verdict.changed if any(made) else verdict.unchanged).append(entry)
    verdict.rows = RowChanges.combined(rows)
    return verdict


def _spans(group: Sequence[ZigbeeStatement]) -> Iterator[tuple[ZigbeeStatement, Span]]:
    """Statements of one entry, each up to where the next begins; the last to the end of time."""
    ordered = sorted(group, key=lambda one: one.effective_from or BEGINNING)
    starts = [one.effective_from or BEGINNING for one in ordered]
    for statement, start, end in zip(ordered, starts, [*starts[1:], END], strict=True):
        yield statement, Span(start, end)


def _faults(
    rows: Sequence[ZigbeeFact], kind: ZigbeeKind, taken: Sequence[tuple[ZigbeeStatement, Span]]
) -> Iterator[RefusedStatement]:
    segments = [Segment(row.span, _content(row)) for row in rows]
    for statement, span in taken:
        before = [(old, _told(old, kind, statement, "")) for old in _pieces(segments, span) if old.payload is not _NONE]
        changed = {old.payload[:2] for old, new in before if new != old.payload}
        if statement.effective_from is None and len(changed) > 1:
            reason = "More than one period is told of this entry: say from when this holds."
            yield RefusedStatement(statement, "which-period", reason)
        vendor, detail = KIND_ATTRIBUTES[kind]
        mixed = [
            was for was, new in ((old.payload, new) for old, new in before) if new.vendor != was.vendor and all(was[:2])
        ]
        if vendor in statement.values and detail not in statement.values and mixed:
            kept = f"{mixed[0].given_vendor} {mixed[0].given_detail}"
            reason = f"The vendor changes, and {kept} is what was told before: say {detail.replace('_', ' ')} too."
            yield RefusedStatement(statement, "vendor-alone", reason, vendor)
        segments = _overlaid(segments, span, kind, statement, "")


def _content(row: ZigbeeFact) -> ZigbeeContent:
    return ZigbeeContent(row.vendor, row.detail, row.given_vendor, row.given_detail, row.amendment)


def _told(old: Segment[ZigbeeContent], kind: ZigbeeKind, statement: ZigbeeStatement, amendment: str) -> ZigbeeContent:
    """What is told over a stretch after a statement. What says the same is as it was, whatever its spelling."""
    before = old.payload
    kept = (ZigbeeValue(before.vendor, before.given_vendor), ZigbeeValue(before.detail, before.given_detail))
    vendor, detail = (statement.values.get(name, was) for name, was in zip(KIND_ATTRIBUTES[kind], kept, strict=True))
    if (vendor.normalised, detail.normalised) == before[:2]:
        return before
    return ZigbeeContent(vendor.normalised, detail.normalised, vendor.given, detail.given, amendment)


def _pieces(segments: Sequence[Segment[ZigbeeContent]], span: Span) -> Iterator[Segment[ZigbeeContent]]:
    """A stretch cut where what is believed of it changes; of some of it nothing may be."""
    gaps = [span]
    for segment in segments:
        if common := segment.span.intersection(span):
            yield Segment(common, segment.payload)
        gaps = [rest for gap in gaps for rest in subtract_span(gap, segment.span)]
    yield from (Segment(gap, _NONE) for gap in gaps)


def _overlaid(
    segments: Sequence[Segment[ZigbeeContent]], span: Span, kind: ZigbeeKind, statement: ZigbeeStatement, amendment: str
) -> list[Segment[ZigbeeContent]]:
    kept = [Segment(rest, old.payload) for old in segments for rest in subtract_span(old.span, span)]
    said = [Segment(old.span, _told(old, kind, statement, amendment)) for old in _pieces(segments, span)]
    return merge_segments([*kept, *(one for one in said if any(one.payload[:2]))])


def _rewritten(
    rows: Sequence[ZigbeeFact],
    entry: str,
    kind: ZigbeeKind,
    taken: Sequence[tuple[ZigbeeStatement, Span]],
    recorded: datetime,
    amendment: str,
) -> RowChanges[ZigbeeFact]:
    wanted = [Segment(row.span, _content(row)) for row in rows]
    for statement, span in taken:
        wanted = _overlaid(wanted, span, kind, statement, amendment)
    return timeline_changes(rows, wanted, _content, lambda nth, segment: _row(entry, kind, recorded, nth, segment))


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
