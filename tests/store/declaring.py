"""A writer that changes one declaration again and again, in a process of its own or beside others.

python -m tests.store.declaring SECONDS     (the graph from the environment; a line of JSON for each write)
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
SAID = ("bases", "none")
LEAST = 12
AHEAD = timedelta(seconds=0.2)  # at least: it lies ahead still when the write is acknowledged
OUTCOMES = {"bases": "route", "none": "none"}

Answer = tuple[float, datetime, datetime, str]
"""When a question was asked, on the monotonic clock; and the `at`, `known_at` and outcome of its answer."""


@dataclass(frozen=True)
class Write:
    """What was said, from when on, when it was recorded, and when whoever wrote it knew (on the monotonic clock)."""

    said: str
    effective: datetime | None
    recorded: datetime
    acknowledged: float

    @classmethod
    def of(cls, told: dict) -> "Write":
        """From JSON."""
        effective = parse_instant(told["effective"]) if told["effective"] else None
        return cls(told["said"], effective, parse_instant(told["recorded"]), told["acknowledged"])

    @property
    def told(self) -> str:
        """As JSON."""
        instants = {"effective": iso(self.effective) if self.effective else None, "recorded": iso(self.recorded)}
        return json.dumps(asdict(self) | instants)


def begin(graph: Graph) -> Write:
    """A list of a few entries, none of them declared but by its own column."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_list(Path(folder), 1, entries=7)
        load_list(graph, now, read_list(path, Limits()), path.name, LoadOptions(made_by="writer"))
    return _write(graph, "none", None)


def declare(graph: Graph, seconds: float) -> list[Write]:
    """Writes for so long, and a dozen times at least: bases or N/A, sometimes from an instant just ahead."""
    chance, found = random.Random(), []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline or len(found) < LEAST:
        said, began = SAID[(len(found) + 1) % 2], now()
        found.append(_write(graph, said, None))
        if chance.random() < 0.4:
            ahead = max(AHEAD, 3 * (now() - began))  # a busy machine is slower at one time than at another
            found.append(_write(graph, SAID[(len(found) + 1) % 2], now() + ahead))  # the other of the two
            time.sleep(ahead.total_seconds() * 1.5)
    return found


def _write(graph: Graph, said: str, effective: datetime | None) -> Write:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bases.csv"
        bases = {"bases": "000001", "none": "N/A"}[said]
        since = iso(effective) if effective else iso(parse_instant("0001-01-02"))
        path.write_text(f"Entry.number,Firmware_Upgrade_Path,Effective_From\n{TARGET},{bases},{since}\n", "utf-8")
        report = load_bases(
            graph, now, read_bases(path, Limits(), None), LoadOptions(made_by="writer", reason="a test")
        )
    assert not report.refusals, report.refusals
    return Write(said, effective, compartments.read_state(graph).recorded, time.monotonic())


def expected(writes: list[Write], at: datetime, known_at: datetime) -> str:
    """What a list of all writes says: the last one that was recorded by then and covers the instant."""
    timeline: list[tuple[datetime, str]] = []
    for write in writes[: bisect_right([w.recorded for w in writes], known_at)]:
        start = write.effective or BEGINNING
        timeline = [part for part in timeline if part[0] < start] + [(start, write.said)]
    return [part for part in timeline if part[0] <= at][-1][1]


def judged(writes: list[Write], answers: list[Answer], staleness: float) -> None:
    """Not one answer is older than what was acknowledged before it was asked for, nor other than was true."""
    told = sorted((w.acknowledged, w.recorded) for w in writes)
    for began, at, known_at, outcome in answers:
        before = [recorded for acknowledged, recorded in told if acknowledged < began - staleness]
        assert not before or known_at >= before[-1], "an answer misses a write that was acknowledged before it"
        assert outcome == OUTCOMES[expected(writes, at, known_at)], (at, known_at)


def crossed(writes: list[Write], answers: list[Answer], staleness: float) -> None:
    """There was something to miss: many writes, both outcomes, and instants ahead that the clock crossed meanwhile."""
    assert len(writes) > LEAST
    assert {outcome for *_, outcome in answers} == {"route", "none"}
    ahead = {w.recorded: w.effective for w in writes if w.effective}
    sides = {at >= ahead[known_at] for _, at, known_at, _ in answers if known_at in ahead}
    assert staleness or sides == {False, True}, "the clock crossed no instant that lay ahead while it was asked"


def written(place: Settings | None, graph: Graph, seconds: float) -> list[Write]:
    """The writes of so many seconds: by a process of its own, or beside the readers where one process owns the file."""
    if place is None:
        return declare(graph, seconds)
    password = place.neo4j_password.get_secret_value()
    login = {"PATHWAYS_NEO4J_USER": place.neo4j_user, "PATHWAYS_NEO4J_PASSWORD": password}
    there = os.environ | login | {"PATHWAYS_GRAPH": place.graph}
    words = [sys.executable, "-m", "tests.store.declaring", str(seconds)]
    done = subprocess.run(words, env=there, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [Write.of(json.loads(line)) for line in done.stdout.splitlines()]


def main() -> None:
    """Writes to the graph of the environment."""
    graph = connect(Settings())
    for write in declare(graph, float(sys.argv[1])):
        print(write.told)  # noqa: T201
    graph.close()


if __name__ == "__main__":
    main()
