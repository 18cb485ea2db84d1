"""What an amendment said, and how that is taken back (design 5): over the same stretches, what it closed holds again.

Three pictures of the same subjects are compared: what was believed just before the amendment, right after it, and now.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from service.domain.clock import Span, iso
from service.domain.facts import Acceptance, Declaration, Fact
from service.rules.facts.changeset import ChangeSet, RowChanges, timeline_changes
from service.rules.facts.declare import acceptance_row, accepted_payload, declaration_row, declared_payload
from service.rules.facts.derive_edges import Facts
from service.rules.facts.intervals import (
    Segment,
    differing_spans,
    intersect_spans,
    merge_segments,
    subtract_spans,
    union_spans,
)

F = TypeVar("F", bound=Declaration | Acceptance)
K = TypeVar("K")
P = TypeVar("P", bound=Hashable)
EntryPair = tuple[str, str]


@dataclass(frozen=True)
class AmendedSpans:
    """Over which stretches an amendment said something: of entries, and of bases that it accepted or dropped."""

    declared: Mapping[str, list[Span]] = field(default_factory=dict)
    accepted: Mapping[EntryPair, list[Span]] = field(default_factory=dict)

    @property
    def entries(self) -> set[str]:
        """The entries of which something was said."""
        return {*self.declared, *(target for _, target in self.accepted)}


def amended_spans(before: Facts, then: Facts, amendment: str, shared: Collection[str] = ()) -> AmendedSpans:
    """What an amendment said, told from what was believed before it and right after.

    An acceptance that ended with it is its own too. `shared` are entries of which another amendment of the same
    transaction spoke as well: there an acceptance ended with this one only where this one declared.
    """
    declared = {entry: spans for entry, rows in then.declarations.items() if (spans := _own(rows, amendment))}
    accepted = {}
    for pair in {*before.acceptances, *then.acceptances}:
        was, is_ = before.acceptances.get(pair, ()), then.acceptances.get(pair, ())
        ended = differing_spans(was, is_, accepted_payload) if pair[1] in declared else []
        if pair[1] in shared:
            ended = [part for span in ended for part in intersect_spans(span, declared[pair[1]])]
        if spans := union_spans([*ended, *_own(is_, amendment)]):
            accepted[pair] = spans
    return AmendedSpans(declared, accepted)


def _own(rows: Iterable[F], amendment: str) -> list[Span]:
    return union_spans(row.span for row in rows if row.amendment == amendment)


def amended_since(said: AmendedSpans, then: Facts, now: Facts) -> list[str]:
    """The entries of which, over one of the stretches, something else is believed now than right after it."""
    declared = _moved(said.declared, then.declarations, now.declarations, declared_payload)
    accepted = _moved(said.accepted, then.acceptances, now.acceptances, accepted_payload)
    return sorted({*declared, *(target for _, target in accepted)})


def _moved(
    said: Mapping[K, list[Span]],
    then: Mapping[K, Sequence[F]],
    now: Mapping[K, Sequence[F]],
    payload: Callable[[F], Hashable],
) -> list[K]:
    differ = {key: differing_spans(then.get(key, ()), now.get(key, ()), payload) for key in said}
    return [key for key, spans in said.items() if any(intersect_spans(span, spans) for span in differ[key])]


def revert_changes(said: AmendedSpans, before: Facts, now: Facts, revert: str, recorded: datetime) -> ChangeSet:
    """The rows to close and to add: over the stretches what was believed before, elsewhere what is believed now.

    What is said again stands under the amendment that reverts, and keeps the instant at which it was first declared.
    """
    declared = (
        _again(now.declarations.get(entry, ()), before.declarations.get(entry, ()), spans, revert, declared_payload,
               partial(declaration_row, entry, recorded))
        for entry, spans in said.declared.items()
    )  # fmt: skip
    accepted = (
        _again(now.acceptances.get(pair, ()), before.acceptances.get(pair, ()), spans, revert, accepted_payload,
               partial(acceptance_row, *pair, recorded))
        for pair, spans in said.accepted.items()
    )  # fmt: skip
    return ChangeSet(declarations=RowChanges.combined(declared), acceptances=RowChanges.combined(accepted))


def _again(
    now: Sequence[F],
    before: Sequence[F],
    spans: list[Span],
    revert: str,
    payload: Callable[[Any], P],
    row: Callable[[int, Segment[P]], F],
) -> RowChanges[F]:
    kept = [Segment(part, payload(one)) for one in now for part in subtract_spans(one.span, spans)]
    renamed = [one.model_copy(update={"amendment": revert}) for one in before]
    again = [Segment(part, payload(one)) for one in renamed for part in intersect_spans(one.span, spans)]
    return timeline_changes(now, merge_segments([*kept, *again]), payload, row)


def trace_amendments(believed: Facts, sources: Mapping[str, Facts]) -> Facts:
    """What is believed, where what a revert said again stands under whatever amendment had said it before.

    `sources` are, by the id of a revert, the facts believed just before the amendment that it took back.
    """
    declared = {
        entry: tuple(_sources(rows, {by: source.declarations.get(entry, ()) for by, source in sources.items()}))
        for entry, rows in believed.declarations.items()
    }
    accepted = {
        pair: tuple(_sources(rows, {by: source.acceptances.get(pair, ()) for by, source in sources.items()}))
        for pair, rows in believed.acceptances.items()
    }
    return Facts(believed.revisions, declared, accepted)


def _sources(rows: Iterable[F], sources: Mapping[str, Sequence[F]]) -> Iterator[F]:
    for row in rows:
        if row.amendment not in sources:
            yield row
        for one in sources.get(row.amendment, ()):
            for part in intersect_spans(one.span, [row.span]):
                yield one.model_copy(update={"valid_from": part.start, "valid_to": part.end})  # type: ignore[misc]


def declaration_tag(believed: Facts, entry: str) -> str:
    """What names the state of an entry's declaration: a digest of all that is believed of it, over all time."""
    rows = [*believed.declarations.get(entry, ())]
    pairs = [pair for pair in believed.acceptances if pair[1] == entry]
    accepted = [(pair[0], row) for pair in pairs for row in believed.acceptances[pair]]
    said = [
        sorted((*_edges(row), *declared_payload(row)[:3]) for row in rows),
        sorted((*_edges(row), base, *accepted_payload(row)) for base, row in accepted),
    ]
    return hashlib.sha256(json.dumps([entry, *said]).encode()).hexdigest()[:32]


def _edges(row: Fact) -> tuple[str, str]:
    return iso(row.valid_from), iso(row.valid_to)
