"""What may be asked in a query string. Unknown parameters are errors; values come out in the list's spelling."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from service.model.clock import Instant, parse_instant
from service.model.names import entry_number, hex_digits, hex_word
from service.store.entries import Filters

Number = Annotated[
    str,
    AfterValidator(entry_number),
    Field(max_length=20, description="An entry number, 1 to 6 digits.", examples=["000001"]),
]
Moment = Annotated[
    Instant,
    BeforeValidator(lambda value: parse_instant(value) if isinstance(value, str) else value),
]


def _hexes(*counts: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        faults = []
        for count in counts:
            try:
                return hex_digits(value, count)
            except ValueError as wrong:
                faults.append(str(wrong))
        raise ValueError(faults[0])

    return read


def _hex(*counts: int) -> AfterValidator:
    """Hex digits in any spelling; blank asks for nothing."""
    return AfterValidator(lambda value: _hexes(*counts)(value) if value.strip() else "")


class AsOf(BaseModel):
    """The two clocks of a question (design 2)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Moment | None = Field(None, description="When it holds: ISO date or date-time. Default: `known_at`, else now.")
    known_at: Moment | None = Field(None, description="As known when: ISO date or date-time. Default: now.")


class KnownAt(BaseModel):
    """Which list versions were known, in pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    known_at: Moment | None = Field(None, description="As known when: ISO date or date-time. Default: now.")
    limit: int = Field(100, ge=1, le=1000, description="Most items of a page.")
    cursor: str = Field("", max_length=20, description="`next` of the page before: a list version.")


class PathwayQuestion(AsOf):
    """From one entry to another."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    from_: Number = Field(alias="from")
    to: Number
    through_removed: bool = Field(False, description="Whether steps may lead to removed entries.")


class Paged(AsOf):
    """A question answered in pages."""

    limit: int = Field(100, ge=1, le=1000, description="Most items of a page.")
    cursor: str = Field("", max_length=2000, description="`next` of the page before.")


class ReachQuestion(Paged):
    """All that can be reached, or that can reach."""

    through_removed: bool = Field(False, description="Whether steps may lead to removed entries.")


class SearchQuestion(Paged):
    """Entries by any of these; a blank filter lets all pass."""

    number: str = Field("", max_length=20)
    status: Literal["", "Current", "Removed"] = ""
    device_type: str = Field("", max_length=100)
    manufacturer: Annotated[str, _hex(4)] = Field("", max_length=20, description="Four hex digits, `106C` or `10:6C`.")
    device_model: str = Field("", max_length=40, description="`433100AC` as DUIS has it, or `106C-433100AC`.")
    firmware_version: Annotated[str, _hex(8)] = Field("", max_length=40)
    image_hash: Annotated[str, _hex(64)] = Field("", max_length=200, description="SHA-256 in any spelling.")
    certificate: str = Field("", max_length=100, description="The number of a CPA, DLMS or ZSE certificate.")
    q: str = Field("", max_length=200, description="Words, all of which the list must say of the entry.")

    @property
    def filters(self) -> Filters:
        """The filters in the list's own spelling. Raises ValueError."""
        model = self.device_model.strip()
        return Filters(
            number=entry_number(self.number) if self.number.strip() else "",
            status=self.status,
            device_type=self.device_type.strip().lower(),
            manufacturer=self.manufacturer,
            device_model=_device_model(model) if model else "",
            firmware_version=self.firmware_version,
            image_hash=self.image_hash,
            certificate=self.certificate.strip(),
            words=tuple(hex_word(word) for word in self.q.lower().split()),
        )


def _device_model(text: str) -> str:
    bare = _hexes(8, 12)(text)
    return f"-{bare}" if len(bare) == 8 else f"{bare[:4]}-{bare[4:]}"
