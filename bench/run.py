"""Measures one engine at one size: loads, single questions and a batch."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import serving
from bench.batch import count_differences, to_plain_graph
from bench.clients import Timing
from bench.declarations import FEW, MANY, draw_declarations, draw_pairs, write_bases
from bench.engines import EmptyGraph, Environment
from bench.figures import Ratio, Sample, Side, Target, ratios
from bench.lists import GENUINE, Row, copy_list, generate_dense_list, write_list
from bench.worker import Worker

SIZES = ("1", "100", "dense")
CLIENTS = (1, 16)
ROUNDS, BATCH_ROUNDS = 4, 3
QUESTIONS, BATCH = 1000, 10_000
WARM_SECONDS, ONCE_SECONDS = 1.0, 90.0

HTTP, STALE, NEW = "HTTP", "HTTP, staleness 1 s", "HTTP, staleness 1 s, no answer kept"
CYPHER, MEMORY = "route with bare Cypher", "route from memory"
BARE, NOTHING, FIRST = "bare Cypher", "client against nothing", "HTTP, first asked"
COMPARED = ((HTTP, CYPHER), (HTTP, BARE), (HTTP, MEMORY), (STALE, MEMORY), (NEW, MEMORY))

Slices = Callable[[int, float], Timing]


@dataclass(frozen=True)
class BenchFiles:
    """The files to load, the questions to ask, and the declarations as a plain graph."""

    size: str
    entries: int
    edges: int
    list: Path
    bases: Path
    questions: Path
    batch: Path
    graph: Path


@dataclass
class Measurement:
    """The measurements of one engine at one size."""

    engine: str
    size: str
    entries: int
    edges: int
    outcomes: dict[str, int] = field(default_factory=dict)
    loads: dict[str, Any] = field(default_factory=dict)
    sides: list[Side] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    batch: dict[str, Any] = field(default_factory=dict)
    peaks_mb: dict[str, float | None] = field(default_factory=dict)

    @property
    def targets(self) -> list[Target]:
        """The targets of the service with their figures; none for the list itself, which is too small for them."""
        if self.size == "1":
            return []
        rates = {r.name: r.value for r in self.ratios if (r.clients, r.measure) == (CLIENTS[-1], "rate")}
        p99 = next(side.whole.p99_ms for side in self.sides if (side.name, side.clients) == (HTTP, CLIENTS[-1]))
        return [
            Target("requests/s ÷ route with bare Cypher, at least 2", rates[f"{HTTP} ÷ {CYPHER}"], least=2),
            Target("with staleness 1 s ÷ route from memory, at least 0.7", rates[f"{STALE} ÷ {MEMORY}"], least=0.7),
            Target("p99 below 50 ms", p99, most=50),
            Target("batch ÷ rustworkx, at most 3", self.batch["ratio"].value, most=3),
        ]

    def figures(self) -> dict[str, Any]:
        """The figures by name."""
        plain = ("engine", "size", "entries", "edges", "outcomes", "loads", "peaks_mb")
        return {name: vars(self)[name] for name in plain} | {
            "sides": [side.figures() for side in self.sides],
            "ratios": [asdict(ratio) for ratio in self.ratios],
            "batch": self.batch | {"ratio": asdict(self.batch["ratio"])},
            "targets": [asdict(target) | {"met": target.met} for target in self.targets],
        }


def write_files(base: list[Row], size: str, genuine: bool, folder: Path) -> BenchFiles:
    """Writes the files of a size. The genuine list needs no file: the published one is loaded."""
    rows = generate_dense_list() if size == "dense" else base if size == "1" else copy_list(base, int(size))
    declarations = draw_declarations(rows, MANY if size == "dense" else FEW)
    graph = to_plain_graph(rows, declarations)
    files = {name: folder / f"{name}.json" for name in ("questions", "batch", "graph")}
    files["questions"].write_text(json.dumps(draw_pairs(rows, declarations, QUESTIONS)))
    files["batch"].write_text(json.dumps(draw_pairs(rows, declarations, BATCH, seed=1)))
    files["graph"].write_text(json.dumps(graph))
    (folder / "declarations.json").write_text(json.dumps(declarations))
    listed = GENUINE if genuine and size == "1" else write_list(rows, folder / "list.csv")
    bases = write_bases(declarations, folder / "bases.csv")
    return BenchFiles(size, len(rows), sum(map(len, declarations.values())), listed, bases, **files)


def measure(place: EmptyGraph, files: BenchFiles, seconds: float, folder: Path) -> Measurement:
    """Measures one engine at one size."""
    found = Measurement(place.engine, files.size, files.entries, files.edges)
    _load(place, files, found)
    with _asked(place, files, folder / "kept.json", found) as ways:
        for clients in CLIENTS:
            _ask(ways, clients, seconds, found)
    _batch(place, files, found)
    return found


def _load(place: EmptyGraph, files: BenchFiles, found: Measurement) -> None:
    """Measures a bare load, the loaders, and a bare load again, which shows a drift of the machine."""
    bare = [_loaded(place.apart(), "unwind", files.list, found)]
    loaded = _loaded(place.environment, "load_list", files.list, found)
    bare.append(_loaded(place.apart(), "unwind", files.list, found))
    bases = _loaded(place.environment, "load_bases", files.bases, found)
    whole = loaded["graph_seconds"] + loaded["read_seconds"]
    found.loads = {
        "bare_rows_per_second": [part["rows"] / part["graph_seconds"] for part in bare],
        "list_rows_per_second": loaded["rows"] / loaded["graph_seconds"],
        "bases_rows_per_second": bases["rows"] / bases["graph_seconds"],
        "reading_share": loaded["read_seconds"] / whole,
        "ratio": [part["graph_seconds"] / loaded["graph_seconds"] for part in bare],
        "seconds": {"list": loaded["graph_seconds"], "bases": bases["graph_seconds"], "read": loaded["read_seconds"]},
    }


def _loaded(environment: Environment, command: str, path: Path, found: Measurement) -> dict[str, Any]:
    with Worker(environment) as child:
        done: dict[str, Any] = child.call(command, path=str(path))
        found.peaks_mb[command] = child.peak_mb
    return done


@contextmanager
def _asked(place: EmptyGraph, files: BenchFiles, kept: Path, found: Measurement) -> Iterator[dict[str, Slices]]:
    """Every way to ask, each with its own process, after the service has answered each question once."""
    asked = str(files.questions)
    with ExitStack() as held:
        fresh, lax, new, routed, alone = place.environment, *(place.beside(nth) for nth in range(4))

        def served(words: list[str], environment: Environment) -> serving.Server:
            return held.enter_context(serving.run_server(words, environment))

        servers = {HTTP: served(serving.REAL, fresh)}
        servers[STALE] = served(serving.REAL, lax | {"PATHWAYS_MAX_STALENESS": "1"})
        bare_hand = {"PATHWAYS_MAX_STALENESS": "1", "PATHWAYS_KEPT_ANSWER_BYTES": "1"}
        servers[NEW] = served(serving.REAL, new | bare_hand)
        _first(servers, asked, kept, found)
        servers[CYPHER] = served(serving.CYPHER, routed)
        servers[MEMORY] = served([*serving.MEMORY, str(kept)], {})
        servers[NOTHING] = served(serving.NOTHING, {})
        bare, web = (held.enter_context(Worker(environment)) for environment in (alone, {}))

        def over(server: serving.Server) -> Slices:
            return lambda n, s: web.call("ask_http", asked=asked, port=server.port, clients=n, seconds=s)

        ways: dict[str, Slices] = {name: over(server) for name, server in servers.items()}
        yield ways | {BARE: lambda n, s: bare.call("ask_bare", asked=asked, clients=n, seconds=s)}
        found.peaks_mb |= {name: server.peak_mb for name, server in servers.items() if name != NOTHING}


def _first(servers: dict[str, serving.Server], asked: str, kept: Path, found: Measurement) -> None:
    """Asks each question for the first time, and writes the answers for the route from memory."""
    with Worker({}) as child:
        for name, server in servers.items():
            first = child.call("ask_once", asked=asked, port=server.port, kept=str(kept), seconds=ONCE_SECONDS)
            if name == HTTP:
                found.sides.append(Side(FIRST, 1, [Sample(first["latencies"], first["seconds"])]))
        found.outcomes = first["outcomes"]


def _ask(ways: dict[str, Slices], clients: int, seconds: float, found: Measurement) -> None:
    """Measures all ways in turn, round by round."""
    sides = {name: Side(name, clients) for name in ways}
    for way in ways.values():
        way(clients, WARM_SECONDS)
    for _ in range(ROUNDS):
        for name, side in sides.items():
            side.rounds.append(Sample(*ways[name](clients, seconds / ROUNDS)))
    found.sides += sides.values()
    for mine, other in COMPARED:
        found.ratios += ratios(sides[mine], sides[other])


def _batch(place: EmptyGraph, files: BenchFiles, found: Measurement) -> None:
    """Measures, in turn, all pairs in one request to a fresh server, and all pairs in memory."""
    mine, again, theirs = [], [], []
    for _ in range(BATCH_ROUNDS):
        with serving.run_server(serving.REAL, place.environment) as server, Worker({}) as child:
            mine.append(child.call("over_http", asked=str(files.batch), port=server.port))
            again.append(child.call("over_http", asked=str(files.batch), port=server.port)["seconds"])
            found.peaks_mb["serve, batch"] = server.peak_mb
        with Worker({}) as child:
            theirs.append(child.call("in_memory", graph=str(files.graph), asked=str(files.batch)))
    each = [one["seconds"] / other["seconds"] for one, other in zip(mine, theirs, strict=True)]
    spent = {name: [one["seconds"] for one in some] for name, some in (("service", mine), ("rustworkx", theirs))}
    spent |= {"service, asked again": again, "rustworkx, answers written": [one["written_seconds"] for one in theirs]}
    value = sum(spent["service"]) / sum(spent["rustworkx"])
    found.batch = {
        "ratio": Ratio("batch ÷ rustworkx", 1, "seconds", value, min(each), max(each)),
        "written_ratio": sum(spent["service"]) / sum(spent["rustworkx, answers written"]),
        "seconds": spent,
        "build_seconds": [one["build_seconds"] for one in theirs],
        "bytes": mine[0]["bytes"],
        "differing": count_differences(mine[0]["steps"], theirs[0]["steps"]),
    }
