"""Runs file loads one after another in worker threads."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Response

from service.application.files.uploads import Upload
from service.domain.clock import Clock
from service.domain.limits import Limits
from service.domain.standards import Standards
from service.graph.protocol import Graph
from service.schemas.requests.files import FileLoadQuestion
from service.schemas.responses.load_reports import LoadReport

Q = TypeVar("Q", bound=FileLoadQuestion)
LoadFunction = Callable[[Graph, Clock, Limits, Standards, Upload[Q]], LoadReport]


class LoadRunner:
    """Runs one load at a time. A load that waits for its turn holds no worker thread."""

    def __init__(self, graph: Graph, clock: Clock, limits: Limits, standards: Standards) -> None:
        self._arguments = graph, clock, limits, standards
        self._limiter = CapacityLimiter(1)

    async def __call__(self, load: LoadFunction[Q], upload: Upload[Q]) -> Response:
        """Runs a load, and returns its report as a JSON response. Raises the errors of the load."""
        report = await to_thread.run_sync(self._report, load, upload, limiter=self._limiter)
        return Response(report, media_type="application/json")

    def _report(self, load: LoadFunction[Q], upload: Upload[Q]) -> str:
        return load(*self._arguments, upload).model_dump_json(by_alias=True)
