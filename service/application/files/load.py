"""Loads a file into the graph in one transaction, and rolls it back if a rule refuses the file (design 6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from loaders.bases import PATH, BasesFile
from loaders.lists import ListFile
from service.application.amendments import edit_impact
from service.application.amendments.edit_impact import PlannedChange
from service.application.facts import fetch_facts
from service.application.files.dry_run import DryRunPage
from service.application.files.load_reports import bases_report, list_report, to_refusal
from service.application.files.load_transaction import run_load, to_amendment_record
from service.domain.amendments import AmendmentRecord
from service.domain.clock import Clock
from service.domain.edits import Edit
from service.domain.facts import ManufacturerName
from service.domain.listings import ListVersion
from service.domain.load_options import LoadOptions
from service.domain.refusals import LoadRemark, Refusal, refusal_error
from service.graph.protocol import Graph
from service.repositories import facts, list_versions
from service.repositories.manufacturers import believed_names
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import ChangeSet, RowChanges, complete_changes, facts_after
from service.rules.facts.edit_judgement import EditJudgement, judge_edits
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.list_diff import ListChanges, ListPosition, ListRefusal, compare_list, list_position
from service.rules.facts.manufacturer_names import noted_name_changes
from service.rules.facts.names_in_notes import names_in_notes
from service.rules.impact.edits import ProposedChange, edit_digest_lines, list_digest_line
from service.rules.impact.finding_changes import FactsForFindings
from service.schemas.responses.load_reports import LoadReport

__all__ = ["LoadOptions", "load_bases", "load_list"]

MAX_ABSENT = 5
"""The number of missing entries beyond which a list looks truncated."""


_FIRST_PAGE = DryRunPage()


def load_list(
    graph: Graph, clock: Clock, list_file: ListFile, file: str, options: LoadOptions, page: DryRunPage = _FIRST_PAGE
) -> LoadReport:
    """Loads a published list, whose changes hold from its date of issue, or from that of the previous list if later.

    A dry run reports the impact (changed pathway answers) on the page given.
    Raises FileRefused where a fault concerns the list as a whole. The report and the error have the refusals of both
    the loader and the rules, so that the author can correct them together.
    """
    return run_load(graph, lambda tx: _load_list(WriteTransaction(tx, clock), list_file, file, options, page))


def load_bases(
    graph: Graph, clock: Clock, bases_file: BasesFile, options: LoadOptions, page: DryRunPage = _FIRST_PAGE
) -> LoadReport:
    """Loads a file of declared bases (upgrade paths), as one amendment.

    A dry run reports the impact (changed pathway answers) on the page given.
    """
    return run_load(graph, lambda tx: _load_bases(WriteTransaction(tx, clock), bases_file, options, page))


def _load_list(
    writing: WriteTransaction, list_file: ListFile, file: str, options: LoadOptions, page: DryRunPage
) -> LoadReport:
    instants = page.instants(writing, dry_run=options.dry_run)
    known_facts = facts.all_facts(writing.transaction, instants.known_at)
    known_lists = list_versions.known_list_versions(writing.transaction, instants.known_at)
    position, list_file = _position(known_lists, list_file, file)
    list_changes = compare_list(list_file.published, position, known_facts, instants.now, list_file.refused)
    amendment = to_amendment_record(options, f"list {list_file.published.number}", f"list {list_file.published.number}")
    edits = [Edit(entry, path, (), None, amendment.id, line) for entry, path, line in list_file.paths]
    names = _noted_names(writing, list_file, position, instants.known_at, amendment.id)
    after = facts_after(known_facts, ChangeSet(revisions=list_changes.rows))
    verdict = judge_edits(after, edits, instants.now)
    refused = [to_refusal(file, list_file.sheet, refused, PATH) for refused in verdict.refused]
    refusals = [*list_file.refusals, *refused]
    _require_acceptable(list_file, file, position, list_changes, verdict, refusals, options)
    has_changes = position.known is None or list_changes.differs or bool(verdict.changed or names)
    applied = has_changes and not options.dry_run and (not refusals or options.skip_refused)
    if applied:
        changes = replace(verdict.changes, revisions=list_changes.rows, names=names)
        changes = writing.with_derived_rows(known_facts, changes)
        _write_list(writing, list_file, position, list_changes, changes, amendment)
    report = list_report(file, list_file, options, list_changes, verdict, names, refusals, applied=applied)
    if not options.dry_run or _is_malformed(list_file.refusals, options):
        return report
    planned = _planned_change(
        known_facts,
        replace(verdict.changes, revisions=list_changes.rows),
        verdict,
        instants.now,
        [list_digest_line(list_file.published.number, list_file.published.sha256)],
    )
    published = _list_version(writing, list_file, position) if position.known is None or list_changes.differs else None
    context = None
    if options.thresholds:
        former = edit_impact.former_beliefs(writing.transaction, planned.change, instants.known_at)
        context = FactsForFindings(options.thresholds, Facts(), former, known_lists, published)
    return report.model_copy(update={"impact": page.impact(planned, instants, writing.transaction, context)})


def _is_malformed(refusals: Sequence[Refusal], options: LoadOptions) -> bool:
    """Returns whether rows that the loader refused keep the file from being loaded, so that it has no impact."""
    return bool(refusals) and not options.skip_refused


def _planned_change(
    known_facts: Facts, changes: ChangeSet, verdict: EditJudgement, now: datetime, digest_lines: list[str]
) -> PlannedChange:
    """Returns the changes of a load with the rows that follow from them. The id of the impact covers `digest_lines`."""
    whole, after = complete_changes(known_facts, changes, now)
    return PlannedChange(changes, ProposedChange(known_facts, after, whole, verdict, []), digest_lines)


def _position(known_lists: Sequence[ListVersion], list_file: ListFile, file: str) -> tuple[ListPosition, ListFile]:
    """Returns the position of the list among the loaded ones, and the list with known number and remarks."""
    position = list_position(list_file.published, known_lists)
    if isinstance(position, ListRefusal):
        raise refusal_error(
            [
                Refusal(file=file, code=position.code, value=list_file.published.number, reason=position.reason),
                *list_file.refusals,
            ]
        )
    if position.known:
        return position, replace(list_file, published=replace(list_file.published, number=position.known.number))
    if not position.runs_backwards:
        return position, list_file
    text = f"Version {list_file.published.number} is dated before the list it follows; it holds from that one's date."
    # A new list of remarks: the write may run again after a transient failure.
    return position, replace(list_file, remarks=[*list_file.remarks, LoadRemark(code="date-runs-backwards", text=text)])


def _require_acceptable(
    list_file: ListFile,
    file: str,
    position: ListPosition,
    list_changes: ListChanges,
    verdict: EditJudgement,
    refusals: Sequence[Refusal],
    options: LoadOptions,
) -> None:
    """Raises FileRefused for a fault of the list as a whole, which even `--skip-refused` does not permit.

    The error has the refusals of single rows too.
    """
    number, faults = list_file.published.number, []
    differing = {*list_changes.new, *list_changes.changed, *verdict.changed}
    if position.known and differing and not options.correction:
        count = len(differing)
        reason = (
            f"Version {number} is loaded already, and {count} entries differ. "
            "If this file corrects the list, pass --correction."
        )
        faults.append(Refusal(file=file, code="other-content", value=number, reason=reason))
    if len(list_changes.absent) > MAX_ABSENT and not options.allow_absent:
        reason = (
            f"{len(list_changes.absent)} entries of earlier lists are absent, {list_changes.absent[0]} first. "
            "The file may be truncated. If it is complete, pass --allow-absent."
        )
        faults.append(Refusal(file=file, code="many-absent", value=str(len(list_changes.absent)), reason=reason))
    if faults:
        raise refusal_error([*faults, *refusals])


def _write_list(
    writing: WriteTransaction,
    list_file: ListFile,
    position: ListPosition,
    list_changes: ListChanges,
    changes: ChangeSet,
    amendment: AmendmentRecord,
) -> None:
    """Writes the list. An amendment records the author where the list declares bases, ends acceptances or names
    manufacturers.
    """
    writing.apply(changes, [amendment] if changes.declarations or changes.acceptances or changes.names else [])
    if position.known is None or list_changes.differs:
        writing.list_version(_list_version(writing, list_file, position))


def _noted_names(
    writing: WriteTransaction, list_file: ListFile, position: ListPosition, known_at: datetime, amendment: str
) -> RowChanges[ManufacturerName]:
    """Returns the changes of the names of manufacturers that the notes of a list make."""
    published = list_file.published
    names = names_in_notes(list_file.notes, {row.entry: row.given["manufacturer"] for row in published.rows})
    believed = believed_names(writing.transaction, known_at) if names else []
    return noted_name_changes(believed, names, position, published.number, writing.recorded, amendment)


def _list_version(writing: WriteTransaction, list_file: ListFile, position: ListPosition) -> ListVersion:
    published = list_file.published
    return ListVersion(
        number=published.number,
        issued=published.issued.date().isoformat(),
        effective_from=position.effective_from,
        sha256=published.sha256,
        entries=len(published.rows),
        recorded=writing.recorded,
    )


def _load_bases(writing: WriteTransaction, bases_file: BasesFile, options: LoadOptions, page: DryRunPage) -> LoadReport:
    instants = page.instants(writing, dry_run=options.dry_run)
    amendment = to_amendment_record(options, options.reason, bases_file.file)
    edits = [replace(edit, amendment=amendment.id) for edit in bases_file.edits]
    named = {base for edit in edits for base in edit.bases or ()}
    fetch = fetch_facts.facts_of_connected_models if options.dry_run else fetch_facts.facts_of_steps_into
    known_facts = fetch(writing.transaction, instants.known_at, {edit.entry for edit in edits}, named)
    verdict = judge_edits(known_facts, edits, instants.now)
    refusals = [
        *bases_file.refusals,
        *(to_refusal(bases_file.file, bases_file.sheet, refused) for refused in verdict.refused),
    ]
    applied = bool(verdict.changes) and not options.dry_run and (not refusals or options.skip_refused)
    if applied:
        writing.apply(writing.with_derived_rows(known_facts, verdict.changes), [amendment])
    report = bases_report(bases_file, options, verdict, refusals, [amendment] if applied else [])
    if not options.dry_run or _is_malformed(bases_file.refusals, options):
        return report
    digest_lines = edit_digest_lines(bases_file.edits)
    planned = _planned_change(known_facts, verdict.changes, verdict, instants.now, digest_lines)
    context = (
        edit_impact.fetch_finding_facts(writing.transaction, planned.change, instants.known_at, options.thresholds)
        if options.thresholds
        else None
    )
    return report.model_copy(update={"impact": page.impact(planned, instants, writing.transaction, context)})
