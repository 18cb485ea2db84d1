"""Runs a load in one transaction, which is rolled back where the report says that nothing was applied."""

from collections.abc import Callable
from uuid import uuid4

from service.domain.amendments import AmendmentRecord
from service.domain.load_options import LoadOptions
from service.domain.work import check_work
from service.graph.deadlines import long_work
from service.graph.protocol import Graph, QueryRunner
from service.schemas.responses.load_reports import LoadReport


class _RolledBack(Exception):
    """Rolls back the transaction of a load that applies nothing, and carries the report out of the transaction."""

    def __init__(self, report: LoadReport) -> None:
        super().__init__()
        self.report = report


def run_load(graph: Graph, work: Callable[[QueryRunner], LoadReport]) -> LoadReport:
    """Loads a file in one transaction, which it rolls back if the report says that the load applied nothing."""

    def write(transaction: QueryRunner) -> LoadReport:
        report = work(transaction)
        if not report.applied:
            raise _RolledBack(report)
        check_work()  # the last moment: from here on the load stands
        return report

    try:
        with long_work():
            return graph.write(write)
    except _RolledBack as rolled_back:
        return rolled_back.report


def to_amendment_record(options: LoadOptions, reason: str, source: str) -> AmendmentRecord:
    """Builds an amendment with a new id, with the author and the evidence from the options of a load."""
    return AmendmentRecord(uuid4().hex, options.made_by, reason, options.evidence, source)
