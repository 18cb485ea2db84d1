"""The facts in force at one instant: the entries of some device models, and the steps into these entries."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from service.domain.clock import BEGINNING
from service.domain.facts import DeclarationKind, HeldCode, split_bases

FirmwareIdentity = tuple[str, str, str]


class Step(NamedTuple):
    """A step derived from declarations (design 4).

    `declaration` is the id of the declaration that gives the step, `acceptance` the id of the acceptance that the step
    needs, or blank. `listed`: whether the target is on the list while the step is in force.
    """

    base: str
    target: str
    declaration: str = ""
    acceptance: str = ""
    by_twin: bool = False
    listed: bool = True


class HeldPair(NamedTuple):
    """A declared base that is held: it gives no step until somebody accepts it by name."""

    base: str
    target: str
    code: HeldCode
    declaration: str = ""


@dataclass(frozen=True, slots=True)
class DeclarationInForce:
    """The declaration in force for an entry.

    `declared` is the instant of the first amendment with this declaration, `recorded` the instant of this row.
    """

    id: str = ""
    kind: DeclarationKind = "not-supplied"
    given: str = ""
    declared: datetime = BEGINNING
    recorded: datetime = BEGINNING

    @property
    def bases(self) -> tuple[str, ...]:
        """The entry numbers of the declared bases."""
        return split_bases(self.given)


_NOT_SUPPLIED = DeclarationInForce()


class EntryInForce(NamedTuple):
    """An entry with its content in the list in force, and its declaration."""

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
        """The same entry with this declaration."""
        return EntryInForce(*self[:-1], declaration)

    @property
    def listed(self) -> bool:
        """Whether the entry is on the CPL in the sense of the SEC: its status is Current."""
        return self.status == "Current"

    @property
    def identity(self) -> FirmwareIdentity:
        """Device model, firmware version and image hash: the same for all twins."""
        return self.device_model, self.firmware_version, self.image_hash


@dataclass(frozen=True, slots=True)
class IdentityBelief:
    """The identity that was recorded for an entry over an interval of recorded time, for one fixed `at`."""

    recorded_from: datetime
    recorded_to: datetime
    identity: FirmwareIdentity


@dataclass(frozen=True)
class Snapshot:
    """All facts that can affect an answer at one valid time and one recorded time (design 2).

    `beliefs` has the earlier recorded identities by entry, `accepted` the recorded instants of acceptances by id.
    """

    entries: dict[str, EntryInForce]
    steps: list[Step]
    held: list[HeldPair] = field(default_factory=list)
    beliefs: dict[str, list[IdentityBelief]] = field(default_factory=dict)
    accepted: dict[str, datetime] = field(default_factory=dict)

    def with_held_accepted(self) -> "Snapshot":
        """The snapshot that would result if every held base were accepted by name."""
        steps = [Step(pair.base, pair.target, pair.declaration) for pair in self.held]
        return replace(self, steps=[*self.steps, *steps], held=[])

    def identity_at(self, entry: str, known_at: datetime) -> FirmwareIdentity | None:
        """The identity that was recorded for an entry at an earlier recorded instant, or None."""
        identities = (
            belief.identity
            for belief in self.beliefs.get(entry, ())
            if belief.recorded_from <= known_at < belief.recorded_to
        )
        return next(identities, None)
