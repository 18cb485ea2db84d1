"""Runs file loads one after another, as their callers wait."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from fastapi import Response

from service.api.work_runners import ExpensiveRequest
from service.application.files.uploads import Upload
from service.domain.clock import Clock
from service.domain.finding_thresholds import FindingThresholds
from service.domain.limits import Limits
from service.graph.protocol import Graph
from service.schemas.requests.files import FileLoadQuestion
from service.schemas.responses.load_reports import LoadReport

Q = TypeVar("Q", bound=FileLoadQuestion)
LoadFunction = Callable[[Graph, Clock, Limits, FindingThresholds, Upload[Q]], LoadReport]


class LoadRunner:
    """Runs loads of uploaded files over a graph. A load that waits for its turn holds no worker thread."""

    def __init__(self, graph: Graph, clock: Clock, limits: Limits, thresholds: FindingThresholds) -> None:
        self._arguments = graph, clock, limits, thresholds

    async def __call__(self, work: ExpensiveRequest, load: LoadFunction[Q], upload: Upload[Q]) -> Response:
        """Runs a load, and returns its report as a JSON response. Raises the errors of the load and of the work."""
        report = await work.run(partial(self._report, load, upload), limited=upload.question.dry_run)
        return Response(report, media_type="application/json")

    def _report(self, load: LoadFunction[Q], upload: Upload[Q]) -> str:
        return load(*self._arguments, upload).model_dump_json(by_alias=True)
