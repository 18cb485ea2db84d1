"""What Cypher fetched for a question: the entries of the device models concerned, and the steps into them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from service.domain.clock import BEGINNING
from service.domain.facts import DeclarationKind, HeldCode, split_bases

FirmwareIdentity = tuple[str, str, str]


class Step(NamedTuple):
    """A derived step. `declaration` is the one that gives it, `acceptance` empty where none was needed.

    `listed`: whether its target is on the list while the step is in force.
    """

    base: str
    target: str
    declaration: str = ""
    acceptance: str = ""
    by_twin: bool = False
    listed: bool = True


class HeldPair(NamedTuple):
    """A declared base that gives no step until it is accepted by name."""

    base: str
    target: str
    code: HeldCode
    declaration: str = ""


@dataclass(frozen=True, slots=True)
class DeclarationInForce:
    """The declaration in force for an entry; `declared` is when it was first said, `recorded` when this row was."""

    id: str = ""
    kind: DeclarationKind = "not-supplied"
    given: str = ""
    declared: datetime = BEGINNING
    recorded: datetime = BEGINNING

    @property
    def bases(self) -> tuple[str, ...]:
        """The bases named."""
        return split_bases(self.given)


_BLANK = DeclarationInForce()


class EntryInForce(NamedTuple):
    """An entry as the list in force has it, with its declaration."""

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
    declared: DeclarationInForce = _BLANK

    def with_declaration(self, said: DeclarationInForce) -> "EntryInForce":
        """The same entry with this declaration."""
        return EntryInForce(*self[:-1], said)

    @property
    def listed(self) -> bool:
        """Whether the entry is on the list with the SEC's meaning."""
        return self.status == "Current"

    @property
    def identity(self) -> FirmwareIdentity:
        """What makes it the firmware it is; also the key of its twins."""
        return self.device_model, self.firmware_version, self.image_hash


@dataclass(frozen=True, slots=True)
class IdentityBelief:
    """What was believed of an entry's identity over a stretch of recorded time, for one and the same `at`."""

    recorded_from: datetime
    recorded_to: datetime
    identity: FirmwareIdentity


@dataclass(frozen=True)
class Snapshot:
    """Everything that may bear on a question, as of both clocks."""

    entries: dict[str, EntryInForce]
    steps: list[Step]
    held: list[HeldPair] = field(default_factory=list)
    beliefs: dict[str, list[IdentityBelief]] = field(default_factory=dict)
    accepted: dict[str, datetime] = field(default_factory=dict)

    def with_held_accepted(self) -> "Snapshot":
        """The same, as it would be if every held base were accepted by name."""
        steps = [Step(one.base, one.target, one.declaration) for one in self.held]
        return replace(self, steps=[*self.steps, *steps], held=[])

    def identity_at(self, entry: str, then: datetime) -> FirmwareIdentity | None:
        """The entry's identity as it was believed at an earlier recorded instant."""
        held = (b.identity for b in self.beliefs.get(entry, ()) if b.recorded_from <= then < b.recorded_to)
        return next(held, None)
