"""The impact of one edit against all pairs computed anew by rustworkx, before and after, on the same declarations."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import rustworkx

from bench.loads import opened
from service.model.clock import now
from service.rules.impact.tally import Window
from service.rules.remarks import Edit
from service.settings import Settings
from service.store import compartment, impact
from service.store.findings import standards

SIZES = ("1", "10", "100", "dense")
TWICE = 2  # before and after
WINDOW = Window()

Weighed = dict[str, Any]


def weighed(graph: str, dense: bool, edits: int, rounds: int) -> Weighed:
    """The seconds of so many impacts, without findings and with them, and of all pairs by rustworkx, in turn."""
    network, targets = _network(graph, dense), _targets(graph, edits)
    with opened() as store:
        recorded = compartment.read(store).recorded
        # On the dense graph findings take some ten seconds each, which needs no ratio: docs/data.md says so.
        by = {"answers": None} | ({} if dense else {"with findings": standards(Settings())})

        def foreseen(name: str, edit: Edit) -> Callable[[], object]:
            return lambda: impact.of(store, [edit], now(), recorded, WINDOW, by[name])

        for edit in targets[:3]:  # Neo4j plans a statement when it is first asked
            for name in by:
                foreseen(name, edit)()
        seconds: dict[str, list[float]] = {name: [] for name in (*by, "rustworkx")}
        for nth in range(rounds):
            seconds["rustworkx"].append(_spent(lambda: _all_pairs(network, dense)))
            for edit in targets[nth::rounds]:
                seconds["answers"].append(_spent(foreseen("answers", edit)))
            if not dense:
                seconds["with findings"].append(_spent(foreseen("with findings", targets[nth])))
    return {name: {"median": median(some), "most": max(some)} for name, some in seconds.items()}


def _spent(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _network(path: str, dense: bool) -> "rustworkx.PyDiGraph[int, None]":
    kept = json.loads(Path(path).read_text())
    network: rustworkx.PyDiGraph[int, None] = rustworkx.PyDiGraph()
    network.add_nodes_from(range(max(kept["of"].values()) + 1))
    network.add_edges_from_no_data([tuple(edge) for edge in kept["edges"]])
    return network


def _all_pairs(network: "rustworkx.PyDiGraph[int, None]", dense: bool) -> None:
    """All distances, twice. Of many small device models a matrix would be mostly empty, and take 40 GB."""
    for _ in range(TWICE):
        if dense:
            rustworkx.digraph_distance_matrix(network)
        else:
            rustworkx.digraph_all_pairs_dijkstra_path_lengths(network, lambda _: 1.0)


def _targets(path: str, count: int) -> list[Edit]:
    """Edits that each drop one base of an entry, drawn from the steps there are."""
    kept = json.loads(Path(path).with_name("said.json").read_text())
    declared = sorted(entry for entry, bases in kept.items() if bases)
    chosen = random.Random(5).sample(declared, min(count, len(declared)))
    return [Edit(entry, tuple(kept[entry][1:])) for entry in chosen]


def told(engine: str, entries: int, found: Weighed, first: Weighed | None) -> str:
    """A row of the table: ratios of one run; and of the impact on the list itself, once that was measured."""
    theirs = found["rustworkx"]["median"]
    names = ("answers", "with findings")
    cells = [f"{theirs / found[name]['median']:.3g}" if name in found else "–" for name in names]
    flat = f"{found['answers']['median'] / first['answers']['median']:.3g}" if first else "–"
    plain = ", ".join(f"{found[name]['median'] * 1000:.3g}" for name in found)
    return f"| {engine}, {entries:,} | {' | '.join(cells)} | {flat} | {plain} |"


HEAD = [
    "| engine, entries | rustworkx ÷ impact | rustworkx ÷ impact with findings | ÷ impact at 729 | medians in ms |",
    "|---|---|---|---|---|",
]
