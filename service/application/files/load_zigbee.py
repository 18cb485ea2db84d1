"""Loads ZigBee facts: chipset and stack into the restricted part of the graph, bands as a public amendment.

One transaction writes the whole file. It takes the locks in the order zigbee, public, audit, and the public lock only
where a band changes, because a change of restricted data must not affect anything that other callers can see.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from loaders.zigbee import BAND, COLUMN_OF_ATTRIBUTE, FROM, NUMBER, ZigbeeFile
from service.application.files.load_transaction import run_load, to_amendment_record
from service.domain.amendments import AmendmentRecord
from service.domain.clock import Clock
from service.domain.facts import BandFact
from service.domain.load_options import LoadOptions
from service.domain.refusals import Refusal
from service.domain.zigbee_facts import StackVersionOrder, ZigbeeCaller
from service.domain.zigbee_statements import ZigbeeStatement
from service.graph.protocol import Graph, QueryRunner
from service.repositories import audit, compartments, zigbee
from service.repositories import bands as band_rows
from service.repositories.entries import ever_known
from service.repositories.write_transaction import WriteTransaction as PublicTransaction
from service.rules.facts.band_statements import BandChanges, BandStatement, judge_bands
from service.rules.facts.changeset import ChangeSet, RowChanges
from service.rules.zigbee.statements import ZigbeeStatementEffect, group_beliefs, judge_statements
from service.schemas.responses.load_reports import EntryChange, LoadReport, count_remarks

PUBLIC_REASON = "ZigBee bands as declared"
"""The reason in the public amendment of bands. The author's reason and the name of the file are restricted data."""


def load_zigbee(graph: Graph, clock: Clock, file: ZigbeeFile, options: LoadOptions, reader: ZigbeeCaller) -> LoadReport:
    """Loads a file of ZigBee facts in one transaction. Records the attempt in the audit (who read or wrote restricted
    data), also if the service does not apply the file.
    """
    audit_text = to_audit_text(file.file, file.sha256, options)
    report = run_load(graph, lambda tx: _ZigbeeLoad(tx, clock, file, options, reader).run(audit_text))
    return report if report.applied else audit_unapplied_load(graph, clock, reader, audit_text, report)


def to_audit_text(name: str, sha256: str, options: LoadOptions) -> str:
    """Returns the text by which the audit (who read or wrote restricted data) describes a request to load a file."""
    return f"write {name}{f' sha256 {sha256}' if sha256 else ''}: {options.reason}"


def audit_unapplied_load(
    graph: Graph, clock: Clock, reader: ZigbeeCaller, audit_text: str, report: LoadReport
) -> LoadReport:
    """Records a load that changed nothing in the audit of restricted data, as a read access, because its report shows
    recorded facts. Returns the report.
    """
    audit.record_reading(
        graph, clock, reader, f"{'dry run of ' if report.dry_run else ''}{audit_text}", len(report.changes)
    )
    return report


@dataclass
class _ZigbeeLoad:
    """One attempt to load a file. It keeps no state for a further attempt, because the database may run the transaction
    again.
    """

    transaction: QueryRunner
    clock: Clock
    file: ZigbeeFile
    options: LoadOptions
    reader: ZigbeeCaller

    def run(self, audit_text: str) -> LoadReport:
        """Applies the rules to the ZigBee statements of the file. Writes them unless a rule refuses one, or the load is
        a dry run.
        """
        writing = zigbee.ZigbeeWriteTransaction(self.transaction, self.clock)
        amendment = to_amendment_record(self.options, self.options.reason, self.file.file)
        public_recorded = compartments.read_state(self.transaction).recorded
        refusals = self._foreign_refusals(public_recorded)
        refused_lines = {refusal.line for refusal in refusals}
        statements = [statement for statement in self.file.statements if statement.line not in refused_lines]
        entries = {statement.entry for statement in statements}
        known = group_beliefs(zigbee.zigbee_facts_of(self.transaction, entries, writing.recorded))
        verdict = judge_statements(known, statements, writing.recorded, amendment.id)
        refusals += [self._refusal(r.statement, r.code, r.reason, r.column) for r in verdict.refused]
        refused = {refusal.statement.entry for refusal in verdict.refused}
        band_statements = [
            _band_statement(statement) for statement in statements if statement.band and statement.entry not in refused
        ]
        band_amendment = to_amendment_record(replace(self.options, evidence=""), PUBLIC_REASON, "ZigBee bands")
        band_verdict = self._judge_bands(band_statements, public_recorded, band_amendment)
        refusals += [self._band_refusal(statement) for statement in band_verdict.which_period]
        refusals = [*self.file.refusals, *refusals]
        applied = bool(verdict.rows or band_verdict.rows) and not self.options.dry_run
        applied = applied and (not refusals or self.options.skip_refused)
        amendment_ids = self._write(writing, verdict, amendment, band_statements, band_amendment) if applied else []
        report = _to_report(self.file, self.options, verdict, band_verdict, refusals, amendment_ids, applied=applied)
        if applied:
            audit.record_access(self.transaction, self.clock, self.reader, "write", audit_text, len(report.changes))
        return report

    def _write(
        self,
        writing: zigbee.ZigbeeWriteTransaction,
        verdict: ZigbeeStatementEffect,
        amendment: AmendmentRecord,
        band_statements: Sequence[BandStatement],
        band_amendment: AmendmentRecord,
    ) -> list[str]:
        amendment_ids = []
        if verdict.rows:
            writing.apply(verdict.rows, RowChanges[StackVersionOrder](), amendment)
            amendment_ids.append(amendment.id)
        if self._judge_bands(band_statements, compartments.read_state(self.transaction).recorded, band_amendment).rows:
            public_transaction = PublicTransaction(self.transaction, self.clock)
            rows = self._judge_bands(band_statements, public_transaction.recorded, band_amendment).rows
            public_transaction.apply(ChangeSet(bands=rows), [band_amendment])
            amendment_ids.append(band_amendment.id)
        return amendment_ids

    def _judge_bands(
        self, band_statements: Sequence[BandStatement], recorded: datetime, amendment: AmendmentRecord
    ) -> BandChanges:
        known: dict[str, list[BandFact]] = defaultdict(list)
        if band_statements:
            for row in band_rows.believed_bands(
                self.transaction, {statement.entry for statement in band_statements}, recorded
            ):
                known[row.entry].append(row)
        return judge_bands(known, band_statements, recorded, amendment.id)

    def _foreign_refusals(self, public_recorded: datetime) -> list[Refusal]:
        """Returns the refusals of statements about entries that no list has, or that belong to another manufacturer."""
        entries = {statement.entry for statement in self.file.statements}
        known = ever_known(self.transaction, entries, public_recorded) if entries else set()
        owners = (
            {}
            if self.reader.manufacturers is None
            else zigbee.owners_in_force(self.transaction, self.clock(), public_recorded)
        )
        refusals = []
        for statement in self.file.statements:
            if statement.entry not in known:
                reason = f"{statement.entry} is on no list that is loaded."
                refusals.append(self._refusal(statement, "unknown-entry", reason))
            elif not self.reader.may(owners.get(statement.entry, "")):
                refusals.append(self._refusal(statement, "not-yours", f"{statement.entry} is another manufacturer's."))
        return refusals

    def _refusal(self, statement: ZigbeeStatement, code: str, reason: str, attribute: str | None = None) -> Refusal:
        column = next((column for name, column in COLUMN_OF_ATTRIBUTE.items() if name == attribute), None)
        if column is None:
            column = FROM if code == "which-period" else NUMBER
        values = {NUMBER: statement.entry, FROM: ""} | {
            COLUMN_OF_ATTRIBUTE[name]: value.given for name, value in statement.values.items()
        }
        return self._refusal_at(statement.line, column, values.get(column, ""), code, reason)

    def _band_refusal(self, statement: BandStatement) -> Refusal:
        reason = "This entry has had more than one band. State from when this band holds."
        return self._refusal_at(statement.line, BAND, statement.band, "which-period", reason)

    def _refusal_at(self, line: int, column: str, value: str, code: str, reason: str) -> Refusal:
        return Refusal(
            file=self.file.file,
            sheet=self.file.sheet,
            line=line or None,
            column=column,
            value=value,
            code=code,
            reason=reason,
        )


def _band_statement(statement: ZigbeeStatement) -> BandStatement:
    assert statement.band
    return BandStatement(statement.entry, statement.band, statement.effective_from, statement.line)


def _to_report(
    file: ZigbeeFile,
    options: LoadOptions,
    verdict: ZigbeeStatementEffect,
    band_verdict: BandChanges,
    refusals: Sequence[Refusal],
    amendment_ids: Sequence[str] = (),
    *,
    applied: bool = False,
) -> LoadReport:
    changed = sorted({*verdict.changed, *band_verdict.changed})
    counts = {
        "stated": len(verdict.changed),
        "bands": len(band_verdict.changed),
        "unchanged": len({*verdict.unchanged} - {*band_verdict.changed}),
        "blank": file.blank,
        "refused": len(refusals),
    }
    return LoadReport(
        file=file.file,
        sheet=file.sheet,
        kind="zigbee",
        sha256=file.sha256,
        applied=applied,
        dry_run=options.dry_run,
        counts=counts | count_remarks(file.remarks),
        remarks=file.remarks,
        changes=[EntryChange(entry=entry, change="stated") for entry in changed],
        refusals=list(refusals),
        amendments=list(amendment_ids),
    )
