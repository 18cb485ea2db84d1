"""ZigBee facts into the graph: chipset and stack into their own compartment, bands as a public amendment beside it.

All of it is one transaction. The locks are taken in one order, zigbee, public, audit; the public one only where a band
changes, so that what is told in confidence moves nothing that others can see.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from loaders.zigbee import BAND, COLUMN_OF_ATTRIBUTE, FROM, NUMBER, OrderFile, ZigbeeFile
from service.application.files.load import run_load
from service.domain.amendments import AmendmentRecord
from service.domain.clock import BEGINNING, END, Clock
from service.domain.facts import BandFact
from service.domain.load_options import LoadOptions
from service.domain.refusals import Refusal
from service.domain.zigbee_facts import StackOrder, ZigbeeReader
from service.domain.zigbee_statements import ZigbeeStatement, ZigbeeValue
from service.graph.protocol import Graph, Runner
from service.repositories import audit, compartments, zigbee
from service.repositories import bands as band_store
from service.repositories.entries import ever_known
from service.repositories.write_transaction import WriteTransaction as PublicWriting
from service.rules.facts import bands
from service.rules.facts.bands import BandJudgement, BandStatement
from service.rules.facts.changeset import ChangeSet, RowChanges, row_id
from service.rules.zigbee.statements import StatementJudgement, group_beliefs, judge_statements
from service.schemas.responses.load_reports import EntryChange, LoadReport

PUBLIC_REASON = "ZigBee bands as declared"
"""What the public record says of a band. Why the file was loaded, and what it is called, is told in confidence."""


def load_zigbee(
    graph: Graph, clock: Clock, found: ZigbeeFile, options: LoadOptions, reader: ZigbeeReader
) -> LoadReport:
    """Loads a file of ZigBee facts, whole or not at all. Whatever becomes of it is in the audit."""
    asked = _asked(found.file, found.sha256, options)
    if found.refusals and not options.skip_refused:
        return _looked_at(
            graph, clock, reader, asked, _report(found, options, StatementJudgement(), BandJudgement(), found.refusals)
        )
    report = run_load(graph, lambda tx: _Load(tx, clock, found, options, reader).run(asked))
    return report if report.applied else _looked_at(graph, clock, reader, asked, report)


def _asked(file: str, sha256: str, options: LoadOptions) -> str:
    return f"write {file}{f' sha256 {sha256}' if sha256 else ''}: {options.reason}"


def _looked_at(graph: Graph, clock: Clock, reader: ZigbeeReader, asked: str, report: LoadReport) -> LoadReport:
    """A load that changed nothing tells what is believed already: that is a reading, and recorded."""
    audit.record_reading(graph, clock, reader, f"{'dry run of ' if report.dry_run else ''}{asked}", len(report.changes))
    return report


@dataclass
class _Load:
    """One attempt. The transaction may run again, so all that it finds is found anew."""

    transaction: Runner
    clock: Clock
    found: ZigbeeFile
    options: LoadOptions
    reader: ZigbeeReader

    def run(self, asked: str) -> LoadReport:
        """Judges and, where it may, writes."""
        writing = zigbee.ZigbeeWriteTransaction(self.transaction, self.clock)
        amendment = _amendment(self.options, self.options.reason, self.found.file)
        public = compartments.read_state(self.transaction).recorded
        refusals = self._foreign(public)
        wrong = {refusal.line for refusal in refusals}
        statements = [one for one in self.found.statements if one.line not in wrong]
        entries = {one.entry for one in statements}
        believed = group_beliefs(zigbee.zigbee_facts_of(self.transaction, entries, writing.recorded))
        verdict = judge_statements(believed, statements, writing.recorded, amendment.id)
        refusals += [self._refusal(one.statement, one.code, one.reason, one.column) for one in verdict.refused]
        refused = {one.statement.entry for one in verdict.refused}
        said = [_band(one) for one in statements if one.band and one.entry not in refused]
        band_amendment = _amendment(replace(self.options, evidence=""), PUBLIC_REASON, "ZigBee bands")
        banded = self._banded(said, public, band_amendment)
        refusals += [self._refusal_of_band(one) for one in banded.which_period]
        refusals = [*self.found.refusals, *refusals]
        applied = bool(verdict.rows or banded.rows) and not self.options.dry_run
        applied = applied and (not refusals or self.options.skip_refused)
        made = self._write(writing, verdict, amendment, said, band_amendment) if applied else []
        report = _report(self.found, self.options, verdict, banded, refusals, made, applied=applied)
        if applied:
            audit.record_access(self.transaction, self.clock, self.reader, "write", asked, len(report.changes))
        return report

    def _write(
        self,
        writing: zigbee.ZigbeeWriteTransaction,
        verdict: StatementJudgement,
        amendment: AmendmentRecord,
        said: Sequence[BandStatement],
        band_amendment: AmendmentRecord,
    ) -> list[str]:
        made = []
        if verdict.rows:
            writing.apply(verdict.rows, RowChanges[StackOrder](), amendment)
            made.append(amendment.id)
        if self._banded(said, compartments.read_state(self.transaction).recorded, band_amendment).rows:
            public = PublicWriting(self.transaction, self.clock)
            rows = self._banded(said, public.recorded, band_amendment).rows
            public.apply(ChangeSet(bands=rows), [band_amendment])
            made.append(band_amendment.id)
        return made

    def _banded(self, said: Sequence[BandStatement], recorded: datetime, amendment: AmendmentRecord) -> BandJudgement:
        believed: dict[str, list[BandFact]] = defaultdict(list)
        if said:
            for row in band_store.believed_bands(self.transaction, {one.entry for one in said}, recorded):
                believed[row.entry].append(row)
        return bands.judge_bands(believed, said, recorded, amendment.id)

    def _foreign(self, public: datetime) -> list[Refusal]:
        """Statements about entries that no list has, or that are not the reader's."""
        entries = {one.entry for one in self.found.statements}
        known = ever_known(self.transaction, entries, public) if entries else set()
        owners = (
            {} if self.reader.manufacturers is None else zigbee.owners_in_force(self.transaction, self.clock(), public)
        )
        refusals = []
        for one in self.found.statements:
            if one.entry not in known:
                reason = f"{one.entry} is on no list that is loaded."
                refusals.append(self._refusal(one, "unknown-entry", reason))
            elif not self.reader.may(owners.get(one.entry, "")):
                refusals.append(self._refusal(one, "not-yours", f"{one.entry} is another manufacturer's."))
        return refusals

    def _refusal(self, one: ZigbeeStatement, code: str, reason: str, attribute: str | None = None) -> Refusal:
        column = next((column for name, column in COLUMN_OF_ATTRIBUTE.items() if name == attribute), None)
        if column is None:
            column = FROM if code == "which-period" else NUMBER
        said = {NUMBER: one.entry, FROM: ""} | {
            COLUMN_OF_ATTRIBUTE[name]: value.given for name, value in one.values.items()
        }
        return self._place(one.line, column, said.get(column, ""), code, reason)

    def _refusal_of_band(self, one: BandStatement) -> Refusal:
        reason = "More than one band is told of this entry over time: say from when this one holds."
        return self._place(one.line, BAND, one.band, "which-period", reason)

    def _place(self, line: int, column: str, value: str, code: str, reason: str) -> Refusal:
        return Refusal(
            file=self.found.file,
            sheet=self.found.sheet,
            line=line or None,
            column=column,
            value=value,
            code=code,
            reason=reason,
        )


def _band(one: ZigbeeStatement) -> BandStatement:
    assert one.band
    return BandStatement(one.entry, one.band, one.effective_from, one.line)


def _amendment(options: LoadOptions, reason: str, source: str) -> AmendmentRecord:
    return AmendmentRecord(uuid4().hex, options.made_by, reason, options.evidence, source)


def _report(
    found: ZigbeeFile,
    options: LoadOptions,
    verdict: StatementJudgement,
    banded: BandJudgement,
    refusals: Sequence[Refusal],
    made: Sequence[str] = (),
    *,
    applied: bool = False,
) -> LoadReport:
    changed = sorted({*verdict.changed, *banded.changed})
    counts = {
        "told": len(verdict.changed),
        "bands": len(banded.changed),
        "unchanged": len({*verdict.unchanged} - {*banded.changed}),
        "blank": found.blank,
        "refused": len(refusals),
    }
    return LoadReport(
        file=found.file,
        kind="zigbee",
        sha256=found.sha256,
        applied=applied,
        dry_run=options.dry_run,
        counts=counts,
        changes=[EntryChange(entry=entry, change="told") for entry in changed],
        refusals=list(refusals),
        amendments=list(made),
    )


def load_stack_orders(
    graph: Graph, clock: Clock, found: OrderFile, options: LoadOptions, reader: ZigbeeReader
) -> LoadReport:
    """Declares in what order the versions of stacks came: each vendor named is declared anew, whole.

    Nothing of a file of which a line is refused is taken: an order with gaps would be another order.
    """
    asked = _asked(found.file, found.sha256, options)
    if found.refusals:
        return _looked_at(graph, clock, reader, asked, _told_of_orders(found, options, []))
    report = run_load(graph, lambda tx: _ordered(tx, clock, found, options, reader, asked))
    return report if report.applied else _looked_at(graph, clock, reader, asked, report)


def _ordered(
    transaction: Runner, clock: Clock, found: OrderFile, options: LoadOptions, reader: ZigbeeReader, asked: str
) -> LoadReport:
    writing = zigbee.ZigbeeWriteTransaction(transaction, clock)
    amendment = _amendment(options, options.reason, found.file)
    before = {row.vendor: row for row in zigbee.stack_orders(transaction, writing.recorded)}
    wanted = [_order(vendor, versions, writing.recorded, amendment.id) for vendor, versions in found.orders.items()]
    fresh = [row for row in wanted if row.vendor not in before or before[row.vendor].versions != row.versions]
    applied = bool(fresh) and not options.dry_run
    if applied:
        closed = [before[row.vendor] for row in fresh if row.vendor in before]
        writing.apply(RowChanges(), RowChanges(closed, fresh), amendment)
        audit.record_access(transaction, clock, reader, "write", asked, 0)
    return _told_of_orders(found, options, fresh, [amendment.id] if applied else [], applied=applied)


def _order(vendor: ZigbeeValue, versions: Iterable[ZigbeeValue], recorded: datetime, amendment: str) -> StackOrder:
    plain, given = zip(*versions, strict=True)
    return StackOrder(
        id=row_id(f"{vendor.normalised}-order", recorded, 0),
        vendor=vendor.normalised,
        given_vendor=vendor.given,
        versions="\n".join(plain),
        given_versions="\n".join(given),
        amendment=amendment,
        recorded_from=recorded,
        valid_from=BEGINNING,
        valid_to=END,
    )


def _told_of_orders(
    found: OrderFile,
    options: LoadOptions,
    fresh: Sequence[StackOrder],
    made: Sequence[str] = (),
    *,
    applied: bool = False,
) -> LoadReport:
    counts = {
        "stacks": len(fresh),
        "unchanged": len(found.orders) - len(fresh),
        "refused": len(found.refusals),
    }
    return LoadReport(
        file=found.file,
        kind="stack-order",
        sha256=found.sha256,
        applied=applied,
        dry_run=options.dry_run,
        counts=counts,
        refusals=found.refusals,
        amendments=list(made),
    )
