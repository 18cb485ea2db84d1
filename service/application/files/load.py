"""From a file that was read to the graph: one transaction, whole or not at all (design 6)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import uuid4

from loaders.bases import PATH, BasesFile
from loaders.lists import ListFile
from service.application.amendments import edit_impact
from service.application.facts import connected_facts
from service.application.files.load_reports import bases_report, list_report, to_refusal
from service.domain.amendments import AmendmentRecord
from service.domain.clock import Clock
from service.domain.edits import Edit
from service.domain.listings import ListVersion
from service.domain.load_options import LoadOptions
from service.domain.refusals import LoadRemark, Refusal, refusal_error
from service.graph.protocol import Graph, Runner
from service.repositories import facts, list_versions
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import ChangeSet, complete_changes, facts_after
from service.rules.facts.declare import EditJudgement, judge_edits
from service.rules.facts.derive_edges import Facts
from service.rules.facts.list_diff import ListChanges, ListPosition, ListRefusal, compare_list, list_position
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import ProposedChange, edit_digest_lines
from service.rules.impact.finding_changes import FindingContext
from service.rules.impact.response import impact_response
from service.schemas.responses.load_reports import LoadReport

__all__ = ["LoadOptions", "load_bases", "load_list"]

MAX_ABSENT = 5
"""More entries than this missing from a list look like a file cut off."""


class _Undone(Exception):
    """Ends a write that shall leave no trace, and carries its report out."""

    def __init__(self, report: LoadReport) -> None:
        super().__init__()
        self.report = report


def load_list(graph: Graph, clock: Clock, found: ListFile, file: str, options: LoadOptions) -> LoadReport:
    """Loads a published list. What it changes holds from its date of issue, or from the previous list's if later.

    Raises FileRefused where the list as a whole cannot be loaded.
    """
    if found.refusals and not options.skip_refused:
        return list_report(file, found, options, ListChanges(), EditJudgement(), found.refusals, applied=False)
    return run_load(graph, lambda tx: _list(WriteTransaction(tx, clock), found, file, options))


def load_bases(graph: Graph, clock: Clock, found: BasesFile, options: LoadOptions) -> LoadReport:
    """Loads a file of bases: one amendment for each piece of evidence, all in one transaction."""
    if found.refusals and not options.skip_refused:
        return bases_report(found, options, EditJudgement(), found.refusals, [], applied=False)
    return run_load(graph, lambda tx: _bases(WriteTransaction(tx, clock), found, options))


def run_load(graph: Graph, work: Callable[[Runner], LoadReport]) -> LoadReport:
    """Runs a load in one transaction that leaves no trace where its report says that nothing was applied."""

    def once(transaction: Runner) -> LoadReport:
        report = work(transaction)
        if not report.applied:
            raise _Undone(report)
        return report

    try:
        return graph.write(once)
    except _Undone as undone:
        return undone.report


def _list(writing: WriteTransaction, found: ListFile, file: str, options: LoadOptions) -> LoadReport:
    believed = facts.all_facts(writing.transaction, writing.recorded)
    place, found = _placed(writing, found, file)
    difference = compare_list(found.published, place, believed, writing.recorded, found.refused)
    amendment = _amendment(options, f"list {found.published.number}", f"list {found.published.number}")
    edits = [Edit(entry, path, (), None, amendment.id, line) for entry, path, line in found.paths]
    then = facts_after(believed, ChangeSet(revisions=difference.rows))
    verdict = judge_edits(then, edits, writing.recorded)
    _require(found, file, place, difference, verdict, options)
    refused = [to_refusal(file, found.sheet, refused, PATH) for refused in verdict.refused]
    refusals = [*found.refusals, *refused]
    news = place.known is None or difference.differs or bool(verdict.changed)
    applied = news and not options.dry_run and (not refusals or options.skip_refused)
    if applied:
        _write_list(writing, found, place, difference, believed, verdict, amendment)
    report = list_report(file, found, options, difference, verdict, refusals, applied=applied)
    if not options.dry_run:
        return report
    here = _considered(writing, believed, replace(verdict.changes, revisions=difference.rows), verdict)
    said = [f"list {found.published.number} {found.published.sha256}"]
    published = _version(writing, found, place) if place.known is None or difference.differs else None
    return _foreseen(report, writing, here, said, _all_around(writing, here, published, options))


def _considered(
    writing: WriteTransaction, believed: Facts, changes: ChangeSet, verdict: EditJudgement
) -> ProposedChange:
    whole, then = complete_changes(believed, changes, writing.recorded)
    return ProposedChange(believed, then, whole, verdict, [])


def _all_around(
    writing: WriteTransaction, here: ProposedChange, published: ListVersion | None, options: LoadOptions
) -> FindingContext | None:
    """On what the findings rest that a list changes. Its facts are all that there are."""
    if options.standards is None:
        return None
    former = edit_impact.former_beliefs(writing.transaction, here, writing.recorded)
    known = list_versions.known_list_versions(writing.transaction, writing.recorded)
    return FindingContext(options.standards, Facts(), former, known, published)


def _foreseen(
    report: LoadReport,
    writing: WriteTransaction,
    here: ProposedChange,
    said: Sequence[str],
    wider: FindingContext | None,
) -> LoadReport:
    """The report of a dry run, with what the load would do to the answers."""
    foreseen, _ = impact_response(here, said, writing.recorded, writing.recorded, PageWindow(), wider)
    return report.model_copy(update={"impact": foreseen})


def _placed(writing: WriteTransaction, found: ListFile, file: str) -> tuple[ListPosition, ListFile]:
    """Where the list stands; and the list under the number it is known by, with what is remarkable in its place."""
    place = list_position(found.published, list_versions.known_list_versions(writing.transaction, writing.recorded))
    if isinstance(place, ListRefusal):
        raise refusal_error([Refusal(file=file, code=place.code, value=found.published.number, reason=place.reason)])
    if place.known:
        return place, replace(found, published=replace(found.published, number=place.known.number))
    if not place.runs_backwards:
        return place, found
    text = f"Version {found.published.number} is dated before the list it follows; it holds from that one's date."
    # A new list of remarks: the write may run again after a transient failure.
    return place, replace(found, remarks=[*found.remarks, LoadRemark(code="date-runs-backwards", text=text)])


def _require(
    found: ListFile,
    file: str,
    place: ListPosition,
    difference: ListChanges,
    verdict: EditJudgement,
    options: LoadOptions,
) -> None:
    """Refuses what speaks against the list as a whole; no --skip-refused passes it."""
    number, faults = found.published.number, []
    differing = {*difference.new, *difference.changed, *verdict.changed}
    if place.known and differing and not options.correction:
        count = len(differing)
        reason = f"Version {number} is loaded already, and {count} entries differ: say --correction if this is one."
        faults.append(Refusal(file=file, code="other-content", value=number, reason=reason))
    if len(difference.absent) > MAX_ABSENT and not options.allow_absent:
        reason = (
            f"{len(difference.absent)} entries of earlier lists are absent, {difference.absent[0]} first: "
            "a file cut off? Say --allow-absent if not."
        )
        faults.append(Refusal(file=file, code="many-absent", value=str(len(difference.absent)), reason=reason))
    if faults:
        raise refusal_error(faults)


def _write_list(
    writing: WriteTransaction,
    found: ListFile,
    place: ListPosition,
    difference: ListChanges,
    believed: Facts,
    verdict: EditJudgement,
    amendment: AmendmentRecord,
) -> None:
    """A list that ends an acceptance amends too, whether or not it declares: the record says who did that, and when."""
    changes = writing.with_derived_rows(believed, replace(verdict.changes, revisions=difference.rows))
    writing.apply(changes, [amendment] if changes.declarations or changes.acceptances else [])
    if place.known is None or difference.differs:
        writing.list_version(_version(writing, found, place))


def _version(writing: WriteTransaction, found: ListFile, place: ListPosition) -> ListVersion:
    published = found.published
    return ListVersion(
        number=published.number,
        issued=published.issued.date().isoformat(),
        effective_from=place.effective_from,
        sha256=published.sha256,
        entries=len(published.rows),
        recorded=writing.recorded,
    )


def _bases(writing: WriteTransaction, found: BasesFile, options: LoadOptions) -> LoadReport:
    amendments = {
        evidence: _amendment(replace(options, evidence=evidence or options.evidence), options.reason, found.file)
        for evidence in dict.fromkeys(evidence for _, evidence in found.edits)
    }
    edits = [replace(edit, amendment=amendments[evidence].id) for edit, evidence in found.edits]
    named = {base for edit in edits for base in edit.bases or ()}
    fetched = connected_facts.facts_near if options.dry_run else connected_facts.facts_around
    believed = fetched(writing.transaction, writing.recorded, {edit.entry for edit in edits}, named)
    verdict = judge_edits(believed, edits, writing.recorded)
    refusals = [*found.refusals, *(to_refusal(found.file, found.sheet, refused) for refused in verdict.refused)]
    changes = verdict.changes
    saying = {d.amendment for d in changes.declarations.added} | {a.amendment for a in changes.acceptances.added}
    made = [amendment for amendment in amendments.values() if amendment.id in saying]
    applied = bool(verdict.changes) and not options.dry_run and (not refusals or options.skip_refused)
    if applied:
        writing.apply(writing.with_derived_rows(believed, verdict.changes), made)
    report = bases_report(found, options, verdict, refusals, made if applied else [], applied=applied)
    if not options.dry_run:
        return report
    here = _considered(writing, believed, changes, verdict)
    by = options.standards
    wider = edit_impact.fetch_finding_facts(writing.transaction, here, writing.recorded, by) if by else None
    return _foreseen(report, writing, here, edit_digest_lines(edit for edit, _ in found.edits), wider)


def _amendment(options: LoadOptions, reason: str, source: str) -> AmendmentRecord:
    return AmendmentRecord(uuid4().hex, options.made_by, reason, options.evidence, source)
