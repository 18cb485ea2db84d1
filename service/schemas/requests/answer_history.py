"""The query parameters of an answer's history."""

from pydantic import Field

from service.schemas.requests.queries import THROUGH_REMOVED, EntryNumber, OptionalInstant, UndatedQuestion


class ChangesQuestion(UndatedQuestion):
    """The parameters of the history of an answer."""

    from_: EntryNumber = Field(alias="from", description="The entry that the device runs.")
    to: EntryNumber = Field(description="The entry that the device is to run.")
    since: OptionalInstant = Field(
        None, description="Only changes after this instant: an ISO date or date-time. Default: all."
    )
    through_removed: bool = Field(False, description=THROUGH_REMOVED)
