"""The audit of restricted data: who read or wrote what, in a chain of hashes that nobody can change unseen."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page

Act = Literal["read", "write"]


class AuditRecord(ResponseModel):
    """One reading or writing of restricted data."""

    number: int = Field(description="Its place in the audit, from 1 on, without a gap.")
    recorded: Instant
    who: str
    role: str
    organisation: str
    act: Act
    asked: str = Field(description="What was asked, or what was to be written.")
    entries: int = Field(description="Of how many entries something was told or written.")
    hash: str = Field(description="SHA-256 over the record before it and all of this one.")


class AuditPage(Page[AuditRecord]):
    """A page of the audit, as it was before this reading of it, which is recorded too."""

    records: int = Field(description="How many records there are.")
    head: str = Field(description="The hash of the last one: keep it, and nothing before it can be changed unseen.")
    zigbee_head: str = Field(description="The head of the chain of the amendments to restricted data.")
