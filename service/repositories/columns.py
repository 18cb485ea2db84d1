"""Columns as engines give them: a collection of nothing is null on one engine and empty on the other."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode


def _filled(value: Any) -> Any:
    return [] if value is None else value


FILLED = BeforeValidator(_filled)
Texts = Annotated[list[str], FILLED]
Flags = Annotated[list[bool], FILLED]
Instants = Annotated[list[Instant], FILLED]


class ValidityColumns(BaseModel):
    """Things that last as long, column by column: each has a place in every column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: Instant
    valid_to: Instant


class RevisionColumns(ValidityColumns):
    """What lists ever said of the entries of device models."""

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
    """Declarations."""

    entries: Texts
    ids: Texts
    kinds: Annotated[list[DeclarationKind], FILLED]
    given: Texts
    declared: Instant
    recorded: Instant


class StepColumns(ValidityColumns):
    """Steps."""

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags
    listed: Flags


class HeldColumns(ValidityColumns):
    """Held bases."""

    bases: Texts
    targets: Texts
    codes: Annotated[list[HeldCode], FILLED]
    declarations: Texts
