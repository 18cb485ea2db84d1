"""Plans judged, as of both clocks, all entries of a plan in one terrain."""

from collections.abc import Sequence

from service.application.pathways import device_answer
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.devices import Device
from service.rules.answers import plan_check
from service.rules.answers.pathway import latest_recorded
from service.rules.answers.question import Question, QuestionContext
from service.schemas.responses.devices import Resolution
from service.schemas.responses.plan_check import PlanCheck, PlanVerdict


def check_entries(memory: GraphCache, moment: AsOf, entries: Sequence[str], through_removed: bool) -> PlanCheck:
    """Whether the steps of a plan are right. Raises EntryNotFound for a number that no list known then has."""
    asking = _PlanQuestions(memory, moment, entries, through_removed)
    return asking.answer(plan_check.judge_plan(entries, asking), entries)


def check_device(
    memory: GraphCache, moment: AsOf, device: Device, targets: Sequence[str], through_removed: bool
) -> PlanCheck:
    """The same for a device as the inventory names it: one verdict if all that it may run has the same."""
    runs = device_answer.resolve_device(memory, moment, device, targets[0], through_removed)
    starts = [match.number for match in runs.matches]
    asking = _PlanQuestions(memory, moment, [*starts, *targets], through_removed)
    plans = [plan_check.judge_plan([start, *targets], asking) for start in starts]
    return asking.answer(plan_check.judge_device_plans(plans, starts, runs.advice), [*starts, *targets], runs)


class _PlanQuestions:
    """Questions about some entries as of a moment."""

    def __init__(self, memory: GraphCache, moment: AsOf, entries: Sequence[str], through_removed: bool) -> None:
        memory.prefetch(entries, moment.known_at)
        self._terrain = memory.temporal_graph(entries, moment.known_at)
        self._moment = moment
        self._through_removed = through_removed

    def __call__(self, base: str, target: str) -> QuestionContext:
        when = self._moment
        return QuestionContext(Question(base, target, when.at, when.known_at, self._through_removed), self._terrain)

    def answer(self, found: PlanVerdict, entries: Sequence[str], device: Resolution | None = None) -> PlanCheck:
        """The judgement with what every answer says."""
        recorded = (latest_recorded(self(entry, entry)) for entry in dict.fromkeys(entries))
        latest = max((when for when in recorded if when), default=None)
        return PlanCheck(**vars(found), device=device, updated=latest, **self._moment.response_fields)
