"""Builds the rows of the Firmware Information Repository (FIR) at one instant."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import Declaration, Revision
from service.rules.facts.derive_edges import FactsAt
from service.rules.facts.grouped_facts import Facts, row_in_force


@dataclass(frozen=True, slots=True)
class FirRow:
    """One row of the Firmware Information Repository (FIR): an entry with its upgrade path.

    `path` has the bases from which a device can be upgraded, or N/A (no base). It is blank if the manufacturer declared
    no path.
    """

    entry: Revision
    path: str
    held: tuple[str, ...]
    pending: tuple[str, ...]
    effective_from: datetime | None
    effective_to: datetime | None
    changed: datetime


def fir_rows(facts: Facts, types: Collection[str], at: datetime) -> list[FirRow]:
    """Returns the rows of the Firmware Information Repository (FIR): all entries in force of the device types given, by
    entry number.

    `types` has the names of the device types in lower case.
    """
    facts_at = FactsAt(facts, at, sorted(facts.revisions))
    return [
        _row(facts, facts_at, row, at)
        for row in facts_at.revisions.values()
        if row.device_type.strip().lower() in types
    ]


def _row(facts: Facts, facts_at: FactsAt, entry: Revision, at: datetime) -> FirRow:
    declaration = facts_at.declaration(entry.entry)
    if declaration is None or declaration.kind == "not-supplied":
        return FirRow(entry, "", (), (), None, None, _latest(entry, declaration))
    named = facts_at.declared_bases(entry.entry)
    stepping = [base for base in declaration.bases if base in named.steps]
    accepted = (row_in_force(facts.acceptances.get((base, entry.entry), ()), at) for base in stepping)
    return FirRow(
        entry=entry,
        path="N/A" if declaration.kind == "none" else ";".join(stepping),
        held=tuple(named.held),
        pending=tuple(named.pending),
        effective_from=declaration.span.since,
        effective_to=declaration.span.until,
        changed=max([_latest(entry, declaration), *(row.recorded_from for row in accepted if row)]),
    )


def _latest(entry: Revision, declaration: Declaration | None) -> datetime:
    return max(entry.recorded_from, declaration.recorded_from) if declaration else entry.recorded_from
