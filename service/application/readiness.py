"""Checks whether the graph can answer questions, and tells which data it holds."""

from datetime import datetime

from service.application.clock_acceptance import ClockWatch
from service.domain.as_of import list_in_force
from service.domain.clock import BEGINNING, Clock
from service.domain.listings import ListVersion
from service.errors import InvalidQuestion, NotReady
from service.graph.migrate import schema_version
from service.graph.protocol import Graph
from service.repositories import compartments, list_versions
from service.repositories.compartments import Compartment
from service.schemas.responses.health import Readiness, ServedData


class ReadinessCheck:
    """Checks whether the graph can answer questions, through a connection of its own. Only one thread calls it.

    It remembers the highest revision (number of writes to the public data) that it has seen: a graph with a lower one
    was emptied, or replaced by an older one.
    """

    def __init__(self, graph: Graph, clock: Clock, clock_watch: ClockWatch) -> None:
        self._graph, self._clock, self._clock_watch = graph, clock, clock_watch
        self._connection = graph.open_probe()
        self._highest = 0
        self._lists: tuple[datetime, list[ListVersion]] = BEGINNING, []  # the list versions known at an instant

    def __call__(self) -> Readiness:
        """Returns which data the graph has. Raises NotReady for a graph that was emptied or replaced by an older one,
        and EngineError.
        """
        state = self._state()
        clock_fault = self._clock_watch.examine(state)
        return Readiness(
            status="ready",
            writes_refused=self._graph.writes_refused or clock_fault,
            clock_behind_seconds=max(0.0, round((state.recorded - self._clock()).total_seconds(), 3)),
            schema_version=schema_version(self._connection),
            data=self._served(state),
        )

    def _state(self) -> Compartment:
        state = compartments.find_state(self._connection)
        if state is None or state.revision < self._highest:
            raise NotReady(
                "The graph was emptied, or replaced by an older one, while the service ran. Restore the graph, or "
                "restart the service if the replacement is intended."
            )
        self._highest = state.revision
        return state

    def _served(self, state: Compartment) -> ServedData:
        version = self._list_in_force(state)
        return ServedData(
            revision=state.revision,
            list_version=version.number if version else None,
            entries=version.entries if version else 0,
        )

    def _list_in_force(self, state: Compartment) -> ListVersion | None:
        if self._lists[0] != state.recorded:
            self._lists = state.recorded, list_versions.known_list_versions(self._connection, state.recorded)
        try:
            return list_in_force(self._lists[1], self._clock(), state.recorded)
        except InvalidQuestion:  # no list is loaded, or none is in force yet
            return None
