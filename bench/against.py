"""`scripts/bench --against REF`: compares the service of this working tree with the service of an earlier commit.

The earlier service loads a Ladybug graph. Both versions then serve copies of that graph and take turns to answer the
same questions. A ratio is a time of this version divided by the same time of the earlier one: above 1, this version is
slower. Neo4j is left out, because both versions would share one server and so one schema version.
"""

import http.client
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.batch import over_http
from bench.clients import ask_http, questions
from bench.declarations import draw_removals, impact_body
from bench.engines import Environment, empty_graph
from bench.lists import Row
from bench.run import CLIENTS, BenchFiles, write_files
from bench.serving import REAL, Server, process_environment, run_server

HERE = Path(__file__).parents[1]
TURNS, BATCH_TURNS, EDITS = 6, 12, 6
READS, FINDING_TURNS = 20, 2
NOTHING_KEPT = {"PATHWAYS_MAX_STALENESS": "1", "PATHWAYS_KEPT_ANSWER_BYTES": "1"}
UNHURRIED = {"PATHWAYS_WORK_SECONDS": "600"}
"""The environment in which no question is too much work, however busy the machine is."""
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Version:
    """One version of the service: its source folder and the environment of its processes."""

    source: Path
    environment: Environment

    def run(self, *words: str) -> None:
        """Runs one command of this version and raises CalledProcessError if the command fails."""
        program = [sys.executable, *REAL[:-1], *words]
        environment = process_environment(self.environment)
        quiet = subprocess.DEVNULL  # thousands of warnings of the generated declarations
        subprocess.run(program, env=environment, cwd=self.source, check=True, stdout=quiet, stderr=quiet)


@dataclass
class Comparison:
    """The seconds of one kind of work by this version and by the earlier one, one value a turn each."""

    name: str
    this: list[float] = field(default_factory=list)
    earlier: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        each = [this / earlier for this, earlier in zip(self.this, self.earlier, strict=True)]
        ratio = median(self.this) / median(self.earlier)
        return f"| {self.name} | {ratio:.3g} ({min(each):.3g}–{max(each):.3g}) | {median(self.earlier) * 1000:.4g} |"


def compare(base: list[Row], size: str, ref: str, seconds: float) -> Iterator[str]:
    """The lines of the table of one size. The list is always written as a file, which both versions read alike."""
    with tempfile.TemporaryDirectory(prefix="pathways-bench-") as name, empty_graph("ladybug", Path(name), False) as at:
        folder = Path(name)
        files = write_files(base, size, False, folder)
        with _checked_out(ref, folder / "earlier") as source:
            Version(source, at.environment).run("load", "list", str(files.list))
            Version(source, at.environment).run("load", "bases", str(files.bases), "--reason", "bench")
            sides = (Version(HERE, at.beside(1)), Version(source, at.beside(2)))
            yield f"\n## {files.entries:,} entries, {files.edges:,} declared bases, this version ÷ {ref}\n"
            yield "| seconds of | ratio of medians (turns) | earlier, ms |\n|---|---|---|"
            yield from map(str, _answers(sides, files, seconds))
            yield str(_batch(sides, files))
            yield from map(str, _findings(sides))


@contextmanager
def _checked_out(ref: str, folder: Path) -> Iterator[Path]:
    git = ["git", "-C", str(HERE), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), ref], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def _answers(sides: Sequence[Version], files: BenchFiles, seconds: float) -> Iterator[Comparison]:
    """Compares pathways and impacts of one edit between running servers, then pathways of servers that keep none."""
    bodies = _impact_bodies(files, EDITS + 1)
    with _serving(sides, UNHURRIED) as servers:
        yield from _pathways("a pathway", servers, files, seconds)
        yield from _reads(servers, files)
        yield _in_turn(
            "an impact of one edit",
            servers,
            EDITS,
            lambda server, turn: _seconds(server, "POST", "/v1/impact", bodies[turn]),
        )
    with _serving(sides, NOTHING_KEPT) as servers:
        yield from _pathways("a pathway, no answer kept", servers, files, seconds)


def _pathways(name: str, servers: Sequence[Server], files: BenchFiles, seconds: float) -> Iterator[Comparison]:
    for clients in CLIENTS:

        def measure(server: Server, _: int, clients: int = clients) -> float:
            return _pathway_seconds(files, server, clients, seconds)

        yield _in_turn(f"{name}, clients: {clients}", servers, TURNS, measure)


def _reads(servers: Sequence[Server], files: BenchFiles) -> Iterator[Comparison]:
    """Compares an entry, a search by number, and the page of a pathway: in each turn, one of each for several pairs."""
    pairs = questions(str(files.questions))[:READS]
    paths = {
        "an entry": [f"/v1/entries/{base}" for base, _ in pairs],
        "a search": [f"/v1/entries?q={target}" for _, target in pairs],
        "the page of a pathway": [f"/?from={base}&to={target}" for base, target in pairs],
    }
    for name, asked in paths.items():

        def measure(server: Server, _: int, asked: list[str] = asked) -> float:
            return sum(_seconds(server, "GET", path) for path in asked) / len(asked)

        yield _in_turn(name, servers, TURNS, measure)


def _findings(sides: Sequence[Version]) -> Iterator[Comparison]:
    """Compares the first findings of fresh servers, and the findings asked for again with another filter."""
    first, again = Comparison("the first findings of a fresh server"), Comparison("findings again, another page")
    for _ in range(FINDING_TURNS):
        for nth, version in enumerate(sides):
            with run_server(REAL, version.environment | UNHURRIED, version.source) as server:
                for found, path in ((first, "/v1/findings"), (again, "/v1/findings?severity=missing")):
                    (found.earlier if nth else found.this).append(_seconds(server, "GET", path))
    yield from (first, again)


@contextmanager
def _serving(sides: Sequence[Version], more: Environment) -> Iterator[list[Server]]:
    this, earlier = sides
    with (
        run_server(REAL, this.environment | more, this.source) as first,
        run_server(REAL, earlier.environment | more, earlier.source) as second,
    ):
        yield [first, second]


def _in_turn(name: str, servers: Sequence[Server], turns: int, measure: Callable[[Server, int], float]) -> Comparison:
    """Measures both servers in each turn, in alternating order, after a first turn that only warms them up."""
    found = Comparison(name)
    for turn in range(turns + 1):
        pair = list(zip(servers, (found.this, found.earlier), strict=True))
        for server, times in pair if turn % 2 else reversed(pair):
            took = measure(server, turn)
            if turn:
                times.append(took)
    return found


def _pathway_seconds(files: BenchFiles, server: Server, clients: int, seconds: float) -> float:
    """The mean seconds that the server needs for a question while that many clients ask."""
    latencies, took = ask_http(str(files.questions), server.port, clients, seconds)
    return took / len(latencies)


def _impact_bodies(files: BenchFiles, count: int) -> list[bytes]:
    """Requests for the impact of one edit each."""
    declared = json.loads(files.graph.with_name("declarations.json").read_text())
    return [impact_body({entry: bases}) for entry, bases in draw_removals(declared, count, seed=5).items()]


def _seconds(server: Server, method: str, path: str, body: bytes | None = None) -> float:
    """The seconds of one request on a connection of its own. Raises RuntimeError for any status but 200."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    began = perf_counter()
    connection.request(method, path, body, JSON if body else {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the server answered {answer.status} {text[:500]!r}")
    return perf_counter() - began


def _batch(sides: Sequence[Version], files: BenchFiles) -> Comparison:
    """Compares the first batch of fresh servers."""
    found = Comparison("a batch of 10,000 pairs to a fresh server")
    for turn in range(BATCH_TURNS):
        pair = list(zip(sides, (found.this, found.earlier), strict=True))
        for version, times in pair if turn % 2 else reversed(pair):
            with run_server(REAL, version.environment, version.source) as server:
                times.append(over_http(str(files.batch), server.port)["seconds"])
    return found
