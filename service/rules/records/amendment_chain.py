"""The hash chain of amendments (design 2, 5). Whoever has an earlier head can detect a change of recorded facts.

A link is SHA-256 over the previous head and the canonical JSON of the amendment, of the rows recorded with the
amendment, and of the keys of the rows that the amendment closed. The end of a row in recorded time (`recorded_to`) is
not part of the row's JSON, because a later amendment sets it. One transaction may have several amendments. The link of
the first amendment also covers all closed rows, and the remainders of earlier amendments' rows: the transaction records
these remainders again, under the id of the amendment that first stated them.

Links are permanent, so three things never change: the tag of a kind of row, its `chained` fields, and their order. A
field that a later version adds goes into `chained_later`. The link leaves out a blank value (None or "") of such a
field, and a blank property of an amendment. Earlier rows have blank values there, so their links stay the same.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from service.domain.clock import END, iso
from service.domain.hash_chain import ChainedRow, ChainLinkBase, RecordedChainedRow
from service.rules.pathfinding.twins import group_by_key

GENESIS = "0" * 64
"""The head of a chain without a link."""

_UNHASHED, _BLANK = ("hash",), (None, "")


def chain_hashes(
    head: str, amendments: Sequence[Mapping[str, Any]], added: Iterable[ChainedRow], closed: Iterable[ChainedRow]
) -> Iterator[str]:
    """Yields the hash of each amendment of one transaction, in order. The first hash continues the chain at `head`.

    Raises ValueError if the transaction added or closed rows without an amendment.
    """
    rows = _by_amendment(amendments, added)
    closed_keys = sorted(_row_key(row) for row in closed)
    if not amendments and (closed_keys or rows):
        raise ValueError("a declaration or acceptance can change only by an amendment")
    for amendment in amendments:
        head = _link_hash(head, amendment, sorted(rows.get(amendment["id"], ())), closed_keys)
        closed_keys = []
        yield head


def _by_amendment(amendments: Sequence[Mapping[str, Any]], added: Iterable[ChainedRow]) -> dict[str, tuple[str, ...]]:
    """Returns the added rows as JSON, grouped by the id of the amendment whose link covers them."""
    own = {amendment["id"] for amendment in amendments}
    first = amendments[0]["id"] if amendments else ""
    return group_by_key((row.amendment if row.amendment in own else first, _row_json(row)) for row in added)


def _row_key(row: ChainedRow) -> str:
    """Returns the text that identifies a row: the tag of its kind, and its id."""
    return f"{row.chain_tag} {row.id}"


def _row_json(row: ChainedRow) -> str:
    """Returns a row as JSON. The fields of later versions come last, as one object, unless all of them are blank."""
    fields = [_row_key(row), *(_json_value(getattr(row, name)) for name in row.chained)]
    later = {name: _json_value(value) for name in row.chained_later if (value := getattr(row, name)) not in _BLANK}
    return json.dumps([*fields, later] if later else fields, sort_keys=True)


def _link_hash(head: str, amendment: Mapping[str, Any], rows: list[str], closed: list[str]) -> str:
    """Returns the hash of one link. Blank properties are left out, so that a later version can add properties."""
    properties = {name: value for name, value in amendment.items() if name not in _UNHASHED and value not in _BLANK}
    plain = {name: _json_value(value) for name, value in properties.items()}
    text = json.dumps([head, plain, rows, closed], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _json_value(value: Any) -> Any:
    """Returns an instant as ISO text, any other value unchanged."""
    return iso(value) if isinstance(value, datetime) else value


@dataclass(frozen=True)
class AmendmentChain:
    """The amendments and rows of one compartment (a separate part of the graph), with the number of amendments and the
    last hash (head) that the graph stores.
    """

    amendments: Sequence[ChainLinkBase]
    rows: Sequence[RecordedChainedRow]
    sequence: int
    head: str


@dataclass(frozen=True)
class ChainCheck:
    """The result of checking a hash chain of amendments: the numbers of amendments with a hash (`linked`) and without
    (`before`), heads (last hashes), and faults.
    """

    linked: int
    before: int
    heads: frozenset[str]
    faults: list[str] = field(default_factory=list)


def check_chain(chain: AmendmentChain, kept: str | None = None) -> ChainCheck:
    """Computes every hash of a chain of amendments again, and reports each difference as a fault. `kept` is a head
    (last hash) that the caller noted earlier: a chain that never had it has a fault.

    The check counts the amendments from before the chain, but does not judge them or the rows of their time.
    """
    before = [amendment for amendment in chain.amendments if not amendment.hash]
    linked = [amendment for amendment in chain.amendments if amendment.hash]
    heads = frozenset([GENESIS, *(amendment.hash for amendment in linked)])
    faults = [*_number_faults(chain, before, linked), *_link_faults(chain, linked), *_row_faults(chain, before, linked)]
    if kept is not None and kept.strip().lower() not in heads:
        faults.append(f"The head you kept is not in this chain: {kept.strip()[:64]}")
    return ChainCheck(len(linked), len(before), heads, faults)


def _number_faults(
    chain: AmendmentChain, before: Sequence[ChainLinkBase], linked: Sequence[ChainLinkBase]
) -> Iterator[str]:
    """Yields the faults of the numbering: 1 to `sequence`, each once, amendments without a hash first.

    Yields a fault too if the compartment's head is not the last link.
    """
    numbers = [amendment.sequence for amendment in chain.amendments]
    for number in sorted(set(range(1, max(chain.sequence, *numbers, 0) + 1)) - set(numbers)):
        yield f"Amendment number {number} is missing."
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield f"Amendment number {number} exists more than once."
    for number in sorted(number for number in numbers if not 1 <= number <= chain.sequence):
        yield f"Amendment number {number} exists, though the compartment counts {chain.sequence}."
    first = min((amendment.sequence for amendment in linked), default=0)
    for amendment in before:
        if linked and amendment.sequence > first:
            yield f"Amendment number {amendment.sequence} has no hash, though the chain begins at number {first}."
    last = linked[-1].hash if linked else GENESIS
    if chain.head != last:
        yield f"The compartment's head is {chain.head}, the last link is {last}."


def _link_faults(chain: AmendmentChain, linked: Sequence[ChainLinkBase]) -> Iterator[str]:
    """Yields a fault for each link that differs from the recomputed hash.

    Each hash is computed from the stored previous link, so that one change gives one fault only.
    """
    added = group_by_key((row.recorded_from, row) for row in chain.rows)
    closed = group_by_key((row.recorded_to, row) for row in chain.rows)
    head = GENESIS
    for recorded, group in groupby(linked, key=lambda amendment: amendment.recorded):
        amendments = list(group)
        rows = added.get(recorded, ()), closed.get(recorded, ())
        expected = chain_hashes(head, [dict(amendment) for amendment in amendments], *rows)
        for amendment, expected_hash in zip(amendments, expected, strict=True):
            if amendment.hash != expected_hash:
                yield (
                    f"Amendment number {amendment.sequence} ({amendment.id}) is not as it was recorded: "
                    "its properties, the rows it made or those it closed, or the amendment before it."
                )
        head = amendments[-1].hash


def _row_faults(
    chain: AmendmentChain, before: Sequence[ChainLinkBase], linked: Sequence[ChainLinkBase]
) -> Iterator[str]:
    """Yields a fault for each row recorded or closed without an amendment. Rows older than the chain are skipped."""
    instants = {amendment.recorded for amendment in linked}
    first = min(instants, default=END) if before else None
    for row in sorted(chain.rows, key=_row_key):
        for verb, instant in (("recorded", row.recorded_from), ("closed", row.recorded_to)):
            if instant not in instants and instant != END and not (first and instant < first):
                yield f"{_row_key(row)} was {verb} at {iso(instant)}, when no amendment was recorded."
