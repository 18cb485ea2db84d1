"""What is told of a load: the report of a list, and that of a file of bases."""

from collections.abc import Sequence

from loaders.bases import NUMBER as ENTRY_COLUMN
from loaders.bases import PATH, BasesFile
from loaders.lists import ListFile
from service.domain.amendments import AmendmentRecord
from service.domain.load_options import LoadOptions
from service.domain.refusals import LoadRemark, Refusal
from service.rules.facts.declare import EditJudgement, RefusedEdit
from service.rules.facts.edit_warnings import EditWarning as EditRemark
from service.rules.facts.list_diff import ListChanges
from service.schemas.responses.load_reports import AttributeChange, EntryChange, LoadReport, count_remarks

_COLUMNS = {"entry": ENTRY_COLUMN, "bases": PATH, "accept": "Accept", "effective_from": "Effective_From"}


def to_refusal(file: str, sheet: str | None, refused: RefusedEdit, column: str | None = None) -> Refusal:
    """An edit that the rules refuse, at its place in the file."""
    edit = refused.edit
    bases = ";".join(edit.bases or ()) or "N/A"
    given = {"entry": edit.entry, "accept": ";".join(edit.accept), "effective_from": ""}
    return Refusal(
        file=file,
        sheet=sheet,
        line=edit.line,
        column=column or _COLUMNS[refused.column],
        value=bases if column else given.get(refused.column, bases),
        code=refused.code,
        reason=refused.reason,
    )


def _remark(remark: EditRemark) -> LoadRemark:
    return LoadRemark(
        code=remark.code,
        text=remark.text,
        line=remark.edit.line,
        entry=remark.edit.entry,
        base=remark.entry if remark.entry != remark.edit.entry else None,
        held=remark.held,
        counterpart=remark.counterpart,
    )


def list_report(
    file: str,
    found: ListFile,
    options: LoadOptions,
    difference: ListChanges,
    verdict: EditJudgement,
    refusals: Sequence[Refusal],
    *,
    applied: bool,
) -> LoadReport:
    """What loading a list did, or would do."""
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
        counts=counts | count_remarks(remarks),
        changes=[*_entry_changes(difference), *(EntryChange(entry=e, change="declared") for e in verdict.changed)],
        absent=difference.absent,
        remarks=remarks,
        refusals=list(refusals),
    )


def _entry_changes(difference: ListChanges) -> list[EntryChange]:
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


def bases_report(
    found: BasesFile,
    options: LoadOptions,
    verdict: EditJudgement,
    refusals: Sequence[Refusal],
    amendments: Sequence[AmendmentRecord],
    *,
    applied: bool,
) -> LoadReport:
    """What loading a file of bases did, or would do."""
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
        counts=counts | count_remarks(remarks),
        changes=[EntryChange(entry=entry, change="declared") for entry in verdict.changed],
        remarks=remarks,
        refusals=list(refusals),
        amendments=[amendment.id for amendment in amendments],
    )
