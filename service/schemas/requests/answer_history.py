"""The query parameters of an answer's history."""

from pydantic import Field

from service.schemas.requests.queries import EntryNumber, UndatedQuestion
from service.schemas.requests.queries import OptionalInstant as AskedInstant


class ChangesQuestion(UndatedQuestion):
    """How did the answer change?"""

    from_: EntryNumber = Field(alias="from")
    to: EntryNumber
    since: AskedInstant = Field(None, description="Only what changed after it: ISO date or date-time. Default: all.")
    through_removed: bool = Field(False, description="Whether steps may lead to removed entries.")
