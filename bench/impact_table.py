"""`scripts/bench --impact`: the impact of one edit, at every size."""

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.declarations import FEW, MANY, draw_declarations
from bench.engines import empty_graph
from bench.impact import HEAD, SIZES, ImpactTimings, table_row
from bench.lists import Row, copy_list, generate_dense_list
from bench.run import write_files
from bench.worker import Worker

EDITS, TURNS = 100, 5


@dataclass
class ImpactSide:
    """A graph with a list, and the process that asks for impacts."""

    size: str
    entries: int
    graph: Path
    child: Worker

    def measure(self, turn: int) -> ImpactTimings:
        """Measures one turn."""
        dense = self.size == "dense"
        edits = EDITS // 5 if dense else EDITS
        found: ImpactTimings = self.child.call(
            "measure_impacts", graph=str(self.graph), dense=dense, edits=edits, turn=turn, turns=TURNS
        )
        return found


def impact_rows(base: list[Row], engines: Sequence[str], sizes: Sequence[str], wipe: bool) -> Iterator[str]:
    """The rows of the table: each size in turn with the list itself, each on its own graph."""
    yield from HEAD
    for engine in engines:
        with ExitStack() as held:
            alone = engine == "neo4j" and bool(os.environ.get("NEO4J_URL"))  # the server of NEO4J_URL has one graph
            first = None if alone else held.enter_context(_side(base, engine, "1", wipe))
            for size in sizes or SIZES:
                if first and size == "1":
                    yield table_row(engine, first.entries, _in_turn(first)[0], None)
                    continue
                with _side(base, engine, size, wipe) as side:
                    compared = [side, first] if first and size not in ("1", "dense") else [side]
                    found, *others = _in_turn(*compared)
                    yield table_row(engine, side.entries, found, others[0] if others else None)


def _in_turn(*sides: ImpactSide) -> list[ImpactTimings]:
    turns = [[side.measure(turn) for side in sides] for turn in range(TURNS)]
    return [
        {name: [one for turn in turns for one in turn[nth][name]] for name in turns[0][nth]}
        for nth in range(len(sides))
    ]


@contextmanager
def _side(base: list[Row], engine: str, size: str, wipe: bool) -> Iterator[ImpactSide]:
    with tempfile.TemporaryDirectory(prefix="pathways-bench-") as name, empty_graph(engine, Path(name), wipe) as graph:
        folder = Path(name)
        files = write_files(base, size, False, folder)
        rows = generate_dense_list() if size == "dense" else base if size == "1" else copy_list(base, int(size))
        (folder / "declarations.json").write_text(json.dumps(draw_declarations(rows, MANY if size == "dense" else FEW)))
        with Worker(graph.environment) as child:
            child.call("load_list", path=str(files.list))
            child.call("load_bases", path=str(files.bases))
            yield ImpactSide(size, files.entries, files.graph, child)
