"""Builds the response for an amendment from its record in the hash chain and the facts before and after it (design
7).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service.domain.clock import Span
from service.domain.facts import Acceptance, Confirmation, Declaration, ManufacturerName
from service.domain.hash_chain import ChainLink
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.intervals import intersect_spans
from service.rules.facts.revert import AmendedSpans
from service.rules.pathfinding.twins import group_by_key
from service.schemas.responses.amendments import (
    AcceptedBasePeriod,
    AmendedEntry,
    AmendedName,
    Amendment,
    AmendmentEvidence,
    ConfirmedBasePeriod,
    NamePeriod,
    QuotedImpact,
)
from service.schemas.responses.impact import DeclaredPeriod

MICROSECOND = timedelta(microseconds=1)
"""The least distance between recorded instants: this long before an amendment, the previous facts were in force."""


@dataclass(frozen=True)
class FactsBeforeAndAfter:
    """The intervals of time that an amendment edited (`spans`), and the facts as recorded just before it and just after
    it.
    """

    spans: AmendedSpans
    before: Facts
    then: Facts


def amendment_response(link: ChainLink, reverted_by: str | None) -> Amendment:
    """Returns the response for an amendment. `reverted_by` is the id of the amendment that undoes it, or None."""
    quoted = QuotedImpact(id=link.impact, counts=json.loads(link.counts)) if link.impact else None
    evidence = AmendmentEvidence(
        reference=link.evidence or None, date=link.evidence_date or None, sha256=link.evidence_sha256 or None
    )
    return Amendment(
        id=link.id,
        sequence=link.sequence,
        by=link.made_by,
        reason=link.reason,
        evidence=evidence,
        source=link.source,
        recorded=link.recorded,
        known_before=link.recorded - MICROSECOND,
        reverts=link.reverts or None,
        impact=quoted,
        hash=link.hash or None,
        reverted_by=reverted_by,
    )


def entry_amended(beliefs: FactsBeforeAndAfter, entry: str) -> AmendedEntry:
    """Returns the declarations and accepted bases of an entry before and after an amendment, for the periods that the
    amendment edited.
    """
    spans = beliefs.spans.declared.get(entry, [])
    before, then = (facts.declarations.get(entry, ()) for facts in (beliefs.before, beliefs.then))
    return AmendedEntry(
        entry=entry,
        before=_periods(before, spans),
        after=_periods(then, spans),
        accepted_before=_accepted(beliefs.before, beliefs.spans, entry),
        accepted_after=_accepted(beliefs.then, beliefs.spans, entry),
        confirmed_before=_confirmed(beliefs.before, beliefs.spans, entry),
        confirmed_after=_confirmed(beliefs.then, beliefs.spans, entry),
        evidence=sorted({row.evidence for row in _rows_after(beliefs, entry) if row.evidence}),
    )


def _rows_after(beliefs: FactsBeforeAndAfter, entry: str) -> Iterator[Declaration | Acceptance | Confirmation]:
    """Yields the declarations, acceptances and confirmations for an entry that hold after an amendment in an
    interval that it edited.
    """
    spans, then = beliefs.spans, beliefs.then
    rows: list[tuple[Declaration | Acceptance | Confirmation, list[Span]]]
    rows = [(row, spans.declared.get(entry, [])) for row in then.declarations.get(entry, ())]
    pairs = [pair for pair in spans.accepted if pair[1] == entry]
    rows += [(row, spans.accepted[pair]) for pair in pairs for row in then.acceptances.get(pair, ())]
    pairs = [pair for pair in spans.confirmed if pair[1] == entry]
    rows += [(row, spans.confirmed[pair]) for pair in pairs for row in then.confirmations.get(pair, ())]
    yield from (row for row, intervals in rows if intersect_spans(row.span, intervals))


def _periods(rows: Iterable[Declaration], spans: list[Span]) -> list[DeclaredPeriod]:
    """Returns the parts of declarations that lie in the given intervals, in order of time."""
    clipped = sorted(
        ((span, row) for row in rows for span in intersect_spans(row.span, spans)), key=lambda pair: pair[0]
    )
    return [DeclaredPeriod(kind=row.kind, bases=list(row.bases), **_ends(span)) for span, row in clipped]


def _accepted(facts: Facts, amended: AmendedSpans, entry: str) -> list[AcceptedBasePeriod]:
    """Returns the parts of the acceptances for an entry that lie in the intervals that the amendment edited."""
    pairs = sorted(pair for pair in amended.accepted if pair[1] == entry)
    rows = [(row, amended.accepted[pair]) for pair in pairs for row in facts.acceptances.get(pair, ())]
    return [
        AcceptedBasePeriod(
            base=row.base, base_device_model=row.base_model, target_device_model=row.target_model, **_ends(span)
        )
        for row, spans in rows
        for span in intersect_spans(row.span, spans)
    ]


def _confirmed(facts: Facts, amended: AmendedSpans, entry: str) -> list[ConfirmedBasePeriod]:
    """Returns the parts of the confirmations for an entry that lie in the intervals that the amendment edited."""
    pairs = sorted(pair for pair in amended.confirmed if pair[1] == entry)
    rows = [(row, amended.confirmed[pair]) for pair in pairs for row in facts.confirmations.get(pair, ())]
    return [
        ConfirmedBasePeriod(**confirmed_base(row), **_ends(span))
        for row, spans in rows
        for span in intersect_spans(row.span, spans)
    ]


def confirmed_base(row: Any) -> dict[str, str]:
    """Returns the fields of a response that name a confirmed base and the identities of both ends. `row` is a
    confirmation, or a row of a history with the same fields.
    """
    return {
        "base": row.base,
        "base_device_model": row.base_model,
        "base_firmware_version": row.base_version,
        "base_image_hash": row.base_hash,
        "target_device_model": row.target_model,
        "target_firmware_version": row.target_version,
        "target_image_hash": row.target_hash,
    }


def names_amended(
    before: Iterable[ManufacturerName], then: Iterable[ManufacturerName], amendment: str
) -> list[AmendedName]:
    """Returns the names of manufacturers before and after an amendment, for the periods for which it recorded names.

    `before` has the names as recorded just before the amendment, and `then` those just after it.
    """
    earlier, later = (group_by_key((row.code, row) for row in rows) for rows in (before, then))
    spans = {code: [row.span for row in rows if row.amendment == amendment] for code, rows in later.items()}
    return [
        AmendedName(
            code=code, before=_named(earlier.get(code, ()), spans[code]), after=_named(later[code], spans[code])
        )
        for code in sorted(spans)
        if spans[code]
    ]


def _named(rows: Iterable[ManufacturerName], spans: list[Span]) -> list[NamePeriod]:
    return [
        NamePeriod(name=row.name or None, list_version=row.list_version or None, **_ends(span))
        for row in rows
        for span in intersect_spans(row.span, spans)
    ]


def _ends(span: Span) -> dict[str, datetime | None]:
    """Returns the two ends of an interval as fields of the response; None for an open end."""
    return {"valid_from": span.since, "valid_to": span.until}
