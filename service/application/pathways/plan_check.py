"""Checks an upgrade plan (a list of entries to upgrade through) as of an instant, for an entry or for a device of an
inventory.
"""

from collections.abc import Sequence

from service.application.pathways import device_resolution
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.devices import Device
from service.rules.answers import plan_check as rules
from service.rules.answers.pathway import latest_recorded
from service.rules.answers.question import Question, QuestionContext
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.responses.devices import Resolution
from service.schemas.responses.plan_check import PlanCheck, PlanVerdict


def check_plan(cache: GraphCache, resolve_as_of: ResolveAsOf, question: PlanQuestion) -> PlanCheck:
    """Returns the verdict on the upgrade plan in a request, and a code for each step of the plan."""
    as_of = resolve_as_of(question.at, question.known_at)
    if question.device and question.targets:
        return check_device(cache, as_of, question.device.device, question.targets, question.through_removed)
    return check_entries(cache, as_of, question.steps or [], question.through_removed)


def check_entries(cache: GraphCache, as_of: AsOf, entries: Sequence[str], through_removed: bool) -> PlanCheck:
    """Returns the verdict on an upgrade plan whose first entry is the one that the device runs.

    Raises EntryNotFound for a number that is on no list recorded by `as_of.known_at`.
    """
    contexts = _PlanContexts(cache, as_of, entries, through_removed)
    return contexts.to_plan_check(rules.judge_plan(entries, contexts), entries)


def check_device(
    cache: GraphCache, as_of: AsOf, device: Device, targets: Sequence[str], through_removed: bool
) -> PlanCheck:
    """Returns one verdict on an upgrade plan for a device, combined from the verdicts for all entries that the device
    may run.
    """
    resolution = device_resolution.resolve_device(cache, as_of, device, targets[0], through_removed)
    bases = [match.number for match in resolution.matches]
    entries = [*bases, *targets]
    contexts = _PlanContexts(cache, as_of, entries, through_removed)
    verdicts = [rules.judge_plan([base, *targets], contexts) for base in bases]
    verdict = rules.judge_device_plans(verdicts, bases, resolution.advice)
    return contexts.to_plan_check(verdict, entries, resolution)


class _PlanContexts:
    """Builds the context of a question about any two entries of a plan. All contexts share one temporal graph."""

    def __init__(self, cache: GraphCache, as_of: AsOf, entries: Sequence[str], through_removed: bool) -> None:
        cache.prefetch(entries, as_of.known_at)
        self._temporal_graph = cache.temporal_graph(entries, as_of.known_at)
        self._as_of = as_of
        self._through_removed = through_removed

    def __call__(self, base: str, target: str) -> QuestionContext:
        question = Question(base, target, self._as_of.at, self._as_of.known_at, self._through_removed)
        return QuestionContext(question, self._temporal_graph)

    def to_plan_check(
        self, verdict: PlanVerdict, entries: Sequence[str], resolution: Resolution | None = None
    ) -> PlanCheck:
        """Returns the verdict on an upgrade plan as a response, with the instants and the list in force."""
        recorded = (latest_recorded(self(entry, entry)) for entry in dict.fromkeys(entries))
        updated = max((instant for instant in recorded if instant), default=None)
        return PlanCheck(**vars(verdict), device=resolution, updated=updated, **self._as_of.response_fields)
