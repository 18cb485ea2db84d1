"""The facts (list attributes of entries, declarations, acceptances of bases) and the rows derived from them, each with
two intervals of time.

The interval of effective time is when a fact holds in the world. The interval of recorded time begins when the service
recorded the fact, and ends when a later record superseded it. Both are half-open (design 2).
"""

from typing import ClassVar, Literal

from service.domain.clock import Instant, Span
from service.domain.frozen_model import FrozenModel
from service.domain.names import device_model_id

DeclarationKind = Literal["bases", "none", "not-supplied"]
Band = Literal["Single Band (2.4 GHz)", "Single Band (Sub-GHz)", "Dual Band", "Single Band (frequency not stated)"]
FirmwareIdentity = tuple[str, str, str]
"""Device model, firmware version and image hash of an entry. Entries of which all three are equal are twins."""
HeldCode = Literal["other-manufacturer", "other-device-type", "other-device-model"]


class Fact(FrozenModel):
    """A fact or derived row, with the interval of effective time (`valid_from` to `valid_to`) during which it holds in
    the world.

    `chained_later` has the fields that a later version added to a kind of row whose values a hash covers, see
    `rules.records.amendment_chain`.
    """

    chained_later: ClassVar[tuple[str, ...]] = ()

    valid_from: Instant
    valid_to: Instant

    @property
    def span(self) -> Span:
        """Returns the interval of effective time during which the fact holds in the world."""
        return Span(self.valid_from, self.valid_to)


class AmendedFact(Fact):
    """A fact that an amendment (a recorded change of declarations) made, with its key and the instant at which the
    service recorded it.
    """

    id: str
    amendment: str
    recorded_from: Instant


class RecordedEnd(FrozenModel):
    """The instant at which a later record superseded a fact."""

    recorded_to: Instant


class EntryContent(FrozenModel):
    """The 19 attributes of an entry on a list, without its number. An attribute is blank if the list has none."""

    status: str
    device_type: str
    manufacturer: str
    model: str
    hardware_version: str
    hardware_revision: str
    firmware_version: str
    smets_chts_version: str = ""
    gbcs_version: str = ""
    cpa_number: str = ""
    cpa_characteristics: str = ""
    cpa_date: str = ""
    dlms_number: str = ""
    dlms_version: str = ""
    zse_number: str = ""
    zse_version: str = ""
    image_creator: str = ""
    image_hash: str = ""
    image_descriptor: str = ""

    @property
    def device_model(self) -> str:
        """Returns the id of the device model: manufacturer, model, hardware version and hardware revision."""
        return device_model_id(self.manufacturer, self.model, self.hardware_version, self.hardware_revision)

    @property
    def listed(self) -> bool:
        """Returns whether the entry is on the list in the meaning of the SEC: its status is Current."""
        return self.status == "Current"

    @property
    def twin_key(self) -> FirmwareIdentity:
        """Returns device model, firmware version and image hash. Entries are twins if these three are equal (design 1,
        4).
        """
        return self.device_model, self.firmware_version, self.image_hash


CONTENT_FIELDS = tuple(EntryContent.model_fields)


class Revision(Fact, EntryContent):
    """The attributes of an entry on one list version, with the time when they hold and the time when the service
    recorded and superseded them.
    """

    id: str
    entry: str
    list_version: str
    recorded_from: Instant

    @property
    def number(self) -> str:
        """Returns the entry number, under the name that listings of entries use."""
        return self.entry

    @property
    def content(self) -> EntryContent:
        """Returns the attributes of the entry alone, without the intervals of time."""
        return EntryContent.model_construct(**{name: getattr(self, name) for name in CONTENT_FIELDS})


class Declaration(AmendedFact):
    """The declared Firmware Upgrade Path of one target entry. `given` has its base entries with `;` between them.

    `evidence` is blank where the evidence of the amendment counts.
    """

    chain_tag: ClassVar[str] = "Declaration"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "entry", "kind", "given", "amendment", "declared", "valid_from", "valid_to"
    )  # fmt: skip
    chained_later: ClassVar[tuple[str, ...]] = ("evidence",)

    entry: str
    kind: DeclarationKind
    given: str
    declared: Instant
    evidence: str = ""

    @property
    def bases(self) -> tuple[str, ...]:
        """Returns the entry numbers of the declared bases, in the order given."""
        return split_bases(self.given)


class Acceptance(AmendedFact):
    """The decision to accept an upgrade from a base to a target of another device model.

    The decision names both device models. It has no effect while one of the two entries has another device model.
    `evidence` is blank where the evidence of the amendment counts.
    """

    chain_tag: ClassVar[str] = "Acceptance"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "base", "target", "base_model", "target_model", "amendment", "valid_from", "valid_to"
    )  # fmt: skip
    chained_later: ClassVar[tuple[str, ...]] = ("evidence",)

    base: str
    target: str
    base_model: str
    target_model: str
    evidence: str = ""


class Confirmation(AmendedFact):
    """The statement that a declared base is still right for a target, made for what both ends were at that moment.

    The statement names device model, firmware version and image hash of both ends. It has no effect while one of the
    two ends has others. `evidence` is blank where the evidence of the amendment counts.
    """

    chain_tag: ClassVar[str] = "Confirmation"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "base", "target", "base_model", "base_version", "base_hash", "target_model", "target_version",
        "target_hash", "evidence", "amendment", "valid_from", "valid_to",
    )  # fmt: skip

    base: str
    target: str
    base_model: str
    base_version: str
    base_hash: str
    target_model: str
    target_version: str
    target_hash: str
    evidence: str = ""

    @property
    def confirmed(self) -> tuple[tuple[str, str], tuple[FirmwareIdentity, FirmwareIdentity]]:
        """Returns base and target, and the identities of both."""
        return (self.base, self.target), self.identities

    @property
    def identities(self) -> tuple[FirmwareIdentity, FirmwareIdentity]:
        """Returns device model, firmware version and image hash of the base, and those of the target."""
        base = self.base_model, self.base_version, self.base_hash
        return base, (self.target_model, self.target_version, self.target_hash)


class BandFact(AmendedFact):
    """The ZigBee band of an entry, from a declaration and not from the list. Everybody may see the band."""

    chain_tag: ClassVar[str] = "BandTold"
    chained: ClassVar[tuple[str, ...]] = ("id", "entry", "band", "amendment", "valid_from", "valid_to")

    entry: str
    band: Band


class ManufacturerName(AmendedFact):
    """The name of the company behind a manufacturer code. Several codes may have one name. Everybody may see it.

    `name` is blank where somebody recorded that the code has no name. `list_version` is the list whose notes give the
    name, and blank for a name that somebody recorded by hand.
    """

    chain_tag: ClassVar[str] = "ManufacturerName"
    chained: ClassVar[tuple[str, ...]] = ("id", "code", "name", "list_version", "amendment", "valid_from", "valid_to")

    code: str
    name: str
    list_version: str


class DerivedStep(Fact):
    """A derived row: one upgrade step from a base entry to a target entry.

    `by_twin`: the declaration names other entries, which carry the same images as these two.
    """

    base: str
    target: str
    listed: bool
    declaration: str
    acceptance: str
    by_twin: bool
    identity_change: bool


class DerivedHeldBase(Fact):
    """A derived row: a declared base that gives no upgrade step until an amendment accepts it by name."""

    base: str
    target: str
    code: HeldCode
    declaration: str


def split_bases(given: str) -> tuple[str, ...]:
    """Returns the entry numbers of the bases in the stored text of a declaration, which has `;` between them."""
    return tuple(given.split(";")) if given else ()
