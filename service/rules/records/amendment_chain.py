"""The hash chain of amendments (design 2, 5): what was recorded cannot be changed unseen by whoever kept a head.

A link is SHA-256 over the head before it and the canonical JSON of the amendment, of the rows recorded with it, and of
the keys of those it closed. When a row ceased to be believed (`recorded_to`) is no part of a row: it is set later, by
the amendment that closes it. One transaction may hold several amendments. The first of them answers, beside its own
rows, for all that was closed and for what is left of earlier amendments' rows: these are recorded anew, under the
amendment that said them first.

Links are for ever, so three things never change: the tag of a kind of row, its `chained` fields and their order. A
field that a later version adds goes into `chained_later` and is left out of the link where it is blank (None or ""),
as is a blank property of an amendment. A row of earlier times has it blank, so that its link stays as it is.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from service.domain.chained_rows import ChainedRow, ChainLinkBase, RecordedChainedRow
from service.domain.clock import END, iso

GENESIS = "0" * 64
"""The head of a chain without a link."""

_UNHASHED, _BLANK = ("hash",), (None, "")


def chain_hashes(
    head: str, amendments: Sequence[Mapping[str, Any]], added: Iterable[ChainedRow], closed: Iterable[ChainedRow]
) -> Iterator[str]:
    """The hashes of one transaction's amendments in their order, on top of a head.

    Raises ValueError where rows were made or closed and there is no amendment to answer for them.
    """
    rows = _by_amendment(amendments, added)
    ended = sorted(_key(row) for row in closed)
    if not amendments and (ended or rows):
        raise ValueError("a declaration or acceptance changes by an amendment alone")
    for amendment in amendments:
        head = _link(head, amendment, sorted(rows[amendment["id"]]), ended)
        ended = []
        yield head


def _by_amendment(amendments: Sequence[Mapping[str, Any]], added: Iterable[ChainedRow]) -> dict[str, list[str]]:
    """The rows as text by the amendment of the transaction that answers for them."""
    own = {amendment["id"] for amendment in amendments}
    first = amendments[0]["id"] if amendments else ""
    rows: dict[str, list[str]] = defaultdict(list)
    for row in added:
        rows[row.amendment if row.amendment in own else first].append(_row(row))
    return rows


def _key(row: ChainedRow) -> str:
    return f"{row.chain_tag} {row.id}"


def _row(row: ChainedRow) -> str:
    """The row as JSON. The fields of later versions come last, as one object; where all are blank there is none."""
    first = [_key(row), *(_plain(getattr(row, name)) for name in row.chained)]
    later = {name: _plain(value) for name in row.chained_later if (value := getattr(row, name)) not in _BLANK}
    return json.dumps([*first, later] if later else first, sort_keys=True)


def _link(head: str, amendment: Mapping[str, Any], rows: list[str], closed: list[str]) -> str:
    """Blank properties are left out, so that one which a later version brings leaves earlier links as they are."""
    kept = {name: value for name, value in amendment.items() if name not in _UNHASHED and value not in _BLANK}
    said = {name: _plain(value) for name, value in kept.items()}
    whole = json.dumps([head, said, rows, closed], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value


@dataclass(frozen=True)
class AmendmentChain:
    """All amendments and all rows they made, as the graph has them, with the state its compartment tells."""

    amendments: Sequence[ChainLinkBase]
    rows: Sequence[RecordedChainedRow]
    sequence: int
    head: str


@dataclass(frozen=True)
class ChainCheck:
    """How many amendments are on the chain and how many precede it, every head it ever had, and what is wrong."""

    linked: int
    before: int
    heads: frozenset[str]
    faults: list[str] = field(default_factory=list)


def check_chain(chain: AmendmentChain, kept: str | None = None) -> ChainCheck:
    """Recomputes every link. `kept` is a head told earlier: it must be one that this chain had.

    Amendments from before the chain are counted and not judged, nor are the rows of their time.
    """
    before = [one for one in chain.amendments if not one.hash]
    linked = [one for one in chain.amendments if one.hash]
    heads = frozenset([GENESIS, *(one.hash for one in linked)])
    faults = [*_counted(chain, before, linked), *_relinked(chain, linked), *_strangers(chain, before, linked)]
    if kept is not None and kept.strip().lower() not in heads:
        faults.append(f"The head you kept is not in this chain: {kept.strip()[:64]}")
    return ChainCheck(len(linked), len(before), heads, faults)


def _counted(chain: AmendmentChain, before: Sequence[ChainLinkBase], linked: Sequence[ChainLinkBase]) -> Iterator[str]:
    """Every number once and without a gap, those before the chain first; the compartment tells the last."""
    found = [one.sequence for one in chain.amendments]
    for number in sorted(set(range(1, max(chain.sequence, *found, 0) + 1)) - set(found)):
        yield f"Amendment number {number} is missing."
    for number in sorted({number for number in found if found.count(number) > 1}):
        yield f"Amendment number {number} is there more than once."
    for number in sorted(number for number in found if not 1 <= number <= chain.sequence):
        yield f"Amendment number {number} is there, though the compartment counts {chain.sequence}."
    first = min((one.sequence for one in linked), default=0)
    for one in before:
        if linked and one.sequence > first:
            yield f"Amendment number {one.sequence} has no hash, though the chain begins at number {first}."
    last = linked[-1].hash if linked else GENESIS
    if chain.head != last:
        yield f"The compartment's head is {chain.head}, the last link is {last}."


def _relinked(chain: AmendmentChain, linked: Sequence[ChainLinkBase]) -> Iterator[str]:
    """Each link on top of the one that is there, so that a change is told once and not of all that follow."""
    added, closed = _by_instant(chain.rows)
    head = GENESIS
    for recorded, part in groupby(linked, key=lambda one: one.recorded):
        together = list(part)
        want = chain_hashes(head, [dict(one) for one in together], added[recorded], closed[recorded])
        for one, due in zip(together, want, strict=True):
            if one.hash != due:
                yield (
                    f"Amendment number {one.sequence} ({one.id}) is not as it was recorded: "
                    "its properties, the rows it made or those it closed, or the amendment before it."
                )
        head = together[-1].hash


def _by_instant(
    rows: Sequence[RecordedChainedRow],
) -> tuple[dict[datetime, list[RecordedChainedRow]], dict[datetime, list[RecordedChainedRow]]]:
    added: dict[datetime, list[RecordedChainedRow]] = defaultdict(list)
    closed: dict[datetime, list[RecordedChainedRow]] = defaultdict(list)
    for row in rows:
        added[row.recorded_from].append(row)
        closed[row.recorded_to].append(row)
    return added, closed


def _strangers(
    chain: AmendmentChain, before: Sequence[ChainLinkBase], linked: Sequence[ChainLinkBase]
) -> Iterator[str]:
    """Rows made or closed when no amendment was recorded. What is older than the chain is not judged."""
    instants = {one.recorded for one in linked}
    begun = min(instants, default=END) if before else None
    for row in sorted(chain.rows, key=_key):
        for verb, when in (("recorded", row.recorded_from), ("closed", row.recorded_to)):
            if when not in instants and when != END and not (begun and when < begun):
                yield f"{_key(row)} was {verb} at {iso(when)}, when no amendment was."
