"""A receipt: what the service said, so that whoever was told can prove it later (design 5)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from service.domain.clock import Instant, iso, parse_instant
from service.domain.outcomes import Outcome, ReasonCode
from service.schemas.base import ResponseModel


def _as_written(value: Any) -> Any:
    """An instant in the one spelling that is signed: another of the same instant would be another text."""
    if not isinstance(value, str):
        return value
    found = parse_instant(value[:40])
    if iso(found) != value:
        raise ValueError(f"{value[:40]!r} is not written as receipts have it, such as 2026-01-31T00:00:00Z")
    return found


SignedInstant = Annotated[Instant, BeforeValidator(_as_written)]
SignedEntryNumber = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
RulesVersion = Annotated[int, Field(ge=1, le=1_000_000)]

FORMAT = 2
"""The format of the receipts that are given. Those of format 1 have no field `format`."""
ADDED: dict[int, tuple[str, ...]] = {2: ("format",)}
"""The fields that each format added. Each has a default in `SignedContent`, since earlier receipts lack the field."""


class StrictModel(ResponseModel, strict=True):
    """A part of a receipt. No value is converted to another type when a receipt is read."""


class ReceiptQuestion(StrictModel):
    """What was asked."""

    from_: SignedEntryNumber = Field(alias="from")
    to: SignedEntryNumber
    through_removed: bool
    alternatives: int = Field(ge=0, le=10, description="How many more pathways were asked for.")


class ReceiptStep(StrictModel):
    """A step, with what was to be sent."""

    base: SignedEntryNumber
    target: SignedEntryNumber
    image_hash: str | None = Field(pattern=r"^[0-9A-F]{1,128}$")


Steps = Annotated[list[ReceiptStep], Field(fail_fast=True)]


class SignedContent(StrictModel):
    """All that is signed but the name of the key.

    A receipt has the fields of its own format and no others, and is verified by these: a field that a later format
    adds is no part of what earlier receipts are signed over.
    """

    format: Annotated[int, Field(ge=2, le=FORMAT)] | SkipJsonSchema[None] = Field(
        None, description="The format of the receipt, 2. Receipts of the first format have no such field."
    )
    rules: RulesVersion = Field(description="The version of the rules that answered.")
    question: ReceiptQuestion
    at: SignedInstant
    known_at: SignedInstant
    list_version: str = Field(pattern=r"^[0-9]{1,4}\.[0-9]{1,6}$")
    outcome: Outcome
    steps: Steps
    alternatives: Annotated[list[Steps], Field(fail_fast=True)]
    reasons: Annotated[list[ReasonCode], Field(fail_fast=True, max_length=100)]
    head: str = Field(pattern=r"^[0-9a-f]{64}$", description="The head of the chain of amendments, as of `known_at`.")

    @model_validator(mode="after")
    def _fields_of_its_format(self) -> Self:
        own = self.format or 1
        for number, names in ADDED.items():
            for name in names:
                if (name in self.model_fields_set) != (number <= own):
                    raise ValueError(f"a receipt of format {own} has {'a' if number <= own else 'no'} field `{name}`")
        return self


class Receipt(SignedContent):
    """What was asked and answered, signed: Ed25519 over the canonical JSON of everything but the signature.

    Canonical is: names sorted, no white space, UTF-8 (RFC 8785 gives the same bytes).
    """

    key: str = Field(pattern=r"^[0-9a-f]{16}$", description="The id of the key: see `GET /v1/receipts/key`.")
    signature: str = Field(pattern=r"^[A-Za-z0-9+/]{86}==$", description="Base64 of the 64 bytes.")


class PublicKey(ResponseModel):
    """A key by which receipts are verified, offline too."""

    key: str = Field(description="Its id: the first 16 hex digits of the SHA-256 of the raw public key.")
    pem: str
    raw: str = Field(description="The 32 bytes, in hex.")


class ReceiptKeys(ResponseModel):
    """The key that signs now, and the former ones, whose receipts stay good."""

    current: PublicKey
    former: list[PublicKey]


class ReceiptDifference(ResponseModel):
    """One thing that the receipt says, and what is answered now to the same question as known then."""

    field: str
    then: Any
    now: Any


ReceiptResult = Literal["same", "differs", "older-rules", "newer-rules", "not-ours"]
ReceiptFault = Literal["unknown-key", "bad-signature"]


class ReceiptVerdict(ResponseModel):
    """Whether the service gave this receipt, and whether it still says so.

    `same`: signed here, and answered alike. `differs`: signed here, and answered otherwise. `older-rules`,
    `newer-rules`: signed here by other rules; `same` tells whether these answer alike. `not-ours`: not signed here as
    it stands, so nothing was recomputed.
    """

    result: ReceiptResult
    reason: ReceiptFault | None = Field(description="Why it is not ours.")
    same: bool | None = Field(description="Whether today's rules answer alike; null where it is not ours.")
    differences: list[ReceiptDifference]
    text: str
