"""Defines receipts: signed pathway answers, by which a caller can later prove what the service answered (design 5)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from service.domain.clock import Instant, iso, parse_instant
from service.domain.outcomes import Outcome, ReasonCode
from service.schemas.base import ResponseModel
from service.schemas.responses.holds_until import EffectiveDateCause


def _as_written(value: Any) -> Any:
    """Returns the instant in a receipt. Raises ValueError for any spelling but the signed one, because the signature
    covers the text.
    """
    if not isinstance(value, str):
        return value
    instant = parse_instant(value[:40])
    if iso(instant) != value:
        raise ValueError(f"{value[:40]!r} is not in the form of receipts, such as 2026-01-31T00:00:00Z")
    return instant


SignedInstant = Annotated[Instant, BeforeValidator(_as_written)]
SignedEntryNumber = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
SignedListVersion = Annotated[str, Field(pattern=r"^[0-9]{1,4}\.[0-9]{1,6}$")]
SignedHead = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ReceiptKey = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
ReceiptSignature = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{86}==$")]
RulesVersion = Annotated[int, Field(ge=1, le=1_000_000)]

FORMAT = 3
"""The format number of new receipts. Receipts of format 1 have no field `format`."""
ADDED: dict[int, tuple[str, ...]] = {2: ("format",), 3: ("holds_until",)}
"""Maps a format number to the fields that this format added. Each of them has a default in `SignedContent`, because
receipts of earlier formats lack the field.
"""


class StrictModel(ResponseModel, strict=True):
    """The base class of the parts of a receipt (a signed pathway answer). Validation converts no value to another type,
    because the signature covers the values as written.
    """


class ReceiptQuestion(StrictModel):
    """The pathway question to whose answer a receipt (a signature) belongs."""

    from_: SignedEntryNumber = Field(alias="from")
    to: SignedEntryNumber
    through_removed: bool
    alternatives: int = Field(ge=0, le=10, description="The number of further pathways that the question asked for.")


class ReceiptStep(StrictModel):
    """An upgrade step in a receipt (a signed pathway answer), with the hash of the image."""

    base: SignedEntryNumber
    target: SignedEntryNumber
    image_hash: str | None = Field(pattern=r"^[0-9A-F]{1,128}$")


class SignedCause(EffectiveDateCause, StrictModel):
    """The date that ends the time for which a signed pathway answer holds."""

    list_version: SignedListVersion | None


class SignedHoldsUntil(StrictModel):
    """The end of the time for which a signed pathway answer holds: the instant, the outcome from then on, the cause."""

    at: SignedInstant = Field(description="The first instant at which the answer is another one.")
    outcome: Outcome = Field(description="The outcome from that instant on.")
    cause: SignedCause = Field(description="Why the answer changes: always a date, since `known_at` is fixed.")


Steps = Annotated[list[ReceiptStep], Field(fail_fast=True)]


class SignedContent(StrictModel):
    """The signed fields of a receipt (a signed pathway answer), without the id of the key.

    A receipt must have exactly the fields of its own format: the signature of an earlier receipt does not cover a field
    that a later format added.
    """

    format: Annotated[int, Field(ge=2, le=FORMAT)] | SkipJsonSchema[None] = Field(
        None, description="The format of the receipt, 3. Receipts of the first format have no such field."
    )
    rules: RulesVersion = Field(description="The version of the rules that computed the answer.")
    question: ReceiptQuestion
    at: SignedInstant
    known_at: SignedInstant
    list_version: SignedListVersion
    outcome: Outcome
    steps: Steps
    alternatives: Annotated[list[Steps], Field(fail_fast=True)]
    reasons: Annotated[list[ReasonCode], Field(fail_fast=True, max_length=100)]
    holds_until: SignedHoldsUntil | None = Field(
        None, description="Until when the answer holds. Receipts of formats 1 and 2 have no such field."
    )
    head: SignedHead = Field(description="The head of the chain of amendments, as of `known_at`.")

    @model_validator(mode="after")
    def _fields_of_its_format(self) -> Self:
        own = self.format or 1
        for number, names in ADDED.items():
            for name in names:
                if (name in self.model_fields_set) != (number <= own):
                    raise ValueError(f"a receipt of format {own} has {'a' if number <= own else 'no'} field `{name}`")
        return self


class Receipt(SignedContent):
    """A pathway question and its answer with an Ed25519 signature over the canonical JSON of all other fields.

    Canonical JSON has sorted names and no white space, in UTF-8 (RFC 8785 gives the same bytes).
    """

    key: ReceiptKey = Field(description="The id of the key: see `GET /v1/receipts/key`.")
    signature: ReceiptSignature = Field(description="Base64 of the 64 bytes.")


class PublicKey(ResponseModel):
    """A public key with which anybody can verify receipts (signed pathway answers), even without the service."""

    key: str = Field(description="The id: the first 16 hex digits of the SHA-256 of the raw public key.")
    pem: str
    raw: str = Field(description="The 32 bytes, in hex.")


class ReceiptKeys(ResponseModel):
    """The key that signs receipts (signed pathway answers) now, and the former keys, which still verify the receipts
    that they signed.
    """

    current: PublicKey
    former: list[PublicKey]


class ReceiptDifference(ResponseModel):
    """A field of a receipt (a signed pathway answer) whose value differs from the answer that the service computes
    today for the same question and instants.
    """

    field: str
    then: Any
    now: Any


ReceiptResult = Literal["same", "differs", "older-rules", "newer-rules", "not-ours"]
ReceiptFault = Literal["unknown-key", "bad-signature"]


class ReceiptVerdict(ResponseModel):
    """The result of verifying a receipt (a signed pathway answer): whether this service signed it, and whether it
    computes the same answer today.

    `same`: signed here, and today's answer is equal. `differs`: signed here, and today's answer is another one.
    `older-rules`, `newer-rules`: signed here under another version of the rules; the field `same` states whether
    today's answer is equal. `not-ours`: not signed here, or altered since; the service did not compute an answer.
    """

    id: str = Field(
        description="The id of the receipt, which a batch as CSV names: the first 32 hex digits of the SHA-256 of the "
        "canonical JSON of all its fields except the signature."
    )
    result: ReceiptResult
    reason: ReceiptFault | None = Field(description="Why the receipt is `not-ours`.")
    same: bool | None = Field(description="Whether today's answer is equal; null for `not-ours`.")
    differences: list[ReceiptDifference]
    text: str
