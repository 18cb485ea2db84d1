"""Summarises pathway answers for the disclosure log (which organisation received which answer), and finds the logged
answers that a change makes untrue.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from service.domain.clock import BEGINNING, iso
from service.domain.memo import cached_property
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
"""The answers to one question before and after a change."""

_OUTCOMES_BY_CODE = {"ok": ("route",), "not-a-base": ("route",), "not-declared": ("unknown",), "no-way": ("none",)}
"""The outcomes of a pathway that agree with the code of a step of an upgrade plan."""
_NO_ROUTE = ("none", "unknown")
"""The outcomes that agree with all other codes: there is no route."""


def summarise_pathway(pathway: Pathway | PathwayData) -> AnswerSummary:
    """Returns the part of a pathway answer that the disclosure log (who received which answer) stores: outcome and
    entries of the route.
    """
    entries = [pathway.from_, *(step.target for step in pathway.steps)] if pathway.steps else []
    return AnswerSummary(pathway.known_at, pathway.list_version, pathway.outcome, ";".join(entries))


def summarise_plan_step(plan: PlanCheck, step: PlanStep) -> AnswerSummary:
    """Returns the part of an upgrade plan's step that the disclosure log (which organisation received which answer)
    stores.

    It has the code of the step, and the entries of the route from base to target if there is a route.
    """
    entries = {"ok": [step.base, step.target], "not-a-base": step.steps}.get(step.code, [])
    return AnswerSummary(plan.known_at, plan.list_version, step.code, ";".join(entries), plan.verdict)


def order_key(answered: datetime, id: str = "") -> str:
    """Returns the sort key of a row in the disclosure log: the instant of the answer as text of fixed length, then the
    id.
    """
    return f"{answered.isoformat(timespec='microseconds')} {id}"


FIRST_ORDER_KEY = order_key(BEGINNING)


def disclosure_row(disclosure: Disclosure) -> dict[str, Any]:
    """Builds the properties that the graph stores for a row of the disclosure log (which organisation received which
    answer).

    The id is the SHA-256 of question, answer, day and the instant up to which facts were used. So the same answer on
    the same day gives the same id until the next write, and needs no second record. Characters of an organisation's
    name that a graph cannot store are replaced, never refused.
    """
    answer, organisation = disclosure.said, disclosure.organisation.encode("utf-8", "replace").decode()
    question = [organisation, disclosure.kind, disclosure.base, disclosure.target, str(disclosure.through_removed)]
    dates = [disclosure.answered.date().isoformat(), iso(disclosure.at) if disclosure.dated else ""]
    summary = [iso(answer.known_at), answer.list_version, answer.outcome, answer.entries, answer.verdict, answer.sha256]
    id = hashlib.sha256("\n".join([*question, str(disclosure.dated), *dates, *summary]).encode()).hexdigest()
    return {
        "id": id,
        "turn": order_key(disclosure.answered, id),
        "organisation": organisation,
        "kind": disclosure.kind,
        "base": disclosure.base,
        "target": disclosure.target,
        "through_removed": disclosure.through_removed,
        "dated": disclosure.dated,
        "at": disclosure.at,
        "known_at": answer.known_at,
        "list_version": answer.list_version,
        "outcome": answer.outcome,
        "entries": answer.entries,
        "verdict": answer.verdict,
        "receipt": disclosure.receipt,
        "sha256": answer.sha256,
        "answered": disclosure.answered,
    }


def is_unchanged(disclosed: DisclosureRow, current: ShortAnswer) -> bool:
    """Returns whether an answer that an organisation received has the same outcome and the same entries of the route as
    the current answer.
    """
    outcome, route = current
    if disclosed.kind != "check":
        return (disclosed.outcome, disclosed.route) == (outcome, list(route))
    if outcome not in _OUTCOMES_BY_CODE.get(
        disclosed.outcome, (disclosed.outcome,) if disclosed.outcome == "already-there" else _NO_ROUTE
    ):
        return False
    return outcome != "route" or disclosed.route == list(route)


class AnswerDifferences:
    """Finds the pathway answers (the route, or why there is none) to given questions that differ before and after a
    change, at one instant.
    """

    def __init__(self, change: ProposedChange, at: datetime) -> None:
        self._change, self._at = change, at
        self._groups = affected_model_groups(change.before, change.after, changed_entries(change.changes))
        self._group = {entry: nth for nth, group in enumerate(self._groups) for entry in group}
        self._last: tuple[int, tuple[ImpactSnapshot, ImpactSnapshot]] | None = None

    @property
    def entries(self) -> list[str]:
        """Returns all target entries whose pathway answers may differ after a change, ordered by group of joined device
        models.
        """
        return [entry for group in self._groups for entry in group]

    def differing(self, base: str, target: str) -> BeforeAndAfter | None:
        """Returns the pathway answers to one question before and after a change, or None if both are the same."""
        nth = self._group.get(target)
        if nth is None or base == target or self._group.get(base) != nth:
            return None
        snapshots = self._snapshots(nth)
        places = snapshots[0].place[base], snapshots[0].place[target]
        before, after = (answer_between(snapshot, *places) for snapshot in snapshots)
        return (before, after) if before != after else None

    def _snapshots(self, nth: int) -> tuple[ImpactSnapshot, ImpactSnapshot]:
        """Returns the snapshots of one group, before and after the change.

        Only the last pair of snapshots stays in memory, because all pairs together would be large.
        """
        if self._last is None or self._last[0] != nth:
            change, numbers = self._change, self._groups[nth]
            self._last = (
                nth,
                (ImpactSnapshot(change.before, numbers, self._at), ImpactSnapshot(change.after, numbers, self._at)),
            )
        return self._last[1]


class PathDifferences:
    """Finds the upgrade paths of changed entries that differ, before and after a change, from those in an exported FIR
    file.

    The FIR (Firmware Information Repository) file lists the upgrade paths of all entries of the device types `types`.
    """

    def __init__(self, change: ProposedChange, types: Collection[str], at: datetime) -> None:
        self._change, self._types, self._at = change, types, at
        self.entries = changed_entries(change.changes)

    @cached_property
    def _before(self) -> Mapping[str, str]:
        """Returns the path of each changed entry in a file of the facts before the change."""
        return exported_paths(self._change.before, self.entries, self._types, self._at)

    @cached_property
    def _after(self) -> Mapping[str, str]:
        """Returns the path of each changed entry in a file of the facts after the change."""
        return exported_paths(self._change.after, self.entries, self._types, self._at)

    def differing(self, exported: Facts, at: datetime) -> list[tuple[str, str, str]]:
        """Returns (entry, path in an exported file, path after the change) for each entry whose upgrade path the change
        alters.

        `exported` are the facts of the file, `at` is its instant. Entries that the file does not have are left out,
        because nobody received their path.
        """
        disclosed = exported_paths(exported, self.entries, self._types, at)
        after = {entry: self._after.get(entry, "") for entry in disclosed}
        changed = (entry for entry in sorted(disclosed) if self._before.get(entry, "") != after[entry])
        return [(entry, disclosed[entry], after[entry]) for entry in changed if disclosed[entry] != after[entry]]


def exported_paths(facts: Facts, entries: Collection[str], types: Collection[str], at: datetime) -> dict[str, str]:
    """Returns the column `Firmware_Upgrade_Path` of a file of the Firmware Information Repository (FIR), by entry, for
    `entries`.
    """
    return {row.entry.entry: row.path for row in fir_rows(facts, types, at) if row.entry.entry in entries}
