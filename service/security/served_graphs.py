"""Remembers in the folder of the receipt keys which graph the service served at a location, and its highest revision.

A graph that was lost must not be opened as new: receipts that were signed before would find no data, and nobody would
notice. One file a location, so that graphs at several locations may share the folder.
"""

import hashlib
import json
import os
import threading
from datetime import datetime
from pathlib import Path

import structlog
from pydantic import ValidationError

from service.domain.clock import Instant
from service.domain.frozen_model import FrozenModel
from service.errors import UnexpectedGraph
from service.security.private_files import make_private_folder, new_file

log = structlog.get_logger()


class ServedGraphState(FrozenModel):
    """Which graph it is, how often its public data was written, and when last. A graph never served has a blank id."""

    graph_id: str
    revision: int
    recorded: Instant


class AcceptedGraph(FrozenModel):
    """Somebody accepted another graph or an older state at a location: when, why, and what was there before."""

    at: Instant
    reason: str
    before: ServedGraphState


class LastServedGraph(FrozenModel):
    """What is remembered of a location: the last graph there, and the acceptances of other graphs."""

    location: str
    graph: ServedGraphState
    accepted: tuple[AcceptedGraph, ...] = ()


class ServedGraphRecord:
    """The record of one location, in a folder. Threads may share it."""

    def __init__(self, folder: Path, location: str) -> None:
        """Reads the record. Raises UnexpectedGraph if its file cannot be read: what it remembers is unknown then."""
        self._location = location
        self._file = folder / f"graph-{hashlib.sha256(location.encode()).hexdigest()[:16]}.json"
        self._lock = threading.Lock()
        self._failed = -1
        try:
            self._known = LastServedGraph.model_validate_json(self._file.read_bytes()) if self._file.exists() else None
        except (OSError, ValidationError) as error:
            raise UnexpectedGraph(f"{self._file} cannot be read: {error}. Restore it from a backup.") from error

    @property
    def is_known(self) -> bool:
        """Returns whether the service has served a graph at the location before."""
        return self._known is not None

    def require(self, found: ServedGraphState | None) -> None:
        """Raises UnexpectedGraph unless the graph found at the location is the remembered one, and no older.

        None: there is no graph.
        """
        known = self._known.graph if self._known else None
        fault = _fault(known, found) if known else None
        if known and fault:
            raise UnexpectedGraph(
                f"{self._location} {fault}. The service served graph {known.graph_id} there, up to revision "
                f"{known.revision}. Restore that graph, or pass --accept-graph REASON to serve what is there now."
            )

    def accept(self, found: ServedGraphState, now: datetime, reason: str) -> None:
        """Remembers the graph found in place of the former one, with the reason. Changes nothing for the same graph."""
        if self._known and _fault(self._known.graph, found):
            log.warning("another graph accepted", location=self._location, reason=reason)
            accepted = AcceptedGraph(at=now, reason=reason, before=self._known.graph)
            self._write(
                LastServedGraph(location=self._location, graph=found, accepted=(*self._known.accepted, accepted))
            )

    def remember(self, state: ServedGraphState) -> None:
        """Remembers a state of the graph with a higher revision, before answers from it are signed.

        A folder that cannot be written is logged as an error, once for each revision, and stops no answer.
        """
        if self._known and state.revision <= self._known.graph.revision:
            return
        with self._lock:
            if self._known and state.revision <= self._known.graph.revision:
                return
            accepted = self._known.accepted if self._known else ()
            try:
                self._write(LastServedGraph(location=self._location, graph=state, accepted=accepted))
            except OSError as error:
                if self._failed != state.revision:
                    self._failed = state.revision
                    log.error("graph not remembered", file=str(self._file), why=str(error))

    def _write(self, record: LastServedGraph) -> None:
        make_private_folder(self._file.parent)
        text = json.dumps(record.model_dump(mode="json"), indent=2) + "\n"
        with new_file(self._file.parent, text.encode()) as file:
            os.replace(file, self._file)
        self._known = record


def _fault(known: ServedGraphState, found: ServedGraphState | None) -> str | None:
    """Returns in what the graph found is not the known one or a later state of it; None if it is.

    Nothing is lost with a known graph that was never written.
    """
    if known.revision == 0:
        return None
    if found is None:
        return "has no graph"
    if found.revision == 0:
        return "has an empty graph"
    if found.graph_id != known.graph_id:
        return f"has another graph ({found.graph_id or 'never served'})"
    if found.revision < known.revision:
        return f"has an older state of the graph, revision {found.revision}"
    if found.revision == known.revision and found.recorded != known.recorded:
        return f"has another history of the graph: its revision {found.revision} was recorded at another instant"
    return None
