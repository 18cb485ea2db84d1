"""Row models with a list for each attribute: one row holds many facts, and the same index in each list is one fact.

A row for each fact takes Neo4j's driver several times as long.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.domain.models import FrozenModel


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


NULL_AS_EMPTY = BeforeValidator(_empty_for_null)
"""One engine collects nothing as null, the other as an empty list."""

Texts = Annotated[list[str], NULL_AS_EMPTY]
Flags = Annotated[list[bool], NULL_AS_EMPTY]
Instants = Annotated[list[Instant], NULL_AS_EMPTY]
HeldCodes = Annotated[list[HeldCode], NULL_AS_EMPTY]
DeclarationKinds = Annotated[list[DeclarationKind], NULL_AS_EMPTY]


class ValidityColumns(FrozenModel):
    """Facts with the same valid time."""

    valid_from: Instant
    valid_to: Instant


class RevisionColumns(ValidityColumns):
    """Revisions of the entries of device models that share both intervals."""

    device_models: Texts
    numbers: Texts
    firmware_versions: Texts
    image_hashes: Texts
    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts
    cpa_numbers: Texts
    cpa_dates: Texts
    recorded_from: Instant
    recorded_to: Instant


class DeclarationColumns(ValidityColumns):
    """Declarations that share their instants. `given`: the bases of each, with `;` between them."""

    entries: Texts
    ids: Texts
    kinds: DeclarationKinds
    given: Texts
    declared: Instant
    recorded: Instant


class StepColumns(ValidityColumns):
    """Derived steps with the same valid time."""

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags
    listed: Flags


class HeldColumns(ValidityColumns):
    """Held bases with the same valid time."""

    bases: Texts
    targets: Texts
    codes: HeldCodes
    declarations: Texts
