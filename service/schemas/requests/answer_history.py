"""Defines the query parameters of the history of a pathway answer."""

from pydantic import Field

from service.schemas.requests.queries import THROUGH_REMOVED, EntryNumber, OptionalInstant, UndatedQuestion


class ChangesQuestion(UndatedQuestion):
    """The query parameters for listing how the pathway answer (the route from a base to a target, or why there is none)
    changed over time.
    """

    from_: EntryNumber = Field(alias="from", description="The entry that the device runs.")
    to: EntryNumber = Field(description="The entry that the device is to run.")
    since: OptionalInstant = Field(
        None, description="Only changes after this instant: an ISO date or date-time. Default: all."
    )
    through_removed: bool = Field(False, description=THROUGH_REMOVED)
