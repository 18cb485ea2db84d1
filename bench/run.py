"""One engine, one size: load, compare, ask, compare."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import serving
from bench.asking import Took
from bench.child import Child
from bench.declarations import declared, pairs, write_bases
from bench.engines import Place
from bench.figures import Ratio, Side, Slice, ratios
from bench.lists import GENUINE, Row, times, write_list

CLIENTS = (1, 16)
ROUNDS = 4
QUESTIONS = 1000
WARM_SECONDS, RECORD_SECONDS = 1.0, 20.0
ROUTE = "/v1/pathways?from={base}&to={target}"

HTTP, CYPHER, MEMORY, FUNCTION = "HTTP", "bare Cypher", "HTTP from memory", "function from memory"
ALIVE, NOTHING = "HTTP /healthz", "client against nothing"

Slices = Callable[[int, float], Took]


@dataclass(frozen=True)
class Files:
    """What is loaded and asked."""

    rows: int
    list: Path
    bases: Path
    questions: Path


@dataclass
class Found:
    """All that was measured on one engine at one size."""

    engine: str
    entries: int
    outcomes: dict[str, int] = field(default_factory=dict)
    loads: dict[str, Any] = field(default_factory=dict)
    sides: list[Side] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    peaks_mb: dict[str, float | None] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """The figures by name."""
        plain = {name: vars(self)[name] for name in ("engine", "entries", "outcomes", "loads", "peaks_mb")}
        return plain | {"sides": [s.told() for s in self.sides], "ratios": [r.told() for r in self.ratios]}


def prepared(base: list[Row], copies: int, genuine: bool, folder: Path) -> Files:
    """Writes the files of a size. The genuine list itself is loaded as it was published."""
    rows = times(base, copies) if copies > 1 else base
    said = declared(rows)
    asked = folder / "questions.json"
    asked.write_text(json.dumps(pairs(rows, said, QUESTIONS)))
    listed = GENUINE if genuine and copies == 1 else write_list(rows, folder / "list.csv")
    return Files(len(rows), listed, write_bases(said, folder / "bases.csv"), asked)


def measured(place: Place, files: Files, seconds: float, folder: Path) -> Found:
    """Everything of one engine at one size."""
    found = Found(place.engine, files.rows)
    _load(place, files, found)
    kept = folder / "kept.pickle"
    with Child(place.environment) as child:
        found.outcomes = child.call("record", asked=str(files.questions), kept=str(kept), seconds=RECORD_SECONDS)
    for clients in CLIENTS:
        _ask(place, files, kept, clients, seconds, found)
    return found


def _load(place: Place, files: Files, found: Found) -> None:
    """Bare, loaded, bare again: what drifts meanwhile is seen."""
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


def _loaded(environment: dict[str, str], command: str, path: Path, found: Found) -> dict[str, Any]:
    with Child(environment) as child:
        done: dict[str, Any] = child.call(command, path=str(path))
        found.peaks_mb[command] = child.peak_mb
    return done


def _ask(place: Place, files: Files, kept: Path, clients: int, seconds: float, found: Found) -> None:
    asked = str(files.questions)
    with _asked(place, asked, kept, found) as ways:
        sides = {name: Side(name, clients) for name in ways if clients == 1 or name != FUNCTION}
        for name in sides:
            ways[name](clients, WARM_SECONDS)
        for _ in range(ROUNDS):
            for name, side in sides.items():
                side.rounds.append(Slice(*ways[name](clients, seconds / ROUNDS)))
    found.sides += sides.values()
    for other in (CYPHER, MEMORY, FUNCTION):
        found.ratios += ratios(sides[HTTP], sides[other]) if other in sides else []


@contextmanager
def _asked(place: Place, asked: str, kept: Path, found: Found) -> Iterator[dict[str, Slices]]:
    """Every way to ask, each answered by a process of its own."""
    with ExitStack() as held:
        beside = place.beside()
        real = held.enter_context(serving.served(serving.real(place.environment), place.environment))
        memory = held.enter_context(serving.served(["-m", "bench.child", "replay", str(kept)], {}))
        nothing = held.enter_context(serving.served(["-m", "bench.child", "nothing"], {}))
        bare, web, function = (held.enter_context(Child(env)) for env in (beside, {}, {}))

        def over(server: serving.Server, path: str) -> Slices:
            return lambda n, s: web.call("ask_http", asked=asked, port=server.port, path=path, clients=n, seconds=s)

        yield {
            HTTP: over(real, ROUTE),
            CYPHER: lambda n, s: bare.call("ask_bare", asked=asked, clients=n, seconds=s),
            MEMORY: over(memory, ROUTE),
            FUNCTION: lambda n, s: function.call("ask_function", asked=asked, kept=str(kept), clients=n, seconds=s),
            ALIVE: over(real, "/healthz"),
            NOTHING: over(nothing, ROUTE),
        }
        found.peaks_mb["serve"] = real.peak_mb
        found.peaks_mb["serve, from memory"] = memory.peak_mb
