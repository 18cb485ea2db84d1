"""The facts (revisions, declarations, acceptances) and the rows derived from them, each with its two clocks.

The valid interval is when a fact holds in the world, the recorded interval when the service believed it. Both are
half-open (design 2).
"""

from typing import ClassVar, Literal

from service.domain.clock import Instant, Span
from service.domain.models import FrozenModel
from service.domain.names import device_model_id

DeclarationKind = Literal["bases", "none", "not-supplied"]
Band = Literal["Single Band (2.4 GHz)", "Single Band (Sub-GHz)", "Dual Band", "Single Band (frequency not stated)"]
HeldCode = Literal["other-manufacturer", "other-device-type", "other-device-model"]


class Fact(FrozenModel):
    """A fact or derived row, with its valid interval.

    `chained_later`: the fields that were added to a kind of chained row later, see `rules.records.amendment_chain`.
    """

    chained_later: ClassVar[tuple[str, ...]] = ()

    valid_from: Instant
    valid_to: Instant

    @property
    def span(self) -> Span:
        """The interval over which the fact holds in the world."""
        return Span(self.valid_from, self.valid_to)


class EntryContent(FrozenModel):
    """The 19 attributes of an entry in a list, without its number. Blank where the list is blank."""

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
        """The id of the hardware: manufacturer, model, hardware version and revision."""
        return device_model_id(self.manufacturer, self.model, self.hardware_version, self.hardware_revision)

    @property
    def listed(self) -> bool:
        """Whether the entry is on the list in the meaning of the SEC: its status is Current."""
        return self.status == "Current"

    @property
    def twin_key(self) -> tuple[str, str, str]:
        """Entries in force with equal keys are twins: one image listed twice (design 1, 4)."""
        return self.device_model, self.firmware_version, self.image_hash


CONTENT_FIELDS = tuple(EntryContent.model_fields)


class Revision(Fact, EntryContent):
    """The attributes of an entry in a list version, over an interval of each clock."""

    id: str
    entry: str
    list_version: str
    recorded_from: Instant

    @property
    def number(self) -> str:
        """The entry number, as listings name it."""
        return self.entry

    @property
    def content(self) -> EntryContent:
        """The attributes alone."""
        return EntryContent.model_construct(**{name: getattr(self, name) for name in CONTENT_FIELDS})


class Declaration(Fact):
    """The declared Firmware Upgrade Path of one target entry. `given`: its bases, with `;` between them."""

    chain_tag: ClassVar[str] = "Declaration"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "entry", "kind", "given", "amendment", "declared", "valid_from", "valid_to"
    )  # fmt: skip

    id: str
    entry: str
    kind: DeclarationKind
    given: str
    amendment: str
    declared: Instant
    recorded_from: Instant

    @property
    def bases(self) -> tuple[str, ...]:
        """The base entry numbers named, in the order given."""
        return split_bases(self.given)


class Acceptance(Fact):
    """The acceptance of a held base as a change of identity, for these two device models alone."""

    chain_tag: ClassVar[str] = "Acceptance"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "base", "target", "base_model", "target_model", "amendment", "valid_from", "valid_to"
    )  # fmt: skip

    id: str
    base: str
    target: str
    base_model: str
    target_model: str
    amendment: str
    recorded_from: Instant


class BandFact(Fact):
    """The ZigBee band that was declared for an entry beside the list. It is public."""

    chain_tag: ClassVar[str] = "BandTold"
    chained: ClassVar[tuple[str, ...]] = ("id", "entry", "band", "amendment", "valid_from", "valid_to")

    id: str
    entry: str
    band: Band
    amendment: str
    recorded_from: Instant


class DerivedStep(Fact):
    """Derived: one upgrade step from a base to a target.

    `by_twin`: the declared pair is another one, of which these two are twins.
    """

    base: str
    target: str
    listed: bool
    declaration: str
    acceptance: str
    by_twin: bool
    identity_change: bool


class DerivedHeldBase(Fact):
    """Derived: a declared base that gives no step until an amendment accepts it by name."""

    base: str
    target: str
    code: HeldCode
    declaration: str


def split_bases(given: str) -> tuple[str, ...]:
    """The bases in the stored text of a declaration."""
    return tuple(given.split(";")) if given else ()
