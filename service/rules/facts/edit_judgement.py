"""Judges edits of declarations: what each edit changes, and whether the service refuses it or warns about it (design
4).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from service.domain.clock import BEGINNING, END, Span
from service.domain.edits import Edit
from service.domain.facts import Acceptance, Declaration
from service.domain.work import check_work
from service.rules.facts.amended_rows import acceptance_row, accepted_payload, declaration_row, declared_payload
from service.rules.facts.changeset import ChangeSet, RowChanges, facts_after, timeline_changes
from service.rules.facts.confirmations import (
    CONFIRMED_UNCHANGED,
    confirmation_changes,
    confirmed_span,
    judgement_instant,
)
from service.rules.facts.derive_edges import held_code
from service.rules.facts.edit_warnings import EditWarning, find_edit_warnings, revision_at_or_first
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.intervals import TimeSegment, covered_by, merge_segments, overlay
from service.rules.pathfinding.twins import group_by_key


@dataclass(frozen=True)
class RefusedEdit:
    """An edit of a declaration that the service refuses, with the reason and the faulty column of the file."""

    edit: Edit
    code: str
    reason: str
    column: Literal["entry", "bases", "accept", "effective_from"] = "bases"


@dataclass
class EditJudgement:
    """The result of judging edits of declarations: the changes that the edits make, the refused edits, and warnings
    (`remarks`).

    `changed`, `confirmed` and `unchanged` are entry numbers; `confirmed` has those of which the edits change nothing
    else. `no_effect` has the edits that would change nothing on their own.
    """

    changes: ChangeSet = field(default_factory=ChangeSet)
    changed: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    no_effect: list[Edit] = field(default_factory=list)
    refused: list[RefusedEdit] = field(default_factory=list)
    remarks: list[EditWarning] = field(default_factory=list)


def judge_edits(facts: Facts, edits: Sequence[Edit], recorded: datetime) -> EditJudgement:
    """Judges edits of declarations against the facts that are recorded now.

    A refused edit changes nothing. The caller decides whether it may still write the other edits.
    """
    judgement = EditJudgement()
    all_declarations, all_acceptances, all_confirmations = [], [], []
    dated_edits: list[tuple[Edit, Span]] = []
    for entry, group in group_by_key((edit.entry, edit) for edit in edits).items():
        check_work()
        entry_edits = _with_spans(group)
        if refused := list(_refusals(facts, entry, entry_edits, recorded)):
            judgement.refused += refused
            continue
        declarations = _declaration_changes(facts, entry, entry_edits, recorded)
        entry_acceptances = _acceptance_changes(facts, entry_edits, recorded)
        confirmations = confirmation_changes(facts, entry_edits, recorded)
        changed = judgement.changed if declarations or entry_acceptances else judgement.unchanged
        (judgement.confirmed if confirmations and changed is judgement.unchanged else changed).append(entry)
        judgement.no_effect += [edit for edit, span in entry_edits if _changes_nothing(facts, edit, span, recorded)]
        all_declarations.append(declarations)
        all_acceptances.append(entry_acceptances)
        all_confirmations.append(confirmations)
        dated_edits += entry_edits
    judgement.changes = ChangeSet(
        declarations=RowChanges.combined(all_declarations),
        acceptances=RowChanges.combined(all_acceptances),
        confirmations=RowChanges.combined(all_confirmations),
    )
    resulting_facts = facts_after(facts, judgement.changes)
    judgement.remarks = find_edit_warnings(
        resulting_facts, [(edit, judgement_instant(span, recorded)) for edit, span in dated_edits]
    )
    return judgement


def _with_spans(group: Iterable[Edit]) -> list[tuple[Edit, Span]]:
    """Returns the edits of one entry with their spans. A span ends where the edit ends or the next edit begins."""
    ordered = sorted(group, key=lambda e: e.effective_from or BEGINNING)
    starts = [e.effective_from or BEGINNING for e in ordered]
    following = [*starts[1:], END]
    ends = [min(end, edit.effective_to or END) for edit, end in zip(ordered, following, strict=True)]
    return [(edit, Span(start, end)) for edit, start, end in zip(ordered, starts, ends, strict=True) if start < end]


def _refusals(
    facts: Facts, entry: str, dated_edits: list[tuple[Edit, Span]], recorded: datetime
) -> Iterator[RefusedEdit]:
    for edit, span in dated_edits:
        yield from _faults(facts, edit)
        if edit.confirm:
            yield from _faults_of_confirming(facts, edit, span, recorded)
        elif edit.effective_from is None and _periods_lost(facts, entry, edit, span) > 1:
            reason = "More than one period is declared for this entry. State from when this declaration holds."
            yield RefusedEdit(edit, "which-period", reason, "effective_from")


def _faults(facts: Facts, edit: Edit) -> Iterator[RefusedEdit]:
    bases = edit.bases or ()
    if edit.entry not in facts.revisions:
        yield RefusedEdit(edit, "unknown-entry", f"{edit.entry} is on no list that is loaded.", "entry")
    if edit.entry in bases:
        yield RefusedEdit(edit, "own-base", f"{edit.entry} cannot be its own base.")
    for number in edit.accept:
        if number not in bases:
            yield RefusedEdit(edit, "accept-no-base", f"{number} is accepted but not named as a base.", "accept")
        elif number not in facts.revisions:
            reason = f"{number} is on no list that is loaded: there is no identity to accept."
            yield RefusedEdit(edit, "accept-pending", reason, "accept")


def _faults_of_confirming(facts: Facts, edit: Edit, span: Span, recorded: datetime) -> Iterator[RefusedEdit]:
    if edit.accept:
        reason = "An edit that confirms accepts nothing: send the acceptance as an edit of its own."
        yield RefusedEdit(edit, "confirm-with-change", reason, "accept")
    if confirmed_span(facts, edit, span, recorded) is None:
        yield RefusedEdit(edit, "confirm-with-change", CONFIRMED_UNCHANGED.format(edit.entry))


def _periods_lost(facts: Facts, entry: str, edit: Edit, span: Span) -> int:
    overlapping = [row for row in facts.declarations.get(entry, ()) if row.span.intersection(span)]
    return (
        0
        if _already_states(overlapping, span, edit)
        else len(merge_segments(TimeSegment(row.span, (row.kind, row.given)) for row in overlapping))
    )


def _changes_nothing(facts: Facts, edit: Edit, span: Span, recorded: datetime) -> bool:
    if edit.confirm:
        return not confirmation_changes(facts, [(edit, span)], recorded)
    acceptances = (_models_to_accept(facts, edit, span, number, recorded) for number in edit.accept)
    return _already_states(facts.declarations.get(edit.entry, ()), span, edit) and not any(acceptances)


def _already_states(rows: Sequence[Declaration], span: Span, edit: Edit) -> bool:
    """Returns whether recorded declarations state the edit over the whole span. None at all equals a withdrawn
    declaration.
    """
    if not any(row.span.intersection(span) for row in rows):
        return edit.kind == "not-supplied"
    return covered_by(span, (row.span for row in rows if (row.kind, row.given) == (edit.kind, edit.given)))


def _declaration_changes(
    facts: Facts, entry: str, dated_edits: list[tuple[Edit, Span]], recorded: datetime
) -> RowChanges[Declaration]:
    believed = facts.declarations.get(entry, ())
    segments = [TimeSegment(row.span, declared_payload(row)) for row in believed]
    for edit, span in dated_edits:
        if not edit.confirm and not _already_states(believed, span, edit):
            segments = overlay(segments, span, (edit.kind, edit.given, edit.amendment, edit.evidence, recorded))
    return timeline_changes(
        believed,
        segments,
        declared_payload,
        lambda index, segment: declaration_row(entry, recorded, index, segment),
    )


def _acceptance_changes(
    facts: Facts, dated_edits: list[tuple[Edit, Span]], recorded: datetime
) -> RowChanges[Acceptance]:
    numbers = dict.fromkeys(number for edit, _ in dated_edits for number in edit.accept)
    return RowChanges.combined(_pair_changes(facts, number, dated_edits, recorded) for number in numbers)


def _pair_changes(
    facts: Facts, number: str, dated_edits: list[tuple[Edit, Span]], recorded: datetime
) -> RowChanges[Acceptance]:
    """Returns the changes to the acceptances of one base and one target."""
    entry = dated_edits[0][0].entry
    believed = facts.acceptances.get((number, entry), ())
    segments = [TimeSegment(row.span, accepted_payload(row)) for row in believed]
    for edit, span in dated_edits:
        models = _models_to_accept(facts, edit, span, number, recorded) if number in edit.accept else None
        if models:
            segments = overlay(segments, span, (*models, edit.amendment, edit.evidence))
    return timeline_changes(
        believed,
        segments,
        accepted_payload,
        lambda index, segment: acceptance_row(number, entry, recorded, index, segment),
    )


def _models_to_accept(facts: Facts, edit: Edit, span: Span, number: str, recorded: datetime) -> tuple[str, str] | None:
    """Returns the device models of base and target if the base needs an acceptance that nobody recorded yet,
    else None.
    """
    at = judgement_instant(span, recorded)
    base, target = revision_at_or_first(facts, number, at), revision_at_or_first(facts, edit.entry, at)
    if base is None or target is None or held_code(base, target) is None:
        return None
    models = (base.device_model, target.device_model)
    believed = facts.acceptances.get((number, edit.entry), ())
    matching = [row for row in believed if row.span.contains(at) and (row.base_model, row.target_model) == models]
    covered = any(row.valid_from <= span.start and span.end <= row.valid_to for row in matching)
    return None if covered else models
