"""The hash chain of the audit: the link over a record, and every fault that a check finds."""

from datetime import UTC, datetime

import pytest

from service.rules.records.amendment_chain import GENESIS
from service.rules.records.audit_chain import audit_hash, check_audit
from service.schemas.responses.audit import AuditRecord

RECORD = {
    "number": 1,
    "recorded": datetime(2026, 4, 10, 8, tzinfo=UTC),
    "who": "ada",
    "role": "ssc",
    "organisation": "",
    "act": "read",
    "asked": "",
    "entries": 0,
}
AUDITED = "e53cac11b136ad76979a2bb70fd8fc589d0d75f91b13d1edcc7ad73471b7c010"
"""The link over this record as revision 8d92bf0 computed it: its own blank fields are in it."""


def test_a_later_field_that_is_blank_leaves_the_link_of_an_audit_record_as_it_is():
    """What is not blank is guarded."""
    assert audit_hash(GENESIS, RECORD) == audit_hash(GENESIS, RECORD | {"later": "", "hash": "x"}) == AUDITED
    assert audit_hash(GENESIS, RECORD | {"later": "x"}) != AUDITED
    assert audit_hash(GENESIS, {**RECORD, "organisation": "SSC"}) != AUDITED
    assert AuditRecord.model_fields.keys() == RECORD.keys() | {"hash"}  # a field that is added needs a thought


def audit(*edited, count=3):
    """An audit of so many records. Each of the (number, fields) given replaces fields of a record afterwards."""
    head, records = GENESIS, []
    for number in range(1, count + 1):
        record = RECORD | {"number": number}
        head = audit_hash(head, record)
        records.append(AuditRecord(**record, hash=head))
    for number, fields in edited:
        records[number - 1] = records[number - 1].model_copy(update=fields)
    return records


SOUND = audit()
HEADS = [record.hash for record in SOUND]


def changed(number):
    """The fault of a record that is not as it was recorded."""
    return f"Audit record number {number} is not as it was recorded, or the one before it is not."


def test_an_unchanged_audit_has_no_fault_from_any_earlier_head():
    """The check accepts each head that the audit has had, that of the empty audit too, in any case and with spaces."""
    assert len({GENESIS, *HEADS}) == 4
    for kept in (None, GENESIS, *HEADS, f" {HEADS[1].upper()} "):
        assert list(check_audit(SOUND, 3, HEADS[-1], kept)) == []
    assert list(check_audit([], 0, GENESIS, GENESIS)) == []


@pytest.mark.parametrize("field", [name for name in AuditRecord.model_fields if name not in ("number", "hash")])
def test_every_field_of_a_record_is_guarded(field):
    """A change of one field of record 2 is a fault of record 2 alone, since its stored hash still links to record 3."""
    old = getattr(SOUND[1], field)
    new = old.replace(microsecond=1) if isinstance(old, datetime) else old + 1 if isinstance(old, int) else old + "x"
    assert list(check_audit(audit((2, {field: new})), 3, HEADS[-1])) == [changed(2)]


OTHER = "f" * 64
BROKEN = [
    ([*SOUND[:1], *SOUND[2:]], 3, HEADS[2], None, ["Audit record number 2 is missing."]),
    (SOUND[1:], 3, HEADS[2], None, ["Audit record number 1 is missing."]),
    (audit((2, {"hash": OTHER})), 3, HEADS[2], None, [changed(2), changed(3)]),
    (
        audit((3, {"hash": OTHER})),
        3,
        HEADS[2],
        None,
        [changed(3), f"The audit's head is {HEADS[2]}, its last link is {OTHER}."],
    ),
    (
        SOUND[:2],
        3,
        HEADS[2],
        None,
        [
            "There are 2 audit records, though 3 were counted.",
            f"The audit's head is {HEADS[2]}, its last link is {HEADS[1]}.",
        ],
    ),
    (SOUND, 2, HEADS[2], None, ["There are 3 audit records, though 2 were counted."]),
    (SOUND, 3, HEADS[1], None, [f"The audit's head is {HEADS[1]}, its last link is {HEADS[2]}."]),
    (SOUND, 3, HEADS[2], f" {OTHER}99 ", [f"The head you kept is not in this audit: {OTHER}"]),
    (SOUND, 3, HEADS[2], "", ["The head you kept is not in this audit: "]),
]


@pytest.mark.parametrize(("records", "count", "head", "kept", "faults"), BROKEN, ids=map(str, range(len(BROKEN))))
def test_a_check_finds_exactly_the_faults(records, count, head, kept, faults):
    """Missing records, changed hashes, a wrong count, a wrong head, and a kept head that the audit never had."""
    assert list(check_audit(records, count, head, kept)) == faults
