"""The hash chain of the audit: a link is SHA-256 over the link before it and the canonical JSON of the record.

The fields of the first records are always in it. A field that a later version adds is left out where it is blank (None
or ""), so that the links of earlier records stay as they are.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.domain.clock import iso
from service.rules.records.amendment_chain import GENESIS
from service.schemas.responses.audit import AuditRecord

_FIRST = frozenset({"number", "recorded", "who", "role", "organisation", "act", "asked", "entries"})
_BLANK = (None, "")


def audit_hash(head: str, record: Mapping[str, Any]) -> str:
    """The hash of a record on top of a head. Its own hash, if it has one, is no part of it."""
    kept = {name: value for name, value in record.items() if name in _FIRST or value not in _BLANK}
    said = {name: value for name, value in kept.items() if name != "hash"} | {"recorded": iso(record["recorded"])}
    return hashlib.sha256(json.dumps([head, said], sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_audit(records: Sequence[AuditRecord], count: int, head: str, kept: str | None = None) -> Iterator[str]:
    """What is wrong with the audit, given how many records there should be and the head told of them."""
    before = GENESIS
    for due, record in enumerate(records, start=1):
        if record.number != due:
            yield f"Audit record number {due} is missing."
            return
        if record.hash != audit_hash(before, dict(record)):
            yield f"Audit record number {record.number} is not as it was recorded, or the one before it is not."
        before = record.hash
    if len(records) != count:
        yield f"There are {len(records)} audit records, though {count} were counted."
    if before != head:
        yield f"The audit's head is {head}, its last link is {before}."
    if kept is not None and kept.strip().lower() not in {GENESIS, *(record.hash for record in records)}:
        yield f"The head you kept is not in this audit: {kept.strip()[:64]}"
