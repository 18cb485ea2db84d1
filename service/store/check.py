"""Plans judged, as of both clocks, all entries of a plan in one terrain."""

from collections.abc import Sequence

from service.model.check import Checked, Judged
from service.rules import check
from service.rules.answer import updated
from service.rules.question import Question, Setting
from service.store.lists import Moment
from service.store.memory import Memory


def plan(memory: Memory, moment: Moment, entries: Sequence[str], through_removed: bool) -> Checked:
    """Whether the steps of a plan are right. Raises EntryUnknown for a number that no list known then has."""
    asking = _Asking(memory, moment, entries, through_removed)
    return asking.answer(check.judged(entries, asking), entries)


def plan_of_any(
    memory: Memory, moment: Moment, starts: Sequence[str], targets: Sequence[str], through_removed: bool
) -> Checked | None:
    """The same for a meter that runs one of several entries; None where it matters which one."""
    asking = _Asking(memory, moment, [*starts, *targets], through_removed)
    found = check.agreed([check.judged([start, *targets], asking) for start in starts])
    return asking.answer(found, [*starts, *targets]) if found else None


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

    def answer(self, found: Judged, entries: Sequence[str]) -> Checked:
        """The judgement with what every answer says."""
        recorded = (updated(self(entry, entry)) for entry in dict.fromkeys(entries))
        latest = max((when for when in recorded if when), default=None)
        return Checked(**vars(found), updated=latest, **self._moment.stated)
