"""Row models for query results with one list for each attribute: a row has many facts, and index i of every list
belongs to fact i.

Neo4j's driver takes several times as long for one row a fact.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind, HeldCode
from service.domain.frozen_model import FrozenModel


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
    """The interval of effective time (from, to) that all facts in a row have in common."""

    valid_from: Instant
    valid_to: Instant


class IdentityArrays(FrozenModel):
    """A query row with many entries and their device model, firmware version and image hash, as one list for each
    attribute.
    """

    numbers: Texts
    device_models: Texts
    firmware_versions: Texts
    image_hashes: Texts


class ListedEntryArrays(IdentityArrays):
    """A query row with many entries and their attributes on the published list, as one list for each attribute."""

    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts


class EntryInForceArrays(ListedEntryArrays):
    """A query row with many entries of the list that is in force. The service recorded the attributes of all of them at
    the instant `recorded`.
    """

    recorded: Instant


class RevisionArrays(ListedEntryArrays, SharedValidity):
    """A query row with list attributes of many entries that have one device model, hold over the same time, and were
    recorded at the same instant.
    """

    cpa_numbers: Texts
    cpa_dates: Texts
    recorded_from: Instant
    recorded_to: Instant


class SupersededIdentityArrays(IdentityArrays):
    """A query row with former device models, versions and image hashes of entries, with the intervals from recording
    until a correction.
    """

    recorded_from: Instants
    recorded_to: Instants


class FirstListedArrays(FrozenModel):
    """A query row with many entry numbers, and the instant of the first published list that has these entries."""

    numbers: Texts
    instant: Instant


class DeclarationInForceArrays(FrozenModel):
    """A query row with many declared Firmware Upgrade Paths in force that have their instants in common. `givens` has
    the bases of each, separated by `;`.
    """

    numbers: Texts
    ids: Texts
    kinds: DeclarationKinds
    givens: Texts
    declared: Instant
    recorded: Instant


class DeclarationArrays(SharedValidity):
    """A query row with many declared Firmware Upgrade Paths that have their instants in common. `given` has the bases,
    separated by `;`.
    """

    entries: Texts
    ids: Texts
    kinds: DeclarationKinds
    given: Texts
    declared: Instant
    recorded: Instant


class StepInForceArrays(FrozenModel):
    """A query row with many upgrade steps in force (edges from a base to a target), each with the declaration and
    acceptance that it depends on.
    """

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags


class StepArrays(StepInForceArrays, SharedValidity):
    """A query row with many upgrade steps that have their effective time in common. `listed` says for each whether the
    list includes its target.
    """

    listed: Flags


class HeldInForceArrays(FrozenModel):
    """A query row with many declared bases in force that give no step until SECAS accepts them, with the codes of the
    reason.
    """

    bases: Texts
    targets: Texts
    codes: HeldCodes


class HeldBaseArrays(HeldInForceArrays, SharedValidity):
    """A query row with many declared bases that give no step until somebody accepts them, and that have their effective
    time in common.
    """

    declarations: Texts
