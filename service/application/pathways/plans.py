"""Plans judged, as of both clocks, all entries of a plan in one terrain."""

from collections.abc import Sequence

from service.application.pathways import device_answer
from service.application.pathways.graph_cache import Memory
from service.domain.as_of import Moment
from service.domain.devices import Device
from service.rules.answers import plan_check
from service.rules.answers.pathway import updated
from service.rules.answers.question import Question, Setting
from service.schemas.responses.devices import Resolution
from service.schemas.responses.plan_check import Checked, Judged


def plan(memory: Memory, moment: Moment, entries: Sequence[str], through_removed: bool) -> Checked:
    """Whether the steps of a plan are right. Raises EntryUnknown for a number that no list known then has."""
    asking = _Asking(memory, moment, entries, through_removed)
    return asking.answer(plan_check.judged(entries, asking), entries)


def plan_of_device(
    memory: Memory, moment: Moment, device: Device, targets: Sequence[str], through_removed: bool
) -> Checked:
    """The same for a device as the inventory names it: one verdict if all that it may run has the same."""
    runs = device_answer.resolve(memory, moment, device, targets[0], through_removed)
    starts = [match.number for match in runs.matches]
    asking = _Asking(memory, moment, [*starts, *targets], through_removed)
    plans = [plan_check.judged([start, *targets], asking) for start in starts]
    return asking.answer(plan_check.of_device(plans, starts, runs.advice), [*starts, *targets], runs)


class _Asking:
    """Questions about some entries as of a moment."""

    def __init__(self, memory: Memory, moment: Moment, entries: Sequence[str], through_removed: bool) -> None:
        memory.gather(entries, moment.known_at)
        self._terrain = memory.terrain(entries, moment.known_at)
        self._moment = moment
        self._through_removed = through_removed

    def __call__(self, base: str, target: str) -> Setting:
        when = self._moment
        return Setting(Question(base, target, when.at, when.known_at, self._through_removed), self._terrain)

    def answer(self, found: Judged, entries: Sequence[str], device: Resolution | None = None) -> Checked:
        """The judgement with what every answer says."""
        recorded = (updated(self(entry, entry)) for entry in dict.fromkeys(entries))
        latest = max((when for when in recorded if when), default=None)
        return Checked(**vars(found), device=device, updated=latest, **self._moment.stated)
