"""Builds the rows of the facts that amendments make, and names the content by which two rows are the same."""

from datetime import datetime

from service.domain.facts import Acceptance, Confirmation, Declaration, DeclarationKind, FirmwareIdentity
from service.rules.facts.changeset import row_id
from service.rules.facts.intervals import TimeSegment

DeclarationPayload = tuple[DeclarationKind, str, str, str, datetime]
AcceptancePayload = tuple[str, str, str, str]
Identities = tuple[FirmwareIdentity, FirmwareIdentity]
ConfirmationPayload = tuple[Identities, str, str]


def declared_payload(row: Declaration) -> DeclarationPayload:
    """Returns the content of a declaration: its kind, its bases as text, its amendment, its evidence, and the instant
    at which the content was first declared.
    """
    return row.kind, row.given, row.amendment, row.evidence, row.declared


def accepted_payload(row: Acceptance) -> AcceptancePayload:
    """Returns the content of an acceptance of a base for a target: the device models of both, the amendment, and
    the evidence.
    """
    return row.base_model, row.target_model, row.amendment, row.evidence


def declaration_row(entry: str, recorded: datetime, nth: int, segment: TimeSegment[DeclarationPayload]) -> Declaration:
    """Builds a new declaration row for an entry. `nth` tells apart the new rows that are recorded at one instant."""
    kind, given, amendment, evidence, declared = segment.payload
    return Declaration(
        id=row_id(entry, recorded, nth),
        entry=entry,
        kind=kind,
        given=given,
        amendment=amendment,
        declared=declared,
        evidence=evidence,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )


def acceptance_row(
    base: str, target: str, recorded: datetime, nth: int, segment: TimeSegment[AcceptancePayload]
) -> Acceptance:
    """Builds a new row for the acceptance of a base for a target. `nth` tells apart the new rows that are recorded at
    one instant.
    """
    base_model, target_model, amendment, evidence = segment.payload
    return Acceptance(
        id=row_id(f"{base}-{target}", recorded, nth),
        base=base,
        target=target,
        base_model=base_model,
        target_model=target_model,
        evidence=evidence,
        amendment=amendment,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )


def confirmed_payload(row: Confirmation) -> ConfirmationPayload:
    """Returns the content of a confirmation: the identities of both ends, the amendment, and the evidence."""
    return row.identities, row.amendment, row.evidence


def confirmation_row(
    base: str, target: str, recorded: datetime, nth: int, segment: TimeSegment[ConfirmationPayload]
) -> Confirmation:
    """Builds a new row for the confirmation of a base for a target. `nth` tells apart the new rows that are recorded
    at one instant.
    """
    (base_identity, target_identity), amendment, evidence = segment.payload
    return Confirmation(
        id=row_id(f"{base}={target}", recorded, nth),
        base=base,
        target=target,
        base_model=base_identity[0],
        base_version=base_identity[1],
        base_hash=base_identity[2],
        target_model=target_identity[0],
        target_version=target_identity[1],
        target_hash=target_identity[2],
        evidence=evidence,
        amendment=amendment,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )
