"""Files that are sent: read and loaded as the command line does, with the same reports."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Generic, TypeVar

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.table import UploadedFile
from service.application.files import load
from service.domain.clock import Clock
from service.domain.limits import Limits
from service.domain.refusals import refusal_error
from service.domain.standards import Standards
from service.errors import FileRefused
from service.graph.protocol import Graph
from service.schemas.requests.files import BasesLoadQuestion, FileQuestion, ListLoadQuestion
from service.schemas.responses.load_reports import LoadReport

MAX_REFUSALS = 100
"""So many refusals are told one by one; all are counted."""


Q = TypeVar("Q", bound=FileQuestion)


@dataclass(frozen=True)
class Upload(Generic[Q]):
    """A file with what is asked of it."""

    asked: Q
    file: UploadedFile


def received_upload(asked: Q, content: IO[bytes]) -> Upload[Q]:
    """An upload of a file that was received whole into `content`."""
    return Upload(asked, UploadedFile(asked.file, content))


def load_list(
    graph: Graph, clock: Clock, limits: Limits, standards: Standards, upload: Upload[ListLoadQuestion]
) -> LoadReport:
    """Loads a list, or says what that would do. Raises FileRefused where nothing of it is taken."""
    with bound_refusals():
        found = read_list(upload.file, limits)
        options = replace(upload.asked.options, standards=standards)
        return require_loaded(load.load_list(graph, clock, found, upload.file.name, options), upload.asked.skip_refused)


def load_bases(
    graph: Graph, clock: Clock, limits: Limits, standards: Standards, upload: Upload[BasesLoadQuestion]
) -> LoadReport:
    """Loads bases, or says what that would do. Raises FileRefused where nothing of them is taken."""
    with bound_refusals():
        found = read_bases(upload.file, limits, upload.asked.effective)
        options = replace(upload.asked.options, standards=standards)
        return require_loaded(load.load_bases(graph, clock, found, options), upload.asked.skip_refused)


def require_loaded(report: LoadReport, skip_refused: bool) -> LoadReport:
    """The report. Raises FileRefused where something was refused that was not to be skipped."""
    if report.refusals and not skip_refused:
        raise refusal_error(report.refusals)
    return report


@contextmanager
def bound_refusals() -> Iterator[None]:
    """However much is wrong with a file, the problem stays of a modest size."""
    try:
        yield
    except FileRefused as refused:
        refusals = refused.extra["refusals"]
        raise FileRefused(refused.detail, refusals=refusals[:MAX_REFUSALS], refused=len(refusals)) from refused
