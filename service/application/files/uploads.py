"""Reads and loads uploaded files, with the same reports as the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Generic, TypeVar

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.table import UploadedFile
from loaders.zigbee import read_orders, read_zigbee
from service.application.amendments.impacts import cursor_of, page_window
from service.application.files import load
from service.application.files.dry_run import DryRunPage, FindDisclosures, no_disclosures
from service.application.files.load_stack_version_order import load_stack_orders
from service.application.files.load_zigbee import load_zigbee
from service.application.paging import read_cursor
from service.application.zigbee.stack_exposure import ZigbeeContext
from service.domain.clock import Clock
from service.domain.finding_thresholds import FindingThresholds
from service.domain.limits import Limits
from service.domain.load_options import LoadOptions
from service.domain.refusals import refusal_error
from service.errors import FileRefused
from service.graph.protocol import Graph
from service.schemas.requests.files import (
    BasesLoadQuestion,
    FileLoadQuestion,
    FileUploadQuestion,
    ListLoadQuestion,
    StackOrderLoadQuestion,
    ZigbeeLoadQuestion,
)
from service.schemas.responses.load_reports import LoadReport

MAX_REFUSALS = 100
"""The largest number of refusals that an error response lists; its field `refused` counts all of them."""


Q = TypeVar("Q", bound=FileUploadQuestion)


@dataclass(frozen=True)
class Upload(Generic[Q]):
    """An uploaded file with the query parameters of its request.

    `find_disclosures` finds the answers that a dry run makes untrue, for a caller who may read the disclosure log.
    """

    question: Q
    file: UploadedFile
    find_disclosures: FindDisclosures = no_disclosures


def received_upload(question: Q, content: IO[bytes]) -> Upload[Q]:
    """Builds the upload of a file whose whole content has arrived, with the query parameters of its request."""
    return Upload(question, UploadedFile(question.file, content))


def load_list(
    graph: Graph, clock: Clock, limits: Limits, thresholds: FindingThresholds, upload: Upload[ListLoadQuestion]
) -> LoadReport:
    """Loads a published list, or with `dry_run` reports what loading it would change. Raises FileRefused."""
    question = upload.question
    with limit_refusals():
        list_file = read_list(upload.file, limits)
        options = replace(question.options, thresholds=thresholds)
        page = _dry_run_page(question, upload.find_disclosures, f"list {list_file.published.sha256}")
        report = load.load_list(graph, clock, list_file, upload.file.name, options, page)
        return require_loaded(report, question.skip_refused)


def load_bases(
    graph: Graph, clock: Clock, limits: Limits, thresholds: FindingThresholds, upload: Upload[BasesLoadQuestion]
) -> LoadReport:
    """Loads a file of declared bases, or with `dry_run` reports what loading it would change. Raises FileRefused."""
    question = upload.question
    with limit_refusals():
        bases_file = read_bases(upload.file, limits, question.effective)
        options = replace(question.options, thresholds=thresholds)
        page = _dry_run_page(question, upload.find_disclosures, f"bases {bases_file.sha256}")
        return require_loaded(load.load_bases(graph, clock, bases_file, options, page), question.skip_refused)


def _dry_run_page(question: FileLoadQuestion, find_disclosures: FindDisclosures, subject: str) -> DryRunPage:
    """Returns the page of the impact that a dry run shows. `subject` names the content of the file, so that the cursor
    of a page is valid for this file alone.
    """
    start = read_cursor(question, subject)
    return DryRunPage(
        page_window(question, start.after),
        start.at,
        start.known_at,
        find_disclosures,
        lambda window, at, known_at: cursor_of(question, window, at, known_at, subject),
    )


def load_zigbee_upload(context: ZigbeeContext, upload: Upload[ZigbeeLoadQuestion]) -> LoadReport:
    """Loads a file of ZigBee facts, or with `dry_run` reports what loading it would change. Raises FileRefused."""
    skip_refused = upload.question.skip_refused
    options = _options(context, upload.question, skip_refused)
    with limit_refusals():
        file = read_zigbee(upload.file, context.limits)
        report = load_zigbee(context.graph, context.clock, file, options, context.reader)
        return require_loaded(report, skip_refused)


def load_stack_order_upload(context: ZigbeeContext, upload: Upload[StackOrderLoadQuestion]) -> LoadReport:
    """Loads a file with the order of ZigBee stack versions, or with `dry_run` reports what loading it would change.
    Raises FileRefused.
    """
    options = _options(context, upload.question)
    with limit_refusals():
        file = read_orders(upload.file, context.limits)
        report = load_stack_orders(context.graph, context.clock, file, options, context.reader)
        return require_loaded(report, skip_refused=False)


def require_loaded(report: LoadReport, skip_refused: bool) -> LoadReport:
    """Returns the report on loading a file. Raises FileRefused if the file has refused rows and the caller did not ask
    to skip them.
    """
    if report.refusals and not skip_refused:
        raise refusal_error(report.refusals)
    return report


@contextmanager
def limit_refusals() -> Iterator[None]:
    """Limits the refused rows and cells that a FileRefused error lists to `MAX_REFUSALS`, so that the response stays
    small.
    """
    try:
        yield
    except FileRefused as error:
        refusals = error.extra["refusals"]
        raise FileRefused(error.detail, refusals=refusals[:MAX_REFUSALS], refused=len(refusals)) from error


def _options(context: ZigbeeContext, question: StackOrderLoadQuestion, skip_refused: bool = False) -> LoadOptions:
    made_by, reason, evidence = context.reader.who, question.reason, question.evidence
    return LoadOptions(question.dry_run, skip_refused, made_by=made_by, reason=reason, evidence=evidence)
