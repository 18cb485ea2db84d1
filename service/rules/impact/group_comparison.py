"""Compares a group of joined device models before and after a change, at one instant after another."""

from datetime import datetime

from service.rules.facts.grouped_facts import Facts
from service.rules.impact.affected_models import differing_keys, later_boundaries, redeclared_entries
from service.rules.impact.comparison import SnapshotComparison
from service.rules.impact.impact_snapshot import ImpactSnapshot


class GroupComparison:
    """One group of joined device models, compared before and after a change of facts, at first at `now`.

    `dates` are the later instants at which a fact about the group begins or ends; `comparison` is that of the last
    instant.
    """

    def __init__(self, before: Facts, after: Facts, numbers: list[str], now: datetime) -> None:
        self._before, self._after, self._numbers = before, after, numbers
        self._relisted = differing_keys(before.revisions, after.revisions, numbers)
        self._redeclared = redeclared_entries(before, after, numbers)
        self._compared_entries = numbers if self._relisted else sorted(self._redeclared)
        self.dates = set(later_boundaries(before, after, numbers, now))
        self.comparison = SnapshotComparison(*self._snapshots_at(now), self._compared_entries)

    def move_to(self, at: datetime) -> bool:
        """Compares a group of device models, before and after a change, at a later instant. Returns whether other facts
        are in force than at the last instant.
        """
        if at in self.dates:
            snapshots = self._snapshots_at(at)
            if snapshots != (self.comparison.before, self.comparison.after):
                self.comparison = SnapshotComparison(*snapshots, self._compared_entries)
                return True
        return False

    def _snapshots_at(self, at: datetime) -> tuple[ImpactSnapshot, ImpactSnapshot]:
        """Returns the group at an instant, by the facts before the change and by the facts after it."""
        before = ImpactSnapshot(self._before, self._numbers, at)
        if self._relisted:
            return before, ImpactSnapshot(self._after, self._numbers, at)
        return before, before.redeclared(self._after, self._redeclared)
