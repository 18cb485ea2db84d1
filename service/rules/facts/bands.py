"""The changes that statements about ZigBee bands make to the recorded bands."""

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
    """A statement: the band of an entry from an instant on. `line` is its line in the file."""

    entry: str
    band: Band
    effective_from: datetime | None = None
    line: int = 0


@dataclass
class BandJudgement:
    """The changes that statements make. `which_period` are statements that need a date from which they hold."""

    rows: RowChanges[BandFact] = field(default_factory=RowChanges)
    changed: list[str] = field(default_factory=list)
    which_period: list[BandStatement] = field(default_factory=list)


def judge_bands(
    believed: Mapping[str, Sequence[BandFact]], statements: Sequence[BandStatement], recorded: datetime, amendment: str
) -> BandJudgement:
    """Compares statements with the recorded bands, entry by entry.

    A statement without a date is ambiguous if the recorded rows have more than one other band.
    """
    judgement, changes = BandJudgement(), []
    for entry in dict.fromkeys(statement.entry for statement in statements):
        entry_statements = sorted(
            (statement for statement in statements if statement.entry == entry),
            key=lambda statement: statement.effective_from or BEGINNING,
        )
        rows = believed.get(entry, ())
        undated = [
            statement
            for statement in entry_statements
            if statement.effective_from is None and len({row.band for row in rows} - {statement.band}) > 1
        ]
        if undated:
            judgement.which_period += undated
            continue
        entry_changes = _entry_changes(rows, entry_statements, recorded, amendment)
        changes.append(entry_changes)
        judgement.changed += [entry] if entry_changes else []
    judgement.rows = RowChanges.combined(changes)
    return judgement


def _entry_changes(
    rows: Sequence[BandFact], statements: Sequence[BandStatement], recorded: datetime, amendment: str
) -> RowChanges[BandFact]:
    wanted = [Segment(row.span, (row.band, row.amendment)) for row in rows]
    starts = [*(statement.effective_from or BEGINNING for statement in statements), END]
    for statement, (start, end) in zip(statements, pairwise(starts), strict=True):
        if not _already_states(wanted, Span(start, end), statement.band):
            wanted = overlay(wanted, Span(start, end), (statement.band, amendment))
    return timeline_changes(
        rows,
        wanted,
        lambda row: (row.band, row.amendment),
        lambda nth, segment: _band_row(statements[0].entry, recorded, nth, segment),
    )


def _already_states(segments: Sequence[Segment[BandPayload]], span: Span, band: Band) -> bool:
    """Whether the recorded rows have this band over the whole span."""
    inside = [segment for segment in segments if segment.span.intersection(span)]
    covered = inside and inside[0].span.start <= span.start and span.end <= inside[-1].span.end
    joined = all(segment.span.end == following.span.start for segment, following in pairwise(inside))
    return bool(covered) and joined and all(segment.payload[0] == band for segment in inside)


def _band_row(entry: str, recorded: datetime, nth: int, segment: Segment[BandPayload]) -> BandFact:
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
