"""Builds the reports of loading a published list and of loading a file of bases."""

from collections.abc import Sequence

from loaders.bases import NUMBER as ENTRY_COLUMN
from loaders.bases import PATH, BasesFile
from loaders.lists import ListFile
from service.domain.amendments import AmendmentRecord
from service.domain.facts import ManufacturerName
from service.domain.load_options import LoadOptions
from service.domain.refusals import LoadRemark, Refusal
from service.rules.facts.changeset import RowChanges
from service.rules.facts.edit_judgement import EditJudgement, RefusedEdit
from service.rules.facts.edit_warnings import EditWarning as EditRemark
from service.rules.facts.list_diff import ListChanges
from service.schemas.responses.load_reports import AttributeChange, EntryChange, LoadReport, count_remarks

_COLUMNS = {"entry": ENTRY_COLUMN, "bases": PATH, "accept": "Accept", "effective_from": "Effective_From"}


def to_refusal(file: str, sheet: str | None, refused: RefusedEdit, column: str | None = None) -> Refusal:
    """Converts a refused edit from a file of bases to a refusal of the report, with line and column in the file."""
    edit = refused.edit
    bases = ";".join(edit.bases or ()) or "N/A"
    values = {"entry": edit.entry, "accept": ";".join(edit.accept), "effective_from": ""}
    return Refusal(
        file=file,
        sheet=sheet,
        line=edit.line,
        column=column or _COLUMNS[refused.column],
        value=bases if column else values.get(refused.column, bases),
        code=refused.code,
        reason=refused.reason,
    )


def _to_load_remark(remark: EditRemark) -> LoadRemark:
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
    list_file: ListFile,
    options: LoadOptions,
    list_changes: ListChanges,
    verdict: EditJudgement,
    names: RowChanges[ManufacturerName],
    refusals: Sequence[Refusal],
    *,
    applied: bool,
) -> LoadReport:
    """Builds the report on loading a list, or on trying to load it (dry run)."""
    remarks = [*list_file.remarks, *map(_to_load_remark, verdict.remarks), *_name_remarks(list_file, names)]
    counts = {
        "rows": len(list_file.published.rows) + len({r.line for r in list_file.refusals}),
        "new": len(list_changes.new),
        "changed": len(list_changes.changed),
        "unchanged": len(list_changes.unchanged),
        "absent": len(list_changes.absent),
        "declared": len(verdict.changed),
        "refused": len(refusals),
    }
    return LoadReport(
        file=file,
        sheet=list_file.sheet,
        kind="list",
        sha256=list_file.published.sha256,
        list_version=list_file.published.number,
        list_issued=list_file.published.issued.date().isoformat(),
        applied=applied,
        dry_run=options.dry_run,
        counts=counts | count_remarks(remarks),
        changes=[*_entry_changes(list_changes), *(EntryChange(entry=e, change="declared") for e in verdict.changed)],
        absent=list_changes.absent,
        remarks=remarks,
        refusals=list(refusals),
    )


def _name_remarks(list_file: ListFile, names: RowChanges[ManufacturerName]) -> list[LoadRemark]:
    """Returns a remark for each manufacturer that the notes of a list name: notes are free text, so SECAS may know
    better.
    """
    named = {row.code: row.name for row in names.added if row.list_version == list_file.published.number}
    return [
        LoadRemark(code="manufacturer-named", text=f"The notes of the list name manufacturer {code}: {name!r}.")
        for code, name in sorted(named.items())
    ]


def _entry_changes(list_changes: ListChanges) -> list[EntryChange]:
    new = [EntryChange(entry=entry, change="new") for entry in list_changes.new]
    changed = [
        EntryChange(
            entry=entry,
            change="changed",
            attributes=[AttributeChange(attribute=n, before=b, after=a) for n, (b, a) in attributes.items()],
        )
        for entry, attributes in list_changes.changed.items()
    ]
    return new + changed


def bases_report(
    bases_file: BasesFile,
    options: LoadOptions,
    verdict: EditJudgement,
    refusals: Sequence[Refusal],
    amendments: Sequence[AmendmentRecord],
) -> LoadReport:
    """Builds the report on loading a file of declared bases, or on trying to load it (dry run or refusal): then the
    load recorded no amendment.
    """
    remarks = [*bases_file.remarks, *map(_to_load_remark, verdict.remarks)]
    counts = {
        "declared": len(verdict.changed),
        **({"confirmed": len(verdict.confirmed)} if verdict.confirmed else {}),
        "unchanged": len(verdict.unchanged),
        "blank": bases_file.blank,
        "refused": len(refusals),
    }
    return LoadReport(
        file=bases_file.file,
        sheet=bases_file.sheet,
        kind="bases",
        sha256=bases_file.sha256,
        applied=bool(amendments),
        dry_run=options.dry_run,
        counts=counts | count_remarks(remarks),
        changes=[
            *(EntryChange(entry=entry, change="declared") for entry in verdict.changed),
            *(EntryChange(entry=entry, change="confirmed") for entry in verdict.confirmed),
        ],
        remarks=remarks,
        refusals=list(refusals),
        amendments=[amendment.id for amendment in amendments],
    )
