"""Whether a plan is right: what may be asked, and its answer."""

from service.application.pathways import plans
from service.application.pathways.answers import ResolveAsOf
from service.application.pathways.graph_cache import GraphCache
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.responses.plan_check import PlanCheck


def check_plan(memory: GraphCache, settle: ResolveAsOf, asked: PlanQuestion) -> PlanCheck:
    """The verdict on a plan and on each of its steps."""
    when = settle(asked.at, asked.known_at)
    if asked.device and asked.targets:
        return plans.check_device(memory, when, asked.device.device, asked.targets, asked.through_removed)
    return plans.check_entries(memory, when, asked.steps or [], asked.through_removed)
