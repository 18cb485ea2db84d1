"""What the Firmware Information Repository says of each entry it covers, as of a moment."""

from collections.abc import Collection
from datetime import datetime

from service.domain.facts import Declaration, Revision
from service.rules.facts.derive_edges import Facts, FactsAt, row_in_force
from service.schemas.responses.fir import FirRow


def fir_rows(facts: Facts, types: Collection[str], at: datetime) -> list[FirRow]:
    """The rows of the repository: the entries in force of these device types (lower case), by number."""
    then = FactsAt(facts, at, sorted(facts.revisions))
    return [_row(facts, then, row, at) for row in then.revisions.values() if row.device_type.strip().lower() in types]


def _row(facts: Facts, then: FactsAt, entry: Revision, at: datetime) -> FirRow:
    said = then.declaration(entry.entry)
    if said is None or said.kind == "not-supplied":
        return FirRow(entry, "", (), (), None, None, _latest(entry, said))
    named = then.named_bases(entry.entry)
    counting = [base for base in said.bases if base in named.steps]
    accepted = (row_in_force(facts.acceptances.get((base, entry.entry), ()), at) for base in counting)
    return FirRow(
        entry=entry,
        path="N/A" if said.kind == "none" else ";".join(counting),
        held=tuple(named.held),
        pending=tuple(named.pending),
        effective_from=said.span.since,
        effective_to=said.span.until,
        changed=max([_latest(entry, said), *(row.recorded_from for row in accepted if row)]),
    )


def _latest(entry: Revision, said: Declaration | None) -> datetime:
    return max(entry.recorded_from, said.recorded_from) if said else entry.recorded_from
