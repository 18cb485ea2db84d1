"""From a file that was read to the graph: one transaction, whole or not at all (design 6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from loaders.bases import NUMBER as ENTRY_COLUMN
from loaders.bases import PATH, BasesFile
from loaders.lists import ListFile
from loaders.report import AttributeChange, EntryChange, LoadReport, Refusal, Remark, refuse, tally
from service.graph.protocol import Graph, Runner
from service.model.clock import Clock
from service.model.listing import ListVersion
from service.rules.change import Changes, after
from service.rules.declare import Refused, Verdict, judged
from service.rules.derive import Facts
from service.rules.lists import Compared, OutOfPlace, Place, compared, placed
from service.rules.remarks import Edit
from service.rules.remarks import Remark as EditRemark
from service.store import facts, lists
from service.store.write import Amendment, Writing

MOST_ABSENT = 5
"""More entries than this missing from a list look like a file cut off."""


@dataclass(frozen=True)
class Options:
    """How a file is to be loaded, by whom and why."""

    dry_run: bool = False
    skip_refused: bool = False
    correction: bool = False
    allow_absent: bool = False
    made_by: str = ""
    reason: str = ""
    evidence: str = ""


class _Undone(Exception):
    """Ends a write that shall leave no trace, and carries its report out."""

    def __init__(self, report: LoadReport) -> None:
        super().__init__()
        self.report = report


def load_list(graph: Graph, clock: Clock, found: ListFile, file: str, options: Options) -> LoadReport:
    """Loads a published list. What it changes holds from its date of issue, or from the previous list's if later.

    Raises FileRefused where the list as a whole cannot be loaded.
    """
    if found.refusals and not options.skip_refused:
        return _list_report(file, found, options, Compared(), Verdict(), found.refusals, applied=False)
    return _undoable(graph, lambda tx: _list(Writing(tx, clock), found, file, options))


def load_bases(graph: Graph, clock: Clock, found: BasesFile, options: Options) -> LoadReport:
    """Loads a file of bases: one amendment for each piece of evidence, all in one transaction."""
    if found.refusals and not options.skip_refused:
        return _bases_report(found, options, Verdict(), found.refusals, [], applied=False)
    return _undoable(graph, lambda tx: _bases(Writing(tx, clock), found, options))


def _undoable(graph: Graph, work: Callable[[Runner], LoadReport]) -> LoadReport:
    def once(transaction: Runner) -> LoadReport:
        report = work(transaction)
        if not report.applied:
            raise _Undone(report)
        return report

    try:
        return graph.write(once)
    except _Undone as undone:
        return undone.report


def _list(writing: Writing, found: ListFile, file: str, options: Options) -> LoadReport:
    believed = facts.everything(writing.transaction, writing.recorded)
    place = _place(writing, found, file)
    difference = compared(found.published, place, believed, writing.recorded)
    amendment = _amendment(options, f"list {found.published.number}", f"list {found.published.number}")
    edits = [Edit(entry, path, (), None, amendment.id, line) for entry, path, line in found.paths]
    then = after(believed, Changes(revisions=difference.rows))
    verdict = judged(then, edits, writing.recorded)
    refusals = [*found.refusals, *_whole(found, file, place, difference, options)]
    refusals += [_refusal(file, found.sheet, refused, "Firmware_Upgrade_Path") for refused in verdict.refused]
    news = place.known is None or difference.differs or bool(verdict.changed)
    applied = news and not options.dry_run and (not refusals or options.skip_refused)
    if applied:
        _write_list(writing, found, place, difference, believed, verdict, [amendment] if verdict.changed else [])
    return _list_report(file, found, options, difference, verdict, refusals, applied=applied)


def _place(writing: Writing, found: ListFile, file: str) -> Place:
    place = placed(found.published, lists.known(writing.transaction, writing.recorded))
    if isinstance(place, OutOfPlace):
        raise refuse([Refusal(file=file, code=place.code, value=found.published.number, reason=place.reason)])
    if place.runs_backwards:
        text = f"Version {found.published.number} is dated before the list it follows; it holds from that one's date."
        found.remarks.append(Remark(code="date-runs-backwards", text=text))
    return place


def _whole(found: ListFile, file: str, place: Place, difference: Compared, options: Options) -> Sequence[Refusal]:
    """What speaks against the list as a whole; no --skip-refused passes it."""
    number, faults = found.published.number, []
    if place.known and difference.differs and not options.correction:
        count = len(difference.new) + len(difference.changed)
        reason = f"Version {number} is loaded already, and {count} entries differ: say --correction if this is one."
        faults.append(Refusal(file=file, code="other-content", value=number, reason=reason))
    if len(difference.absent) > MOST_ABSENT and not options.allow_absent:
        reason = (
            f"{len(difference.absent)} entries of earlier lists are absent, {difference.absent[0]} first: "
            "a file cut off? Say --allow-absent if not."
        )
        faults.append(Refusal(file=file, code="many-absent", value=str(len(difference.absent)), reason=reason))
    if faults:
        raise refuse(faults)
    return faults


def _write_list(
    writing: Writing,
    found: ListFile,
    place: Place,
    difference: Compared,
    believed: Facts,
    verdict: Verdict,
    amendments: Sequence[Amendment],
) -> None:
    changes = replace(verdict.changes, revisions=difference.rows)
    writing.apply(writing.settle(believed, changes), amendments)
    if place.known is None or difference.differs:
        published = found.published
        writing.list_version(
            ListVersion(
                number=published.number,
                issued=published.issued.date().isoformat(),
                effective_from=place.effective_from,
                sha256=published.sha256,
                entries=len(published.rows),
                recorded=writing.recorded,
            )
        )


def _bases(writing: Writing, found: BasesFile, options: Options) -> LoadReport:
    amendments = {
        evidence: _amendment(replace(options, evidence=evidence or options.evidence), options.reason, found.file)
        for evidence in dict.fromkeys(evidence for _, evidence in found.edits)
    }
    edits = [replace(edit, amendment=amendments[evidence].id) for edit, evidence in found.edits]
    named = {base for edit in edits for base in edit.bases or ()}
    believed = facts.around(writing.transaction, writing.recorded, {edit.entry for edit in edits}, named)
    verdict = judged(believed, edits, writing.recorded)
    refusals = [*found.refusals, *(_refusal(found.file, found.sheet, refused) for refused in verdict.refused)]
    changed = set(verdict.changed)
    made = [a for a in amendments.values() if any(e.amendment == a.id and e.entry in changed for e in edits)]
    applied = bool(verdict.changes) and not options.dry_run and (not refusals or options.skip_refused)
    if applied:
        writing.apply(writing.settle(believed, verdict.changes), made)
    return _bases_report(found, options, verdict, refusals, made if applied else [], applied=applied)


def _amendment(options: Options, reason: str, source: str) -> Amendment:
    return Amendment(uuid4().hex, options.made_by, reason, options.evidence, source)


_COLUMNS = {"entry": ENTRY_COLUMN, "bases": PATH, "accept": "Accept", "effective_from": "Effective_From"}


def _refusal(file: str, sheet: str | None, refused: Refused, column: str | None = None) -> Refusal:
    return Refusal(
        file=file,
        sheet=sheet,
        line=refused.edit.line,
        column=column or _COLUMNS[refused.column],
        value=refused.edit.entry if refused.column == "entry" else ";".join(refused.edit.bases or ()) or "N/A",
        code=refused.code,
        reason=refused.reason,
    )


def _remark(remark: EditRemark) -> Remark:
    return Remark(
        code=remark.code,
        text=remark.text,
        line=remark.edit.line,
        entry=remark.edit.entry,
        base=remark.entry if remark.entry != remark.edit.entry else None,
        held=remark.held,
        counterpart=remark.counterpart,
    )


def _list_report(
    file: str,
    found: ListFile,
    options: Options,
    difference: Compared,
    verdict: Verdict,
    refusals: Sequence[Refusal],
    *,
    applied: bool,
) -> LoadReport:
    remarks = [*found.remarks, *map(_remark, verdict.remarks)]
    counts = {
        "rows": len(found.published.rows) + len({(r.line) for r in found.refusals}),
        "new": len(difference.new),
        "changed": len(difference.changed),
        "unchanged": len(difference.unchanged),
        "absent": len(difference.absent),
        "declared": len(verdict.changed),
        "refused": len(refusals),
    }
    return LoadReport(
        file=file,
        kind="list",
        sha256=found.published.sha256,
        list_version=found.published.number,
        list_issued=found.published.issued.date().isoformat(),
        applied=applied,
        dry_run=options.dry_run,
        counts=counts | tally(remarks),
        changes=[*_entry_changes(difference), *(EntryChange(entry=e, change="declared") for e in verdict.changed)],
        absent=difference.absent,
        remarks=remarks,
        refusals=list(refusals),
    )


def _entry_changes(difference: Compared) -> list[EntryChange]:
    new = [EntryChange(entry=entry, change="new") for entry in difference.new]
    changed = [
        EntryChange(
            entry=entry,
            change="changed",
            attributes=[AttributeChange(attribute=n, before=b, after=a) for n, (b, a) in attributes.items()],
        )
        for entry, attributes in difference.changed.items()
    ]
    return new + changed


def _bases_report(
    found: BasesFile,
    options: Options,
    verdict: Verdict,
    refusals: Sequence[Refusal],
    amendments: Sequence[Amendment],
    *,
    applied: bool,
) -> LoadReport:
    remarks = [_remark(remark) for remark in verdict.remarks]
    counts = {
        "declared": len(verdict.changed),
        "unchanged": len(verdict.unchanged),
        "blank": found.blank,
        "refused": len(refusals),
    }
    return LoadReport(
        file=found.file,
        kind="bases",
        sha256=found.sha256,
        applied=applied,
        dry_run=options.dry_run,
        counts=counts | tally(remarks),
        changes=[EntryChange(entry=entry, change="declared") for entry in verdict.changed],
        remarks=remarks,
        refusals=list(refusals),
        amendments=[amendment.id for amendment in amendments],
    )
