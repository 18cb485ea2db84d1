"""Whether a plan is right: what may be asked, and its answer."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.ask.answers import Settle
from service.ask.questions import AsOf, Number
from service.model.check import Checked
from service.store import check
from service.store.memory import Memory

MOST_ENTRIES = 1000


class Plan(BaseModel):
    """Entries in the order in which a meter shall run them; the first is what it runs now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: Annotated[list[Number], Field(min_length=2, max_length=MOST_ENTRIES)] = Field(
        description="The entry that the meter runs, then those that it shall run, in order.",
        examples=[["000001", "000003", "000009"]],
    )


class PlanQuestion(AsOf):
    """As of when a plan is judged, and whether steps may lead to removed entries."""

    through_removed: bool = Field(False, description="Whether steps may lead to removed entries.")


def judged(memory: Memory, settle: Settle, asked: PlanQuestion, plan: Plan) -> Checked:
    """The verdict on a plan and on each of its steps."""
    return check.plan(memory, settle(asked.at, asked.known_at), plan.steps, asked.through_removed)
