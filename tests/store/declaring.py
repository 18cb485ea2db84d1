"""A writer that changes one declaration again and again, in a process of its own or beside others.

python -m tests.store.declaring SECONDS     (the graph from the environment; a line of JSON for each write)
"""

import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.load import Options, load_bases, load_list
from service.graph.connect import connect
from service.graph.protocol import Graph
from service.model.clock import iso, now, parse_instant
from service.settings import Limits, Settings
from service.store import compartment
from tests.store.crash_worker import write_list

TARGET = "000002"
SAID = ("bases", "none")
LEAST = 12
AHEAD = timedelta(seconds=0.2)


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
        load_list(graph, now, read_list(path, Limits()), path.name, Options(made_by="writer"))
    return _write(graph, "none", None)


def declare(graph: Graph, seconds: float) -> list[Write]:
    """Writes for so long, and a dozen times at least: bases or N/A, sometimes from an instant just ahead."""
    chance, found = random.Random(), []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline or len(found) < LEAST:
        said = SAID[(len(found) + 1) % 2]
        found.append(_write(graph, said, None))
        if chance.random() < 0.4:
            found.append(_write(graph, SAID[len(found) % 2], now() + AHEAD))
            time.sleep(AHEAD.total_seconds() * 1.5)
    return found


def _write(graph: Graph, said: str, effective: datetime | None) -> Write:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bases.csv"
        bases = {"bases": "000001", "none": "N/A"}[said]
        since = iso(effective) if effective else iso(parse_instant("0001-01-02"))
        path.write_text(f"Entry.number,Firmware_Upgrade_Path,Effective_From\n{TARGET},{bases},{since}\n", "utf-8")
        report = load_bases(graph, now, read_bases(path, Limits(), None), Options(made_by="writer", reason="a test"))
    assert not report.refusals, report.refusals
    return Write(said, effective, compartment.read(graph).recorded, time.monotonic())


def main() -> None:
    """Writes to the graph of the environment."""
    graph = connect(Settings())
    for write in declare(graph, float(sys.argv[1])):
        print(write.told)  # noqa: T201
    graph.close()


if __name__ == "__main__":
    main()
