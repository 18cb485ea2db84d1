"""Checks an upgrade plan (a list of entries to upgrade through) as of an instant, for an entry or for a device of an
inventory.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from service.application.pathways.device_resolution import DeviceQuestion
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.devices import Device
from service.rules.answers import plan_check as rules
from service.rules.answers.holds_until import earliest, end_of_answer, first_change, next_change, plan_step_dependence
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
    return _PlanQuestion(cache, as_of, through_removed, entries).answer()


def check_device(
    cache: GraphCache, as_of: AsOf, device: Device, targets: Sequence[str], through_removed: bool
) -> PlanCheck:
    """Returns one verdict on an upgrade plan for a device, combined from the verdicts for all entries that the device
    may run.
    """
    question = DeviceQuestion(cache, as_of, device, targets[0], through_removed)
    return _PlanQuestion(cache, as_of, through_removed, targets, question).answer()


class _Judgement(NamedTuple):
    """The verdict on a plan at one instant. `plans` has the plan from each entry that the device may run."""

    as_of: AsOf
    plans: Sequence[Sequence[str]]
    verdict: PlanVerdict
    resolution: Resolution | None


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


class _PlanQuestion:
    """A question about an upgrade plan, which the service can answer at the effective time of the question and at later
    times. With a device, `entries` are the targets alone.
    """

    def __init__(
        self,
        cache: GraphCache,
        as_of: AsOf,
        through_removed: bool,
        entries: Sequence[str],
        device: DeviceQuestion | None = None,
    ) -> None:
        self._cache, self._as_of, self._through_removed = cache, as_of, through_removed
        self._entries, self._device = entries, device

    def answer(self) -> PlanCheck:
        """Returns the verdict on the plan at the effective time of the question, and until when the verdict holds."""
        judgement = self._judge(self._as_of, self._device.answer() if self._device else None)
        changed = first_change(judgement, self._next_instant, lambda judged: judged.verdict.verdict, self._judge_at)
        ending = changed and (changed.as_of.at, changed.verdict.verdict)
        entries = list(dict.fromkeys(number for plan in judgement.plans for number in plan)) or self._entries
        contexts = self._contexts(self._as_of, entries)
        recorded = (latest_recorded(contexts(entry, entry)) for entry in entries)
        return PlanCheck(
            **vars(judgement.verdict),
            device=judgement.resolution,
            updated=max((instant for instant in recorded if instant), default=None),
            holds_until=end_of_answer(*ending, self._as_of.list_taking_effect) if ending else None,
            **self._as_of.response_fields,
        )

    def _contexts(self, as_of: AsOf, entries: Sequence[str]) -> _PlanContexts:
        return _PlanContexts(self._cache, as_of, entries, self._through_removed)

    def _judge_at(self, at: datetime) -> _Judgement:
        return self._judge(self._as_of.moved_to(at), self._device.answer_at(at) if self._device else None)

    def _judge(self, as_of: AsOf, resolution: Resolution | None) -> _Judgement:
        if resolution is None:
            verdict = rules.judge_plan(self._entries, self._contexts(as_of, self._entries))
            return _Judgement(as_of, [self._entries], verdict, None)
        bases = [match.number for match in resolution.matches]
        contexts = self._contexts(as_of, [*bases, *self._entries])
        plans = [[base, *self._entries] for base in bases]
        verdicts = [rules.judge_plan(plan, contexts) for plan in plans]
        return _Judgement(as_of, plans, rules.judge_device_plans(verdicts, bases, resolution.advice), resolution)

    def _next_instant(self, judgement: _Judgement) -> datetime | None:
        entries = [number for plan in judgement.plans for number in plan] or self._entries
        contexts = self._contexts(judgement.as_of, entries)
        pairs = {pair for plan in judgement.plans for pair in pairwise(plan)}
        candidates = self._device.next_candidates(judgement.as_of.at) if self._device else None
        return earliest([candidates, *(next_change(contexts(*pair), plan_step_dependence) for pair in pairs)])
