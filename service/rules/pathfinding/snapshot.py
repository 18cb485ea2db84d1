"""The facts in force at one instant: the entries of some device models, and the upgrade steps into these entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from service.domain.clock import BEGINNING
from service.domain.facts import DeclarationKind, FirmwareIdentity, HeldCode, split_bases

ConfirmedIdentities = tuple[FirmwareIdentity, FirmwareIdentity]
"""Device model, firmware version and image hash of a base, and those of its target."""
ConfirmedPair = tuple[tuple[str, str], ConfirmedIdentities]
"""A base and its target, and the identities of both for which somebody confirmed the base."""


class Step(NamedTuple):
    """A firmware upgrade from a base entry to a target entry, as the service derives it from declarations (design 4).

    `declaration` is the id of the declaration that names the base. `acceptance` is the id of the acceptance that the
    step needs, or blank. `by_twin`: the declaration names other entries that carry the same images. `listed`: the
    target has the status Current while the step is in force.
    """

    base: str
    target: str
    declaration: str = ""
    acceptance: str = ""
    by_twin: bool = False
    listed: bool = True


class HeldPair(NamedTuple):
    """A declared base and its target, between which there is no upgrade step until somebody accepts the base by name.
    `code` is the reason.
    """

    base: str
    target: str
    code: HeldCode
    declaration: str = ""


@dataclass(frozen=True, slots=True)
class DeclarationInForce:
    """The declared Firmware Upgrade Path that is in force for one entry.

    `given` has the base numbers with `;` between them. `declared` is the instant of the first amendment with this
    declaration, `recorded` the instant at which the service recorded the present row.
    """

    id: str = ""
    kind: DeclarationKind = "not-supplied"
    given: str = ""
    declared: datetime = BEGINNING
    recorded: datetime = BEGINNING

    @property
    def bases(self) -> tuple[str, ...]:
        """Returns the entry numbers of the declared bases."""
        return split_bases(self.given)


_NOT_SUPPLIED = DeclarationInForce()


class EntryInForce(NamedTuple):
    """An entry of the CPL with its attributes in the list in force, and its declaration."""

    number: str
    device_model: str
    firmware_version: str
    image_hash: str
    status: str = "Current"
    manufacturer: str = ""
    device_type: str = ""
    descriptor: str = ""
    cpa_number: str = ""
    cpa_date: str = ""
    recorded: datetime = BEGINNING
    declared: DeclarationInForce = _NOT_SUPPLIED

    def with_declaration(self, declaration: DeclarationInForce) -> "EntryInForce":
        """Returns a copy of the entry that has the declaration given."""
        return EntryInForce(*self[:-1], declaration)

    @property
    def listed(self) -> bool:
        """Returns whether the entry is on the CPL in the meaning of the SEC: its status is Current."""
        return self.status == "Current"

    @property
    def identity(self) -> FirmwareIdentity:
        """Returns device model, firmware version and image hash. Entries are twins if these three are equal."""
        return self.device_model, self.firmware_version, self.image_hash


@dataclass(frozen=True, slots=True)
class RecordedIdentity:
    """A superseded record of the device model, firmware version and image hash that an entry has at one effective time,
    with the interval from its recording until a later record replaced it.
    """

    recorded_from: datetime
    recorded_to: datetime
    identity: FirmwareIdentity


@dataclass(frozen=True)
class Snapshot:
    """All facts that can affect a pathway answer (the route between two entries, or why there is none) at one effective
    time, as recorded until one instant (design 2).

    `beliefs` has the superseded identities (device model, version and image hash) of each entry. `accepted` has, by the
    id of each acceptance, the instant at which the service recorded it. `confirmed` has, by base and target, the
    identities of both ends for which somebody confirmed the base. `names` has the names of manufacturers by code.
    """

    entries: dict[str, EntryInForce]
    steps: list[Step]
    held: list[HeldPair] = field(default_factory=list)
    beliefs: Mapping[str, Sequence[RecordedIdentity]] = field(default_factory=dict)
    accepted: dict[str, datetime] = field(default_factory=dict)
    confirmed: Mapping[tuple[str, str], Sequence[ConfirmedIdentities]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def with_held_accepted(self) -> "Snapshot":
        """Returns the facts that would result if somebody accepted every declared base that gives no step without
        acceptance.
        """
        steps = [Step(pair.base, pair.target, pair.declaration) for pair in self.held]
        return replace(self, steps=[*self.steps, *steps], held=[])

    def is_confirmed(self, base: "EntryInForce", target: "EntryInForce") -> bool:
        """Returns whether somebody confirmed the base of a target for what both entries are now."""
        return (base.identity, target.identity) in self.confirmed.get((base.number, target.number), ())

    def identity_at(self, entry: str, known_at: datetime) -> FirmwareIdentity | None:
        """Returns device model, firmware version and image hash that the service had recorded for an entry at an
        earlier instant, or None.
        """
        identities = (
            belief.identity
            for belief in self.beliefs.get(entry, ())
            if belief.recorded_from <= known_at < belief.recorded_to
        )
        return next(identities, None)
