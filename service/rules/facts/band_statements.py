"""Works out how the lines of a file that state ZigBee bands change the bands recorded for entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from service.domain.clock import BEGINNING, END, Span
from service.domain.facts import Band, BandFact
from service.rules.facts.changeset import RowChanges, row_id, timeline_changes
from service.rules.facts.intervals import TimeSegment, covered_by, overlay

BandPayload = tuple[Band, str]


@dataclass(frozen=True)
class BandStatement:
    """A line of a file that states the ZigBee band of an entry from an instant on. `line` is the number of the line."""

    entry: str
    band: Band
    effective_from: datetime | None = None
    line: int = 0


@dataclass
class BandChanges:
    """The changes to the recorded ZigBee bands that the lines of a file make.

    `rows` are the rows to write and `changed` the entries whose band changes. `which_period` has the lines that are
    ambiguous without a start date.
    """

    rows: RowChanges[BandFact] = field(default_factory=RowChanges)
    changed: list[str] = field(default_factory=list)
    which_period: list[BandStatement] = field(default_factory=list)


def judge_bands(
    believed: Mapping[str, Sequence[BandFact]], statements: Sequence[BandStatement], recorded: datetime, amendment: str
) -> BandChanges:
    """Compares the ZigBee bands that a file states with the recorded bands, entry by entry.

    A line without a date is ambiguous if the entry has two or more recorded bands other than the band stated.
    """
    judgement, changes = BandChanges(), []
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
    wanted = [TimeSegment(row.span, (row.band, row.amendment)) for row in rows]
    starts = [*(statement.effective_from or BEGINNING for statement in statements), END]
    for statement, (start, end) in zip(statements, pairwise(starts), strict=True):
        same_band = [segment.span for segment in wanted if segment.payload[0] == statement.band]
        if not covered_by(Span(start, end), same_band):
            wanted = overlay(wanted, Span(start, end), (statement.band, amendment))
    return timeline_changes(
        rows,
        wanted,
        lambda row: (row.band, row.amendment),
        lambda nth, segment: _band_row(statements[0].entry, recorded, nth, segment),
    )


def _band_row(entry: str, recorded: datetime, nth: int, segment: TimeSegment[BandPayload]) -> BandFact:
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
