"""What the Firmware Information Repository says of each entry it covers, as of a moment."""

from collections.abc import Collection, Iterable
from datetime import datetime

from service.domain.clock import BEGINNING, END
from service.domain.facts import Declaration, Revision
from service.rules.facts.derive_edges import Facts, row_in_force
from service.schemas.responses.fir import FirRow

EntryPair = tuple[str, str]


def covered_entries(facts: Facts, types: Collection[str], at: datetime) -> list[Revision]:
    """The entries in force of these device types (lower case), in the order of their numbers."""
    there = (row_in_force(rows, at) for _, rows in sorted(facts.revisions.items()))
    return [row for row in there if row is not None and row.device_type.strip().lower() in types]


def fir_rows(facts: Facts, held: Iterable[EntryPair], types: Collection[str], at: datetime) -> list[FirRow]:
    """The rows of the repository. `held` are the pairs (base, target) that give no step until accepted by name."""
    pairs = frozenset(held)
    return [_row(facts, pairs, entry, at) for entry in covered_entries(facts, types, at)]


def _row(facts: Facts, held: frozenset[EntryPair], entry: Revision, at: datetime) -> FirRow:
    said = row_in_force(facts.declarations.get(entry.entry, ()), at)
    if said is None or said.kind == "not-supplied":
        return FirRow(entry, "", (), (), None, None, _latest(entry, said))
    waiting = tuple(base for base in said.bases if (base, entry.entry) in held)
    pending = tuple(base for base in said.bases if row_in_force(facts.revisions.get(base, ()), at) is None)
    counting = [base for base in said.bases if base not in waiting and base not in pending]
    accepted = (row_in_force(facts.acceptances.get((base, entry.entry), ()), at) for base in counting)
    return FirRow(
        entry=entry,
        path="N/A" if said.kind == "none" else ";".join(counting),
        held=waiting,
        pending=pending,
        effective_from=said.valid_from if said.valid_from > BEGINNING else None,
        effective_to=said.valid_to if said.valid_to < END else None,
        changed=max([_latest(entry, said), *(row.recorded_from for row in accepted if row)]),
    )


def _latest(entry: Revision, said: Declaration | None) -> datetime:
    return max(entry.recorded_from, said.recorded_from) if said else entry.recorded_from
