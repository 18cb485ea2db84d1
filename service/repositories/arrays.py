"""Row models with one list for each attribute: one row has many facts, and index i of every list is one fact.

Neo4j's driver takes several times as long for one row a fact.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.domain.models import FrozenModel


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


NULL_AS_EMPTY = BeforeValidator(_empty_for_null)
"""Accepts null for an empty list: one engine collects nothing as null, the other as an empty list."""

Texts = Annotated[list[str], NULL_AS_EMPTY]
Flags = Annotated[list[bool], NULL_AS_EMPTY]
Instants = Annotated[list[Instant], NULL_AS_EMPTY]
HeldCodes = Annotated[list[HeldCode], NULL_AS_EMPTY]
DeclarationKinds = Annotated[list[DeclarationKind], NULL_AS_EMPTY]


class SharedValidity(FrozenModel):
    """The effective time (from, to) that all facts of a row share."""

    valid_from: Instant
    valid_to: Instant


class IdentityArrays(FrozenModel):
    """Entries with their firmware identities: device model, firmware version and image hash, one list for each."""

    numbers: Texts
    device_models: Texts
    firmware_versions: Texts
    image_hashes: Texts


class ListedArrays(IdentityArrays):
    """Entries with the attributes that the published list states for them, one list for each attribute."""

    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts


class EntryInForceArrays(ListedArrays):
    """Entries of the list in force, with the instants at which the graph recorded their revisions."""

    recorded: Instants


class RevisionArrays(ListedArrays, SharedValidity):
    """Revisions (the states of entries over time) of one device model that share effective time and recorded time."""

    cpa_numbers: Texts
    cpa_dates: Texts
    recorded_from: Instant
    recorded_to: Instant


class FormerBeliefArrays(IdentityArrays):
    """Identities that the list once stated for entries, until a correction replaced them, with recorded intervals."""

    recorded_from: Instants
    recorded_to: Instants


class FirstListedArrays(FrozenModel):
    """Entry numbers, and the instant from which the list includes each of these entries."""

    numbers: Texts
    instants: Instants


class DeclarationInForceArrays(FrozenModel):
    """Declarations of Firmware Upgrade Paths in force. `givens` has the bases of each, separated by `;`."""

    numbers: Texts
    ids: Texts
    kinds: DeclarationKinds
    givens: Texts
    declared: Instants
    recorded: Instants


class DeclarationArrays(SharedValidity):
    """Declarations of Firmware Upgrade Paths that share their instants. `given` has the bases, separated by `;`."""

    entries: Texts
    ids: Texts
    kinds: DeclarationKinds
    given: Texts
    declared: Instant
    recorded: Instant


class StepInForceArrays(FrozenModel):
    """Steps in force: edges from a base to a target, derived from the declarations and acceptances named."""

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags


class StepArrays(StepInForceArrays, SharedValidity):
    """Steps that share their effective time. `listed` says of each whether the list includes its target."""

    listed: Flags


class HeldInForceArrays(FrozenModel):
    """Held bases in force: declared bases that make no step until SECAS accepts them, with the codes of the reason."""

    bases: Texts
    targets: Texts
    codes: HeldCodes


class HeldBaseArrays(HeldInForceArrays, SharedValidity):
    """Held bases (declared, but without a step until accepted) that share their effective time."""

    declarations: Texts
