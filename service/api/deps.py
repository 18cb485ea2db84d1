"""What routes ask for in their signature."""

from typing import Annotated

from fastapi import Depends, Path, Request

from service.api.questions import Number
from service.graph.protocol import Graph
from service.model.clock import Clock


def _graph(request: Request) -> Graph:
    graph: Graph = request.app.state.graph
    return graph


def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.clock
    return clock


GraphDep = Annotated[Graph, Depends(_graph)]
ClockDep = Annotated[Clock, Depends(_clock)]
EntryPath = Annotated[Number, Path()]
