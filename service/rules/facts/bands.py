"""What a statement about an entry's ZigBee band changes of what is believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from service.domain.clock import BEGINNING, END, Span
from service.domain.facts import Band, BandFact
from service.rules.facts.changeset import RowChanges, row_id, timeline_changes
from service.rules.facts.intervals import Segment, overlay

BandPayload = tuple[Band, str]


@dataclass(frozen=True)
class BandStatement:
    """The band of an entry, from a time on."""

    entry: str
    band: Band
    effective_from: datetime | None = None
    line: int = 0


@dataclass
class BandJudgement:
    """What statements change, and those that must say from when they hold."""

    rows: RowChanges[BandFact] = field(default_factory=RowChanges)
    changed: list[str] = field(default_factory=list)
    which_period: list[BandStatement] = field(default_factory=list)


def judge_bands(
    believed: Mapping[str, Sequence[BandFact]], said: Sequence[BandStatement], recorded: datetime, amendment: str
) -> BandJudgement:
    """Statements against what is believed, entry by entry."""
    verdict, rows = BandJudgement(), []
    for entry in dict.fromkeys(one.entry for one in said):
        own = sorted((one for one in said if one.entry == entry), key=lambda one: one.effective_from or BEGINNING)
        before = believed.get(entry, ())
        loose = [
            one for one in own if one.effective_from is None and len({row.band for row in before} - {one.band}) > 1
        ]
        if loose:
            verdict.which_period += loose
            continue
        made = _rewritten(before, own, recorded, amendment)
        rows.append(made)
        verdict.changed += [entry] if made else []
    verdict.rows = RowChanges.combined(rows)
    return verdict


def _rewritten(
    before: Sequence[BandFact], own: Sequence[BandStatement], recorded: datetime, amendment: str
) -> RowChanges[BandFact]:
    wanted = [Segment(row.span, (row.band, row.amendment)) for row in before]
    starts = [*(one.effective_from or BEGINNING for one in own), END]
    for one, (start, end) in zip(own, pairwise(starts), strict=True):
        if not _says(wanted, Span(start, end), one.band):
            wanted = overlay(wanted, Span(start, end), (one.band, amendment))
    return timeline_changes(
        before,
        wanted,
        lambda row: (row.band, row.amendment),
        lambda nth, segment: _row(own[0].entry, recorded, nth, segment),
    )


def _says(segments: Sequence[Segment[BandPayload]], span: Span, band: Band) -> bool:
    """Whether the whole stretch says so already."""
    inside = [one for one in segments if one.span.intersection(span)]
    whole = inside and inside[0].span.start <= span.start and span.end <= inside[-1].span.end
    joined = all(one.span.end == next_.span.start for one, next_ in pairwise(inside))
    return bool(whole) and joined and all(one.payload[0] == band for one in inside)


def _row(entry: str, recorded: datetime, nth: int, segment: Segment[BandPayload]) -> BandFact:
    band, amendment = segment.payload
    return BandFact(
        id=row_id(f"{entry}-band", recorded, nth),
        entry=entry,
        band=band,
        amendment=amendment,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )
