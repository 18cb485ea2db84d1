"""Works out a revert (undoing an amendment): during the intervals that the amendment changed, the earlier rows hold
again (design 5).

The rules compare three states of the same entries: just before the amendment, right after the amendment, and now.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from service.domain.clock import Span, iso
from service.domain.facts import Acceptance, Confirmation, Declaration, Fact
from service.rules.facts.amended_rows import (
    acceptance_row,
    accepted_payload,
    confirmation_row,
    confirmed_payload,
    declaration_row,
    declared_payload,
)
from service.rules.facts.changeset import ChangeSet, RowChanges, timeline_changes
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.intervals import (
    TimeSegment,
    differing_spans,
    intersect_spans,
    merge_segments,
    subtract_spans,
    union_spans,
)

F = TypeVar("F", bound=Declaration | Acceptance | Confirmation)
K = TypeVar("K")
P = TypeVar("P", bound=Hashable)
EntryPair = tuple[str, str]


@dataclass(frozen=True)
class AmendedSpans:
    """The intervals of time that an amendment changed: in declarations by entry, and in acceptances and confirmations
    of bases by (base, target).
    """

    declared: Mapping[str, list[Span]] = field(default_factory=dict)
    accepted: Mapping[EntryPair, list[Span]] = field(default_factory=dict)
    confirmed: Mapping[EntryPair, list[Span]] = field(default_factory=dict)

    @property
    def entries(self) -> set[str]:
        """Returns the entries whose declaration the amendment changed, for which it confirmed a base, or for which it
        accepted a base or ended such an acceptance.
        """
        return {*self.declared, *(target for _, target in (*self.accepted, *self.confirmed))}


def amended_spans(before: Facts, after: Facts, amendment: str, shared: Collection[str] = ()) -> AmendedSpans:
    """Returns the intervals of time that an amendment changed, from the facts just before and right after the
    amendment.

    They include the acceptances of bases that the amendment ended. `shared` has entries that another amendment of the
    same transaction changed too. For these entries, an acceptance counts as ended by this amendment only during the
    intervals in which this amendment changed a declaration.
    """
    declared = {entry: spans for entry, rows in after.declarations.items() if (spans := _spans_of(rows, amendment))}
    accepted = {}
    for pair in {*before.acceptances, *after.acceptances}:
        rows_before, rows_after = before.acceptances.get(pair, ()), after.acceptances.get(pair, ())
        ended = differing_spans(rows_before, rows_after, accepted_payload) if pair[1] in declared else []
        if pair[1] in shared:
            ended = [part for span in ended for part in intersect_spans(span, declared[pair[1]])]
        if spans := union_spans([*ended, *_spans_of(rows_after, amendment)]):
            accepted[pair] = spans
    confirmed = {pair: spans for pair, rows in after.confirmations.items() if (spans := _spans_of(rows, amendment))}
    return AmendedSpans(declared, accepted, confirmed)


def _spans_of(rows: Iterable[F], amendment: str) -> list[Span]:
    return union_spans(row.span for row in rows if row.amendment == amendment)


def amended_since(amended: AmendedSpans, after: Facts, now: Facts) -> list[str]:
    """Returns the entries whose facts later amendments changed during the intervals that the amendment given had
    changed.
    """
    declared = _changed_keys(amended.declared, after.declarations, now.declarations, declared_payload)
    accepted = _changed_keys(amended.accepted, after.acceptances, now.acceptances, accepted_payload)
    confirmed = _changed_keys(amended.confirmed, after.confirmations, now.confirmations, confirmed_payload)
    return sorted({*declared, *(target for _, target in (*accepted, *confirmed))})


def _changed_keys(
    amended: Mapping[K, list[Span]],
    after: Mapping[K, Sequence[F]],
    now: Mapping[K, Sequence[F]],
    payload: Callable[[F], Hashable],
) -> list[K]:
    differences = {key: differing_spans(after.get(key, ()), now.get(key, ()), payload) for key in amended}
    return [key for key, spans in amended.items() if any(intersect_spans(span, spans) for span in differences[key])]


def revert_changes(amended: AmendedSpans, before: Facts, now: Facts, revert: str, recorded: datetime) -> ChangeSet:
    """Returns the rows to close and add so that the intervals an amendment changed have the rows from before it again.

    Restored rows carry the id of the amendment that reverts, and keep the instant at which their content was first
    declared.
    """
    declared = (
        _restored_rows(
            now.declarations.get(entry, ()),
            before.declarations.get(entry, ()),
            spans,
            revert,
            declared_payload,
            partial(declaration_row, entry, recorded),
        )
        for entry, spans in amended.declared.items()
    )
    accepted = (
        _restored_rows(
            now.acceptances.get(pair, ()),
            before.acceptances.get(pair, ()),
            spans,
            revert,
            accepted_payload,
            partial(acceptance_row, *pair, recorded),
        )
        for pair, spans in amended.accepted.items()
    )
    confirmed = (
        _restored_rows(
            now.confirmations.get(pair, ()),
            before.confirmations.get(pair, ()),
            spans,
            revert,
            confirmed_payload,
            partial(confirmation_row, *pair, recorded),
        )
        for pair, spans in amended.confirmed.items()
    )
    return ChangeSet(
        declarations=RowChanges.combined(declared),
        acceptances=RowChanges.combined(accepted),
        confirmations=RowChanges.combined(confirmed),
    )


def _restored_rows(
    now: Sequence[F],
    before: Sequence[F],
    spans: list[Span],
    revert: str,
    payload: Callable[[Any], P],
    row: Callable[[int, TimeSegment[P]], F],
) -> RowChanges[F]:
    remaining = [TimeSegment(part, payload(old)) for old in now for part in subtract_spans(old.span, spans)]
    renamed = [old.model_copy(update={"amendment": revert}) for old in before]
    restored = [TimeSegment(part, payload(old)) for old in renamed for part in intersect_spans(old.span, spans)]
    return timeline_changes(now, merge_segments([*remaining, *restored]), payload, row)


def trace_amendments(believed: Facts, sources: Mapping[str, Facts]) -> Facts:
    """Returns the facts given. Each fact that a revert restored names the amendment that first recorded it, in place of
    the revert.

    `sources` has, by the id of each revert, the facts just before the amendment that the revert undid.
    """
    return Facts(
        believed.revisions,
        _traced(believed.declarations, {name: facts.declarations for name, facts in sources.items()}),
        _traced(believed.acceptances, {name: facts.acceptances for name, facts in sources.items()}),
        _traced(believed.confirmations, {name: facts.confirmations for name, facts in sources.items()}),
    )


def _traced(
    believed: Mapping[K, Sequence[F]], sources: Mapping[str, Mapping[K, Sequence[F]]]
) -> dict[K, tuple[F, ...]]:
    """Returns rows by subject as `trace_amendments` does, for one kind of fact."""
    return {
        key: tuple(_with_source_amendments(rows, {name: groups.get(key, ()) for name, groups in sources.items()}))
        for key, rows in believed.items()
    }


def _with_source_amendments(rows: Iterable[F], sources: Mapping[str, Sequence[F]]) -> Iterator[F]:
    for row in rows:
        if row.amendment not in sources:
            yield row
        for source in sources.get(row.amendment, ()):
            for part in intersect_spans(source.span, [row.span]):
                yield source.model_copy(update={"valid_from": part.start, "valid_to": part.end})  # type: ignore[misc]


def declaration_tag(believed: Facts, entry: str) -> str:
    """Returns the HTTP entity tag of an entry's declaration: a digest of its declarations and accepted bases over all
    time.
    """
    rows = [*believed.declarations.get(entry, ())]
    pairs = [pair for pair in believed.acceptances if pair[1] == entry]
    accepted = [(pair[0], row) for pair in pairs for row in believed.acceptances[pair]]
    state = [
        sorted((*_edges(row), *declared_payload(row)[:3]) for row in rows),
        sorted((*_edges(row), base, *accepted_payload(row)[:3]) for base, row in accepted),
    ]
    return hashlib.sha256(json.dumps([entry, *state]).encode()).hexdigest()[:32]


def _edges(row: Fact) -> tuple[str, str]:
    return iso(row.valid_from), iso(row.valid_to)
