"""What a statement of bases changes, and what is wrong or doubtful in it (design 4, *Checks on a declaration*)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

from service.domain.clock import BEGINNING, END, Span
from service.domain.edits import Edit
from service.domain.facts import Acceptance, Declaration, DeclarationKind
from service.rules.facts.changeset import ChangeSet, RowChanges, facts_after, row_id, timeline_changes
from service.rules.facts.derive_edges import Facts, held_code
from service.rules.facts.edit_warnings import EditWarning, find_edit_warnings, revision_then
from service.rules.facts.intervals import Segment, merge_segments, overlay

DeclarationPayload = tuple[DeclarationKind, str, str, datetime]
AcceptancePayload = tuple[str, str, str]


@dataclass(frozen=True)
class RefusedEdit:
    """An edit that cannot be taken."""

    edit: Edit
    code: str
    reason: str
    column: Literal["entry", "bases", "accept", "effective_from"] = "bases"


@dataclass
class EditJudgement:
    """What edits change, and what is to be said of them. `idle` are those that alone would change nothing."""

    changes: ChangeSet = field(default_factory=ChangeSet)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    no_effect: list[Edit] = field(default_factory=list)
    refused: list[RefusedEdit] = field(default_factory=list)
    remarks: list[EditWarning] = field(default_factory=list)


def judge_edits(facts: Facts, edits: Sequence[Edit], recorded: datetime) -> EditJudgement:
    """Edits against the facts believed. Those refused change nothing; the caller decides whether the rest may."""
    verdict = EditJudgement()
    rows, acceptances = [], []
    taken: list[tuple[Edit, Span]] = []
    for entry, group in _by_entry(edits).items():
        stretches = _stretches(group)
        refused = _refusals(facts, entry, stretches)
        if refused:
            verdict.refused += refused
            continue
        declared = _declared(facts, entry, stretches, recorded)
        accepted = _accepted(facts, stretches, recorded)
        (verdict.changed if declared or accepted else verdict.unchanged).append(entry)
        verdict.no_effect += [edit for edit, span in stretches if _idle(facts, edit, span, recorded)]
        rows.append(declared)
        acceptances.append(accepted)
        taken += stretches
    verdict.changes = ChangeSet(declarations=RowChanges.combined(rows), acceptances=RowChanges.combined(acceptances))
    then = facts_after(facts, verdict.changes)
    verdict.remarks = find_edit_warnings(then, [(edit, _moment(span, recorded)) for edit, span in taken])
    return verdict


def _by_entry(edits: Iterable[Edit]) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        found[edit.entry].append(edit)
    return found


def _stretches(group: list[Edit]) -> list[tuple[Edit, Span]]:
    """Edits of one entry, each up to where it ends or the next begins; the last to the end of time."""
    ordered = sorted(group, key=lambda e: e.effective_from or BEGINNING)
    starts = [e.effective_from or BEGINNING for e in ordered]
    following = [*starts[1:], END]
    ends = [min(end, edit.effective_to or END) for edit, end in zip(ordered, following, strict=True)]
    return [(edit, Span(start, end)) for edit, start, end in zip(ordered, starts, ends, strict=True) if start < end]


def _moment(span: Span, recorded: datetime) -> datetime:
    """When an edit is judged: now, where it holds now, else when it begins to."""
    return recorded if span.contains(recorded) else max(span.start, BEGINNING)


def _refusals(facts: Facts, entry: str, stretches: list[tuple[Edit, Span]]) -> list[RefusedEdit]:
    found = []
    for edit, span in stretches:
        found += _own_faults(facts, edit)
        if edit.effective_from is None and _periods_lost(facts, entry, edit, span) > 1:
            reason = "More than one period is declared for this entry: say from when this holds."
            found.append(RefusedEdit(edit, "which-period", reason, "effective_from"))
    return found


def _own_faults(facts: Facts, edit: Edit) -> list[RefusedEdit]:
    bases, found = edit.bases or (), []
    if edit.entry not in facts.revisions:
        found.append(RefusedEdit(edit, "unknown-entry", f"{edit.entry} is on no list that is loaded.", "entry"))
    if edit.entry in bases:
        found.append(RefusedEdit(edit, "own-base", f"{edit.entry} cannot be its own base."))
    for number in edit.accept:
        if number not in bases:
            found.append(
                RefusedEdit(edit, "accept-no-base", f"{number} is accepted but not named as a base.", "accept")
            )
        elif number not in facts.revisions:
            reason = f"{number} is on no list that is loaded: there is no identity to accept."
            found.append(RefusedEdit(edit, "accept-pending", reason, "accept"))
    return found


def _periods_lost(facts: Facts, entry: str, edit: Edit, span: Span) -> int:
    inside = [d for d in facts.declarations.get(entry, ()) if d.span.intersection(span)]
    return 0 if _says(inside, span, edit) else len(merge_segments(Segment(d.span, (d.kind, d.given)) for d in inside))


def _idle(facts: Facts, edit: Edit, span: Span, recorded: datetime) -> bool:
    inside = [d for d in facts.declarations.get(edit.entry, ()) if d.span.intersection(span)]
    accepts = (_models_to_accept(facts, edit, span, number, recorded) for number in edit.accept)
    return _says(inside, span, edit) and not any(accepts)


def _says(inside: Sequence[Declaration], span: Span, edit: Edit) -> bool:
    """Whether all of the stretch says so already; nothing said and a withdrawal are alike."""
    if not inside:
        return edit.kind == "not-supplied"
    ordered = sorted(inside, key=lambda d: d.valid_from)
    same = all((d.kind, d.given) == (edit.kind, edit.given) for d in ordered)
    whole = ordered[0].valid_from <= span.start and span.end <= ordered[-1].valid_to
    return same and whole and all(one.valid_to == next_.valid_from for one, next_ in pairwise(ordered))


def _declared(
    facts: Facts, entry: str, stretches: list[tuple[Edit, Span]], recorded: datetime
) -> RowChanges[Declaration]:
    believed = facts.declarations.get(entry, ())
    segments = [Segment(d.span, declared_payload(d)) for d in believed]
    for edit, span in stretches:
        if not _says([d for d in believed if d.span.intersection(span)], span, edit):
            segments = overlay(segments, span, (edit.kind, edit.given, edit.amendment, recorded))
    return timeline_changes(
        believed,
        segments,
        declared_payload,
        lambda nth, segment: declaration_row(entry, recorded, nth, segment),
    )


def declared_payload(row: Declaration) -> DeclarationPayload:
    """What a declaration says, and who said it first and when."""
    return row.kind, row.given, row.amendment, row.declared


def accepted_payload(row: Acceptance) -> AcceptancePayload:
    """For which device models a base is accepted, and under which amendment."""
    return row.base_model, row.target_model, row.amendment


def declaration_row(entry: str, recorded: datetime, nth: int, segment: Segment[DeclarationPayload]) -> Declaration:
    """The nth new row of an entry's declarations at a recorded instant."""
    kind, given, amendment, declared = segment.payload
    return Declaration(
        id=row_id(entry, recorded, nth),
        entry=entry,
        kind=kind,
        given=given,
        amendment=amendment,
        declared=declared,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )


def _accepted(facts: Facts, stretches: list[tuple[Edit, Span]], recorded: datetime) -> RowChanges[Acceptance]:
    numbers = dict.fromkeys(number for edit, _ in stretches for number in edit.accept)
    return RowChanges.combined(_accepting(facts, number, stretches, recorded) for number in numbers)


def _accepting(
    facts: Facts, number: str, stretches: list[tuple[Edit, Span]], recorded: datetime
) -> RowChanges[Acceptance]:
    """The timeline of one pair with every stretch over which it is accepted anew."""
    entry = stretches[0][0].entry
    believed = facts.acceptances.get((number, entry), ())
    segments = [Segment(a.span, accepted_payload(a)) for a in believed]
    for edit, span in stretches:
        models = _models_to_accept(facts, edit, span, number, recorded) if number in edit.accept else None
        if models:
            segments = overlay(segments, span, (*models, edit.amendment))
    return timeline_changes(
        believed,
        segments,
        accepted_payload,
        lambda nth, segment: acceptance_row(number, entry, recorded, nth, segment),
    )


def _models_to_accept(facts: Facts, edit: Edit, span: Span, number: str, recorded: datetime) -> tuple[str, str] | None:
    """The two device models, base's and target's, where accepting the base over a stretch is needed and is news."""
    at = _moment(span, recorded)
    base, target = revision_then(facts, number, at), revision_then(facts, edit.entry, at)
    if base is None or target is None or held_code(base, target) is None:
        return None
    models = (base.device_model, target.device_model)
    believed = facts.acceptances.get((number, edit.entry), ())
    inside = [a for a in believed if a.span.contains(at) and (a.base_model, a.target_model) == models]
    whole = any(a.valid_from <= span.start and span.end <= a.valid_to for a in inside)
    return None if whole else models


def acceptance_row(
    base: str, target: str, recorded: datetime, nth: int, segment: Segment[AcceptancePayload]
) -> Acceptance:
    """The nth new row of a pair's acceptances at a recorded instant."""
    base_model, target_model, amendment = segment.payload
    return Acceptance(
        id=row_id(f"{base}-{target}", recorded, nth),
        base=base,
        target=target,
        base_model=base_model,
        target_model=target_model,
        amendment=amendment,
        recorded_from=recorded,
        valid_from=segment.span.start,
        valid_to=segment.span.end,
    )
