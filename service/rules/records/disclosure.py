"""What was told against what is told after a change: whose earlier answers it makes untrue (design 8)."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from service.domain.clock import BEGINNING, iso
from service.rules.facts.derive_edges import Facts
from service.rules.facts.fir import fir_rows
from service.rules.impact.affected_models import affected_model_groups, changed_entries
from service.rules.impact.comparison import ShortAnswer, answer_between
from service.rules.impact.edits import ProposedChange
from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.schemas.responses.disclosures import AnswerSummary, Disclosure, DisclosureRow
from service.schemas.responses.pathways import Pathway, PathwayData
from service.schemas.responses.plan_check import PlanCheck, PlanStep

BeforeAndAfter = tuple[ShortAnswer, ShortAnswer]
"""An answer before a change and after it."""

_OF_STEPS = {"ok": ("route",), "not-a-base": ("route",), "not-declared": ("unknown",), "no-way": ("none",)}
"""Of which outcomes of a pathway the code of a plan's step speaks."""
_NO_WAY = ("none", "unknown")
"""Of which all other codes do: there is no route, and nothing is said of why nobody can say more."""


def summarise_pathway(found: Pathway | PathwayData) -> AnswerSummary:
    """What a pathway says, in short."""
    entries = [found.from_, *(step.target for step in found.steps)] if found.steps else []
    return AnswerSummary(found.known_at, found.list_version, found.outcome, ";".join(entries))


def summarise_plan_step(plan: PlanCheck, step: PlanStep) -> AnswerSummary:
    """What is said of a step of a plan: its code, and the way where there is one from its base to its target."""
    way = {"ok": [step.base, step.target], "not-a-base": step.steps}.get(step.code, [])
    return AnswerSummary(plan.known_at, plan.list_version, step.code, ";".join(way), plan.verdict)


def order_key(answered_: datetime, id: str = "") -> str:
    """The place of a telling in the order of all: its instant in a spelling of one length, then its id."""
    return f"{answered_.isoformat(timespec='microseconds')} {id}"


FIRST_ORDER_KEY = order_key(BEGINNING)


def disclosure_row(telling: Disclosure) -> dict[str, Any]:
    """A telling as it is kept. Its id is of all that was asked and said, and of the day and what was known.

    So what is told again costs nothing, until a write might have changed it. Raises nothing: what no graph can keep of
    an organisation's name is put otherwise.
    """
    said, organisation = telling.said, telling.organisation.encode("utf-8", "replace").decode()
    asked = [organisation, telling.kind, telling.base, telling.target, str(telling.through_removed)]
    when = [telling.answered.date().isoformat(), iso(telling.at) if telling.dated else ""]
    told = [iso(said.known_at), said.list_version, said.outcome, said.entries, said.verdict, said.sha256]
    id = hashlib.sha256("\n".join([*asked, str(telling.dated), *when, *told]).encode()).hexdigest()
    return {
        "id": id,
        "turn": order_key(telling.answered, id),
        "organisation": organisation,
        "kind": telling.kind,
        "base": telling.base,
        "target": telling.target,
        "through_removed": telling.through_removed,
        "dated": telling.dated,
        "at": telling.at,
        "known_at": said.known_at,
        "list_version": said.list_version,
        "outcome": said.outcome,
        "entries": said.entries,
        "verdict": said.verdict,
        "receipt": telling.receipt,
        "sha256": said.sha256,
        "answered": telling.answered,
    }


def is_unchanged(told: DisclosureRow, now: ShortAnswer) -> bool:
    """Whether what was told is what is answered now: the outcome, and the entries of the route where there is one."""
    outcome, route = now
    if told.kind != "check":
        return (told.outcome, told.route) == (outcome, list(route))
    if outcome not in _OF_STEPS.get(told.outcome, (told.outcome,) if told.outcome == "already-there" else _NO_WAY):
        return False
    return outcome != "route" or told.route == list(route)


class AnswerDifferences:
    """The answers before a change and after it, at an instant, to whatever may be asked where it changes something."""

    def __init__(self, here: ProposedChange, at: datetime) -> None:
        self._here, self._at = here, at
        self._groups = affected_model_groups(here.before, here.after, changed_entries(here.changes))
        self._group = {entry: nth for nth, group in enumerate(self._groups) for entry in group}
        self._last: tuple[int, tuple[ImpactSnapshot, ImpactSnapshot]] | None = None

    @property
    def entries(self) -> list[str]:
        """All entries to which an answer may change, those of one neighbourhood beside each other."""
        return [entry for group in self._groups for entry in group]

    def differing(self, base: str, target: str) -> BeforeAndAfter | None:
        """The answers to a question, unless both are the same."""
        nth = self._group.get(target)
        if nth is None or base == target or self._group.get(base) != nth:
            return None
        pictures = self._pictures(nth)
        ends = pictures[0].place[base], pictures[0].place[target]
        before, after = (answer_between(picture, *ends) for picture in pictures)
        return (before, after) if before != after else None

    def _pictures(self, nth: int) -> tuple[ImpactSnapshot, ImpactSnapshot]:
        """Those of one neighbourhood at a time: of a hundred thousand entries they would be large."""
        if self._last is None or self._last[0] != nth:
            here, numbers = self._here, self._groups[nth]
            self._last = (
                nth,
                (ImpactSnapshot(here.before, numbers, self._at), ImpactSnapshot(here.after, numbers, self._at)),
            )
        return self._last[1]


class PathDifferences:
    """What a file of the repository has, of the entries that a change speaks of, before it and after."""

    def __init__(self, here: ProposedChange, types: Collection[str], at: datetime) -> None:
        self._here, self._types, self._at = here, types, at
        self.entries = changed_entries(here.changes)

    @cached_property
    def _before(self) -> Mapping[str, str]:
        return exported_paths(self._here.before, self.entries, self._types, self._at)

    @cached_property
    def _after(self) -> Mapping[str, str]:
        return exported_paths(self._here.after, self.entries, self._types, self._at)

    def differing(self, exported: Facts, at: datetime) -> list[tuple[str, str, str]]:
        """The entries whose path changes and is another than in a file of these facts: as it was there, as it is after.

        Of an entry that the file does not have nothing was told.
        """
        told = exported_paths(exported, self.entries, self._types, at)
        after = {entry: self._after.get(entry, "") for entry in told}
        changed = (entry for entry in sorted(told) if self._before.get(entry, "") != after[entry])
        return [(entry, told[entry], after[entry]) for entry in changed if told[entry] != after[entry]]


def exported_paths(facts: Facts, entries: Collection[str], types: Collection[str], at: datetime) -> dict[str, str]:
    """The column `Firmware_Upgrade_Path` of a file of these facts, for those of the entries that it has."""
    return {row.entry.entry: row.path for row in fir_rows(facts, types, at) if row.entry.entry in entries}
