"""Summarises pathway answers for the disclosure log (which organisation received which answer), and finds the logged
answers that a change makes untrue.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from service.domain.clock import BEGINNING, iso
from service.domain.memo import cached_property
from service.domain.work import check_work
from service.rules.facts.fir import fir_rows
from service.rules.facts.grouped_facts import Facts
from service.rules.impact.affected_findings import affected_entries, declared_bases, restrict_facts
from service.rules.impact.affected_models import affected_model_groups, changed_entries, later_boundaries
from service.rules.impact.comparison import ShortAnswer, answer_between
from service.rules.impact.edits import ProposedChange
from service.rules.impact.group_comparison import GroupComparison
from service.schemas.responses.disclosures import AnswerSummary, Disclosure, DisclosureRow
from service.schemas.responses.pathways import Pathway, PathwayData
from service.schemas.responses.plan_check import PlanCheck, PlanStep

Question = tuple[str, str]
"""The base and the target of a pathway question."""

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


def stored_organisation(name: str) -> str:
    """Returns the name of an organisation as the disclosure log stores it, with `?` for characters that a graph cannot
    store.
    """
    return name.encode("utf-8", "replace").decode()


def disclosure_row(disclosure: Disclosure) -> dict[str, Any]:
    """Builds the properties that the graph stores for a row of the disclosure log (which organisation received which
    answer).

    The id is the SHA-256 of question, answer, day and the instant up to which facts were used. So the same answer on
    the same day gives the same id until the next write, and needs no second record. Characters of an organisation's
    name that a graph cannot store are replaced, never refused.
    """
    answer, organisation = disclosure.said, stored_organisation(disclosure.organisation)
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
    """Finds the pathway answers (the route, or why there is none) to given questions that a change alters, now and at
    each later instant.
    """

    def __init__(self, change: ProposedChange, now: datetime) -> None:
        self._change, self._now = change, now
        self._groups = affected_model_groups(change.before, change.after, changed_entries(change.changes))
        self._group = {entry: nth for nth, group in enumerate(self._groups) for entry in group}

    @property
    def entries(self) -> list[str]:
        """Returns all target entries whose pathway answers may differ after a change, ordered by group of joined device
        models.
        """
        return [entry for group in self._groups for entry in group]

    def differing(self, questions: Iterable[Question]) -> dict[Question, list[tuple[datetime, ShortAnswer]]]:
        """Returns, for each of the questions that the change answers differently at some instant, these answers.

        Each answer has the instant from which the change gives it: an instant at which the answer before the change or
        the answer after it changes, and both differ.
        """
        questions_by_group: dict[int, set[Question]] = defaultdict(set)
        for base, target in questions:
            nth = self._group.get(target)
            if nth is not None and base != target and self._group.get(base) == nth:
                questions_by_group[nth].add((base, target))
        found: dict[Question, list[tuple[datetime, ShortAnswer]]] = defaultdict(list)
        for nth, group_questions in questions_by_group.items():
            for question, at, after in self._differing_in_group(self._groups[nth], group_questions):
                found[question].append((at, after))
        return found

    def _differing_in_group(
        self, numbers: list[str], questions: Iterable[Question]
    ) -> Iterator[tuple[Question, datetime, ShortAnswer]]:
        """Yields (question, instant, answer after the change) for one group of joined device models."""
        group = GroupComparison(self._change.before, self._change.after, numbers, self._now)
        last: dict[Question, tuple[ShortAnswer, ShortAnswer]] = {}
        for at in [self._now, *sorted(group.dates)]:
            if at == self._now or group.move_to(at):
                comparison = group.comparison
                for base, target in questions:
                    check_work()
                    places = comparison.place[base], comparison.place[target]
                    both = answer_between(comparison.before, *places), answer_between(comparison.after, *places)
                    if last.get((base, target)) != both and both[0] != both[1]:
                        yield (base, target), at, both[1]
                    last[base, target] = both


class ExportedPathDifferences:
    """Finds the upgrade paths that a change alters, now or later, and that differ from those in an exported FIR file.

    The FIR (Firmware Information Repository) file lists the upgrade paths of all entries of the device types `types`.
    `entries` are the entries whose path the change may alter: those that it edits, and those that declare a base on the
    device model of an entry that a list changes.
    """

    def __init__(self, change: ProposedChange, types: Collection[str], now: datetime) -> None:
        self._change, self._types, self._now = change, types, now
        self.entries = affected_entries(change.before, change.after, change.changes).targets

    @cached_property
    def _changes(self) -> dict[str, list[tuple[datetime, str]]]:
        """Returns the paths after the change of each entry, each with the instant from which the change gives it."""
        related = self.entries | declared_bases((self._change.before, self._change.after), self.entries)
        before, after = (
            restrict_facts(facts, self.entries, related) for facts in (self._change.before, self._change.after)
        )
        changes: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        last: dict[str, tuple[str, str]] = {}
        for at in [self._now, *later_boundaries(before, after, related, self._now)]:
            check_work()
            old, new = (exported_paths(facts, self.entries, self._types, at) for facts in (before, after))
            for entry in sorted(self.entries):
                both = old.get(entry, ""), new.get(entry, "")
                if last.get(entry) != both and both[0] != both[1]:
                    changes[entry].append((at, both[1]))
                last[entry] = both
        return changes

    def differing(self, exported: Facts, at: datetime) -> list[tuple[str, str, list[tuple[datetime, str]]]]:
        """Returns (entry, path in an exported file, paths after the change) for each entry whose upgrade path the
        change alters. Each path after the change has the instant from which it holds.

        `exported` are the facts of the file, `at` is its instant. Entries that the file does not have are left out,
        because nobody received their path.
        """
        disclosed = exported_paths(exported, self.entries, self._types, at)
        found = (
            (entry, disclosed[entry], [(date, path) for date, path in paths if path != disclosed[entry]])
            for entry, paths in self._changes.items()
            if entry in disclosed
        )
        return sorted(row for row in found if row[2])


def exported_paths(facts: Facts, entries: Collection[str], types: Collection[str], at: datetime) -> dict[str, str]:
    """Returns the column `Firmware_Upgrade_Path` of a file of the Firmware Information Repository (FIR), by entry, for
    `entries`.
    """
    return {row.entry.entry: row.path for row in fir_rows(facts, types, at) if row.entry.entry in entries}
