"""What a statement about chipsets and stacks changes of what is believed, and what is wrong in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from service.domain.clock import BEGINNING, END, Span
from service.domain.zigbee_facts import Attribute, Kind, Told
from service.domain.zigbee_statements import KINDS, Statement, Value
from service.rules.facts.changeset import Rows, rewritten, row_id
from service.rules.facts.intervals import Segment, merged, outside


@dataclass(frozen=True)
class Refused:
    """A statement that cannot be taken."""

    statement: Statement
    code: str
    reason: str
    column: Attribute | None = None


@dataclass
class Verdict:
    """What statements change, and which of them cannot be taken."""

    rows: Rows[Told] = field(default_factory=Rows)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


class Content(NamedTuple):
    """What a row tells, and the amendment that said it first."""

    vendor: str
    detail: str
    given_vendor: str
    given_detail: str
    amendment: str


_NONE = Content("", "", "", "", "")
Believed = Mapping[tuple[str, Kind], Sequence[Told]]


def believed_of(rows: Iterable[Told]) -> Believed:
    """Rows by entry and kind."""
    found: dict[tuple[str, Kind], list[Told]] = defaultdict(list)
    for row in rows:
        found[row.entry, row.kind].append(row)
    return found


def judged(believed: Believed, statements: Sequence[Statement], recorded: datetime, amendment: str) -> Verdict:
    """Statements against what is believed. Those of an entry of which one is refused change nothing."""
    verdict, rows = Verdict(), []
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[statement.entry].append(statement)
    for entry, group in groups.items():
        taken = list(_spans(group))
        refused = [fault for kind in KINDS for fault in _faults(believed.get((entry, kind), ()), kind, taken)]
        if refused:
            verdict.refused += refused
            continue
        made = [_rewritten(believed.get((entry, kind), ()), entry, kind, taken, recorded, amendment) for kind in KINDS]
        rows += made
        (verdict.changed if any(made) else verdict.unchanged).append(entry)
    verdict.rows = Rows.gathered(rows)
    return verdict


def _spans(group: Sequence[Statement]) -> Iterator[tuple[Statement, Span]]:
    """Statements of one entry, each up to where the next begins; the last to the end of time."""
    ordered = sorted(group, key=lambda one: one.effective_from or BEGINNING)
    starts = [one.effective_from or BEGINNING for one in ordered]
    for statement, start, end in zip(ordered, starts, [*starts[1:], END], strict=True):
        yield statement, Span(start, end)


def _faults(rows: Sequence[Told], kind: Kind, taken: Sequence[tuple[Statement, Span]]) -> Iterator[Refused]:
    segments = [Segment(row.span, _content(row)) for row in rows]
    for statement, span in taken:
        before = [(old, _told(old, kind, statement, "")) for old in _pieces(segments, span) if old.payload is not _NONE]
        changed = {old.payload[:2] for old, new in before if new != old.payload}
        if statement.effective_from is None and len(changed) > 1:
            reason = "More than one period is told of this entry: say from when this holds."
            yield Refused(statement, "which-period", reason)
        vendor, detail = KINDS[kind]
        mixed = [
            was for was, new in ((old.payload, new) for old, new in before) if new.vendor != was.vendor and all(was[:2])
        ]
        if vendor in statement.said and detail not in statement.said and mixed:
            kept = f"{mixed[0].given_vendor} {mixed[0].given_detail}"
            reason = f"The vendor changes, and {kept} is what was told before: say {detail.replace('_', ' ')} too."
            yield Refused(statement, "vendor-alone", reason, vendor)
        segments = _overlaid(segments, span, kind, statement, "")


def _content(row: Told) -> Content:
    return Content(row.vendor, row.detail, row.given_vendor, row.given_detail, row.amendment)


def _told(old: Segment[Content], kind: Kind, statement: Statement, amendment: str) -> Content:
    """What is told over a stretch after a statement. What says the same is as it was, whatever its spelling."""
    before = old.payload
    kept = (Value(before.vendor, before.given_vendor), Value(before.detail, before.given_detail))
    vendor, detail = (statement.said.get(name, was) for name, was in zip(KINDS[kind], kept, strict=True))
    if (vendor.plain, detail.plain) == before[:2]:
        return before
    return Content(vendor.plain, detail.plain, vendor.given, detail.given, amendment)


def _pieces(segments: Sequence[Segment[Content]], span: Span) -> Iterator[Segment[Content]]:
    """A stretch cut where what is believed of it changes; of some of it nothing may be."""
    gaps = [span]
    for segment in segments:
        if common := segment.span.meet(span):
            yield Segment(common, segment.payload)
        gaps = [rest for gap in gaps for rest in outside(gap, segment.span)]
    yield from (Segment(gap, _NONE) for gap in gaps)


def _overlaid(
    segments: Sequence[Segment[Content]], span: Span, kind: Kind, statement: Statement, amendment: str
) -> list[Segment[Content]]:
    kept = [Segment(rest, old.payload) for old in segments for rest in outside(old.span, span)]
    said = [Segment(old.span, _told(old, kind, statement, amendment)) for old in _pieces(segments, span)]
    return merged([*kept, *(one for one in said if any(one.payload[:2]))])


def _rewritten(
    rows: Sequence[Told],
    entry: str,
    kind: Kind,
    taken: Sequence[tuple[Statement, Span]],
    recorded: datetime,
    amendment: str,
) -> Rows[Told]:
    wanted = [Segment(row.span, _content(row)) for row in rows]
    for statement, span in taken:
        wanted = _overlaid(wanted, span, kind, statement, amendment)
    return rewritten(rows, wanted, _content, lambda nth, segment: _row(entry, kind, recorded, nth, segment))


def _row(entry: str, kind: Kind, recorded: datetime, nth: int, segment: Segment[Content]) -> Told:
    return Told(
        id=row_id(f"{entry}-{kind}", recorded, nth),
        entry=entry,
        kind=kind,
        **segment.payload._asdict(),
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )
