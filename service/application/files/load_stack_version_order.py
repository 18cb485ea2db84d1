"""Loads the order of the ZigBee stack versions of each vendor, from the oldest to the newest."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from loaders.zigbee import OrderFile
from service.application.files.load_transaction import run_load, to_amendment_record
from service.application.files.load_zigbee import audit_unapplied_load, to_audit_text
from service.domain.clock import BEGINNING, END, Clock
from service.domain.load_options import LoadOptions
from service.domain.zigbee_facts import StackVersionOrder, ZigbeeCaller
from service.domain.zigbee_statements import ZigbeeValue
from service.graph.protocol import Graph, QueryRunner
from service.repositories import audit, zigbee
from service.rules.facts.changeset import RowChanges, row_id
from service.schemas.responses.load_reports import LoadReport, count_remarks


def load_stack_orders(
    graph: Graph, clock: Clock, file: OrderFile, options: LoadOptions, reader: ZigbeeCaller
) -> LoadReport:
    """Loads the order of the ZigBee stack versions of each vendor, in place of the order that the vendor had before.

    A refused line refuses the whole file, because an order without one of its versions would be another order.
    """
    audit_text = to_audit_text(file.file, file.sha256, options)
    if file.refusals:
        return audit_unapplied_load(graph, clock, reader, audit_text, _to_report(file, options, []))
    report = run_load(graph, lambda tx: _load(tx, clock, file, options, reader, audit_text))
    return report if report.applied else audit_unapplied_load(graph, clock, reader, audit_text, report)


def _load(
    transaction: QueryRunner, clock: Clock, file: OrderFile, options: LoadOptions, reader: ZigbeeCaller, audit_text: str
) -> LoadReport:
    writing = zigbee.ZigbeeWriteTransaction(transaction, clock)
    amendment = to_amendment_record(options, options.reason, file.file)
    before = {row.vendor: row for row in zigbee.stack_orders(transaction, writing.recorded)}
    rows = [
        _to_stack_order(vendor, versions, writing.recorded, amendment.id) for vendor, versions in file.orders.items()
    ]
    changed = [row for row in rows if row.vendor not in before or before[row.vendor].versions != row.versions]
    applied = bool(changed) and not options.dry_run
    if applied:
        closed = [before[row.vendor] for row in changed if row.vendor in before]
        writing.apply(RowChanges(), RowChanges(closed, changed), amendment)
        audit.record_access(transaction, clock, reader, "write", audit_text, 0)
    return _to_report(file, options, changed, [amendment.id] if applied else [], applied=applied)


def _to_stack_order(
    vendor: ZigbeeValue, versions: Iterable[ZigbeeValue], recorded: datetime, amendment: str
) -> StackVersionOrder:
    normalised, given = zip(*versions, strict=True)
    return StackVersionOrder(
        id=row_id(f"{vendor.normalised}-order", recorded, 0),
        vendor=vendor.normalised,
        given_vendor=vendor.given,
        versions="\n".join(normalised),
        given_versions="\n".join(given),
        amendment=amendment,
        recorded_from=recorded,
        valid_from=BEGINNING,
        valid_to=END,
    )


def _to_report(
    file: OrderFile,
    options: LoadOptions,
    changed: Sequence[StackVersionOrder],
    amendment_ids: Sequence[str] = (),
    *,
    applied: bool = False,
) -> LoadReport:
    counts = {
        "stacks": len(changed),
        "unchanged": len(file.orders) - len(changed),
        "refused": len(file.refusals),
    }
    return LoadReport(
        file=file.file,
        sheet=file.sheet,
        kind="stack-order",
        sha256=file.sha256,
        applied=applied,
        dry_run=options.dry_run,
        counts=counts | count_remarks(file.remarks),
        remarks=file.remarks,
        refusals=file.refusals,
        amendments=list(amendment_ids),
    )
