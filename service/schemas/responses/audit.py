"""Defines the audit of restricted ZigBee data: records of who read or wrote which data. Each record contains the hash
of the record before, so that a change of any record can be detected.
"""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import Page, ResponseModel

Act = Literal["read", "write"]


class AuditRecord(ResponseModel):
    """The record of one access to restricted ZigBee data."""

    number: int = Field(description="The position in the audit, from 1, without gaps.")
    recorded: Instant
    who: str
    role: str
    organisation: str
    act: Act
    asked: str = Field(description="The question, or the change that was requested.")
    entries: int = Field(description="The number of entries that were read or written.")
    hash: str = Field(description="SHA-256 over the previous record's hash and this record.")


class AuditPage(Page[AuditRecord]):
    """A page of the audit (who read or wrote restricted ZigBee data). The service records the request for this page
    too; that record is not on the page.
    """

    records: int = Field(description="The number of all records.")
    head: str = Field(
        description="The hash of the last record. Keep a copy: it proves that no earlier record was changed."
    )
    zigbee_head: str = Field(description="The head of the chain of the amendments to restricted data.")
