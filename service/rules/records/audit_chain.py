"""The hash chain of the audit (who read or wrote restricted data): a link is SHA-256 over the previous link and the
canonical JSON of the audit record.

The link always has the fields of the first version. The link leaves out a blank value (None or "") of a field that a
later version adds, so that the links of earlier records stay the same.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.domain.clock import iso
from service.rules.records.amendment_chain import GENESIS
from service.schemas.responses.audit import AuditRecord

_FIRST_FIELDS = frozenset({"number", "recorded", "who", "role", "organisation", "act", "asked", "entries"})
_BLANK = (None, "")


def audit_hash(head: str, record: Mapping[str, Any]) -> str:
    """Returns the hash that links an audit record to the last hash `head` of the chain. The hash covers all fields of
    the record except `hash`.
    """
    fields = {name: value for name, value in record.items() if name in _FIRST_FIELDS or value not in _BLANK}
    content = {name: value for name, value in fields.items() if name != "hash"} | {"recorded": iso(record["recorded"])}
    return hashlib.sha256(json.dumps([head, content], sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_audit(records: Sequence[AuditRecord], count: int, head: str, kept: str | None = None) -> Iterator[str]:
    """Yields the faults of the audit's hash chain, given the `count` of records and the last hash (`head`) that the
    graph stores.

    `kept` is a last hash that the caller noted earlier: an audit that never had it has a fault.
    """
    previous = GENESIS
    for expected, record in enumerate(records, start=1):
        if record.number != expected:
            yield f"Audit record number {expected} is missing."
            return
        if record.hash != audit_hash(previous, dict(record)):
            yield f"Audit record number {record.number} is not as it was recorded, or the one before it is not."
        previous = record.hash
    if len(records) != count:
        yield f"There are {len(records)} audit records, though {count} were counted."
    if previous != head:
        yield f"The audit's head is {head}, its last link is {previous}."
    if kept is not None and kept.strip().lower() not in {GENESIS, *(record.hash for record in records)}:
        yield f"The head you kept is not in this audit: {kept.strip()[:64]}"
