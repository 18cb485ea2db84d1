"""Writer that changes one declaration repeatedly, in its own process or in a thread beside readers.

python -m tests.store.declaring SECONDS     (the graph from the environment; prints a line of JSON for each write)
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from bisect import bisect_right
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from loaders.bases import read_bases
from loaders.lists import read_list
from service.application.files.load import LoadOptions, load_bases, load_list
from service.domain.clock import BEGINNING, iso, now, parse_instant
from service.domain.limits import Limits
from service.graph.connect import connect
from service.graph.protocol import Graph
from service.repositories import compartments
from service.settings import Settings
from tests.conftest import ROOT
from tests.store.crash_worker import write_list

TARGET = "000002"
KINDS = ("bases", "none")
LEAST = 12
AHEAD = timedelta(seconds=0.2)  # minimum: the instant must still lie ahead when the writer gets the acknowledgement
OUTCOMES = {"bases": "route", "none": "none"}

Answer = tuple[float, datetime, datetime, str]
"""Start of the request on the monotonic clock, then the `at`, `known_at` and outcome of the answer."""


@dataclass(frozen=True)
class Write:
    """A write: the declared kind, its effective and recorded instants, and the monotonic time when acknowledged."""

    said: str
    effective: datetime | None
    recorded: datetime
    acknowledged: float

    @classmethod
    def of(cls, row: dict) -> "Write":
        """The write from its JSON object."""
        effective = parse_instant(row["effective"]) if row["effective"] else None
        return cls(row["said"], effective, parse_instant(row["recorded"]), row["acknowledged"])

    @property
    def as_json(self) -> str:
        """The write as JSON."""
        instants = {"effective": iso(self.effective) if self.effective else None, "recorded": iso(self.recorded)}
        return json.dumps(asdict(self) | instants)


def begin(graph: Graph) -> Write:
    """Loads a list of a few entries without other declarations than those of its own column."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_list(Path(folder), 1, entries=7)
        load_list(graph, now, read_list(path, Limits()), path.name, LoadOptions(made_by="writer"))
    return _write(graph, "none", None)


def declare(graph: Graph, seconds: float) -> list[Write]:
    """Writes for so many seconds, at least twelve times: bases or N/A, sometimes effective from just ahead."""
    chance, writes = random.Random(), []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline or len(writes) < LEAST:
        kind, began = KINDS[(len(writes) + 1) % 2], now()
        writes.append(_write(graph, kind, None))
        if chance.random() < 0.4:
            ahead = max(AHEAD, 3 * (now() - began))  # the other kind
            writes.append(_write(graph, KINDS[(len(writes) + 1) % 2], now() + ahead))  # the other of the two
            time.sleep(ahead.total_seconds() * 1.5)
    return writes


def _write(graph: Graph, kind: str, effective: datetime | None) -> Write:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bases.csv"
        bases = {"bases": "000001", "none": "N/A"}[kind]
        since = iso(effective) if effective else iso(parse_instant("0001-01-02"))
        path.write_text(f"Entry.number,Firmware_Upgrade_Path,Effective_From\n{TARGET},{bases},{since}\n", "utf-8")
        report = load_bases(
            graph, now, read_bases(path, Limits(), None), LoadOptions(made_by="writer", reason="a test")
        )
    assert not report.refusals, report.refusals
    return Write(kind, effective, compartments.read_state(graph).recorded, time.monotonic())


def expected(writes: list[Write], at: datetime, known_at: datetime) -> str:
    """The kind in force according to the writes: the last write recorded by `known_at` that covers `at`."""
    timeline: list[tuple[datetime, str]] = []
    for write in writes[: bisect_right([w.recorded for w in writes], known_at)]:
        start = write.effective or BEGINNING
        timeline = [period for period in timeline if period[0] < start] + [(start, write.said)]
    return [period for period in timeline if period[0] <= at][-1][1]


def judged(writes: list[Write], answers: list[Answer], staleness: float) -> None:
    """Asserts that no answer misses a write acknowledged before its request, and that every outcome is correct."""
    acknowledgements = sorted((w.acknowledged, w.recorded) for w in writes)
    for began, at, known_at, outcome in answers:
        before = [recorded for acknowledged, recorded in acknowledgements if acknowledged < began - staleness]
        assert not before or known_at >= before[-1], "an answer misses a write that was acknowledged before it"
        assert outcome == OUTCOMES[expected(writes, at, known_at)], (at, known_at)


def crossed(writes: list[Write], answers: list[Answer], staleness: float) -> None:
    """Asserts that a stale answer could occur: many writes, both outcomes, and effective instants passed meanwhile."""
    assert len(writes) > LEAST
    assert {outcome for *_, outcome in answers} == {"route", "none"}
    ahead = {w.recorded: w.effective for w in writes if w.effective}
    sides = {at >= ahead[known_at] for _, at, known_at, _ in answers if known_at in ahead}
    assert staleness or sides == {False, True}, "the clock crossed no instant that lay ahead while it was asked"


def written(settings: Settings | None, graph: Graph, seconds: float) -> list[Write]:
    """The writes of so many seconds, from a separate process, or from this one if it owns the graph file."""
    if settings is None:
        return declare(graph, seconds)
    password = settings.neo4j_password.get_secret_value()
    login = {"PATHWAYS_NEO4J_USER": settings.neo4j_user, "PATHWAYS_NEO4J_PASSWORD": password}
    environment = os.environ | login | {"PATHWAYS_GRAPH": settings.graph}
    words = [sys.executable, "-m", "tests.store.declaring", str(seconds)]
    done = subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [Write.of(json.loads(line)) for line in done.stdout.splitlines()]


def main() -> None:
    """Writes to the graph that the environment names."""
    graph = connect(Settings())
    for write in declare(graph, float(sys.argv[1])):
        print(write.as_json)  # noqa: T201
    graph.close()


if __name__ == "__main__":
    main()
